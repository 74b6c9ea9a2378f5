// Finished: you need not look at this file. It contains the code that reads and writes documents,
// so that it is not compiled with every edit of the handler.
#include "payments_handler.hpp"

namespace workshop {

template std::string to_json(const shop::Order&);
template shop::Order from_json(std::string_view);
template Task<Entity<shop::Order>> EntityStore::load(std::string);

}  // namespace workshop
