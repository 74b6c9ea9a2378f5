#include "live_shop/shop_program.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace workshop::tests {

namespace fs = std::filesystem;

std::vector<std::string> shop_command(const std::string& program, std::vector<std::string> words) {
  std::vector<std::string> command = {std::string(WORKSHOP_SHOPS) + "/" + program, "--quiet"};
  if (std::find(words.begin(), words.end(), "--modules") == words.end()) {
    command.insert(command.end(), {"--modules", WORKSHOP_ENGINE_MODULES});
  }
  std::move(words.begin(), words.end(), std::back_inserter(command));
  return command;
}

process::Result run_shop(const std::string& program, std::vector<std::string> words,
                         const process::Variables& variables) {
  return process::run(
      shop_command(program, std::move(words)),
      {.environment = variables,
       .without = {"WORKSHOP_RABBITMQ", "WORKSHOP_POSTGRESQL", "WORKSHOP_DYNAMODB"}},
      {.time_max = std::chrono::minutes(30)});
}

std::vector<int> running_with(const std::string& text) {
  std::vector<int> found;
  std::error_code error;
  for (const auto& process : fs::directory_iterator("/proc", error)) {
    std::ifstream file(process.path() / "cmdline");
    const std::string line{std::istreambuf_iterator<char>(file), {}};
    if (line.find(text) != std::string::npos) {
      found.push_back(std::stoi(process.path().filename().string()));
    }
  }
  return found;
}

}  // namespace workshop::tests
