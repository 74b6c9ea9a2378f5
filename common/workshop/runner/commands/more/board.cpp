#include <fmt/core.h>
#include <poll.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/board/board_page.hpp"
#include "workshop/runner/commands/more/more_commands.hpp"
#include "workshop/runner/folders/judge_folders.hpp"
#include "workshop/runner/runs/open_file.hpp"
#include "workshop/runner/terminal/keyboard.hpp"

namespace workshop::runner {
namespace {

struct BoardOptions {
  BoardPageOptions page;
  FoldersOptions folders;
  int timeout_s = 60;
  bool listen = false;
  bool no_open = false;
};

/// Until `q`, Ctrl-C, or the end of the input's terminal.
void wait_for_the_end(Console& console) {
  if (!terminal_is_interactive()) {
    console.line("Ctrl-C ends it, and all is forgotten.");
    while (true) ::poll(nullptr, 0, -1);
  }
  Keyboard keyboard;
  console.line("q ends it, and all is forgotten.");
  while (!keyboard.closed()) {
    pollfd keys = {.fd = keyboard.descriptor(), .events = POLLIN, .revents = 0};
    ::poll(&keys, 1, -1);
    if ((keys.revents & (POLLHUP | POLLERR)) != 0) return;
    while (const auto key = keyboard.key()) {
      if (*key == 'q') return;
    }
  }
}

int board(Workspace& workspace, BoardOptions options) {
  auto& console = workspace.console();
  if (!options.folders.folders.empty()) {
    options.folders.mistakes_preset = options.page.preset;
    options.folders.time_max = std::chrono::seconds(options.timeout_s);
    return judge_folders(workspace.project(), console, options.folders);
  }
  if (options.listen) options.page.listen = "0.0.0.0";
  const BoardPage page(workspace.project(), options.page);
  const bool opened = !options.no_open && open_in_browser(page.url());
  console.line((opened ? "The board, opened: " : "The board: ") + page.url());
  console.line("For the projector, without names: " + page.room_url());
  for (const auto& address : page.addresses()) {
    console.line(
        fmt::format("Attendees: scripts/workshop join {} {} YOUR-NAME", address, page.code()));
  }
  if (!options.listen) {
    console.line("Only this machine reaches it; --listen lets others join.");
  }
  wait_for_the_end(console);
  return protocol::kExitGood;
}

Action add_board(CLI::App& app) {
  auto options = std::make_shared<BoardOptions>();
  app.add_flag("--listen", options->listen, "Let other machines join, with the room's code");
  app.add_option("--port", options->page.port, "Where attendees join (any free port)");
  app.add_option("--page-port", options->page.page_port, "The board's own page (any free port)");
  app.add_option("--preset", options->page.preset,
                 "Whose build has run the stored mistakes that answers resemble (kit)");
  app.add_flag("--no-open", options->no_open, "Print the addresses, and open no browser");
  auto* folders = app.add_option("--folders", options->folders.folders,
                                 "Instead: judge folders that were handed in, in a sandbox")
                      ->type_name("DIR...");
  const auto of_folders = [&](CLI::Option* option) { return option->needs(folders); };
  of_folders(app.add_option("--lab", options->folders.lab, "Only this lab's file"));
  of_folders(app.add_option("--junit", options->folders.junit, "Write JUnit's XML into this file"));
  of_folders(app.add_flag("--json", options->folders.as_json, "As JSON (docs/json.md)"));
  of_folders(app.add_option("--build", options->folders.preset,
                            "The preset whose build of the labs is taken (dev)"));
  of_folders(app.add_option("--timeout", options->timeout_s,
                            "Seconds that the tests of one folder may take (60)")
                 ->check(CLI::PositiveNumber));
  return [options](Workspace& workspace) { return board(workspace, *options); };
}

}  // namespace

constexpr Command kBoardCommand = kBoardWords.done_by(add_board);

}  // namespace workshop::runner
