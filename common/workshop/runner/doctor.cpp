#include <fmt/core.h>

#include <array>
#include <cstdint>
#include <cstdlib>

#include "workshop/runner/builder.hpp"
#include "workshop/runner/commands.hpp"
#include "workshop/runner/compiler_output.hpp"
#include "workshop/runner/process.hpp"
#include "workshop/runner/text.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kSeen = "seen: ";  ///< begins the line by which a doctor_ program tells
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
  const auto run = run_process({name, "--version"});
  if (run.succeeded()) {
    examination.ok(name, first_line(run.output));
  } else {
    examination.missing(name, describe_end(run), examination.setup());
  }
}

void examine_cmake(Examination& examination) {
  const auto run = run_process({"cmake", "--version"});
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
  const auto version = run_process({compiler, "--version"});
  if (!version.succeeded()) {
    return examination.missing("compiler", compiler + ": " + describe_end(version),
                               examination.setup());
  }
  examination.ok("compiler", first_line(version.output));

  const auto folder = builder.folder() / "doctor";
  fs::create_directories(folder);
  const auto program = (folder / "probe").string();
  const auto source = (project.root() / "cmake" / "probe" / "probe.cpp").string();
  const auto build =
      run_process({compiler, "-std=c++20", "-O1", source, "-o", program},
                  {.directory = folder, .environment = {}, .time_max = std::chrono::minutes(2)});
  if (!build.succeeded()) {
    const auto errors =
        read_compiler_output(build.output, [](const std::string& file) { return file; }, 1);
    return examination.missing("probe",
                               errors.lines.empty() ? describe_end(build) : errors.lines.front(),
                               examination.setup());
  }
  const auto run = run_process(
      {program}, {.directory = folder, .environment = {}, .time_max = std::chrono::seconds(20)});
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
  const auto run = run_process(
      {program.string()},
      {.directory = builder.folder(), .environment = {}, .time_max = std::chrono::seconds(20)});
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
  const auto run = run_process({"mold", "--version"});
  if (run.succeeded()) {
    const auto line = first_line(run.output);
    examination.ok("mold", line.substr(line.find(' ') + 1, line.find(" (") - line.find(' ') - 1));
  } else {
    examination.optional("mold", fmt::format("optional: an edit is judged faster with it ({})",
                                             examination.setup()));
  }
#endif
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

/// Lab 11 and the specifications beside solutions; every other lab does without. Looks where labs
/// look (common/workshop/modelcheck/tlc.hpp), and lets TLC say which one it is.
void examine_model_checker(Examination& examination, const Project& project) {
  const auto mend =
      fmt::format("without it lab 11 is skipped; mend: {} --model-checking", examination.setup());
  const auto home = environment("JAVA_HOME");
  const auto java = home.empty() ? std::string("java") : home + "/bin/java";
  const auto java_run = run_process({java, "-version"});
  if (!java_run.succeeded()) {
    return examination.without_lab_11(
        "TLC", fmt::format("no Java 11 or later{}: {}", home.empty() ? "" : " in JAVA_HOME", mend));
  }
  const auto chosen = environment("TLA2TOOLS_JAR");
  const auto jar =
      chosen.empty() ? (project.root() / ".cache" / "tlc" / "tla2tools.jar").string() : chosen;
  if (!fs::exists(jar)) {
    return examination.without_lab_11(
        "TLC", chosen.empty() ? fmt::format("not here yet: {}", mend)
                              : fmt::format("TLA2TOOLS_JAR names {}, which does not exist: lab 11 "
                                            "is skipped; mend: unset it, or name a tla2tools.jar",
                                            chosen));
  }
  const auto run = run_process({java, "-cp", jar, "tlc2.TLC"});  // names itself; it has no model
  for (const auto& line : lines_of(run.output)) {
    if (line.starts_with("TLC2 Version")) return examination.ok("TLC", line + ": lab 11 can run");
  }
  examination.missing("TLC", fmt::format("{} does not run: {}", jar, first_line(run.output)),
                      chosen.empty() ? fmt::format("remove that file, then {} --model-checking",
                                                   examination.setup())
                                     : "unset TLA2TOOLS_JAR, or name a tla2tools.jar");
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

}  // namespace

int doctor(const Project& project, Console& console, const std::string& preset) {
  Examination examination(project, console);
  examine_cmake(examination);
  examine_program(examination, "ninja");
  Builder builder(project, preset, console);
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
    return 0;
  }
  console.line("Something is missing: see the lines with \"mend\".");
  return 1;
}

}  // namespace workshop::runner
