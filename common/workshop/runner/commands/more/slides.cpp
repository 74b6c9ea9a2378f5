#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <memory>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/protocol/numbers.hpp"
#include "workshop/runner/commands/more/more_commands.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/runs/run_program.hpp"
#include "workshop/runner/slides/deck.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

struct SlidesOptions {
  std::string preset = "dev";
  std::string part;  ///< the beginning of a part's name; empty: all
  bool pdf = false;
};

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary);
  out << text;
  if (!out) throw UserError(file.string() + " cannot be written");
}

/// Prints a page into a PDF, with a page of notes after each slide or without them.
void print_pdf(const fs::path& page, const fs::path& pdf, std::size_t slides, bool notes) {
  fs::remove(pdf);
  const auto address =
      "file://" + fs::absolute(page).string() + (notes ? "?print-pdf&notes" : "?print-pdf");
  const auto result = run_program({"chromium", "--headless", "--no-sandbox", "--disable-gpu",
                                   "--no-pdf-header-footer", "--virtual-time-budget=20000",
                                   "--print-to-pdf=" + pdf.string(), address});
  if (!result.succeeded() || !fs::exists(pdf)) {
    throw UserError("no PDF: Chromium " +
                    (result.start_error.empty() ? result.output : result.start_error) +
                    "; mend: scripts/setup --slides");
  }
  const auto pages = pages_of_pdf(read_file(pdf).value_or(""));
  if (pages != (notes ? 2 * slides : slides)) {
    throw UserError(fmt::format("{} has {}, and not one for each of {}: Chromium printed too early",
                                pdf.string(), protocol::counted(pages, "page"),
                                protocol::counted(slides, "slide")));
  }
}

int slides(Workspace& workspace, const SlidesOptions& options) {
  const auto& project = workspace.project();
  auto& console = workspace.console();
  reveal_folder(project);  // before programs are built for minutes
  Executions executions(project, options.preset, console);
  std::vector<Part> parts;
  for (auto& part : read_parts(project)) {
    if (part.name.starts_with(options.part)) parts.push_back(std::move(part));
  }
  if (parts.empty()) throw UserError("slides/ has no part that begins with " + options.part);
  for (const auto& part : parts) {
    for (const auto& execution : executions_of(project, part)) executions.add(execution);
  }
  executions.build();
  const auto folder = project.build_folder(options.preset).parent_path() / "slides";
  for (const auto& part : parts) {
    const auto page = folder / (part.name + ".html");
    write(page, page_of(project, part, executions));
    std::size_t count = 0;
    for (const auto& lecture : part.lectures) count += lecture.slides.size();
    console.line(fmt::format("{}  {}", project.shown(page), protocol::counted(count, "slide")));
    if (!options.pdf) continue;
    print_pdf(page, folder / (part.name + ".pdf"), count, false);
    print_pdf(page, folder / (part.name + "-notes.pdf"), count, true);
  }
  return protocol::kExitGood;
}

Action add_slides(CLI::App& app) {
  auto options = std::make_shared<SlidesOptions>();
  app.add_option("part", options->part, "Only the part whose name begins so, such as 2 (all)");
  app.add_flag("--pdf", options->pdf, "A PDF of each part too, with and without notes");
  app.add_option("--preset", options->preset, "The preset to build the labs' programs with (dev)");
  return [options](Workspace& workspace) { return slides(workspace, *options); };
}

}  // namespace

constexpr Command kSlidesCommand = kSlidesWords.done_by(add_slides);

}  // namespace workshop::runner
