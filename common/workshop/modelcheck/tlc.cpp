#include "workshop/modelcheck/tlc.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "workshop/core/hash.hpp"
#include "workshop/modelcheck/complaint.hpp"
#include "workshop/modelcheck/files.hpp"
#include "workshop/modelcheck/jvm.hpp"
#include "workshop/modelcheck/matches.hpp"
#include "workshop/modelcheck/probes.hpp"
#include "workshop/modelcheck/tlc_output.hpp"
#include "workshop/process/environment.hpp"
#include "workshop/process/find_program.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/protocol/model_checker.hpp"
#include "workshop/protocol/numbers.hpp"
#include "workshop/protocol/variables.hpp"

namespace workshop::modelcheck {
namespace fs = std::filesystem;
namespace {

using process::environment;
using protocol::grouped;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr std::string_view kTranslator = "pcal.trans";
constexpr std::string_view kFinished = "@!@!@ENDMSG 2186 @!@!@";  // the last that TLC says

bool has_algorithm(const std::string& text) {
  return text.find("--algorithm") != std::string::npos ||
         text.find("--fair algorithm") != std::string::npos;
}

// The name after PROPERTY or PROPERTIES when there is only one.
std::string only_property(const std::string& config) {
  const auto found =
      matches(config, R"((?:^|\n)\s*PROPERT(?:Y|IES)\s+(\w+)\s*(?=$|\n\s*[A-Z_]+\b|\n\s*$))");
  return found.size() == 1 ? found.front()[1] : std::string();
}

// As a shell tells it: 128 and the signal's number when a signal ended it.
int exit_code_of(const process::Result& run) {
  return run.signal == 0 ? run.exit_code : 128 + run.signal;
}

// The result of one run of a tool, as it is kept.
struct Answer {
  int exit_code = 0;
  std::string output;
  std::string module_text;  // after the run: the translator changes it
};

// Kept answers, by the digest of the question.
class Answers {
 public:
  explicit Answers(fs::path folder) : folder_(std::move(folder)) {}

  std::optional<Answer> find(const std::string& key) const {
    if (folder_.empty()) return std::nullopt;
    std::ifstream stream(folder_ / key, std::ios::binary);
    Answer answer;
    std::size_t output_size = 0;
    if (!(stream >> answer.exit_code >> output_size) || stream.get() != '\n') return std::nullopt;
    answer.output.resize(output_size);
    if (!stream.read(answer.output.data(), static_cast<std::streamsize>(output_size))) {
      return std::nullopt;
    }
    std::ostringstream rest;
    rest << stream.rdbuf();
    answer.module_text = rest.str();
    return answer;
  }

  // It is not an error if an answer cannot be kept: the question is asked again next time.
  void keep(const std::string& key, const Answer& answer) const {
    if (folder_.empty()) return;
    std::error_code error;
    fs::create_directories(folder_, error);
    const auto unfinished = folder_ / (key + "." + std::to_string(::getpid()) + "." +
                                       std::to_string(counter_.fetch_add(1)));
    std::ofstream stream(unfinished, std::ios::binary);
    stream << answer.exit_code << ' ' << answer.output.size() << '\n'
           << answer.output << answer.module_text;
    stream.close();
    if (stream) fs::rename(unfinished, folder_ / key, error);
    if (!stream || error) fs::remove(unfinished, error);
  }

 private:
  static inline std::atomic<unsigned> counter_{0};
  fs::path folder_;
};

// One check in one temporary folder.
class Check {
 public:
  Check(const Tlc& tlc, const Spec& spec, const TlcOptions& options)
      : tlc_(tlc),
        spec_(spec),
        options_(options),
        name_(module_name(spec.module_text)),
        answers_(options.answers) {}

  TlcResult run() {
    TlcResult result;
    if (name_.empty()) {
      result.outcome = TlcOutcome::parse_failed;
      result.message = "the file does not begin with ---- MODULE Name ----";
      result.line = 1;
      return result;
    }
    write_file(module_file(), spec_.module_text);
    for (const auto& [name, text] : spec_.modules) {
      write_file(folder_.path() / (name + ".tla"), text);
    }
    if (has_algorithm(spec_.module_text) && !translate(result)) return finished(std::move(result));
    model_check(result);
    return finished(std::move(result));
  }

