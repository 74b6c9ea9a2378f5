#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <boost/version.hpp>
#include <cstdio>

struct Gift {
  int count;
};
BOOST_DESCRIBE_STRUCT(Gift, (), (count))

int main() {
  const bool right = boost::json::serialize(boost::json::value_from(Gift{2})) == R"({"count":2})";
  std::printf(right ? "seen: %d.%d writes JSON\n" : "seen: %d.%d writes wrong JSON\n",
              BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000);
  return right ? 0 : 1;
}
