#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "workshop/store/cosmos/cosmos_store.hpp"
#include "workshop/store/rest/rest_client.hpp"

namespace workshop::detail {

/// A name as ids and partitions of Cosmos DB can have it: other characters than letters, digits,
/// "_" and "-" become "~" and two digits for each byte, so that no two names become one.
std::string cosmos_name(std::string_view name);
/// And back.
std::string from_cosmos_name(std::string_view name);

/// The document as the container keeps it.
boost::json::object cosmos_document(const Key& key, std::string_view body);
/// And back. Throws Unavailable when it is not one of ours.
Document from_cosmos_document(const boost::json::object& document);

/// The documents of a part of the container's list. Throws Unavailable when one is not ours.
std::vector<Document> from_cosmos_list(const boost::json::object& list);

/// What is wrong with an answer that is neither done nor a condition that does not hold.
/// (learn.microsoft.com/rest/api/cosmos-db/http-status-codes-for-cosmosdb)
[[noreturn]] void throw_cosmos_failure(const RestResponse& response, bool writes);

/// The operations of a transactional batch. A blind erase becomes two, because the server refuses
/// to erase what is not there: the document is written, then erased.
boost::json::array cosmos_batch(const std::vector<StoreOperation>& operations);
/// The versions of a batch that was done. Throws for the first operation that was refused, and then
/// none was done.
std::vector<Version> from_cosmos_batch(const RestResponse& response,
                                       const std::vector<StoreOperation>& operations);

/// The consistency level that an account says it has; nothing when it says none.
std::optional<CosmosConsistency> cosmos_consistency(const boost::json::object& account);
const char* name_of(CosmosConsistency consistency) noexcept;

/// The answer as a JSON object. Throws as a server that fails.
boost::json::object cosmos_object(const RestResponse& response, bool writes);

}  // namespace workshop::detail
