#pragma once

#include <string>
#include <string_view>

/// How the programs of labs are called: by the build (cmake/Workshop.cmake,
/// cmake/SolutionSpecs.cmake), by the runner that starts them, and by themselves.
namespace workshop::protocol {

/// Which program of a lab: the skeleton, or with other sources under the same tests.
struct Variant {
  bool solution = false;  ///< the reference solution
  std::string mistake;    ///< the name of the mistake, or empty

  /// Whether it is the lab as an attendee has it.
  bool is_skeleton() const { return !solution && mistake.empty(); }
};

/// A program of a lab, as its name tells.
struct LabProgramName {
  std::string number;  ///< of the lab, with two digits: "08"
  Variant variant;     ///< which program of it
};

/// "lab08", "lab08_solution", "lab08_mistake_random_ids".
std::string name_of(const LabProgramName& program);

/// The program with the checks of the lab's specification: "lab08_spec" of the solution,
/// "lab08_spec_yours" of the skeleton, "lab08_spec_mistake_random_ids".
std::string spec_name_of(const LabProgramName& program);

/// Reads a program's name; `number` is empty when it is no lab's. An ending that is none of those
/// above counts as the skeleton.
LabProgramName read_program_name(std::string_view name);

/// The words by which commands of `workshop` are told this program: "8", "8 --solution",
/// "8 --mistake random_ids". Empty when it is no lab's.
std::string command_words(const LabProgramName& program);

/// The command that runs a lab along a schedule; after it come command_words and the schedule.
inline constexpr std::string_view kReplayCommand = "scripts/workshop replay ";

}  // namespace workshop::protocol
