#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <memory>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/commands/more/more_commands.hpp"
#include "workshop/runner/templates/filled_copy.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

/// Where the template is, in the checkout.
constexpr const char* kProjectTemplate = "scripts/project-template";

/// The name of the project, of its program and of its test: the folder's, in letters that CMake
/// takes for a name of a target.
std::string project_name(const fs::path& folder) {
  std::string name;
  for (const char c : folder.filename().string()) {
    const bool kept = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    name += kept ? c : '_';
  }
  const bool begins = !name.empty() && std::isalpha(static_cast<unsigned char>(name.front())) != 0;
  return begins ? name : "project_" + name;
}

void refuse_bad_folder(const Project& project, const fs::path& folder) {
  std::error_code error;
  if (fs::exists(folder, error) && (!fs::is_directory(folder) || !fs::is_empty(folder, error))) {
    throw UserError(folder.string() +
                    " is there already, and not empty: name a folder that is not there");
  }
  const auto inside = folder.lexically_relative(project.root());
  if (!inside.empty() && *inside.begin() != "..") {
    throw UserError(folder.string() +
                    " is in the kit's checkout: name a folder beside it, such as ../my-handlers");
  }
}

/// For CMake's command line, with a blank in front: the library that checking a lab has built, if
/// it is there. Compiling it again takes a minute or more.
std::string library_option(const Project& project) {
  const auto built = project.build_folder("dev");
  std::error_code error;
  const bool is_built = fs::exists(built / "workshop-library.cmake", error) &&
                        fs::exists(built / "common" / "libworkshop_common.a", error);
  return is_built ? fmt::format(" -D WORKSHOP_BUILT='{}'", built.string()) : std::string();
}

int new_project(Workspace& workspace, const std::string& name) {
  const auto& project = workspace.project();
  auto folder = fs::absolute(name).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();
  refuse_bad_folder(project, folder);
  const auto target = project_name(folder);
  copy_filled(project.root() / kProjectTemplate, folder,
              {{"kit", project.root().string()}, {"name", target}});
  auto& console = workspace.console();
  console.line(folder.string());
  console.line(fmt::format("Next: cd '{}' && cmake -G Ninja -S . -B build{} && cmake --build build",
                           folder.string(), library_option(project)));
  console.line(fmt::format("  then build/{} is red: it finds the bug that is in there.", target));
  console.line(
      "What a scenario, an invariant and a bound is: docs/attendee-guide/taking-it-home.md.");
  return protocol::kExitGood;
}

Action add_new_project(CLI::App& app) {
  auto folder = std::make_shared<std::string>();
  app.add_option("folder", *folder, "The folder to make, outside of the kit")->required();
  return [folder](Workspace& workspace) { return new_project(workspace, *folder); };
}

}  // namespace

constexpr Command kNewProjectCommand = kNewProjectWords.done_by(add_new_project);

}  // namespace workshop::runner
