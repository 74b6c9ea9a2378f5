#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <memory>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/commands/commands.hpp"
#include "workshop/runner/printing/text.hpp"

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

std::string with_replaced(std::string text, std::string_view place, const std::string& value) {
  for (auto at = text.find(place); at != std::string::npos; at = text.find(place, at)) {
    text.replace(at, place.size(), value);
    at += value.size();
  }
  return text;
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

/// Copies a folder of the template with its @places@ filled in.
void copy_filled(const fs::path& from, const fs::path& into, const NewLabOptions& options,
                 const std::string& part) {
  auto words = options.name;
  std::replace(words.begin(), words.end(), '-', ' ');
  auto snake = options.name;
  std::replace(snake.begin(), snake.end(), '-', '_');
  for (const auto& entry : fs::recursive_directory_iterator(from)) {
    if (!entry.is_regular_file()) continue;
    auto text = read_file(entry.path());
    if (!text) throw UserError(entry.path().string() + " cannot be read");
    *text = with_replaced(std::move(*text), "@NN@", fmt::format("{:02}", options.number));
    *text = with_replaced(std::move(*text), "@N@", std::to_string(options.number));
    *text = with_replaced(std::move(*text), "@title@", words);
    *text = with_replaced(std::move(*text), "@snake_name@", snake);
    *text = with_replaced(std::move(*text), "@part@", part);
    const auto file = into / entry.path().lexically_relative(from);
    fs::create_directories(file.parent_path());
    std::ofstream out(file, std::ios::binary);
    out << *text;
    if (!out) throw UserError(file.string() + " cannot be written");
  }
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
  copy_filled(source / "lab", lab, options, part);
  copy_filled(source / "solution", solution, options, part);

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

constexpr Command kNewLabCommand = {.name = "new-lab",
                                    .description = "Begin a lab that is red for the right reason",
                                    .example = "scripts/workshop new-lab 16 durable-timers",
                                    .audience = Audience::maintainer,
                                    .add = add_new_lab};

}  // namespace workshop::runner
