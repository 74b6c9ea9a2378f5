#include "workshop/runner/folders/foreign_check.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>

#include "workshop/process/temporary_folder.hpp"
#include "workshop/protocol/variables.hpp"
#include "workshop/runner/printing/compiler_output.hpp"
#include "workshop/runner/printing/printer.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/progress/hints.hpp"
#include "workshop/runner/runs/builder.hpp"
#include "workshop/runner/runs/chosen_tests.hpp"
#include "workshop/runner/runs/run_program.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

constexpr std::chrono::seconds kCompileTimeMax{90};
constexpr std::size_t kCompiledBytesMax = std::size_t{256} << 20;

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// The value of a variable in a build folder's cache, or empty.
std::string cached(const fs::path& build_folder, std::string_view name) {
  const auto text = read_file(build_folder / "CMakeCache.txt").value_or("");
  for (const auto& line : lines_of(text)) {
    if (line.starts_with(name) && line.substr(name.size()).starts_with(":")) {
      return line.substr(line.find('=') + 1);
    }
  }
  return {};
}

/// The object files of a target, of the file that a lab edits.
std::vector<fs::path> objects_of(const fs::path& folder, const std::string& target,
                                 const std::string& file) {
  std::vector<fs::path> objects;
  std::error_code error;
  const auto place = folder / "CMakeFiles" / (target + ".dir");
  for (fs::recursive_directory_iterator each(place, error), end; !error && each != end;
       each.increment(error)) {
    const auto name = each->path().filename().string();
    if (name.starts_with(file) && name.ends_with(".o")) objects.push_back(each->path());
  }
  return objects;
}

/// What `told` says of the tests that there are. Of anybody's results only signs that cannot be
/// more than that are taken: the tests' names and steps are ours, and a reason is one of those that
/// there are. `problem` is set where the tests are others.
std::vector<TestState> tests_of_lab(const std::vector<TestState>& ours, const RunResult& told,
                                    std::string& problem) {
  std::vector<TestState> tests;
  for (auto test : ours) {
    const auto found = std::ranges::find(told.tests, test.name, &TestResult::name);
    if (found == told.tests.end()) {
      problem = fmt::format("it tells nothing of the test \"{}\"", test.name);
      return {};
    }
    test.verdict = found->skipped ? "skipped" : found->passed ? "green" : "red";
    const auto reason = test.verdict == "red" ? found->reason() : std::string();
    test.reason = reason.empty() || is_reason(reason) ? reason : "another failure";
    if (test.verdict == "red") test.schedule = printable(found->schedule);
    if (test.verdict == "red" && test.schedule.empty()) test.line = found->failed_line;
    tests.push_back(std::move(test));
  }
  if (told.tests.size() != ours.size()) problem = "it tells of tests that the lab does not have";
  return tests;
}

void write_file(const fs::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  if (!out.flush()) throw UserError(fmt::format("{} cannot be written", path.string()));
}

}  // namespace

/// How a lab's program is made here, with what a sandbox needs of this checkout.
struct ForeignCheck::Recipe {
  Lab lab;
  LabProgram program;   ///< this checkout's own
  std::string compile;  ///< a shell's command; empty: the file is read when the program runs
  std::string link;     ///< another one
  std::string object;   ///< the file that they name for the compiled answer, as they name it
  std::string linked;   ///< and for the program
  std::vector<TestState> tests;  ///< of this checkout's lab, with their steps
  std::string usual;             ///< symbols of the solution, as nm prints them
  SandboxView view;              ///< what all of them see
};

ForeignCheck::ForeignCheck(const Project& project, Console& console, std::string preset,
                           std::chrono::seconds time_max)
    : project_(project), console_(console), preset_(std::move(preset)) {
  limits_.time_max = time_max;
}

ForeignCheck::~ForeignCheck() = default;

