#include "workshop/runner/mob/mob_kept.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/progress/progress.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

fs::path port_file(const Project& project) { return progress_folder(project) / "mob-port"; }

}  // namespace

std::unique_ptr<PageServer> serve_again(const Project& project,
                                        const std::function<std::vector<Route>()>& routes,
                                        std::uint16_t port) {
  const auto last = std::strtoul(read_file(port_file(project)).value_or("").c_str(), nullptr, 10);
  if (port == 0 && last > 0 && last <= 65'535) {
    try {
      return std::make_unique<PageServer>(
          routes(), PageServerOptions{.port = static_cast<std::uint16_t>(last)});
    } catch (const UserError&) {  // somebody else has it
    }
  }
  auto server = std::make_unique<PageServer>(routes(), PageServerOptions{.port = port});
  std::error_code unsaved;  // then the next time has another port
  fs::create_directories(progress_folder(project), unsaved);
  std::ofstream(port_file(project)) << server->port() << "\n";
  return server;
}

std::vector<TakenHint> hints_taken_before(const Project& project, const Lab& lab) {
  std::vector<TakenHint> taken;
  try {
    const auto progress = Progress::load(project);
    const auto* state = progress.find(lab.number);
    if (state == nullptr || lab.hints.empty()) return taken;
    const auto hints = read_hints(read_file(lab.hints).value_or(""));
    for (const auto& [step, names] : state->hints_taken) {
      const auto numbers = numbers_of(names, HintKind::of_step);
      std::size_t count = 0;
      for (const int number : numbers) {
        const auto hint = std::ranges::find_if(
            hints, [&](const Hint& each) { return each.step == step && each.number == number; });
        if (hint == hints.end()) continue;
        TakenHint each;
        each.step = step;
        each.hint = *hint;
        each.of_step = static_cast<std::size_t>(std::ranges::count(hints, step, &Hint::step));
        each.left = static_cast<int>(each.of_step - std::min(each.of_step, ++count));
        taken.push_back(std::move(each));
      }
    }
  } catch (const UserError&) {  // the next hint that somebody takes says what is wrong
  }
  return taken;
}

}  // namespace workshop::runner
