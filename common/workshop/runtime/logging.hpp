#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace workshop {

/// How important a log line is. No line has the level `off`: it silences the log.
enum class LogLevel { debug, info, warning, error, off };

/// One named value of a log line.
struct LogField {
  std::string_view name;  ///< a word, such as "message"
  std::string value;      ///< any text; it is escaped where the line needs it
};

/// Writes one line to standard error, such as
///
///     2026-12-24T18:00:00.000Z warning abandoned endpoint=orders message=7f3a… delivery=2
///     reason="no stock"
///
/// with the time in UTC. A value that is empty, or has a space, a quote or a control character, is
/// quoted as in JSON, so that one event is one line whatever a value contains. Any thread may call.
void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields);

/// Whether a line of this level would be written. Call it before making expensive fields.
bool logs(LogLevel level) noexcept;

/// Lines below `level` are not written. Until the first call, the environment variable WORKSHOP_LOG
/// sets the level (debug, info, warning, error, off); without it nothing is written, so that tests
/// are quiet.
void set_log_level(LogLevel level);

/// For tests: collects every line while this object lives, instead of writing it to standard error.
/// One object at a time.
class CapturedLog {
 public:
  CapturedLog();
  ~CapturedLog();
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;

  /// The lines until now, without their time: "warning abandoned endpoint=orders …".
  std::vector<std::string> lines() const;
  /// Whether a line contains all these words.
  bool has_line_with(std::initializer_list<std::string_view> words) const;

 private:
  struct Sink;
  std::shared_ptr<Sink> sink_;
  LogLevel level_before_;
};

}  // namespace workshop
