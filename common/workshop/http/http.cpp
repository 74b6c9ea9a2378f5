#include "workshop/http/http.hpp"

namespace workshop {

std::string_view name_of(HttpMethod method) noexcept {
  switch (method) {
    case HttpMethod::get:
      return "GET";
    case HttpMethod::put:
      return "PUT";
    case HttpMethod::post:
      return "POST";
    case HttpMethod::delete_:
      return "DELETE";
  }
  return "?";
}

}  // namespace workshop
