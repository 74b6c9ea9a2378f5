#include "workshop/protocol/programs.hpp"

#include <algorithm>

namespace workshop::protocol {
namespace {

constexpr std::string_view kLab = "lab";
constexpr std::string_view kSpec = "_spec";
constexpr std::string_view kSolution = "_solution";
constexpr std::string_view kMistake = "_mistake_";
constexpr std::string_view kYours = "_yours";

std::string lab_of(const LabProgramName& program) { return std::string(kLab) + program.number; }

}  // namespace

std::string name_of(const LabProgramName& program) {
  auto name = lab_of(program);
  if (program.variant.solution) return name.append(kSolution);
  if (program.variant.is_skeleton()) return name;
  return name.append(kMistake).append(program.variant.mistake);
}

std::string spec_name_of(const LabProgramName& program) {
  auto name = lab_of(program).append(kSpec);
  if (program.variant.solution) return name;
  if (program.variant.is_skeleton()) return name.append(kYours);
  return name.append(kMistake).append(program.variant.mistake);
}

LabProgramName read_program_name(std::string_view name) {
  LabProgramName program;
  if (!name.starts_with(kLab)) return program;
  name.remove_prefix(kLab.size());
  const auto digits = std::min(name.find_first_not_of("0123456789"), name.size());
  program.number = name.substr(0, digits);
  name.remove_prefix(digits);
  program.variant.solution = name == kSolution;
  if (name.starts_with(kMistake)) program.variant.mistake = name.substr(kMistake.size());
  return program;
}

std::string command_words(const LabProgramName& program) {
  const auto begin = std::min(program.number.find_first_not_of('0'), program.number.size());
  auto words = program.number.substr(begin);
  if (words.empty()) return words;
  if (program.variant.solution) words += " --solution";
  if (!program.variant.mistake.empty()) words += " --mistake " + program.variant.mistake;
  return words;
}

}  // namespace workshop::protocol
