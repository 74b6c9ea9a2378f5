#include "service.hpp"

#include "workshop/http/deadline.hpp"

namespace workshop::shop {

Deadline Service::deadline_of(const HttpRequest& request, Deadline fallback) const {
  return workshop::deadline_of(request, fallback, now());
}

}  // namespace workshop::shop