/// The two commands by which Ninja makes the lab's program.
void ForeignCheck::find_commands(Recipe& recipe) const {
  const auto& lab = recipe.lab;
  const auto own = lab.sources.front();
  if (own.extension() == ".tla") return;
  const auto& target = recipe.program.target;
  const auto in_build = fs::path("labs") / lab.folder.filename();
  recipe.object =
      (in_build / "CMakeFiles" / (target + ".dir") / "src" / (own.filename().string() + ".o"))
          .generic_string();
  recipe.linked = (in_build / target).generic_string();
  const auto told =
      run_program({"ninja", "-C", recipe.view.directory.string(), "-t", "commands", target});
  for (const auto& line : lines_of(told.output)) {
    if (line.find(" -c " + own.string()) != std::string::npos) recipe.compile = line;
    if (line.find(" -o " + recipe.linked + " ") != std::string::npos) recipe.link = line;
  }
  if (recipe.compile.empty() || recipe.link.empty()) {
    throw UserError(fmt::format("Ninja does not say how {} is built in {}", recipe.program.label,
                                recipe.view.directory.string()));
  }
  recipe.compile = replaced(recipe.compile, " -Werror ", " ");  // of warnings, here as in a check
}

/// What is this checkout's own code, and runs outside of the sandbox: the solution tells which
/// symbols are usual, the skeleton which tests there are.
void ForeignCheck::learn_from_own(Recipe& recipe, Builder& builder) const {
  const auto& lab = recipe.lab;
  const auto folder = builder.folder();
  if (!lab.solution.empty()) {
    const auto solution = lab_program(lab, {.solution = true, .mistake = {}}, folder);
    builder.build(solution.target, solution.label);
    const auto nm = cached(folder, "CMAKE_NM");
    for (const auto& object : objects_of(solution.file.parent_path(), solution.target,
                                         lab.sources.front().filename().string())) {
      if (!nm.empty()) recipe.usual += run_program({nm, object.string()}).output;
    }
  }
  const process::TemporaryFolder results;
  ProgramRunOptions run;
  run.environment = {{protocol::variable::kPictures, ""}};
  const auto told = run_lab_program(recipe.program.file, results.path(), "skeleton", run).results;
  for (const auto& test : told.tests) {
    recipe.tests.push_back({test.name, test.step(), "", "", ""});
  }
}

const ForeignCheck::Recipe& ForeignCheck::recipe_of(const Lab& lab) {
  const auto known = std::ranges::find(recipes_, lab.number,
                                       [](const auto& recipe) { return recipe->lab.number; });
  if (known != recipes_.end()) return **known;
  Builder builder(project_, preset_, console_);
  const auto folder = builder.folder();
  auto recipe = std::make_unique<Recipe>();
  recipe->lab = lab;
  recipe->program = lab_program(lab, {}, folder);
  const auto build = builder.build(recipe->program.target, recipe->program.label);
  if (!build.built) {
    Printer(project_, console_).build_failure(recipe->program, build);
    throw UserError(fmt::format("{} of this checkout does not build", recipe->program.label));
  }
  const auto tests = recipe->program.target + "_tests.dir";
  recipe->view.directory = folder;
  recipe->view.shown = {project_.root() / "common",
                        project_.root() / ".cache" / "tlc",
                        folder / "common",
                        folder / "_deps",
                        folder / "labs" / lab.folder.filename() / "CMakeFiles" / tests,
                        lab.folder / "src",
                        lab.folder / "tests"};
  // CMake's cache does not have a compiler that was chosen before project().
  const fs::path compiler(trimmed(read_file(folder / "compiler.txt").value_or("")));
  if (compiler.is_absolute() && !compiler.string().starts_with("/usr/")) {
    recipe->view.shown.push_back(fs::weakly_canonical(compiler).parent_path().parent_path());
  }
  find_commands(*recipe);
  learn_from_own(*recipe, builder);
  recipes_.push_back(std::move(recipe));
  return *recipes_.back();
}

SandboxView ForeignCheck::view_of(const Recipe& recipe, const fs::path& file) const {
  auto view = recipe.view;
  view.placed.emplace_back(file, recipe.lab.sources.front());
  return view;
}

/// What the object file calls that is not believed, as a sentence; or nothing.
std::string ForeignCheck::forbidden_calls(const Recipe& recipe, const fs::path& object) const {
  const auto nm = cached(recipe.view.directory, "CMAKE_NM");
  if (nm.empty()) return "CMake has found no nm here, which tells what it calls";
  auto view = recipe.view;
  view.shown.push_back(object);
  const auto run = sandbox_.run({nm, object.string()}, view, limits_);
  if (!run.stopped.empty() || !run.process.succeeded()) return "nm cannot read what it compiles to";
  const auto found = suspicious_symbols(run.process.output, recipe.usual);
  if (found.empty()) return {};
  constexpr std::size_t kNamesMax = 3;
  std::vector<std::string> names(found.begin(), found.begin() + std::min(found.size(), kNamesMax));
  return fmt::format("it has {}, which no answer needs: read it before you run it",
                     printable(fmt::format("{}", fmt::join(names, ", "))));
}

