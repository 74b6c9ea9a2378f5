#include "workshop/explore/picture/picture.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "planted.hpp"
#include "workshop/explore/explorer.hpp"
#include "workshop/explore/picture/layout.hpp"
#include "workshop/explore/picture/lines.hpp"
#include "workshop/explore/world/words.hpp"
#include "workshop/protocol/markup.hpp"
#include "workshop/protocol/page.hpp"
#include "workshop/testing/picture_files.hpp"

using namespace workshop;
using namespace workshop::explore;
using namespace workshop::explore::reference;
namespace json = boost::json;

namespace {

// The failures of all planted handlers; together they have every kind of fault.
const std::vector<Trace>& failures() {
  static const auto traces = [] {
    std::vector<Trace> found;
    for (const auto& planted : planted_handlers()) {
      if (planted.found_as.empty()) continue;
      auto scenario = planted_scenario(planted, 2, true);
      for (const auto fault : {Fault::crash, Fault::duplicate, Fault::lease_expiry, Fault::refused,
                               Fault::unanswered}) {
        scenario.bounds.faults = Faults{fault};
        if (auto verdict = explore::explore(scenario, "beef"); verdict.failure) {
          verdict.failure->no_return = verdict.failure->find_no_return();
          found.push_back(std::move(*verdict.failure));
        }
      }
    }
    return found;
  }();
  return traces;
}

// What is wrong with an XML text, or "": it checks matching tags, quoted attributes and known
// entities.
std::string flaw_of_xml(std::string_view text) {
  std::vector<std::string> open;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '&') {
      const auto entity = text.substr(at, text.find(';', at) - at + 1);
      const bool known =
          entity == "&amp;" || entity == "&lt;" || entity == "&gt;" || entity == "&quot;";
      if (!known) return "an unknown entity " + std::string(entity.substr(0, 20));
      at += entity.size();
      continue;
    }
    if (text[at] != '<') {
      if (text[at] == '>') return "a '>' at " + std::to_string(at);
      ++at;
      continue;
    }
    const auto end = text.find('>', at);
    if (end == std::string_view::npos) return "a tag without an end";
    auto tag = text.substr(at + 1, end - at - 1);
    at = end + 1;
    if (tag.starts_with('/')) {
      if (open.empty() || open.back() != tag.substr(1))
        return "</" + std::string(tag.substr(1)) + "> closes nothing";
      open.pop_back();
      if (!open.empty() || text.substr(at).find_first_not_of(" \n") == std::string_view::npos)
        continue;
      return "more after the end";
    }
    if (std::count(tag.begin(), tag.end(), '"') % 2 != 0)
      return "an open quote in <" + std::string(tag) + ">";
    const bool empty = tag.ends_with('/');
    const auto name = tag.substr(0, std::min(tag.find_first_of(" \n/"), tag.size()));
    if (name == "style") {  // style sheets contain '>', too
      at = text.find("</style>", at);
      if (at == std::string_view::npos) return "a style without an end";
    }
    if (!empty) open.emplace_back(name);
  }
  return open.empty() ? "" : "<" + open.back() + "> stays open";
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

Trace by_hand(std::string text) {
  Trace trace;
  trace.processes = {"p1", "p2 <&>"};
  for (std::uint32_t i = 0; i < 3; ++i) {
    TraceStep step;
    step.process = i % 2;
    step.what = text;
    trace.steps.push_back(step);
  }
  trace.steps.back().deciding = true;
  trace.violation = Violation{"ghost message", text, "nothing"};
  return trace;
}

double number_after(std::string_view text, std::string_view name) {
  return std::stod(std::string(text.substr(text.find(name) + name.size(), 12)));
}

}  // namespace

TEST_CASE("each fault has its mark") {
  const auto mark_in = [](const char* schedule) {
    const auto svg = svg_of(follow(outbox(2, true), Schedule::parse(schedule)), {});
    const auto at = svg.find("class=\"mark ");
    return at == svg.npos ? std::string() : svg.substr(at, 30);
  };
  CHECK(mark_in("beef:2@Arl!c").starts_with("class=\"mark crash\""));
  CHECK(mark_in("beef:2@A+r").starts_with("class=\"mark duplicate\""));
  CHECK(mark_in("beef:2@A^1r").starts_with("class=\"mark reorder\""));
  CHECK(mark_in("beef:2@Arl~c").starts_with("class=\"mark expiry\""));
  CHECK(mark_in("beef:2@Arlxc").starts_with("class=\"mark refused\""));
  CHECK(mark_in("beef:2@Arl?c").starts_with("class=\"mark unknown\""));
  CHECK(mark_in("beef:2@Arl%c").starts_with("class=\"mark unknown\""));
  CHECK(mark_in("beef:2@Arlcpca") == "");
}

