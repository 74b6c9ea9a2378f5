#include "workshop/core/ids.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <set>
#include <thread>
#include <vector>

using namespace workshop;

namespace {

class Numbers final : public Ids {
 public:
  std::string next() override { return "n" + std::to_string(++last_); }

 private:
  int last_ = 0;
};

}  // namespace

TEST_CASE("random ids are UUIDs of version 7, all different, on several threads") {
  std::vector<std::vector<std::string>> drawn(4);
  std::vector<std::thread> threads;
  for (auto& own : drawn) {
    threads.emplace_back([&own] {
      for (int i = 0; i < 10'000; ++i) own.push_back(MessageId::random().value);
    });
  }
  for (auto& thread : threads) thread.join();
  std::set<std::string> all;
  for (const auto& own : drawn) all.insert(own.begin(), own.end());
  CHECK(all.size() == 40'000);
  CHECK(std::all_of(all.begin(), all.end(), [](const std::string& id) {
    return id.size() == 36 && id[14] == '7' &&
           std::string("89ab").find(id[19]) != std::string::npos;
  }));
}

TEST_CASE("random ids are ordered by the time they were drawn at, to the millisecond") {
  const auto first = MessageId::random();
  std::this_thread::sleep_for(std::chrono::milliseconds(2));  // so that the millisecond differs
  CHECK(first < MessageId::random());
}

TEST_CASE("an id from a name is the same every time, and another one for another name") {
  const auto id = MessageId::from_name("5:first6:second");
  CHECK(id == MessageId::from_name("5:first6:second"));
  CHECK(id != MessageId::from_name("6:firsts5:econd"));
  CHECK(id.value.size() == 36);
  CHECK(id.value[14] == '5');
}

TEST_CASE("a scope decides where ids come from, and gives way when it ends") {
  Numbers outer_source;
  Numbers inner_source;
  const ScopedIds outer(outer_source);
  CHECK(MessageId::random().value == "n1");
  {
    const ScopedIds inner(inner_source);
    CHECK(MessageId::random().value == "n1");
  }
  CHECK(MessageId::random().value == "n2");
}
