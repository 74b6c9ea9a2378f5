#include "workshop/store/store.hpp"

namespace workshop {

template struct detail::TaskPromise<std::optional<Document>>;
template class Task<std::optional<Document>>;
template struct detail::TaskPromise<Version>;
template class Task<Version>;

}  // namespace workshop
