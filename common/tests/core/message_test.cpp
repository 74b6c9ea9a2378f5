#include "workshop/core/message.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <map>
#include <set>
#include <vector>

#include "workshop/core/hash.hpp"

using namespace workshop;
using Catch::Matchers::ContainsSubstring;

namespace message_test {

struct Line {
  std::string gift;
  int count = 0;
};
struct Cart {
  std::string id;
  std::vector<Line> lines;
  std::map<std::string, int> prices;
  std::set<std::string> seen;
};
BOOST_DESCRIBE_STRUCT(Line, (), (gift, count))
BOOST_DESCRIBE_STRUCT(Cart, (), (id, lines, prices, seen))

}  // namespace message_test

using message_test::Cart;

TEST_CASE("a type's name on the wire has no namespaces") {
  CHECK(type_name<Cart>() == "Cart");
  CHECK(type_name<message_test::Line>() == "Line");
  CHECK(type_name<int>() == "int");
}

TEST_CASE("a described struct comes back from its JSON, its members in the order described") {
  const Cart cart{"c1", {{"book", 2}}, {{"z", 1}, {"a", 2}}, {"m2", "m1"}};
  const auto text = to_json(cart);
  CHECK(
      text ==
      R"({"id":"c1","lines":[{"gift":"book","count":2}],"prices":{"a":2,"z":1},"seen":["m1","m2"]})");
  CHECK(to_json(from_json<Cart>(text)) == text);
}

TEST_CASE("what is no JSON, or another type's, is refused by name") {
  CHECK_THROWS_WITH(from_json<Cart>("{"), ContainsSubstring("Cart"));
  CHECK_THROWS_WITH(from_json<Cart>(R"({"id":1})"), ContainsSubstring("Cart"));
  CHECK_THROWS_AS(from_json<Cart>("[]"), InvalidRequest);
}

TEST_CASE("a message carries its payload's type, and gives it back to that type alone") {
  const auto message = make_message(Cart{"c1", {}, {}, {}}, MessageId{"m1"});
  CHECK(message.type == "Cart");
  CHECK(payload_of<Cart>(message).id == "c1");
  CHECK_THROWS_WITH(payload_of<message_test::Line>(message),
                    ContainsSubstring("m1") && ContainsSubstring("Cart"));
  CHECK(message.header("none").empty());
}

TEST_CASE("a message stored inside a document comes back whole") {
  auto message = make_message(Cart{"c\"1", {}, {}, {}}, MessageId{"m1"});
  message.headers.emplace("h", "v");
  CHECK(from_json<Message>(to_json(message)) == message);
}

TEST_CASE("a digest tells parts apart that run together") {
  CHECK(Digest().add("ab").add("c").value() != Digest().add("a").add("bc").value());
  CHECK(Digest().add("").add("a").value() != Digest().add("a").add("").value());
  CHECK(Digest().add("12345678").value() != Digest().add("12345679").value());
}