TEST_CASE("most kinds of faults are among the failures that are pictured") {
  for (const auto decision : {Decision::crash, Decision::duplicate, Decision::lease_expiry,
                              Decision::refused, Decision::unanswered_done}) {
    CAPTURE(static_cast<char>(decision));
    CHECK(std::any_of(failures().begin(), failures().end(), [&](const Trace& trace) {
      return std::any_of(trace.steps.begin(), trace.steps.end(),
                         [&](const TraceStep& step) { return step.decision == decision; });
    }));
  }
}

TEST_CASE("a trace's JSON says what the trace says, step by step") {
  const auto& trace = GENERATE(from_range(failures().begin(), failures().end()));
  const auto value = json::parse(json_of(trace, {"a test", "lab08", "scripts/workshop replay 8"}));
  CHECK(value.at("format") == "workshop-trace");
  CHECK(value.at("version") == 1);
  CHECK(value.at("title") == "a test");
  CHECK(value.at("schedule").as_string() == trace.schedule);
  CHECK(value.at("violation").at("name").as_string() == trace.violation->name);
  CHECK(value.at("violation").at("got").as_string() == trace.violation->got);
  CHECK(json::value_to<std::vector<std::string>>(value.at("processes")) == trace.processes);
  const auto& steps = value.at("steps").as_array();
  REQUIRE(steps.size() == trace.steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto& step = steps[i].as_object();
    CHECK(step.at("text").as_string() == trace.steps[i].text());
    CHECK(step.contains("deciding") == trace.steps[i].deciding);
    CHECK(step.at("after").is_object());
    if (trace.steps[i].decision == Decision::advance_time) continue;
    CHECK(step.at("process").to_number<std::uint32_t>() == trace.steps[i].process);
    CHECK(step.at("operation").as_string() == name_of(trace.steps[i].kind));
    CHECK(step.at("attempt").as_string() == trace.steps[i].attempt.label);
  }
}

TEST_CASE("beside each step stands the world as it was then") {
  const auto verdict = explore::explore(outbox(1, true, planted_handlers()[1].handle), "beef");
  REQUIRE(verdict.failure);
  REQUIRE(verdict.failure->violation->name == failure::kDuplicateEffect);
  const auto& steps = verdict.failure->steps;
  REQUIRE(steps.size() == 7);  // receive, load, save, crash, receive, load, save
  const auto& start = *verdict.failure->start;
  REQUIRE(start.queues.size() == 1);
  CHECK(start.queues.front().messages.front().status == "visible");
  CHECK(start.effects.front().message == "Deposit m1");
  std::vector<int> counts;
  for (const auto& step : steps) counts.push_back(step.after->effects.front().count);
  CHECK(counts == std::vector<int>{0, 0, 1, 1, 1, 1, 2});
  CHECK(steps[0].after->queues.front().messages.front().status == "leased");
  CHECK(steps[3].after->queues.front().messages.front().status == "visible");
  CHECK(steps[4].after->queues.front().messages.front().deliveries == 2);
  CHECK(steps[1].after->committed.empty());
  CHECK(steps[2].after->committed == std::vector<std::string>{"m1#1"});
  CHECK(steps[6].after->committed == std::vector<std::string>{"m1#1", "m1#2"});
  CHECK(steps[1].after->documents.empty());
  CHECK(steps[2].after->documents.front().version == "v1");
  CHECK(steps[6].facts.documents.front().expects == "if v1");
  CHECK(steps[6].facts.documents.front().action == "save");
  CHECK(steps[3].attempt.label == "m1#1");
  CHECK(steps[4].attempt.label == "m1#2");
}

TEST_CASE("what was sent stands beside the steps, with the attempt that made it") {
  const auto trace = follow(outbox(1, true), Schedule::parse("beef:1@Arlcp!crlpca"));
  REQUIRE_FALSE(trace.violation);
  const auto& sent = trace.steps.back().after->sent;
  REQUIRE(sent.size() == 1);
  CHECK(sent.front().attempt == "m1#1");
  CHECK(sent.front().times == 2);  // the second attempt sends the stored message again
  CHECK(trace.steps[2].after->sent.empty());
}

TEST_CASE("no text of a trace can end a script or an element of the page") {
  const std::string evil = "</script><!-- <b a=\"1\" & 'x' {{picture}} ]]> \x01 →";
  const auto trace = by_hand(evil);
  const PictureOptions options{evil, "lab08", evil};
  const auto text = json_of(trace, options);
  CHECK(text.find('<') == std::string::npos);
  const auto value = json::parse(text);
  CHECK(value.at("title").as_string() == evil);
  CHECK(value.at("steps").at(0).at("text").as_string() == evil);
  CHECK(flaw_of_xml(svg_of(trace, options)) == "");
  const auto page = page_of(trace, options);
  CHECK(count_of(page, "</script") == 3);
  CHECK(count_of(page, "<script") == 3);
  for (const auto part : {protocol::page::kTraceBegin, protocol::page::kNoRightTrace,
                          protocol::page::kPictureBegin, protocol::page::kNoRightPicture}) {
    CHECK(count_of(page, part) == 1);
  }
}