 private:
  std::vector<std::string> java() const {
    // Runs are short, so a JVM that starts fast matters more than one that is fast later. TLC
    // unpacks its standard modules into java.io.tmpdir, where two runs at the same time would
    // disturb each other.
    std::vector<std::string> command = {
        tlc_.java.string(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:CICompilerCount=1",
        "-Xshare:auto",
        "-XX:-UsePerfData",
        "-Xlog:disable",  // no warning about an archive that is too old
        fmt::format("-Xmx{}m", options_.heap_mib),
        fmt::format("-Xmn{}m", options_.heap_mib * 3 / 10),
        "-Djava.io.tmpdir=" + folder_.path().string()};
    // The archive of classes that scripts/setup makes. The JVM ignores one of another Java.
    auto archive = tlc_.jar;
    archive.replace_extension(".jsa");
    if (fs::exists(archive)) command.push_back("-XX:SharedArchiveFile=" + archive.string());
    command.insert(command.end(), {"-cp", tlc_.jar.string()});
    return command;
  }

  // Whether the answer of a tool for the module is kept; then reads it.
  bool remembers(const std::string& key, Answer& answer, TlcResult& result) const {
    auto found = answers_.find(key);
    result.remembered = found.has_value();
    if (found) answer = std::move(*found);
    return result.remembered;
  }

  // Reads a tool's answer and keeps it. False: `result` says why there is no answer.
  bool answered(const std::string& key, const process::Result& run, Answer& answer,
                TlcResult& result) const {
    if (stopped(run, result)) return false;
    const int code = exit_code_of(run);
    answer = {code, run.output, read_file(module_file())};
    const bool has_said = code < 128 || code > 250 || code == 150 ||
                          code == 151;  // else a signal, or the JVM, ended it
    if (has_said) answers_.keep(key, answer);
    return true;
  }

  std::vector<std::string> command(const std::vector<std::string>& arguments) const {
    auto words = java();
    words.insert(words.end(), arguments.begin(), arguments.end());
    return words;
  }

  // TLC takes a sixth of a second until it reads its configuration, which it does before it reads
  // the module. So it may start while the module is still being translated, and gets the
  // configuration when the translation is done. This is certain only for the jar that scripts/setup
  // gets.
  void start_ahead() {
    if (tlc_.jar != cache_folder() / protocol::kTlcJarInCache) return;
    if (::mkfifo(config_file().c_str(), 0600) != 0) return;
    ahead_.emplace(command(tlc_arguments()), in_folder(folder_.path()));
  }

  std::string key_of(const std::vector<std::string>& arguments) const {
    constexpr std::string_view kSeparator("\0", 1);
    std::string asked = fmt::format("answers of version 1, {}, {}", tlc_.jar.string(),
                                    fs::exists(tlc_.jar) ? fs::file_size(tlc_.jar) : 0);
    const auto add = [&](std::string_view text) { asked.append(kSeparator).append(text); };
    for (const auto& argument : arguments) add(argument);
    add(read_file(module_file()));
    if (arguments.front() == kTranslator) return digest_of(asked);  // it reads nothing else
    add(spec_.config);
    for (const auto& [name, text] : spec_.modules) {
      add(name);
      add(text);
    }
    return digest_of(asked);
  }

  static std::string digest_of(const std::string& asked) {
    const auto one = Digest().add(asked).value();
    return fmt::format("{:016x}{:016x}", one, Digest().add(one).add(asked).value());
  }

  fs::path module_file() const { return folder_.path() / (name_ + ".tla"); }
  fs::path config_file() const { return folder_.path() / (name_ + ".cfg"); }
  milliseconds spent() const {
    return std::chrono::duration_cast<milliseconds>(Clock::now() - begin_);
  }
  milliseconds left() const { return options_.time_max - spent(); }

  // False: `result` says why.
  bool translate(TlcResult& result) {
    Answer answer;
    const std::vector<std::string> arguments = {std::string(kTranslator), "-nocfg", name_ + ".tla"};
    const auto key = key_of(arguments);
    if (remembers(key, answer, result)) {
      write_file(module_file(), answer.module_text);
    } else {
      start_ahead();
      const auto run = run_in(folder_.path(), command(arguments), left());
      if (!answered(key, run, answer, result)) return false;
    }
    if (answer.exit_code == 0) return true;
    const bool remembered = result.remembered;
    result = read_translator_output(answer.output);
    result.remembered = remembered;
    return false;
  }

  std::vector<std::string> tlc_arguments() const {
    std::vector<std::string> arguments = {
        "tlc2.TLC", "-tool",  "-workers", std::to_string(options_.workers_count),
        "-fp",      "0",      "-seed",    "1",
        "-metadir", "states", "-config",  name_ + ".cfg"};
    if (options_.coverage) arguments.insert(arguments.end(), {"-coverage", "1"});
    if (options_.go_on) arguments.emplace_back("-continue");
    if (options_.temporal_last) arguments.insert(arguments.end(), {"-lncheck", "final"});
    if (!options_.deadlock) arguments.emplace_back("-deadlock");  // it switches the check off
    arguments.push_back(name_ + ".tla");
    return arguments;
  }

  void model_check(TlcResult& result) {
    Probed probed{read_file(module_file()), {}};
    if (options_.probes) {
      probed = with_probes(probed.text);
      write_file(module_file(), probed.text);
    }
    Answer answer;
    const auto key = key_of(tlc_arguments());
    if (!remembers(key, answer, result) && !answered(key, run_tlc(), answer, result)) return;
    const bool remembered = result.remembered;
    result = read_tlc_output(answer.output, probed.text, answer.exit_code);
    result.remembered = remembered;
    if (options_.probes) result.unreached = unreached_in(probed, answer.output);
    for (auto& violation : result.violations) {
      if (violation.outcome != TlcOutcome::temporal_violated) continue;
      violation.property = only_property(spec_.config);
    }
    if (result.outcome == TlcOutcome::temporal_violated) {
      result.property = only_property(spec_.config);
    }
    if (result.line > 0) find_line(result, probed.text);
  }

  process::Result run_tlc() {
    if (!ahead_) {
      write_file(config_file(), spec_.config);
      ahead_.emplace(command(tlc_arguments()), in_folder(folder_.path()));
    } else {
      feed(*ahead_, config_file(), spec_.config, left());  // if not, it has ended and says why
    }
    auto run = wait_for_end(*ahead_, left(), kFinished);
    ahead_.reset();
    return run;
  }

  bool stopped(const process::Result& run, TlcResult& result) const {
    if (run.timed_out) {
      result.outcome = TlcOutcome::timed_out;
      result.message = fmt::format("no answer within {} s: the model has too many states",
                                   options_.time_max.count() / 1000);
    } else if (!run.start_error.empty()) {
      result.message =
          fmt::format("Java does not start: {}: {}", tlc_.java.string(), run.start_error);
    }
    result.output = run.output;
    return run.timed_out || !run.start_error.empty();
  }

  // Translates a line of the translation back to the line that the user wrote.
  void find_line(TlcResult& result, const std::string& translated) const {
    const auto quoted = first_match(result.message, "`([A-Za-z0-9_]+)'");
    auto line = original_line(spec_.module_text, translated, result.line,
                              quoted.empty() ? std::string_view{} : quoted[1]);
    if (line == 0) line = written_line(spec_.module_text, translated, result.line);
    if (line == 0) {
      std::istringstream lines(translated);
      std::string text;
      for (int i = 0; i < result.line; ++i) std::getline(lines, text);
      text.erase(0, text.find_first_not_of(' '));
      result.message += fmt::format("\nin the translation: {}", text);
    }
    result.line = line;
  }

  TlcResult finished(TlcResult result) const {
    explain(result, spec_.module_text);
    result.duration = spent();
    return result;
  }

  const Tlc& tlc_;
  const Spec& spec_;
  const TlcOptions& options_;
  std::string name_;
  Answers answers_;
  Clock::time_point begin_ = Clock::now();
  process::TemporaryFolder folder_{process::TemporaryFolder::Place::disk};  // states take room
  std::optional<process::Program> ahead_;                                   // TLC, started
};

}  // namespace

fs::path answers_folder() { return cache_folder() / "tlc" / "answers"; }

FoundTlc find_tlc() {
  const auto mend = fmt::format("{} gets what is missing", protocol::kSetupModelChecking);
  FoundTlc found;
  Tlc tlc;
  const auto chosen = environment(protocol::variable::kTlcJar);
  tlc.jar = chosen.empty() ? cache_folder() / protocol::kTlcJarInCache : fs::path(chosen);
  const auto home = environment(protocol::variable::kJavaHome);
  tlc.java = home.empty() ? process::find_program("java") : fs::path(home) / "bin" / "java";
  if (tlc.java.empty() || !fs::exists(tlc.java)) {
    found.missing = fmt::format("TLC needs Java (11 or later), and there is none{}: {}",
                                home.empty() ? "" : " in JAVA_HOME", mend);
  } else if (!fs::exists(tlc.jar)) {
    found.missing =
        chosen.empty()
            ? fmt::format("TLC is not here: {}, or set {} to your tla2tools.jar", mend,
                          protocol::variable::kTlcJar)
            : fmt::format("{} names {}, which does not exist", protocol::variable::kTlcJar, chosen);
  } else {
    found.tlc = tlc;
  }
  return found;
}

Spec read_spec(const fs::path& module_file, const fs::path& config_file) {
  return {read_file(module_file), read_file(config_file), {}};
}

std::string module_name(std::string_view module_text) {
  const auto match = first_match(module_text, R"(-{4,}\s*MODULE\s+(\w+)\s*-{4,})");
  return match.empty() ? std::string() : match[1];
}

std::string_view name_of(TlcOutcome outcome) {
  switch (outcome) {
    case TlcOutcome::holds:
      return "no error";
    case TlcOutcome::invariant_violated:
      return "invariant violated";
    case TlcOutcome::action_violated:
      return "action property violated";
    case TlcOutcome::temporal_violated:
      return "temporal property violated";
    case TlcOutcome::deadlock:
      return "deadlock";
    case TlcOutcome::assumption_false:
      return "assumption false";
    case TlcOutcome::translation_failed:
      return "not PlusCal";
    case TlcOutcome::parse_failed:
      return "not TLA+";
    case TlcOutcome::configuration_wrong:
      return "configuration wrong";
    case TlcOutcome::evaluation_failed:
      return "an expression without a value";
    case TlcOutcome::timed_out:
      return "out of time";
    case TlcOutcome::tool_failed:
      return "TLC failed";
  }
  return "?";
}

std::vector<std::string> TlcResult::never_taken() const {
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    if (name != "Terminating") names.push_back(name);
  };
  for (const auto& action : actions) {
    if (action.taken_count == 0) add(action.name);
  }
  for (const auto& part : unreached) {
    if (part.text.empty()) add(part.action);
  }
  return names;
}

std::string TlcResult::explored() const {
  return fmt::format("{} distinct states, {} generated, {}", grouped(distinct_states_count),
                     grouped(generated_states_count), complete ? "complete" : "not complete");
}

std::string TlcResult::to_string() const {
  if (holds()) {
    return fmt::format("{} distinct states, {} generated, depth {}, complete",
                       grouped(distinct_states_count), grouped(generated_states_count), depth);
  }
  auto text = std::string(name_of(outcome));
  if (!property.empty()) text += ": " + property;
  if (line > 0) text += fmt::format(" (line {})", line);
  if (property.empty() && !message.empty()) text += ": " + message;
  return text;
}

TlcResult check(const Tlc& tlc, const Spec& spec, const TlcOptions& options) {
  return Check(tlc, spec, options).run();
}

}  // namespace workshop::modelcheck
