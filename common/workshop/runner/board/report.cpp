#include "workshop/runner/board/report.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "workshop/runner/pages/json_fields.hpp"
#include "workshop/runner/progress/hints.hpp"
#include "workshop/runner/progress/test_state_json.hpp"

namespace workshop::runner {
namespace json = boost::json;
namespace {

constexpr int kFormat = 1;
constexpr std::size_t kTokenBytes = 32;
constexpr std::int64_t kLineMax = 1'000'000;
constexpr std::size_t kTestNameBytesMax = 200;
constexpr std::size_t kReasonBytesMax = 40;
constexpr std::size_t kScheduleBytesMax = 2'000;

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t bytes = lead < 0x80   ? 1
                              : lead < 0xc2 ? 0
                              : lead < 0xe0 ? 2
                              : lead < 0xf0 ? 3
                              : lead < 0xf5 ? 4
                                            : 0;
    if (bytes == 0 || i + bytes > text.size()) return false;
    for (std::size_t k = 1; k < bytes; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return false;
    }
    // No controls of C1, no surrogates, and nothing that turns the direction of writing or has no
    // width: U+200B to U+200F, U+2028 to U+202E, U+2060 to U+206F.
    const auto next = bytes > 1 ? static_cast<unsigned char>(text[i + 1]) : 0;
    const auto third = bytes > 2 ? static_cast<unsigned char>(text[i + 2]) : 0;
    if (lead == 0xc2 && next < 0xa0) return false;
    if (lead == 0xe0 && next < 0xa0) return false;
    if (lead == 0xed && next >= 0xa0) return false;
    if (lead == 0xf0 && next < 0x90) return false;
    if (lead == 0xf4 && next >= 0x90) return false;
    if (lead == 0xe2 && next == 0x80 && third >= 0x8b && third <= 0xae &&
        !(third >= 0x90 && third <= 0xa7)) {
      return false;
    }
    if (lead == 0xe2 && next == 0x81 && third >= 0xa0 && third <= 0xaf) return false;
    i += bytes;
  }
  return true;
}

bool is_letter_or_digit(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') || static_cast<unsigned char>(letter) >= 0x80;
}

/// Printable, and no sign of HTML: a sentence that names a test has neither.
bool is_test_name(std::string_view text) {
  return !text.empty() && text.size() <= kTestNameBytesMax && is_utf8(text) &&
         std::ranges::all_of(text, [](char letter) {
           return is_letter_or_digit(letter) ||
                  std::string_view(" !\"#$%'()*+,-./:;=?@[]^_`{|}~").find(letter) !=
                      std::string_view::npos;
         });
}

bool is_word(std::string_view text) {
  return text.size() <= kReasonBytesMax &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == ' '; });
}

bool is_schedule(std::string_view text) {
  return text.size() <= kScheduleBytesMax && std::ranges::all_of(text, [](char letter) {
           return letter > ' ' && letter < '\x7f' &&
                  std::string_view("<>&\"'").find(letter) == std::string_view::npos;
         });
}

bool is_token(std::string_view text) {
  return text.size() == kTokenBytes && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::optional<TestState> test_of(const json::value& value) {
  if (!value.is_object()) return std::nullopt;
  const auto& object = value.get_object();
  const auto name = text_field(object, "name");
  const auto step = number_field(object, "step", 9);
  const auto verdict = text_field(object, "verdict");
  const auto reason = text_field(object, "reason");
  const auto schedule = text_field(object, "schedule");
  const auto line =  // of an older checkout: none
      object.contains("line") ? number_field(object, "line", kLineMax)
                              : std::optional<std::int64_t>(0);
  if (!name || !step || !verdict || !reason || !schedule || !line || !is_test_name(*name) ||
      !is_word(*reason) || !is_schedule(*schedule) ||
      (*verdict != "green" && *verdict != "red" && *verdict != "skipped")) {
    return std::nullopt;
  }
  const bool known = reason->empty() || is_reason(*reason);
  return TestState{*name,     static_cast<int>(*step),
                   *verdict,  known ? *reason : "another failure",
                   *schedule, static_cast<int>(*line)};
}

}  // namespace

Report report_of(int lab, const LabState& state) {
  Report report{.lab = lab, .tests = state.tests, .hints_taken = 0, .checked_at = state.checked_at};
  for (const auto& [step, taken] : state.hints_taken) {
    report.hints_taken += static_cast<int>(taken.size());
  }
  return report;
}

std::string to_json(const Report& report, std::string_view token) {
  json::array tests;
  for (const auto& test : report.tests) tests.push_back(json_for_others(test));
  return json::serialize(json::object{{"format", kFormat},
                                      {"token", token},
                                      {"lab", report.lab},
                                      {"checked_at", report.checked_at},
                                      {"hints_taken", report.hints_taken},
                                      {"tests", std::move(tests)}});
}

std::optional<ReportRead> read_report(std::string_view body) {
  if (body.size() > Report::kBytesMax) return std::nullopt;
  const auto parsed = read_object(body);
  if (!parsed) return std::nullopt;
  const auto& object = *parsed;
  const auto token = text_field(object, "token");
  const auto lab = number_field(object, "lab", 99);
  const auto checked_at = number_field(object, "checked_at", std::int64_t{1} << 40);
  const auto hints = number_field(object, "hints_taken", 999);
  const auto* tests = object.if_contains("tests");
  if (number_field(object, "format", kFormat) != kFormat || !token || !is_token(*token) || !lab ||
      *lab == 0 || !checked_at || !hints || tests == nullptr || !tests->is_array() ||
      tests->get_array().size() > Report::kTestsMax) {
    return std::nullopt;
  }
  ReportRead read{*token, {static_cast<int>(*lab), {}, static_cast<int>(*hints), *checked_at}};
  for (const auto& each : tests->get_array()) {
    auto test = test_of(each);
    if (!test) return std::nullopt;
    read.report.tests.push_back(std::move(*test));
  }
  return read;
}

bool is_name(std::string_view name) {
  constexpr std::size_t kNameBytesMax = 40;
  return !name.empty() && name.size() <= kNameBytesMax && is_utf8(name) &&
         std::ranges::all_of(name,
                             [](char letter) {
                               return is_letter_or_digit(letter) ||
                                      std::string_view(" -'._").find(letter) !=
                                          std::string_view::npos;
                             }) &&
         !name.starts_with(' ') && !name.ends_with(' ');
}

}  // namespace workshop::runner