TEST_CASE("the checker of well-formedness finds what is wrong") {
  CHECK(flaw_of_xml("<svg><a b=\"c\"/><d>&lt;</d></svg>") == "");
  const auto text = GENERATE(as<std::string>{}, "<svg><a></svg>", "<svg>", "<a>&nbsp;</a>",
                             "<a b=\"c></a>", "<a></a><b></b>", "<a>></a>");
  CHECK(flaw_of_xml(text) != "");
}

TEST_CASE("a diagram is well-formed, has a group for each step, and keeps within its edges") {
  const auto& trace = GENERATE(from_range(failures().begin(), failures().end()));
  const auto svg = svg_of(trace, {"a test", "", ""});
  CHECK(flaw_of_xml(svg) == "");
  for (std::size_t i = 1; i <= trace.steps.size(); ++i) {
    CHECK(count_of(svg, " data-step=\"" + std::to_string(i) + "\"") == 2);
  }
  CHECK(count_of(svg, "class=\"step deciding") == 1);
  REQUIRE(trace.no_return);
  const auto after = "class=\"no-return\" data-after=\"" + std::to_string(trace.no_return->step);
  const bool drawn = trace.no_return->known && trace.no_return->step < trace.steps.size();
  CHECK(count_of(svg, after) == (drawn ? 1 : 0));
  CHECK(count_of(slide_svg_of(trace, {}), "no-return") == 0);
  const bool again = std::any_of(trace.steps.begin(), trace.steps.end(),
                                 [](const auto& step) { return step.attempt.comes_again(); });
  CHECK((count_of(svg, "class=\"again\"") > 0) == again);
  const auto width = layout_of(trace).width;
  for (auto at = svg.find("class=\"label\""); at != svg.npos;
       at = svg.find("class=\"label\"", at + 1)) {
    const auto element = svg.substr(svg.rfind("<text", at));
    const auto content =
        element.substr(element.find('>') + 1, element.find("</text>") - element.find('>') - 1);
    const auto long_is =
        PictureMetrics::of_page().label_char_width * static_cast<double>(columns_of(content));
    const auto x = number_after(element, "x=\"");
    const bool to_left = element.substr(0, element.find('>')).find("\"end\"") != std::string::npos;
    CAPTURE(content);
    CHECK((to_left ? x - long_is : x) >= 0);
    CHECK((to_left ? x : x + long_is) <= width);
  }
}

TEST_CASE("a text in lines loses no character, and no line is longer than it may be") {
  CHECK(wrapped("{paid: 0, wrapped: false}", 12) ==
        std::vector<std::string>{"{paid: 0,", "wrapped:", "false}"});
  CHECK(wrapped("short", 12) == std::vector<std::string>{"short"});
  CHECK(wrapped("", 12).empty());
  CHECK(wrapped("a → b", 5) == std::vector<std::string>{"a → b"});
  CHECK(wrapped("one–word–only", 6) == std::vector<std::string>{"one–wo", "rd–onl", "y"});
}

TEST_CASE("on a slide no label, value or name of an execution is cut") {
  const auto& trace = GENERATE(from_range(failures().begin(), failures().end()));
  const auto svg = slide_svg_of(trace, {});
  CHECK(flaw_of_xml(svg) == "");
  CHECK(count_of(svg, "is-cut") == 0);
  const auto layout = layout_of(trace, PictureMetrics::of_slide());
  CHECK(layout.width <= PictureMetrics::of_slide().width_max);
  for (const auto& row : layout.rows) {
    CAPTURE(row.label);
    CHECK(svg.find(">" + workshop::protocol::escaped_xml(row.label) + "<") != std::string::npos);
    CHECK(svg.find(">" + workshop::protocol::escaped_xml(row.value)) != std::string::npos);
  }
}

TEST_CASE("a label keeps to the room of its arrow, and no two lanes stand too close") {
  const auto& trace = GENERATE(from_range(failures().begin(), failures().end()));
  const auto layout = layout_of(trace);
  for (std::size_t i = 1; i < layout.lanes.size(); ++i) {
    CHECK(layout.lanes[i].x - layout.lanes[i - 1].x >= 120);
  }
  for (std::size_t i = 1; i < layout.rows.size(); ++i) {
    CHECK(layout.rows[i].top >= layout.rows[i - 1].top + layout.rows[i - 1].height);
  }
  for (const auto& bar : layout.bars) CHECK(bar.to >= bar.from);
}

