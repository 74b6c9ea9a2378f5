#include "workshop/runner/runs/run_lab.hpp"

#include "workshop/protocol/variables.hpp"
#include "workshop/runner/printing/printer.hpp"
#include "workshop/runner/printing/progress_bar.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/runs/alone.hpp"
#include "workshop/runner/runs/built_source.hpp"
#include "workshop/runner/runs/chosen_tests.hpp"
#include "workshop/runner/runs/pictures.hpp"

namespace workshop::runner {
namespace {

/// A busy machine is no hang: a program gets up to so many times its time on top, as long as it
/// waits for a processor.
constexpr int kPatience = 4;

/// For a failure that is looked at once more, alone: it adds a sentence to a verdict that is there.
constexpr std::chrono::milliseconds kAloneMax{10'000};

/// How many of a program's tests are done, as its result file tells.
class RunProgress {
 public:
  RunProgress(Console& console, const LabProgram& program, const LabRunOptions& how)
      : begin_(Clock::now()), looked_(begin_), bar_(console, program.label, begin_), how_(&how) {
    if (how.shows_progress) all_ = tests_of(program.file, how.arguments).size();
  }

  void look(const std::vector<std::filesystem::path>& results) {
    const auto now = Clock::now();
    if ((all_ == 0 && !how_->long_test) || now - looked_ < every()) return;
    looked_ = now;
    std::size_t ended = 0;
    for (const auto& file : results) {
      const auto told = read_results(read_file(file).value_or(""));
      ended += told.count([](const TestResult& test) { return test.ended; });
      if (const auto* runs = told.unfinished(); runs != nullptr && how_->long_test) {
        if (runs->name == running_) how_->long_test(running_);
        running_ = runs->name;
      }
    }
    if (all_ > 0) bar_.show(ended, all_, now);
  }

 private:
  using Clock = std::chrono::steady_clock;

  std::chrono::milliseconds every() const {
    return std::chrono::milliseconds(all_ > 0 ? 200 : 1'000);
  }

  Clock::time_point begin_;
  Clock::time_point looked_;
  ProgressBar bar_;
  const LabRunOptions* how_;
  std::size_t all_ = 0;
  std::string running_;  // when it was looked at last
};

}  // namespace

std::optional<LabRun> run_lab(const Project& project, Console& console, const LabOptions& options,
                              const LabRunOptions& how) {
  LabRun done;
  done.lab = project.lab(options.lab);
  Builder builder(project, options.preset, console);
  done.build_folder = builder.folder();
  done.program = how.specification ? spec_program(done.lab, options.variant, builder.folder())
                                   : lab_program(done.lab, options.variant, builder.folder());
  builder.end_when(how.is_over);
  builder.tell_progress(how.building);
  const auto build = [&] { return builder.build(done.program.target, done.program.label); };
  done.build = options.variant.is_skeleton() && !how.specification
                   ? build_as_it_is(done.lab, done.program, builder.folder(), build)
                   : build();
  if (how.is_over && how.is_over()) return std::nullopt;
  if (!done.build.built) {
    if (how.on_build_failure) {
      how.on_build_failure(done.lab, done.program, done.build);
    } else {
      Printer(project, console).build_failure(done.program, done.build);
    }
    return std::nullopt;
  }
  if (how.before) how.before(done.program);
  ProgramRunOptions run;
  run.time_max = std::chrono::seconds(options.timeout_s) + how.time_more;
  run.patience = kPatience;
  run.environment = how.environment;
  run.arguments = how.arguments;
  run.processes = how.processes;
  RunProgress progress(console, done.program, how);
  if (how.is_over || how.shows_progress) {
    run.stop_when = [&](const std::vector<std::filesystem::path>& results) {
      progress.look(results);
      return how.is_over && how.is_over();
    };
  }
  done.run = run_lab_program(done.program.file, runs_folder(builder.folder()),
                             done.program.target + how.kept_as, run);
  if (how.is_over && how.is_over()) return std::nullopt;
  done.verdict = judge(done.program.label, done.run.process, done.run.results);
  const bool is_own = options.variant.is_skeleton() && !how.specification;
  if (is_own && done.verdict.judgement == Judgement::red && may_remember(done.lab)) {
    run.time_max = kAloneMax;
    run.patience = 0;
    run.stop_when = nullptr;
    if (how.is_over) run.stop_when = [&](const auto&) { return how.is_over(); };
    look_alone(done.program.file, runs_folder(builder.folder()), run, done.run.results);
  }
  return done;
}

process::Variables story_variables(const Console& console,
                                   const std::filesystem::path& build_folder) {
  namespace variable = protocol::variable;
  process::Variables variables = {
      {variable::kColumns, std::to_string(console.style().story_width - 2)},
      {variable::kPictures, pictures_folder(build_folder).string()}};
  if (console.style().ascii) variables.emplace_back(variable::kAscii, "1");
  if (console.style().color) variables.emplace_back(variable::kColor, "1");
  return variables;
}

}  // namespace workshop::runner
