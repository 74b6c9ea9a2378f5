#pragma once
// Finished: you need not look at this file. What it names is compiled once, in documents.cpp,
// instead of with every edit of the sale.

#include "sale.hpp"

extern template class std::vector<workshop::Change>;

namespace workshop {
extern template struct detail::TaskPromise<Vote>;
extern template class Task<Vote>;
extern template std::string to_json(const Order&);
extern template Order from_json(std::string_view);
extern template Task<Entity<Order>> EntityStore::load(std::string);
extern template StoreOperation write_of(const Entity<Order>&);
extern template std::string to_json(const Stock&);
extern template Stock from_json(std::string_view);
extern template Task<Entity<Stock>> EntityStore::load(std::string);
extern template StoreOperation write_of(const Entity<Stock>&);
extern template std::string to_json(const Decision&);
extern template Decision from_json(std::string_view);
extern template Task<Entity<Decision>> EntityStore::load(std::string);
extern template struct detail::TaskPromise<Entity<Order>>;
extern template class Task<Entity<Order>>;
extern template struct detail::TaskPromise<Entity<Stock>>;
extern template class Task<Entity<Stock>>;
extern template struct detail::TaskPromise<Entity<Decision>>;
extern template class Task<Entity<Decision>>;
}  // namespace workshop
