#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workshop/store/store.hpp"

/// What every store checks of a request before it asks its database, and how it tells of a
/// condition that does not hold; so that all say it in the same words. For stores only.
namespace workshop::detail {

/// InvalidRequest: an empty partition or id.
void check_key(const Key& key);
/// And EntityTooLarge.
void check_put(const Profile& profile, const Key& key, std::string_view body);
/// InvalidRequest also for what is expected to be absent.
void check_erase(const Key& key, const Expected& expected);
/// All of it for each operation, and CrossPartition; EntityTooLarge also for all of them together.
void check_batch(const Profile& profile, const std::string& partition,
                 const std::vector<StoreOperation>& operations);

/// Throws VersionConflict. `verb`: "put" or "erase".
[[noreturn]] void throw_conflict(const char* verb, const Key& key, const Expected& expected);

}  // namespace workshop::detail
