#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/runner/pages/event_hub.hpp"

/// Pages that the program serves: to the browser of this machine, and, where a command says so, to
/// others. A new page is:
///
///  1. its files, `pages/NAME.html`, `.css` and `.js`, listed in `pages/CMakeLists.txt`: they are
///     compiled in, and `source("NAME.html")` is its text. Script and style stand in files of their
///     own: the server's policy lets no page run a script or use a style that stands in the HTML.
///     `room.css` has the colours and sizes for a projector, `live.js` listens to events and
///     reconnects.
///  2. its routes, and a hub for what changes:
///
///         EventHub hub;
///         PageServer server({page("/", "greet.html"), page("/greet.js"), page("/room.css"),
///                            page("/live.js"), page("/icon.svg"), events("/events", hub),
///                            post("/hello", 256, [&](const PageRequest& request) {
///                              hub.publish("greeting", R"({"text": "Hello"})");
///                              return json_answer("{}");
///                            })});
///         open_in_browser(server.url());
///
/// Handlers are called one after the other, on a thread of their own: what only they use needs no
/// lock, and one that takes its time delays no event.
namespace workshop::runner {

struct PageRequest {
  std::string path;   ///< such as "/pictures/a.html"; never with "..", "//", "%" or a backslash
  std::string query;  ///< what follows the ?, as it came
  std::string body;
  std::string peer;  ///< the numeric address of who asks
};

/// The value of `name` in the query, decoded; nothing when it is not there.
std::optional<std::string> query_value(std::string_view query, std::string_view name);

struct PageAnswer {
  /// What a browser lets the page do. Both: nothing of another origin, and in no frame of one.
  enum class Policy {
    own_files,      ///< script and style from this server's files only
    self_contained  ///< script and style in the page; it reaches nothing else
  };

  int status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
  Policy policy = Policy::own_files;
};

PageAnswer json_answer(std::string body, int status = 200);
/// One line, for a status of 400 and more. Never contains what came in.
PageAnswer refusal(int status, std::string_view why);
/// By the ending of a file's name.
std::string_view type_of(const std::filesystem::path& file);

using PageHandler = std::function<PageAnswer(const PageRequest&)>;

struct Route {
  bool post = false;  ///< else GET
  std::string path;   ///< exactly this one; with a '/' at the end and more than it: all below it
  PageHandler handler;
  std::size_t body_bytes_max = 0;  ///< of a post; more is a 413
  EventHub* hub = nullptr;         ///< instead of a handler: its events; must outlive the server
};

/// A file that is compiled in, at `path`; without a name the one that the path says.
Route page(std::string path, std::string_view name = {});
Route get(std::string path, PageHandler handler);
/// Takes JSON only (application/json), which no other site's page can send.
Route post(std::string path, std::size_t body_bytes_max, PageHandler handler);
Route events(std::string path, EventHub& hub);
/// The files in `folder` whose names end with one of `endings` (".html"), and none that lies
/// elsewhere, below `path`, which ends with '/'.
Route files(std::string path, std::filesystem::path folder, std::vector<std::string> endings);

}  // namespace workshop::runner
