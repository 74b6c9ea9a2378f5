#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "workshop/http/message_reader.hpp"

namespace workshop::detail {

/// Reads a chunked body (RFC 9112, section 7.1) for a message reader. Extensions and trailer are
/// checked, and left alone. Not thread-safe.
///
/// Of our own, because Beast's parser keeps lines of any length, and ends the program by an
/// assertion when a last chunk comes in certain pieces.
class ChunkReader {
 public:
  /// Appends the data of chunks to `body`, which must outlive it.
  ChunkReader(MessageLimits limits, std::string& body) : limits_(limits), body_(&body) {}

  /// Reads on, and returns how many of these bytes it is done with. The others begin a line that is
  /// incomplete: they are given again, with what follows them.
  std::size_t read(std::string_view bytes);

  bool is_whole() const noexcept { return expected_ == Expected::nothing; }
  /// Status 0 when nothing is wrong.
  const Refusal& refusal() const noexcept { return refusal_; }

 private:
  enum class Expected { size, data, end_of_data, trailer, nothing };

  bool reads_on() const noexcept { return !is_whole() && refusal_.status == 0; }
  std::size_t take_data(std::string_view bytes);
  std::size_t take_line(std::string_view bytes);
  bool find_line_end(std::string_view bytes);
  void take_size(std::string_view line);
  void take_trailer(std::string_view line);
  void refuse(int status, const char* why) { refusal_ = {status, why}; }

  MessageLimits limits_;
  std::string* body_;
  Expected expected_ = Expected::size;
  Refusal refusal_;
  std::uint64_t data_bytes_left_ = 0;  // of the chunk whose data is read
  std::uint64_t framing_bytes_ = 0;    // of all lines until now
  std::size_t looked_at_ = 0;          // bytes of an incomplete line that have been looked at
};

}  // namespace workshop::detail
