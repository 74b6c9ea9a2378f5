#include "live_shop/shop_program.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string_view>
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

namespace {

/// The ids of the processes whose command line meets `wanted`.
std::vector<int> processes(const std::function<bool(std::string_view)>& wanted) {
  std::vector<int> found;
  std::error_code error;
  for (const auto& process : fs::directory_iterator("/proc", error)) {
    std::ifstream file(process.path() / "cmdline");
    std::string line;  // of a process that ends meanwhile none is read, and nothing is thrown
    if (std::getline(file, line) && wanted(line)) {
      found.push_back(std::stoi(process.path().filename().string()));
    }
  }
  return found;
}

bool names(std::string_view line, std::string_view text) {
  return line.find(text) != std::string_view::npos;
}

}  // namespace

std::vector<int> running_with(const std::string& text) {
  return processes([&](std::string_view line) { return names(line, text); });
}

std::vector<int> services_with(const std::string& text) {
  return processes(
      [&](std::string_view line) { return names(line, text) && names(line, "--role"); });
}

}  // namespace workshop::tests
