#include <fmt/core.h>

#include <array>
#include <cstdint>
#include <cstdlib>

#include "workshop/process/environment.hpp"
#include "workshop/protocol/exit_codes.hpp"
#include "workshop/protocol/model_checker.hpp"
#include "workshop/protocol/variables.hpp"
#include "workshop/runner/commands/commands.hpp"
#include "workshop/runner/printing/compiler_output.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/runs/builder.hpp"
#include "workshop/runner/runs/run_program.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kSeen = "seen: ";  ///< begins the line by which a doctor_ program tells
constexpr std::chrono::seconds kProbeTimeMax{20};
constexpr std::uintmax_t kDiskFreeMin = std::uintmax_t{2}
                                        << 30U;  ///< bytes: both presets and the packages

std::string first_line(const std::string& text) {
  const auto lines = lines_of(text);
  return lines.empty() ? std::string() : lines.front();
}

/// One line for each thing: what it is, ok or missing, what was seen, and what mends it.
class Examination {
 public:
  Examination(const Project& project, Console& console)
      : setup_(project.shown(project.root() / "scripts" / "setup")), console_(console) {}

  /// The command that installs what a lab needs, as it can be typed here.
  const std::string& setup() const { return setup_; }

  void ok(const std::string& what, const std::string& seen) {
    console_.line(fmt::format("{}  {:<10} {}", console_.green("ok     "), what, seen));
  }
  void missing(const std::string& what, const std::string& seen, const std::string& mend) {
    healthy_ = false;
    console_.line(fmt::format("{}  {:<10} {}", console_.red("missing"), what, seen));
    console_.line("                    mend: " + mend);
  }
  void optional(const std::string& what, const std::string& seen) {
    console_.line(fmt::format("{}  {:<10} {}", console_.yellow("without"), what, seen));
  }
  /// Something that only lab 11 needs is not there.
  void without_lab_11(const std::string& what, const std::string& seen) {
    lab_11_ = false;
    optional(what, seen);
  }
  bool healthy() const { return healthy_; }
  bool lab_11_can_run() const { return lab_11_; }

 private:
  std::string setup_;
  Console& console_;
  bool healthy_ = true;
  bool lab_11_ = true;
};

void examine_program(Examination& examination, const std::string& name) {
  const auto run = run_program({name, "--version"});
  if (run.succeeded()) {
    examination.ok(name, first_line(run.output));
  } else {
    examination.missing(name, describe_end(run), examination.setup());
  }
}

void examine_cmake(Examination& examination) {
  const auto run = run_program({"cmake", "--version"});
  if (!run.succeeded()) return examination.missing("cmake", describe_end(run), examination.setup());
  const auto line = first_line(run.output);
  const auto digits = line.find_first_of("0123456789");
  const char* text = line.c_str() + (digits == std::string::npos ? line.size() : digits);
  char* dot = nullptr;
  const auto major = std::strtol(text, &dot, 10);
  const auto minor = *dot == '.' ? std::strtol(dot + 1, nullptr, 10) : 0;
  if (major > 3 || (major == 3 && minor >= 25)) {
    examination.ok("cmake", text);
  } else {
    examination.missing("cmake", fmt::format("{} is too old: 3.25 is wanted", text),
                        examination.setup());
  }
}

/// Compiles the probe that judges compilers, and runs it.
void examine_compiler(Examination& examination, const Project& project, const Builder& builder) {
  const auto compiler = first_line(read_file(builder.folder() / "compiler.txt").value_or("?"));
  const auto version = run_program({compiler, "--version"});
  if (!version.succeeded()) {
    return examination.missing("compiler", compiler + ": " + describe_end(version),
                               examination.setup());
  }
  examination.ok("compiler", first_line(version.output));

  const auto folder = builder.folder() / "doctor";
  fs::create_directories(folder);
  const auto program = (folder / "probe").string();
  const auto source = (project.root() / "cmake" / "probe" / "probe.cpp").string();
  const auto build = run_program({compiler, "-std=c++20", "-O1", source, "-o", program},
                                 {.directory = folder}, {.time_max = std::chrono::minutes(2)});
  if (!build.succeeded()) {
    const auto errors =
        read_compiler_output(build.output, [](const std::string& file) { return file; }, 1);
    return examination.missing("probe",
                               errors.lines.empty() ? describe_end(build) : errors.lines.front(),
                               examination.setup());
  }
  const auto run = run_program({program}, {.directory = folder}, {.time_max = kProbeTimeMax});
  if (run.succeeded()) {
    examination.ok("probe", "it runs this kit's coroutines right");
  } else {
    examination.missing("probe", first_line(run.output) + " (" + describe_end(run) + ")",
                        examination.setup());
  }
}

