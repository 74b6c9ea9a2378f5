#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "payments_handler.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

/// What outgoing_id is asked for.
struct Question {
  std::string incoming = "m1";
  std::string endpoint = "payments";
  std::string type = "PaymentBooked";
  int ordinal = 0;
};

std::string answer(const Question& question) {
  return outgoing_id({question.incoming}, question.endpoint, question.type, question.ordinal).value;
}

/// "outgoing_id({m1}, payments, PaymentBooked, 0)".
std::string words_for(const Question& question) {
  return "outgoing_id({" + question.incoming + "}, " + question.endpoint + ", " + question.type +
         ", " + std::to_string(question.ordinal) + ")";
}

void require_the_same_id_again(const Question& question) {
  INFO("asked twice: " << words_for(question));
  const auto first = answer(question);
  const auto again = answer(question);
  REQUIRE(first == again);
}

/// Ids that differ each time differ for no reason; so first of all an id must come again.
void require_different_ids(const Question& question, const Question& other_question) {
  require_the_same_id_again(question);
  require_the_same_id_again(other_question);
  INFO("one:   " << words_for(question));
  INFO("other: " << words_for(other_question));
  const auto one = answer(question);
  const auto other = answer(other_question);
  REQUIRE(one != other);
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
  require_different_ids({.type = "ReceiptIssued", .ordinal = 0},
                        {.type = "ReceiptIssued", .ordinal = 1});
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
    std::vector<std::string> separators = {"\",\"", "','", "', '", "\", \"", ", ", " / ", "->"};
    for (char c = 0; c < 126; ++c) separators.insert(separators.end(), {{c}, {c, c}});
    for (const auto& between : separators) {
      require_different_ids({.incoming = "a" + between + "b", .endpoint = "c"},
                            {.incoming = "a", .endpoint = "b" + between + "c"});
      require_different_ids({.endpoint = "a" + between + "b", .type = "c"},
                            {.endpoint = "a", .type = "b" + between + "c"});
    }
  }
  SECTION("each after its length, but nothing between the length and the part") {
    // Both are "11" "8eeeeeeee" "123abc7Receipt" that way: is it 1 and "1", or 11 and "8eeee…"?
    require_different_ids({.incoming = "1", .endpoint = "eeeeeeee", .type = "3abc7Receipt"},
                          {.incoming = "8eeeeeeee12", .endpoint = "abc", .type = "Receipt"});
  }
}

TEST_CASE("an id is a name-based UUID however long the conversation before it", "[step2]") {
  std::string id = "m1";
  for (int hop = 0; hop < 10; ++hop) {
    require_the_same_id_again({.incoming = id});
    id = answer({.incoming = id});
    CAPTURE(hop, id);
    REQUIRE(id.size() == 36);
    REQUIRE(id[14] == '5');  // RFC 9562: where the version stands; 5 is name-based
  }
}
