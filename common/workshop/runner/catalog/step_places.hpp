#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace workshop::runner {

/// A function whose body a step asks for.
struct StepPlace {
  std::string function;  ///< its name
  int overload = 0;      ///< which one of its name, from 0
  int first = 0;         ///< lines of the file to edit, from 1; 0: it is not there
  int last = 0;

  friend bool operator==(const StepPlace&, const StepPlace&) = default;
};

/// Where the TODOs of a step stand in a source.
std::vector<int> lines_of_step(std::string_view source, int step);

/// The name of the function around a line, or of the one that follows it; "" where there is none.
std::string function_around(std::string_view source, int line);

/// The functions in which the TODOs of a step stand, or before which. `skeleton`: the file as it is
/// handed out. None in a source that is not C++.
std::vector<StepPlace> places_of_step(std::string_view skeleton, int step);

/// Looks for the functions in the file as it is now.
void find_places(std::vector<StepPlace>& places, std::string_view source);

}  // namespace workshop::runner
