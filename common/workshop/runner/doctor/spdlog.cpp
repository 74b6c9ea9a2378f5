#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/version.h>

#include <cstdio>
#include <memory>
#include <sstream>

int main() {
  std::ostringstream text;
  const auto sink = std::make_shared<spdlog::sinks::ostream_sink_st>(text);
  sink->set_pattern("%v");
  spdlog::logger("doctor", sink).info("{} gifts", 2);
  const bool right = text.str().starts_with("2 gifts");
  std::printf(right ? "seen: %d.%d writes a log\n" : "seen: %d.%d writes a wrong log\n",
              SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR);
  return right ? 0 : 1;
}
