#include <fmt/format.h>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <limits>
#include <locale>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "payments_handler.hpp"
#include "workshop/shop/situations.hpp"
#include "workshop/testing/child_process.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

/// The arguments of a call of outgoing_id.
struct Question {
  std::string incoming = "m1";
  std::string endpoint = "payments";
  std::string type = "PaymentBooked";
  int ordinal = 0;
};

std::string answer(const Question& question) {
  return outgoing_id({question.incoming}, question.endpoint, question.type, question.ordinal).value;
}

/// The text in printable form: bytes that a terminal would not show are hexadecimal numbers, and
/// the middle of a long text is left out.
std::string printed(std::string_view text) {
  std::string shown;
  for (const char c : text) {
    const bool plain = c >= ' ' && c <= '~';
    shown += plain ? std::string(1, c) : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
  if (shown.size() <= 60) return shown;
  return shown.substr(0, 20) + "…" + shown.substr(shown.size() - 20);
}

/// "outgoing_id({m1}, payments, PaymentBooked, 0)".
std::string words_for(const Question& question) {
  return fmt::format("outgoing_id({{{}}}, {}, {}, {})", printed(question.incoming),
                     printed(question.endpoint), printed(question.type), question.ordinal);
}

void require_the_same_id_again(const Question& question) {
  INFO("asked twice, it makes two ids: " << words_for(question));
  const auto first = answer(question);
  const auto again = answer(question);
  REQUIRE(first == again);
}

/// Requires that the two ids differ; and that each of them is the same when it is computed again,
/// because random ids would differ anyway.
void require_different_ids(const Question& question, const Question& other_question) {
  require_the_same_id_again(question);
  require_the_same_id_again(other_question);
  INFO("two different events have one id, so receivers drop the second:");
  INFO("one:   " << words_for(question));
  INFO("other: " << words_for(other_question));
  const auto one = answer(question);
  const auto other = answer(other_question);
  REQUIRE(one != other);
}

/// Separators that an implementation might put between the parts: every byte, single and double,
/// and longer texts.
std::vector<std::string> separators() {
  std::vector<std::string> texts = {"\",\"", "','", "', '", "\", \"", ", ", " / ", " | ",
                                    " - ",   "->",  " -> ", "␟",      "€",  "\r\n"};
  for (int c = 0; c < 256; ++c) {
    texts.push_back(std::string(1, static_cast<char>(c)));
    texts.push_back(std::string(2, static_cast<char>(c)));
  }
  return texts;
}

}  // namespace

TEST_CASE("the events of two messages have different ids", "[step2]") {
  require_different_ids({.incoming = "m1"}, {.incoming = "m2"});
}

TEST_CASE("two endpoints that handle one message give their events different ids", "[step2]") {
  require_different_ids({.endpoint = "payments"}, {.endpoint = "loyalty"});
}

TEST_CASE("events of two types have different ids", "[step2]") {
  require_different_ids({.type = "PaymentBooked"}, {.type = "ReceiptIssued"});
}

