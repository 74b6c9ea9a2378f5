#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace workshop::runner {

/// What a lab's file is written in: it says what a comment looks like.
enum class SourceLanguage { cpp, tla };

/// TLA+ for NAME.tla, C++ for any other file.
SourceLanguage language_of(const std::filesystem::path& file);

/// `text` without its comments; its lines stay lines. PlusCal between `(* --algorithm` and `*)` is
/// no comment.
std::string without_comments(std::string_view text, SourceLanguage language);

/// `text` without comments and white space: equal for sources that differ in nothing else.
std::string code_of(std::string_view text, SourceLanguage language);

/// Old names to new ones.
using Renaming = std::map<std::string, std::string>;

/// The names of `before` that `after` has under another one: the old name is gone, the new one was
/// not there, and both stand equally often, at least twice, between the same neighbours. Comments
/// and strings do not count, nor do members (a name behind a dot, an arrow or colons).
Renaming renaming_between(std::string_view before, std::string_view after, SourceLanguage language);

/// `text` with the names of `renaming` replaced, not in comments and strings, nor as members.
std::string renamed(std::string_view text, const Renaming& renaming, SourceLanguage language);

/// Whether `text` has `name` in its code, not only as a member.
bool has_name(std::string_view text, std::string_view name, SourceLanguage language);

}  // namespace workshop::runner
