#include "world/generated.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string_view>

namespace comparison {
namespace {

constexpr std::string_view kBegin = "<!-- what the test found -->\n";
constexpr std::string_view kEnd = "<!-- end of what the test found -->\n";

std::string path_of(const std::string& name) { return std::string(COMPARISON_FOLDER) + "/" + name; }

}  // namespace

std::string read_file(const std::string& name) {
  std::ifstream file(path_of(name));
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string written_part_of(const std::string& name) {
  const auto text = read_file(name);
  const auto begin = text.find(kBegin);
  const auto end = text.find(kEnd);
  if (begin == std::string::npos || end == std::string::npos) return {};
  return text.substr(begin + kBegin.size(), end - begin - kBegin.size());
}

void check_part(const std::string& name, const std::string& part) {
  auto text = read_file(name);
  const auto begin = text.find(kBegin);
  const auto end = text.find(kEnd);
  INFO(name << " needs the lines " << kBegin << "and " << kEnd);
  REQUIRE((begin != std::string::npos && end != std::string::npos));
  if (std::getenv("WORKSHOP_UPDATE_COMPARISON") != nullptr) {
    text.replace(begin, end - begin, std::string(kBegin) + part);
    std::ofstream(path_of(name)) << text;
    return;
  }
  INFO("WORKSHOP_UPDATE_COMPARISON=1 build/kit/docs/comparison/comparison writes it again");
  CHECK(written_part_of(name) == part);
}

}  // namespace comparison
