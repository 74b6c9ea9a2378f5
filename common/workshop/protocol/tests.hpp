#pragma once

#include <string>
#include <string_view>

/// How tests are called and tagged.
namespace workshop::protocol {

/// The tag of a test that is green on the skeleton.
inline constexpr std::string_view kGivenTag = "given";
/// Begins the tag of a test of a step: "step2".
inline constexpr std::string_view kStepTag = "step";
/// On the command line: the tests that write executions for TLC (variable::kAsTrace).
inline constexpr std::string_view kTracesTests = "[traces]";

/// A test's name as a test program takes it from its command line: nothing in it is a pattern.
std::string test_argument(std::string_view test_name);

}  // namespace workshop::protocol
