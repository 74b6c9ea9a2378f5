// Finished: you need not look at this file. It contains the code that reads and writes documents,
// so that it is not compiled with every edit of the handler.
#include "payments_handler.hpp"
#include "tokens.hpp"

namespace workshop {

template std::string to_json(const shop::Order&);
template shop::Order from_json(std::string_view);
template Task<Entity<shop::Order>> EntityStore::load(std::string);
template std::string to_json(const shop::Token&);
template shop::Token from_json(std::string_view);
template Task<Entity<shop::Token>> EntityStore::load(std::string);

}  // namespace workshop
