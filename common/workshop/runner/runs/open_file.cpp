#include "workshop/runner/runs/open_file.hpp"

#include <fmt/core.h>

#include "workshop/process/environment.hpp"
#include "workshop/process/find_program.hpp"
#include "workshop/process/program.hpp"
#include "workshop/runner/catalog/catalog.hpp"

namespace workshop::runner {
namespace {

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  for (const char letter : text + " ") {
    if (letter != ' ') {
      word += letter;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  return words;
}

}  // namespace

std::string chosen_editor() {
  for (const char* name : {"WORKSHOP_EDITOR", "VISUAL", "EDITOR"}) {
    const auto editor = process::environment(name);
    if (!editor.empty()) return editor;
  }
  return {};
}

std::vector<std::string> editor_command(const std::string& editor,
                                        const std::filesystem::path& file, std::size_t line) {
  auto command = words_of(editor);
  if (command.empty()) throw UserError("no editor is named");
  const auto name = std::filesystem::path(command.front()).filename().string();
  const auto at_line = fmt::format("{}:{}", file.string(), line);
  if (name == "code" || name == "codium" || name == "code-insiders" || name == "cursor") {
    command.insert(command.end(), {"--goto", at_line});
  } else if (name == "subl" || name == "zed" || name == "hx" || name == "helix" ||
             name == "micro") {
    command.push_back(at_line);
  } else if (name == "clion" || name == "idea") {
    command.insert(command.end(), {"--line", std::to_string(line), file.string()});
  } else if (name == "kate") {
    command.insert(command.end(), {"-l", std::to_string(line), file.string()});
  } else if (name == "vi" || name == "vim" || name == "nvim" || name == "nano" || name == "emacs" ||
             name == "emacsclient" || name == "gvim" || name == "ed") {
    command.insert(command.end(), {fmt::format("+{}", line), file.string()});
  } else {
    command.push_back(file.string());
  }
  return command;
}

bool open_in_browser(const std::string& page) {
#ifdef __APPLE__
  const std::string opener = "open";
#else
  if (process::environment("DISPLAY").empty() && process::environment("WAYLAND_DISPLAY").empty()) {
    return false;
  }
  const std::string opener = "xdg-open";
#endif
  if (process::find_program(opener).empty()) return false;
  return process::run({opener, page}, {}, {.time_max = std::chrono::seconds(5)}).succeeded();
}

}  // namespace workshop::runner
