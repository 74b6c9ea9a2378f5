#include "workshop/core/task.hpp"

namespace workshop {

template class Task<void>;
template struct detail::TaskPromise<bool>;
template class Task<bool>;

}  // namespace workshop
