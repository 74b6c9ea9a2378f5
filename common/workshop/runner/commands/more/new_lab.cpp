#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/commands/more/more_commands.hpp"
#include "workshop/runner/templates/filled_copy.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

struct NewLabOptions {
  int number = 0;
  std::string name;
};

/// Where the template is, in the checkout.
constexpr const char* kTemplate = "scripts/lab-template";

bool is_name_of_lab(const std::string& name) {
  const auto in_word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (name.empty() || name.front() < 'a' || name.front() > 'z' || name.back() == '-') return false;
  return std::all_of(name.begin(), name.end(), [&](char c) { return in_word(c) || c == '-'; }) &&
         name.find("--") == std::string::npos;
}

void refuse_bad(const std::vector<Lab>& labs, const NewLabOptions& options) {
  if (!is_name_of_lab(options.name)) {
    throw UserError(fmt::format(
        "\"{}\" is no name of a lab; it wants small letters, digits and single dashes, such as "
        "durable-timers",
        options.name));
  }
  for (const auto& lab : labs) {
    if (lab.number != options.number && lab.name != options.name) continue;
    throw UserError(fmt::format("there is a lab {} already: {}", lab.padded_number(),
                                lab.folder.filename().string()));
  }
}

/// What stands for the @places@ of the template.
std::map<std::string, std::string> places_of(const NewLabOptions& options,
                                             const std::string& part) {
  auto words = options.name;
  std::replace(words.begin(), words.end(), '-', ' ');
  auto snake = options.name;
  std::replace(snake.begin(), snake.end(), '-', '_');
  return {{"NN", fmt::format("{:02}", options.number)},
          {"N", std::to_string(options.number)},
          {"title", words},
          {"snake_name", snake},
          {"part", part}};
}

int new_lab(Workspace& workspace, const NewLabOptions& options) {
  const auto& project = workspace.project();
  const auto labs = project.labs();
  refuse_bad(labs, options);
  const auto folder = fmt::format("{:02}-{}", options.number, options.name);
  const auto lab = project.root() / "labs" / folder;
  const auto solution = project.root() / "solutions" / folder;
  const auto source = project.root() / kTemplate;
  const auto part = labs.empty() ? std::string("I: what this part is about") : labs.back().part;
  const auto places = places_of(options, part);
  copy_filled(source / "lab", lab, places);
  copy_filled(source / "solution", solution, places);

  auto& console = workspace.console();
  console.line(project.shown(lab));
  console.line(project.shown(solution));
  console.line(fmt::format(
      "Next: scripts/workshop check {} is red, with a TODO; --solution is green.", options.number));
  console.line(
      "What is still missing: ctest --preset kit -R kit.catalog, and docs/contributing.md.");
  return protocol::kExitGood;
}

Action add_new_lab(CLI::App& app) {
  auto options = std::make_shared<NewLabOptions>();
  app.add_option("number", options->number, "The lab's number, such as 16")
      ->required()
      ->check(CLI::Range(1, 99));
  app.add_option("name", options->name, "Its name, such as durable-timers")->required();
  return [options](Workspace& workspace) { return new_lab(workspace, *options); };
}

}  // namespace

constexpr Command kNewLabCommand = kNewLabWords.done_by(add_new_lab);

}  // namespace workshop::runner
