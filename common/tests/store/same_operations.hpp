#pragma once

#include <map>
#include <string>

#include "workshop/store/store.hpp"

namespace workshop::tests {

struct SameOperations {
  int steps_count = 500;
  int operations_max = 1;  ///< of a batch
  int compared_every = 1;  ///< steps, until all documents are compared
  unsigned seed = 7;
};

/// Does the same random operations to two empty stores, on keys that look alike, and requires after
/// each that it ended in the same way, and now and then that both have the same documents. Returns
/// how many ended as "done", "conflict" and "invalid".
std::map<std::string, int> do_the_same(Store& one, Store& other, const SameOperations& options);

}  // namespace workshop::tests
