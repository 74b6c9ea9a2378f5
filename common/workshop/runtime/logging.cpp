#include "workshop/runtime/logging.hpp"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/dist_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <utility>

#include "workshop/process/environment.hpp"
#include "workshop/protocol/variables.hpp"

namespace workshop {
namespace {

constexpr std::array<std::pair<std::string_view, LogLevel>, 5> kLevels{
    {{"debug", LogLevel::debug},
     {"info", LogLevel::info},
     {"warning", LogLevel::warning},
     {"error", LogLevel::error},
     {"off", LogLevel::off}}};

spdlog::level::level_enum spdlog_level(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
    case LogLevel::off:
      break;
  }
  return spdlog::level::off;
}

LogLevel level_of_environment() {
  const auto wanted = process::environment(protocol::variable::kLog);
  for (const auto& [name, level] : kLevels) {
    if (name == wanted) return level;
  }
  return LogLevel::off;
}

/// The one logger. Never destroyed: threads may log until the process ends.
struct Log {
  Log() {
    standard_error->set_formatter(std::make_unique<spdlog::pattern_formatter>(
        "%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc));
    sinks->add_sink(standard_error);
    logger.set_level(spdlog_level(level_of_environment()));
    logger.flush_on(spdlog::level::debug);
  }

  std::shared_ptr<spdlog::sinks::sink> standard_error =
      std::make_shared<spdlog::sinks::stderr_sink_mt>();
  std::shared_ptr<spdlog::sinks::dist_sink_mt> sinks =
      std::make_shared<spdlog::sinks::dist_sink_mt>();
  spdlog::logger logger{"workshop", sinks};
};

Log& the_log() {
  static auto* log = new Log;
  return *log;
}

bool stands_alone(std::string_view value) {
  return !value.empty() && std::none_of(value.begin(), value.end(), [](unsigned char letter) {
    return letter <= ' ' || letter == '"' || letter == '\\' || letter == 0x7f;
  });
}

void append_quoted(std::string& line, std::string_view value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  line += '"';
  for (const char letter : value) {
    const auto code = static_cast<unsigned char>(letter);
    if (letter == '"' || letter == '\\') {
      line += '\\';
      line += letter;
    } else if (letter == '\n') {
      line += "\\n";
    } else if (code < ' ' || code == 0x7f) {
      line += "\\u00";
      line += kDigits[code / 16];
      line += kDigits[code % 16];
    } else {
      line += letter;
    }
  }
  line += '"';
}

}  // namespace

bool logs(LogLevel level) noexcept {
  return level != LogLevel::off && the_log().logger.should_log(spdlog_level(level));
}

void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (!logs(level)) return;
  std::string line(event);
  for (const auto& [name, value] : fields) {
    line += ' ';
    line += name;
    line += '=';
    if (stands_alone(value)) {
      line += value;
    } else {
      append_quoted(line, value);
    }
  }
  the_log().logger.log(spdlog_level(level), line);
}

void set_log_level(LogLevel level) { the_log().logger.set_level(spdlog_level(level)); }

struct CapturedLog::Sink : spdlog::sinks::base_sink<std::mutex> {
  Sink() { set_formatter_(std::make_unique<spdlog::pattern_formatter>("%l %v")); }

  std::vector<std::string> lines() {
    const std::lock_guard lock(mutex_);
    return kept;
  }

  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t text;
    formatter_->format(message, text);
    kept.emplace_back(text.data(), text.size());
    while (kept.back().ends_with('\n')) kept.back().pop_back();
  }
  void flush_() override {}

  std::vector<std::string> kept;
};

CapturedLog::CapturedLog() : sink_(std::make_shared<Sink>()) {
  auto& log = the_log();
  const auto level = log.logger.level();
  const auto* const found =
      std::find_if(kLevels.begin(), kLevels.end(),
                   [level](const auto& entry) { return spdlog_level(entry.second) == level; });
  level_before_ = found->second;
  log.sinks->remove_sink(log.standard_error);
  log.sinks->add_sink(sink_);
  set_log_level(LogLevel::debug);
}

CapturedLog::~CapturedLog() {
  auto& log = the_log();
  set_log_level(level_before_);
  log.sinks->remove_sink(sink_);
  log.sinks->add_sink(log.standard_error);
}

std::vector<std::string> CapturedLog::lines() const { return sink_->lines(); }

bool CapturedLog::has_line_with(std::initializer_list<std::string_view> words) const {
  const auto all = lines();
  return std::any_of(all.begin(), all.end(), [&words](const std::string& line) {
    return std::all_of(words.begin(), words.end(), [&line](std::string_view word) {
      return line.find(word) != std::string::npos;
    });
  });
}

}  // namespace workshop
