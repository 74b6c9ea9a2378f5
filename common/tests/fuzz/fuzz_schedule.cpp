// What a schedule must hold for any string: it is refused by position, or it is the string that it
// writes.
#include "fuzz/fuzzing.hpp"
#include "workshop/core/error.hpp"
#include "workshop/explore/drivers/schedule.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace workshop;
  using namespace workshop::tests;
  const auto text = text_of(data, size);
  explore::Schedule schedule;
  try {
    schedule = explore::Schedule::parse(text);
  } catch (const InvalidRequest& error) {
    require(*error.what() != 0, "a refusal says why");
    return 0;
  }
  const auto written = schedule.to_string();
  require(explore::Schedule::parse(written) == schedule, "what is written is read the same", text);
  return 0;
}

/// Now and then a string of the signs that a schedule has.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t size_max, unsigned int seed) {
  constexpr std::string_view kSigns = "ABCD-rlcpsanwvebhijky!+^~x?%@0129:()";
  if (seed % 4 != 0 && size > 0) return LLVMFuzzerMutate(data, size, size_max);
  std::mt19937 random(seed);
  std::string text = "3f9a:2@";
  for (auto steps = random() % 40; steps > 0; --steps) text += kSigns[random() % kSigns.size()];
  const auto count = std::min(text.size(), size_max);
  std::memcpy(data, text.data(), count);
  return count;
}
