// Finished: you need not look at this file. It contains the code that reads and writes documents,
// so that it is not compiled with every edit of the handler.
#include "exactly_once_http.hpp"
#include "payments.hpp"

namespace workshop {

template std::string to_json(const shop::Order&);
template shop::Order from_json(std::string_view);
template Task<Entity<shop::Order>> EntityStore::load(std::string);
template struct detail::TaskPromise<Entity<shop::Order>>;
template class Task<Entity<shop::Order>>;
template std::string to_json(const shop::FetchAnswer&);
template std::string to_json(const shop::Request&);
template shop::Request from_json(std::string_view);
template Task<Entity<shop::Request>> EntityStore::load(std::string);
template struct detail::TaskPromise<Entity<shop::Request>>;
template class Task<Entity<shop::Request>>;
template std::string to_json(const shop::Account&);
template shop::Account from_json(std::string_view);
template Task<Entity<shop::Account>> EntityStore::load(std::string);
template struct detail::TaskPromise<Entity<shop::Account>>;
template class Task<Entity<shop::Account>>;

}  // namespace workshop
