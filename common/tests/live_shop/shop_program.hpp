#pragma once

#include <string>
#include <vector>

#include "workshop/process/program.hpp"

namespace workshop::tests {

/// The command line of a shop: "lab12_shop_solution", or another handler's, with these words and no
/// live summary.
std::vector<std::string> shop_command(const std::string& program, std::vector<std::string> words);

/// Runs it to its end; its environment names no server but those in `variables`.
process::Result run_shop(const std::string& program, std::vector<std::string> words,
                         const process::Variables& variables = {});

/// The ids of programs whose command lines name `text`: those that a shop has left running.
std::vector<int> running_with(const std::string& text);

/// Of these, the services. A process that its shop has just made is none before it runs its own
/// program: until then the shop waits for it, so who stops it stops the shop.
std::vector<int> services_with(const std::string& text);

}  // namespace workshop::tests
