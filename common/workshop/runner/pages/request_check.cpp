#include "workshop/runner/pages/request_check.hpp"

#include <algorithm>

namespace workshop::runner {
namespace {

bool same_ignoring_case(std::string_view left, std::string_view right) {
  const auto lower = [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
  };
  return std::ranges::equal(left, right, {}, lower, lower);
}

bool is_path(std::string_view path) {
  return path.starts_with('/') && path.find("..") == std::string_view::npos &&
         path.find("//") == std::string_view::npos &&
         path.find_first_of("%\\") == std::string_view::npos;
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char letter) { return letter > ' ' && letter < '\x7f'; });
}

bool leads_to(const Route& route, std::string_view path) {
  const bool all_below = route.path.size() > 1 && route.path.ends_with('/');
  return all_below ? path.starts_with(route.path) : path == route.path;
}

/// Why another site's page, or a name that leads here by a trick, gets nothing.
std::optional<PageAnswer> foreign(const RequestHead& head, std::span<const std::string> hosts) {
  if (head.hosts_count != 1) return refusal(400, "A request has exactly one Host");
  const auto named = std::ranges::find_if(
      hosts, [&](const std::string& host) { return same_ignoring_case(host, head.host); });
  if (named == hosts.end()) return refusal(403, "This Host is not served here");
  if (head.origin && !same_ignoring_case(*head.origin, "http://" + *named)) {
    return refusal(403, "Pages of other sites are not answered");
  }
  const bool other_site =
      !head.fetch_site.empty() && head.fetch_site != "same-origin" && head.fetch_site != "none";
  const bool follows_link = head.method == "GET" && head.fetch_mode == "navigate";
  if (other_site && !follows_link) return refusal(403, "Pages of other sites are not answered");
  return std::nullopt;
}

std::optional<PageAnswer> wrong_body(const RequestHead& head, const Route& route) {
  if (head.chunked) return refusal(411, "A body needs a Content-Length");
  const auto bytes = head.body_bytes.value_or(0);
  if (!route.post) {
    if (bytes > 0) return refusal(400, "A GET has no body");
    return std::nullopt;
  }
  if (!head.body_bytes) return refusal(411, "A post needs a Content-Length");
  if (bytes > route.body_bytes_max) return refusal(413, "The body is too large");
  const auto type = head.content_type.substr(0, head.content_type.find(';'));
  if (!same_ignoring_case(type, "application/json")) {
    return refusal(415, "The body has to be application/json");
  }
  return std::nullopt;
}

}  // namespace

Checked check_request(const RequestHead& head, std::span<const Route> routes,
                      std::span<const std::string> hosts) {
  Checked checked;
  const auto refused = [&](PageAnswer answer) {
    checked.refused = std::move(answer);
    return checked;
  };
  if (auto answer = foreign(head, hosts)) return refused(std::move(*answer));
  if (head.method != "GET" && head.method != "POST") {
    return refused(refusal(405, "Only GET and POST are answered"));
  }
  const auto path = head.target.substr(0, head.target.find('?'));
  if (!head.target.starts_with('/') || !is_printable(head.target)) {
    return refused(refusal(400, "The target of a request is a path"));
  }
  if (!is_path(path)) return refused(refusal(404, "There is no such page"));
  const Route* other_method = nullptr;
  for (const auto& route : routes) {
    if (!leads_to(route, path)) continue;
    if (route.post == (head.method == "POST")) {
      checked.route = &route;
      break;
    }
    other_method = &route;
  }
  if (checked.route == nullptr && other_method != nullptr) {
    return refused(refusal(405, "This page does not take this method"));
  }
  if (checked.route == nullptr) return refused(refusal(404, "There is no such page"));
  if (auto answer = wrong_body(head, *checked.route)) {
    checked.route = nullptr;
    return refused(std::move(*answer));
  }
  checked.path = path;
  if (path.size() < head.target.size()) checked.query = head.target.substr(path.size() + 1);
  return checked;
}

}  // namespace workshop::runner