TEST_CASE("two events of one type have different ids", "[step2]") {
  const std::vector<int> ordinals = {0, 1, 9, 10, 11, 100, 101, 255, 256, 257, 65'536};
  for (const int one : ordinals) {
    for (const int other : ordinals) {
      if (one >= other) continue;
      require_different_ids({.type = "ReceiptIssued", .ordinal = one},
                            {.type = "ReceiptIssued", .ordinal = other});
    }
  }
}

TEST_CASE("a difference anywhere in a part makes another id", "[step2]") {
  SECTION("in a letter's case") {
    require_different_ids({.incoming = "m1"}, {.incoming = "M1"});
    require_different_ids({.endpoint = "payments"}, {.endpoint = "Payments"});
    require_different_ids({.type = "paymentBooked"}, {.type = "PaymentBooked"});
  }
  SECTION("in the last character of a long text") {
    const std::string text(1'000, 'x');
    require_different_ids({.incoming = text + "1"}, {.incoming = text + "2"});
    require_different_ids({.endpoint = text + "1"}, {.endpoint = text + "2"});
    require_different_ids({.type = text + "1"}, {.type = text + "2"});
  }
  SECTION("in the middle of a long text") {
    const std::string half(500, 'x');
    require_different_ids({.incoming = half + "1" + half}, {.incoming = half + "2" + half});
    require_different_ids({.endpoint = half + "1" + half}, {.endpoint = half + "2" + half});
  }
  SECTION("in what stands before the last sign") {
    for (const std::string sign : {"::", ".", "/", "-", " ", "+"}) {
      const std::string one = "shop" + sign;
      const std::string other = "bank" + sign;
      require_different_ids({.incoming = one + "m1"}, {.incoming = other + "m1"});
      require_different_ids({.endpoint = one + "a"}, {.endpoint = other + "a"});
      require_different_ids({.type = one + "Booked"}, {.type = other + "Booked"});
    }
  }
  SECTION("in a blank") {
    require_different_ids({.incoming = "m1"}, {.incoming = "m1 "});
    require_different_ids({.endpoint = "payments"}, {.endpoint = " payments"});
  }
}

TEST_CASE("the parts of an id do not run together", "[step2]") {
  SECTION("one after the other") {
    require_different_ids({.incoming = "ab", .endpoint = "c"}, {.incoming = "a", .endpoint = "bc"});
    require_different_ids({.endpoint = "ab", .type = "c"}, {.endpoint = "a", .type = "bc"});
    require_different_ids({.type = "Part", .ordinal = 11}, {.type = "Part1", .ordinal = 1});
    require_different_ids({.incoming = "", .endpoint = "a"}, {.incoming = "a", .endpoint = ""});
  }
  SECTION("one in the place of the other") {
    require_different_ids({.incoming = "a", .endpoint = "b"}, {.incoming = "b", .endpoint = "a"});
    require_different_ids({.endpoint = "a", .type = "b"}, {.endpoint = "b", .type = "a"});
  }
  SECTION("parted by characters that a part may contain itself") {
    for (const auto& between : separators()) {
      require_different_ids({.incoming = "a" + between + "b", .endpoint = "c"},
                            {.incoming = "a", .endpoint = "b" + between + "c"});
      require_different_ids({.endpoint = "a" + between + "b", .type = "c"},
                            {.endpoint = "a", .type = "b" + between + "c"});
    }
  }
  SECTION("parted by characters that are escaped, or doubled, when a part contains them") {
    for (const auto& between : separators()) {
      require_different_ids({.incoming = "a" + between, .endpoint = "b"},
                            {.incoming = "a", .endpoint = between + "b"});
      for (const std::string escape : {"\\", "%", "\"", "'", "^", "~", "&"}) {
        require_different_ids({.incoming = "a" + escape, .endpoint = "b" + between + "c"},
                              {.incoming = "a" + between + "b" + escape, .endpoint = "c"});
      }
    }
  }
  SECTION("parted by tags") {
    const std::vector<std::string> names = {"m",  "e",        "t",        "o",
                                            "id", "incoming", "endpoint", "type"};
    for (const auto& closed : names) {
      for (const auto& opened : names) {
        const auto between = "</" + closed + "><" + opened + ">";
        require_different_ids({.incoming = "a" + between + "b", .endpoint = "c"},
                              {.incoming = "a", .endpoint = "b" + between + "c"});
      }
    }
  }
  SECTION("each after its length, but nothing between the length and the part") {
    // With lengths but without an end of the length, both begin with "11" "8eeeeeeee": that is the
    // length 1 and "1", or the length 11 and "8eeee…".
    require_different_ids({.incoming = "1", .endpoint = "eeeeeeee", .type = "3abc7Receipt"},
                          {.incoming = "8eeeeeeee12", .endpoint = "abc", .type = "Receipt"});
  }
}

TEST_CASE("an id is a name-based UUID however long the conversation before it", "[step2]") {
  std::string id = "m1";
  for (int hop = 0; hop < 10; ++hop) {
    require_the_same_id_again({.incoming = id});
    id = answer({.incoming = id});
    INFO("each id is made of the one before, "
         << hop + 1 << " times by now: a UUID has 36 characters, a 5 as its 15th");
    CAPTURE(hop, id);
    REQUIRE(id.size() == 36);
    REQUIRE(id[14] == '5');  // RFC 9562: this digit is the version, and 5 is name-based
  }
}

TEST_CASE("hundreds of thousands of events have ids of their own", "[.exam]") {
  constexpr int kMany = 300'000;
  std::set<std::string> ids;
  for (int i = 0; i < kMany; ++i) {
    ids.insert(answer({.incoming = i % 2 == 0 ? "m1" : "m2", .ordinal = i / 2}));
  }
  CHECK(ids.size() == kMany);
  CHECK(ids.insert(answer({.ordinal = std::numeric_limits<int>::max()})).second);
  // Whoever keeps only some of an ordinal's bits, or of its digits, has one of them again.
  std::set<int> ordinals = {0, std::numeric_limits<int>::max()};
  for (int bit = 0; bit < 31; ++bit) ordinals.insert(1 << bit);
  ordinals.insert(amounts_near_powers().begin(), amounts_near_powers().end());
  std::set<std::string> wide;
  for (const int ordinal : ordinals) wide.insert(answer({.ordinal = ordinal}));
  CHECK(wide.size() == ordinals.size());
}

TEST_CASE("parts whose names look alike are different ones", "[.exam]") {
  for (const auto& [one, other] : hard_names()) {
    require_different_ids({.incoming = one}, {.incoming = other});
    require_different_ids({.endpoint = one}, {.endpoint = other});
    require_different_ids({.type = one}, {.type = other});
  }
}

TEST_CASE("parts have any length", "[.exam]") {
  for (const std::size_t size : {2'048U, 4'096U, 8'192U, 65'535U, 70'000U, 1U << 20U}) {
    const std::string text(size, 'x');
    require_different_ids({.incoming = text + "1"}, {.incoming = text + "2"});
    require_different_ids({.endpoint = text + "1"}, {.endpoint = text + "2"});
    require_different_ids({.type = text + "1"}, {.type = text + "2"});
    require_different_ids({.incoming = "1" + text}, {.incoming = "2" + text});
  }
}

TEST_CASE("hundreds of thousands of messages have events of their own", "[.exam]") {
  constexpr int kMany = 300'000;
  std::set<std::string> ids;
  for (int i = 0; i < kMany; ++i) {
    // Of numbers alone many a hash of 32 bits makes others.
    const auto name = MessageId::from_name(std::to_string(i)).value;
    ids.insert(i % 3 == 0   ? answer({.incoming = name})
               : i % 3 == 1 ? answer({.endpoint = name})
                            : answer({.type = name}));
  }
  CHECK(ids.size() == kMany);
}

TEST_CASE("parts that are made of lengths do not run together", "[.exam]") {
  // Nothing but ones: whoever writes the lengths without an end, in front or behind, has the same.
  std::map<std::string, Question> questions;
  const std::vector<std::string> parts = {std::string(1, '1'), std::string(11, '1'),
                                          std::string(111, '1'), ""};
  for (const auto& incoming : parts) {
    for (const auto& endpoint : parts) {
      for (const auto& type : parts) {
        for (const int ordinal : {1, 11, 111}) {
          const Question question{incoming, endpoint, type, ordinal};
          const auto [known, is_new] = questions.emplace(answer(question), question);
          if (!is_new) require_different_ids(known->second, question);
        }
      }
    }
  }
  CHECK(questions.size() == parts.size() * parts.size() * parts.size() * 3);
}

/// How somebody may write a length, and a length that is written so.
struct Length {
  std::string written;
  std::size_t value;
};

/// Bytes, of which two are the same forwards and backwards; decimal numbers, with and without an
/// end; and nothing, for lengths that do not stand beside their part.
std::vector<Length> lengths() {
  std::vector<Length> all = {{"", 8},    {"a", 'a'},  {"aa", 'a' * 257}, {"08", 8},
                             {"008", 8}, {"0008", 8}, {"00008", 8}};
  for (const auto& end :
       std::vector<std::string>{":", ",", ";", "|", "/", "-", " ", "\n", std::string(1, '\0')}) {
    for (const auto& [written, value] : std::vector{all[1], all[2]}) {
      all.push_back({written + end, value});
    }
    all.push_back({"8" + end, 8});
  }
  all.push_back({"8", 8});
  return all;
}

using Part = std::string Question::*;

/// A length that begins anew at `wrap` is the same for a text and for one that is longer by `wrap`.
/// So what is written of the second part may be the end of the first one, in front or behind.
void require_no_wrap_at(std::size_t wrap, const Length& length, Part first, Part second) {
  const std::string middle(wrap - length.written.size(), 'x');
  const std::string text(length.value % wrap, 'e');
  Question one;
  Question other;
  one.*first = text + length.written + middle;
  one.*second = text;
  other.*first = text;
  other.*second = middle + length.written + text;
  // Its words for a failure take longer than the question.
  if (answer(one) == answer(other)) require_different_ids(one, other);
}

TEST_CASE("a length that is counted in one byte, or in two, is no length", "[.exam]") {
  constexpr std::array<Part, 3> parts = {&Question::incoming, &Question::endpoint, &Question::type};
  for (const std::size_t wrap : {10U, 64U, 100U, 128U, 256U, 1'000U, 65'536U}) {
    for (const auto& length : lengths()) {
      for (const auto first : parts) {
        for (const auto second : parts) {
          if (first != second) require_no_wrap_at(wrap, length, first, second);
        }
      }
    }
  }
  SUCCEED("all of them have ids of their own");
}

TEST_CASE("a length that is counted in three bytes is no length either", "[.exam]") {
  for (const auto& written : {std::string("a\0\0", 3), std::string("\0\0a", 3)}) {
    for (const auto& [first, second] : {std::pair{&Question::incoming, &Question::endpoint},
                                        {&Question::endpoint, &Question::type}}) {
      require_no_wrap_at(1U << 24U, {written, 'a'}, first, second);
    }
  }
  SUCCEED("all of them have ids of their own");
}

TEST_CASE("an id in a process of its own", "[.child]") {
  testing::as_child([](testing::Parent& parent) { parent.announce(answer({})); });
}

TEST_CASE("an id is the same in every process", "[.exam]") {
  testing::ChildProcess another("an id in a process of its own");
  INFO("two processes make the id of one event; both must make the same");
  another.wait_for(answer({}));
}

TEST_CASE("an id is the same however many threads make ids at once", "[.exam]") {
  constexpr int kThreads = 4;
  constexpr int kTimes = 20'000;
  std::array<std::string, kThreads> wrong;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    const Question question{"m" + std::to_string(i), "payments", "PaymentBooked", i};
    threads.emplace_back([question, wanted = answer(question), &found = wrong[i]] {
      for (int time = 0; time < kTimes && found.empty(); ++time) {
        if (answer(question) != wanted) found = words_for(question);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  INFO("made on several threads at once, these have other ids:");
  REQUIRE(wrong == std::array<std::string, kThreads>());
}

TEST_CASE("an id is the same in every country", "[.exam]") {
  struct Grouped final : std::numpunct<char> {
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
  };
  for (const auto& question :
       {Question{.ordinal = 1'234'567}, Question{.incoming = std::string(1'234, 'm')}}) {
    const auto here = answer(question);
    const auto before =
        std::locale::global(std::locale(std::locale::classic(), new Grouped));  // it owns it
    const auto there = answer(question);
    std::locale::global(before);
    INFO("where a thousand is written 1.000: " << words_for(question));
    REQUIRE(here == there);
  }
}