/// Makes `folder`/answer of `file`. Returns why it could not, or nothing.
std::string ForeignCheck::compile(const Recipe& recipe, const fs::path& file,
                                  const fs::path& folder) const {
  auto view = view_of(recipe, file);
  view.written = folder;
  auto limits = limits_;
  limits.time_max = kCompileTimeMax;
  limits.file_max = kCompiledBytesMax;
  const auto object = (folder / "answer.o").string();
  const auto run = [&](const std::string& command) -> std::string {
    const auto made = sandbox_.run({"sh", "-c", command}, view, limits);
    if (!made.stopped.empty()) return "its compiler " + made.stopped;
    if (made.process.succeeded()) return {};
    const auto errors = read_compiler_output(
        made.process.output, [&](const std::string& path) { return project_.shown(path); }, 1);
    return "it does not compile: " + printable(errors.lines.empty() ? "" : errors.lines.front());
  };
  const auto compile = replaced(recipe.compile, recipe.object, object);
  auto problem = run(compile);
  if (problem.empty()) problem = forbidden_calls(recipe, object);
  if (!problem.empty()) return problem;
  // In the compiler's own words, where no macro hides it.
  const bool clang = recipe.compile.find("clang") < recipe.compile.find(' ');
  const auto assembly = folder / "answer.s";
  problem =
      run(replaced(compile, " -o " + object + " ",
                   fmt::format(" -g0 -S {} -o {} ", clang ? "-emit-llvm" : "", assembly.string())));
  if (problem.empty() && has_inline_assembly(read_file(assembly).value_or(""), clang)) {
    problem = "it has inline assembly, which no answer needs: read it before you run it";
  }
  if (!problem.empty()) return problem;
  return run(replaced(replaced(recipe.link, recipe.object, object), " -o " + recipe.linked + " ",
                      " -o " + (folder / "answer").string() + " "));
}

/// Runs `program` on the tests of this checkout.
ForeignVerdict ForeignCheck::run(const Recipe& recipe, const fs::path& program,
                                 const fs::path& file, const fs::path& results) const {
  ForeignVerdict verdict;
  auto view = view_of(recipe, file);
  view.shown.push_back(program);
  view.written = results;
  view.environment = {{protocol::variable::kResultFile, results.string()},
                      {protocol::variable::kPictures, ""}};
  const auto run = sandbox_.run({program.string()}, view, limits_);
  verdict.duration = run.process.duration;
  if (!run.stopped.empty()) {
    verdict.problem = "it " + run.stopped;
    return verdict;
  }
  const auto told = read_results(read_file(results).value_or(""));
  const auto judged = judge("it", run.process, told);
  verdict.problem = printable(judged.problem);
  if (judged.judgement == Judgement::unjudged) return verdict;
  verdict.tests = tests_of_lab(recipe.tests, told, verdict.problem);
  if (verdict.problem.empty()) verdict.judgement = judged.judgement;
  return verdict;
}

ForeignVerdict ForeignCheck::check(const HandedIn& file) {
  ForeignVerdict verdict;
  if (!file.problem.empty()) {
    verdict.problem = printable(file.problem);
    return verdict;
  }
  const auto& recipe = recipe_of(file.lab);
  const process::TemporaryFolder folder(process::TemporaryFolder::Place::disk);
  const auto answer = folder.path() / ("answer" + file.lab.sources.front().extension().string());
  write_file(answer, file.text);
  const auto results = folder.path() / "results.jsonl";
  write_file(results, "");
  const auto made = folder.path() / "made";
  fs::create_directory(made);
  if (recipe.compile.empty()) return run(recipe, recipe.program.file, answer, results);
  verdict.problem = compile(recipe, answer, made);
  return verdict.problem.empty() ? run(recipe, made / "answer", answer, results) : verdict;
}

}  // namespace workshop::runner