void examine_library(Examination& examination, Builder& builder, const std::string& name) {
  const auto target = "doctor_" + name;
  const auto build = builder.build(target, "");
  if (!build.built) {
    const auto errors =
        read_compiler_output(build.output, [](const std::string& file) { return file; }, 1);
    return examination.missing(name, errors.lines.empty() ? "does not build" : errors.lines.front(),
                               examination.setup());
  }
  const auto program = builder.folder() / "common" / "workshop" / "runner" / target;
  const auto run =
      run_program({program.string()}, {.directory = builder.folder()}, {.time_max = kProbeTimeMax});
  std::string seen;
  for (const auto& line : lines_of(run.output)) {  // Catch2 prints more than asked
    if (line.starts_with(kSeen)) seen = line.substr(kSeen.size());
  }
  if (run.succeeded()) {
    examination.ok(name, seen);
  } else {
    examination.missing(name, fmt::format("{} ({})", seen, describe_end(run)), examination.setup());
  }
}

void examine_mold(Examination& examination) {
#ifndef __APPLE__
  const auto run = run_program({"mold", "--version"});
  if (run.succeeded()) {
    const auto line = first_line(run.output);
    examination.ok("mold", line.substr(line.find(' ') + 1, line.find(" (") - line.find(' ') - 1));
  } else {
    examination.optional("mold", fmt::format("optional: an edit is judged faster with it ({})",
                                             examination.setup()));
  }
#endif
}

/// Lab 11 and the specifications beside solutions; every other lab does without. Looks where labs
/// look (common/workshop/modelcheck/tlc.hpp), and lets TLC say which one it is.
void examine_model_checker(Examination& examination, const Project& project) {
  namespace variable = protocol::variable;
  const auto setup = project.shown(project.root() / protocol::kSetupModelChecking);
  const auto mend = fmt::format("without it lab 11 is skipped; mend: {}", setup);
  const auto home = process::environment(variable::kJavaHome);
  const auto java = home.empty() ? std::string("java") : home + "/bin/java";
  const auto java_run = run_program({java, "-version"});
  if (!java_run.succeeded()) {
    return examination.without_lab_11(
        "TLC", fmt::format("no Java 11 or later{}: {}", home.empty() ? "" : " in JAVA_HOME", mend));
  }
  const auto chosen = process::environment(variable::kTlcJar);
  const auto jar =
      chosen.empty() ? (project.root() / ".cache" / protocol::kTlcJarInCache).string() : chosen;
  if (!fs::exists(jar)) {
    return examination.without_lab_11(
        "TLC", chosen.empty() ? fmt::format("not here yet: {}", mend)
                              : fmt::format("{} names {}, which does not exist: lab 11 is skipped; "
                                            "mend: unset it, or name a tla2tools.jar",
                                            variable::kTlcJar, chosen));
  }
  const auto run = run_program({java, "-cp", jar, "tlc2.TLC"});  // names itself; it has no model
  for (const auto& line : lines_of(run.output)) {
    if (line.starts_with("TLC2 Version")) return examination.ok("TLC", line + ": lab 11 can run");
  }
  examination.missing("TLC", fmt::format("{} does not run: {}", jar, first_line(run.output)),
                      chosen.empty()
                          ? fmt::format("remove that file, then {}", setup)
                          : fmt::format("unset {}, or name a tla2tools.jar", variable::kTlcJar));
}

void examine_disk(Examination& examination, const Project& project) {
  std::error_code error;
  const auto space = fs::space(project.root(), error);
  if (error) return;
  const auto seen = fmt::format("{} GB free", space.available >> 30U);
  if (space.available >= kDiskFreeMin) {
    examination.ok("disk", seen);
  } else {
    examination.missing("disk", seen + ", 2 wanted",
                        "remove what you do not need, or move the checkout");
  }
}

/// Tries what the labs need on this machine.
int doctor(Workspace& workspace) {
  const auto& project = workspace.project();
  auto& console = workspace.console();
  Examination examination(project, console);
  examine_cmake(examination);
  examine_program(examination, "ninja");
  Builder builder(project, "dev", console);
  std::string output;
  if (builder.configure(output)) {
    examine_compiler(examination, project, builder);
    for (const char* name : {"coroutine", "sqlite", "catch2", "boost", "spdlog"}) {
      examine_library(examination, builder, name);
    }
  } else {
    for (const auto& line : read_cmake_error(output)) console.line("  " + line);
    examination.missing("configure", "CMake stopped: see above", examination.setup());
  }
  examine_mold(examination);
  examine_model_checker(examination, project);
  examine_disk(examination, project);
  console.line();
  if (examination.healthy()) {
    const auto begin = project.shown(project.root() / "scripts" / "workshop") + " list";
    if (examination.lab_11_can_run()) {
      console.line("All is there. Begin with: " + begin);
    } else {
      console.line("All is there, but for lab 11, which will be skipped. Begin with: " + begin);
    }
    return protocol::kExitGood;
  }
  console.line("Something is missing: see the lines with \"mend\".");
  return protocol::kExitRed;
}

Action add_doctor(CLI::App& /*app*/) { return doctor; }

}  // namespace

constexpr Command kDoctorCommand = {.name = "doctor",
                                    .description = "Try what the labs need on this machine",
                                    .example = "scripts/workshop doctor",
                                    .audience = Audience::attendee,
                                    .add = add_doctor};

}  // namespace workshop::runner
