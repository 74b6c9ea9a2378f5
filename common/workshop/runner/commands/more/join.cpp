#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <memory>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/board/membership.hpp"
#include "workshop/runner/commands/more/more_commands.hpp"
#include "workshop/runner/printing/hints.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

constexpr std::chrono::milliseconds kBoardTimeMax{5'000};

Membership membership_of(const Project& project) {
  const auto member = Membership::load(project);
  if (!member) {
    throw UserError(
        "no board is joined here; scripts/workshop join ADDRESS CODE, as the board shows them");
  }
  return *member;
}

/// Says what the board answers when it is not what was wanted.
int told(Console& console, const PageReply& reply, std::string_view good) {
  if (reply.status == 200) {
    console.line(good);
    return protocol::kExitGood;
  }
  console.paragraph(fmt::format("The board was not told: {}", trimmed(reply.text)));
  return protocol::kExitNotJudged;
}

Action add_join(CLI::App& app) {
  auto words = std::make_shared<std::array<std::string, 3>>();
  app.add_option("address", (*words)[0], "The board's address, with its port")->required();
  app.add_option("code", (*words)[1], "The room's code")->required();
  app.add_option("name", (*words)[2], "How the instructor sees you (guest)");
  return [words](Workspace& workspace) {
    const auto& [address, code, name] = *words;
    const auto member = join_board(workspace.project(), read_page_address(address), code, name);
    auto& console = workspace.console();
    console.line(
        fmt::format("Joined the board at {} as {}.", member.address.authority(), member.name));
    console.paragraph(
        "From now on check and watch send it the verdict on each test, and the hints that you have "
        "taken: no code. scripts/workshop report --show prints what is sent, scripts/workshop "
        "leave "
        "ends it, scripts/workshop hand asks for help.");
    return protocol::kExitGood;
  };
}

int leave(Workspace& workspace) {
  const auto member = membership_of(workspace.project());
  const auto body = boost::json::serialize(boost::json::object{{"token", member.token}});
  const auto reply = post_json(member.address, "/leave", body, kBoardTimeMax);
  Membership::remove(workspace.project());
  workspace.console().line(reply.status == 200
                               ? "Left: the board has forgotten you, and is sent nothing more."
                               : "Left: nothing more is sent. The board did not answer.");
  return protocol::kExitGood;
}

Action add_leave(CLI::App& /*app*/) { return leave; }

Action add_hand(CLI::App& app) {
  auto down = std::make_shared<bool>(false);
  app.add_flag("--down", *down, "It is no longer needed");
  return [down](Workspace& workspace) {
    const auto member = membership_of(workspace.project());
    const auto body =
        boost::json::serialize(boost::json::object{{"token", member.token}, {"raised", !*down}});
    return told(workspace.console(), post_json(member.address, "/hand", body, kBoardTimeMax),
                *down ? "Your hand is down." : "Your hand is up: the instructor sees it.");
  };
}

struct ReportOptions {
  std::string lab;
  bool show = false;
  bool after_check = false;
};

int report(Workspace& workspace, const ReportOptions& options) {
  const auto& project = workspace.project();
  auto& console = workspace.console();
  const auto lab = options.lab.empty() ? current_lab(project) : project.lab(options.lab);
  if (options.after_check) {
    tell_board(project, console, lab);
    return protocol::kExitGood;
  }
  const auto progress = Progress::load(project);
  const auto* state = progress.find(lab.number);
  if (state == nullptr) {
    throw UserError(
        fmt::format("lab {} was not checked yet: there is nothing to report", lab.padded_number()));
  }
  const auto of_board = Membership::load(project);
  if (!of_board && !options.show) membership_of(project);  // says that none is joined
  // Without a board the bytes that one would be sent, with places for what only it knows.
  const auto member =
      of_board.value_or(Membership{{"BOARD", "PORT"}, "", "the-token-that-the-board-gives-you"});
  const auto body = to_json(report_of(lab.number, *state), member.token);
  if (options.show) {
    console.line(request_text(member.address, "/report", body));
    return protocol::kExitGood;
  }
  return told(console, post_json(member.address, "/report", body, kBoardTimeMax),
              fmt::format("The board knows where you stand with lab {}.", lab.padded_number()));
}

Action add_report(CLI::App& app) {
  auto options = std::make_shared<ReportOptions>();
  app.add_option("lab", options->lab, "The lab (the one checked last)");
  app.add_flag("--show", options->show, "Print every byte that is sent, and send nothing");
  app.add_flag("--after-check", options->after_check)->group("");  // as check and watch tell it
  return [options](Workspace& workspace) { return report(workspace, *options); };
}

}  // namespace

constexpr Command kJoinCommand = kJoinWords.done_by(add_join);

constexpr Command kLeaveCommand = kLeaveWords.done_by(add_leave);

constexpr Command kHandCommand = kHandWords.done_by(add_hand);

constexpr Command kReportCommand = kReportWords.done_by(add_report);

}  // namespace workshop::runner
