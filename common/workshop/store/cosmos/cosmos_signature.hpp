#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace workshop::detail {

/// "Thu, 27 Apr 2017 00:51:12 GMT", whatever the machine's language.
std::string http_date(std::chrono::sys_seconds time);

/// The header `authorization` of a request, by a master key.
/// (learn.microsoft.com/rest/api/cosmos-db/access-control-on-cosmosdb-resources)
///
/// `verb`: "get"; `resource_type`: "docs"; `resource_link`: "dbs/shop/colls/orders"; `date`: that
/// of the header x-ms-date. Throws InvalidRequest, which shows nothing of the key, when that is not
/// base64.
std::string cosmos_authorization(std::string_view verb, std::string_view resource_type,
                                 std::string_view resource_link, std::string_view date,
                                 const std::string& key);

}  // namespace workshop::detail
