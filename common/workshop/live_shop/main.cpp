#include <filesystem>
#include <system_error>

#include "workshop/live_shop/options.hpp"
#include "workshop/live_shop/supervisor.hpp"

int main(int count, char** words) {
  using namespace workshop::live_shop;
  Options options;
  if (const auto ended = read_options(count, words, options)) return *ended;
  if (!options.role.empty()) return serve(options);
  std::error_code error;
  auto program = std::filesystem::canonical("/proc/self/exe", error);  // else as it was started
  return supervise(error ? words[0] : program.string(), options);
}
