// Finished: you need not look at this file. It contains the code that reads and writes documents,
// so that it is not compiled with every edit of the sale.
#include "sale.hpp"

template class std::vector<workshop::Change>;

namespace workshop {

template struct detail::TaskPromise<Vote>;
template class Task<Vote>;
template std::string to_json(const Order&);
template Order from_json(std::string_view);
template Task<Entity<Order>> EntityStore::load(std::string);
template StoreOperation write_of(const Entity<Order>&);
template std::string to_json(const Stock&);
template Stock from_json(std::string_view);
template Task<Entity<Stock>> EntityStore::load(std::string);
template StoreOperation write_of(const Entity<Stock>&);
template std::string to_json(const Decision&);
template Decision from_json(std::string_view);
template Task<Entity<Decision>> EntityStore::load(std::string);
template struct detail::TaskPromise<Entity<Order>>;
template class Task<Entity<Order>>;
template struct detail::TaskPromise<Entity<Stock>>;
template class Task<Entity<Stock>>;
template struct detail::TaskPromise<Entity<Decision>>;
template class Task<Entity<Decision>>;

}  // namespace workshop