TEST_CASE("long ids take no room from the lanes: a diagram has them in short") {
  auto trace = failures().front();
  for (auto& step : trace.steps) {
    if (!step.what.empty()) step.what += " b9712ecd-1111-4222-8333-944445555666";
  }
  auto plain = failures().front();
  for (auto& step : plain.steps) {
    if (!step.what.empty()) step.what += " b971…";
  }
  const auto layout = layout_of(trace);
  CHECK(layout.width == layout_of(plain).width);
  for (const auto& row : layout.rows) CHECK(row.label.find("-4222-") == std::string::npos);
}

TEST_CASE("a page needs nothing but itself") {
  const auto page = page_of(failures().front(), {"a test", "lab08", "scripts/workshop replay 8"});
  for (const auto* part :
       {" src=", " href=", "@import", "url(", "https://", "fetch(", "XMLHttpRequest", "{{"}) {
    CAPTURE(part);
    CHECK(page.find(part) == std::string::npos);
  }
  CHECK(count_of(page, "http://") == count_of(page, R"(xmlns="http://www.w3.org/2000/svg")"));
  CHECK(page.find(failures().front().schedule) != std::string::npos);
}

TEST_CASE("a trace made by hand has a picture, without a state and with a lane for each process") {
  const auto trace = by_hand("x' = x + 1");
  const auto layout = layout_of(trace);
  REQUIRE(layout.lanes.size() == 2);
  CHECK(layout.lanes[1].name == "p2 <&>");
  CHECK(flaw_of_xml(svg_of(trace, {})) == "");
  const auto value = json::parse(json_of(trace, {}));
  CHECK(value.at("start").is_null());
  CHECK(value.at("steps").at(2).at("deciding") == true);
}

TEST_CASE("of a very long execution the first steps are shown and the others counted") {
  auto trace = by_hand("step");
  trace.steps.resize(1000, trace.steps.front());
  const auto value = json::parse(json_of(trace, {}));
  CHECK(value.at("steps").as_array().size() == kPictureStepsMax);
  CHECK(value.at("steps_left_out").to_number<std::size_t>() == 1000 - kPictureStepsMax);
  CHECK(layout_of(trace).rows.size() == kPictureStepsMax);
  trace.violation->name = failure::kLivelock;
  CHECK(layout_of(trace).rows.size() == kLivelockStepsMax);
}

TEST_CASE("the picture of a livelock says who goes round, and marks where that begins") {
  auto trace = by_hand("step");
  trace.violation->name = failure::kLivelock;
  trace.goes_on = true;
  auto look = trace.steps.back();
  look.kind = OperationKind::load;
  look.what = "load Account account-1";
  look.deciding = false;
  for (auto& step : trace.steps) step.deciding = false;
  const auto lead = trace.steps.size();
  trace.steps.resize(lead + 100, look);
  trace.steps.back().deciding = true;
  mark_loop(trace);
  const auto value = json::parse(json_of(trace, {}));
  CHECK(value.at("steps").at(lead).at("deciding") == true);
  CHECK(value.at("loop").at("first").to_number<std::size_t>() == lead + 1);
  CHECK(value.at("loop").at("length").to_number<std::size_t>() == 1);
  CHECK(std::string(value.at("because").as_string()).find("goes round") != std::string::npos);
  const auto drawn = svg_of(trace, {});
  CHECK(drawn.find("► livelock") != std::string::npos);
}

TEST_CASE("a picture's file has the same name in every run") {
  CHECK(testing::picture_stem("lab08", "A payment, twice: \"1/2\"  ") ==
        "lab08.a-payment-twice-1-2");
  CHECK(testing::picture_stem("lab08", "→") == "lab08.test");
  CHECK(testing::picture_stem("lab08", std::string(500, 'x')).size() < 110);
}

TEST_CASE("page, diagram and JSON are written side by side, and not being able to is no error") {
  const auto folder = std::filesystem::temp_directory_path() / "workshop-picture-test";
  std::filesystem::remove_all(folder);
  const auto page = testing::write_picture((folder / "deep").string(), "lab08.x",
                                           failures().front(), {"x", "", ""});
  REQUIRE(page);
  CHECK(*page == (folder / "deep" / "lab08.x.html").string());
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "deep")) {
    CHECK(entry.file_size() > 100);
    ++files;
  }
  CHECK(files == 3);
  std::ofstream(folder / "file") << "x";
  CHECK_FALSE(
      testing::write_picture((folder / "file").string(), "lab08.x", failures().front(), {}));
  std::filesystem::remove_all(folder);
}
