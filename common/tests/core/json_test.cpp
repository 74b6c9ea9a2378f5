#include "workshop/core/json.hpp"

#include <array>
#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace workshop;

namespace {

struct Shelf {
  std::vector<std::string> gifts;
  std::set<int> prices;
  std::map<std::string, std::vector<bool>> sold;
  std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(Shelf, (), (gifts, prices, sold, note))

// A type that Boost.JSON converts and this library does not.
struct Measured {
  std::pair<std::string, int> width;
  std::array<int, 2> corner;
};
BOOST_DESCRIBE_STRUCT(Measured, (), (width, corner))

struct Counted {
  std::int8_t small = 0;
  std::uint8_t natural = 0;
};
BOOST_DESCRIBE_STRUCT(Counted, (), (small, natural))

std::string refusal(const std::string& text) {
  try {
    from_json<Shelf>(text);
  } catch (const InvalidRequest& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("sequences, maps and optional members come back as they were") {
  const std::string text =
      R"({"gifts":["a","b"],"prices":[1,3],"sold":{"x":[true,false],"y":[]},"note":null})";
  const auto shelf = from_json<Shelf>(text);
  CHECK(shelf.gifts == std::vector<std::string>{"a", "b"});
  CHECK(shelf.sold.at("x") == std::vector<bool>{true, false});
  CHECK_FALSE(shelf.note.has_value());
  CHECK(to_json(shelf) == text);
}

TEST_CASE("a refusal names the place within maps and sequences") {
  CHECK(refusal(R"({"gifts":7,"prices":[],"sold":{}})").find("gifts is no array") !=
        std::string::npos);
  CHECK(refusal(R"({"gifts":[],"prices":[],"sold":[]})").find("sold is no object") !=
        std::string::npos);
  CHECK(refusal(R"({"gifts":[],"prices":[],"sold":{"x":[1]}})")
            .find("sold.x is neither true nor false") != std::string::npos);
  CHECK(refusal(R"({"gifts":[],"prices":[],"sold":{"x":[],"y":[1]}})")
            .find(" sold.y is neither true nor false") != std::string::npos);
}

TEST_CASE("a number that does not fit is refused and not cut") {
  CHECK(from_json<Counted>(R"({"small":-128,"natural":255})").small == -128);
  CHECK_THROWS_AS(from_json<Counted>(R"({"small":128,"natural":0})"), InvalidRequest);
  CHECK_THROWS_AS(from_json<Counted>(R"({"small":-129,"natural":0})"), InvalidRequest);
  CHECK_THROWS_AS(from_json<Counted>(R"({"small":0,"natural":256})"), InvalidRequest);
  CHECK_THROWS_AS(from_json<Counted>(R"({"small":0,"natural":-1})"), InvalidRequest);
  CHECK_THROWS_AS(from_json<Counted>(R"({"small":0.5,"natural":0})"), InvalidRequest);
}

TEST_CASE("what only Boost.JSON converts is converted where its header is included") {
  const std::string text = R"({"width":["cm",30],"corner":[4,5]})";
  const auto measured = from_json<Measured>(text);
  CHECK(measured.width == std::pair<std::string, int>{"cm", 30});
  CHECK(measured.corner[1] == 5);
  CHECK(to_json(measured) == text);
}

TEST_CASE("each character of a text comes back, and only what must be escaped is") {
  for (int c = 0; c < 0x80; ++c) {
    const std::string text = "a" + std::string(1, static_cast<char>(c)) + "b";
    CAPTURE(c);
    const auto written = to_json(text);
    CHECK(written == boost::json::serialize(boost::json::string_view(text)));
    CHECK(from_json<std::string>(written) == text);
  }
  CHECK(to_json(std::string("é\xF0\x9F\x8E\x81")) == "\"é\xF0\x9F\x8E\x81\"");
}

TEST_CASE("the members of a map may come in any order, the last of one name counts") {
  using Map = std::map<std::string, std::string>;
  CHECK(from_json<Map>(R"({"c":"3","a":"1","b":"2"})") == Map{{"a", "1"}, {"b", "2"}, {"c", "3"}});
  CHECK(from_json<Map>(R"({"b":"2","a":"1","b":"3"})") == Map{{"a", "1"}, {"b", "3"}});
}
