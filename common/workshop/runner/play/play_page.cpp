#include "workshop/runner/play/play_page.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <chrono>
#include <string_view>
#include <utility>
#include <vector>

#include "workshop/protocol/play.hpp"

namespace workshop::runner {
namespace {

namespace field = protocol::play;

constexpr std::string_view kStanding = "standing";  // the events
constexpr std::string_view kChanged = "changed";

// Which standing it is, counted on: an answer and an event come to a page in any order. A program
// that is started again on the same port goes on with larger ones.
std::string numbered(const std::string& standing, std::int64_t number) {
  return fmt::format(R"({{"number":{},{})", number, standing.substr(1));
}

std::int64_t ms_since_epoch() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

boost::json::object object_of(const std::string& answer) {
  boost::system::error_code error;
  auto value = boost::json::parse(answer, error);
  return !error && value.is_object() ? std::move(value.get_object()) : boost::json::object();
}

// The first answer without what does not change from step to step, and that.
std::pair<std::string, std::string> parted(const std::string& hello) {
  auto answer = object_of(hello);
  std::string style;
  if (const auto* text = answer.if_contains(field::kStyle); text != nullptr && text->is_string()) {
    style = std::string_view(text->get_string());
  }
  answer.erase(field::kStyle);
  return {boost::json::serialize(answer), style};
}

}  // namespace

PlayPage::PlayPage(PlayProgram& program, std::uint16_t port)
    : program_(&program), number_(ms_since_epoch()) {
  const auto [standing, styles] = parted(program.hello());
  hub_.publish(kStanding, numbered(standing, number_));
  std::vector<Route> routes = {page("/", "play.html"), page("/play.js"),       page("/play.css"),
                               page("/room.css"),      page("/live.js"),       page("/icon.svg"),
                               page("/words.js"),      events("/events", hub_)};
  routes.push_back(get("/picture.css", [style = styles](const PageRequest&) {
    return PageAnswer{.type = "text/css; charset=utf-8", .body = style};
  }));
  routes.push_back(post("/command", field::kCommandMax,
                        [this](const PageRequest& request) { return obey(request); }));
  PageServerOptions options;
  options.port = port;
  server_ = std::make_unique<PageServer>(std::move(routes), options);
}

// Commands come one after the other: handlers of a PageServer run so.
PageAnswer PlayPage::obey(const PageRequest& request) {
  try {
    auto answer = program_->ask(request.body);
    if (!object_of(answer).contains(field::kError)) {
      answer = numbered(answer, ++number_);
      if (answer.size() <= EventHub::kEventBytesMax) hub_.publish(kStanding, answer);
    }
    return json_answer(std::move(answer));
  } catch (const UserError& error) {
    return json_answer(boost::json::serialize(
        boost::json::object{{field::kError, std::string_view(error.what())}}));
  }
}

void PlayPage::tell_changed(const std::string& file, const std::string& again) {
  hub_.publish(kChanged,
               boost::json::serialize(boost::json::object{{"file", std::string_view(file)},
                                                          {"again", std::string_view(again)}}));
}

}  // namespace workshop::runner
