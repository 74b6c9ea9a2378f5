#include "workshop/http/chunk_reader.hpp"

#include <algorithm>
#include <charconv>

#include "workshop/http/wire.hpp"

namespace workshop::detail {
namespace {

constexpr std::uint64_t kFramingPerBodyByte = 8;

std::string_view without_leading_blanks(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(" \t"), text.size()));
}

/// What follows the token at the front; the same text when there is none.
std::string_view after_token(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && is_token(text.substr(count, 1))) ++count;
  return text.substr(count);
}

/// What follows the quoted string at the front (RFC 9110, section 5.6.4); the same text when it
/// does not end.
std::string_view after_quoted(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') return text.substr(i + 1);
    if (text[i] == '\\') ++i;
  }
  return text;
}

/// RFC 9112, section 7.1.1, of a line that has no control characters.
bool are_extensions(std::string_view text) {
  while (!text.empty()) {
    text = without_leading_blanks(text);
    if (!text.starts_with(';')) return false;
    const auto name = without_leading_blanks(text.substr(1));
    text = after_token(name);
    if (text.size() == name.size()) return false;
    const auto equals = without_leading_blanks(text);
    if (!equals.starts_with('=')) continue;
    const auto value = without_leading_blanks(equals.substr(1));
    text = value.starts_with('"') ? after_quoted(value) : after_token(value);
    if (text.size() == value.size()) return false;
  }
  return true;
}

}  // namespace

std::size_t ChunkReader::read(std::string_view bytes) {
  std::size_t used = 0;
  while (reads_on()) {
    const auto rest = bytes.substr(used);
    const auto count = expected_ == Expected::data ? take_data(rest) : take_line(rest);
    if (count == 0) break;
    used += count;
  }
  return used;
}

std::size_t ChunkReader::take_data(std::string_view bytes) {
  const auto count =
      static_cast<std::size_t>(std::min<std::uint64_t>(data_bytes_left_, bytes.size()));
  body_->append(bytes.substr(0, count));
  data_bytes_left_ -= count;
  if (data_bytes_left_ == 0) expected_ = Expected::end_of_data;
  return count;
}

std::size_t ChunkReader::take_line(std::string_view bytes) {
  if (!find_line_end(bytes)) return 0;
  const auto line_bytes = looked_at_ + 1;
  framing_bytes_ += line_bytes;
  looked_at_ = 0;
  const auto line = bytes.substr(0, line_bytes - 2);
  if (expected_ == Expected::size) {
    take_size(line);
  } else if (expected_ == Expected::end_of_data) {
    expected_ = Expected::size;
  } else {
    take_trailer(line);
  }
  return line_bytes;
}

bool ChunkReader::find_line_end(std::string_view bytes) {
  const auto framing_bytes_max = limits_.header_bytes_max + kFramingPerBodyByte * body_->size();
  for (; looked_at_ < bytes.size(); ++looked_at_) {
    const auto here = bytes[looked_at_];
    if (framing_bytes_ + looked_at_ >= framing_bytes_max) {
      refuse(413, "what frames the chunks of the body is larger than this side takes");
    } else if (expected_ == Expected::end_of_data && looked_at_ == 0 && here != '\r') {
      refuse(400, "a chunk's data is longer than its size");
    } else if (const auto* wrong =
                   wrong_with_character(looked_at_ == 0 ? ' ' : bytes[looked_at_ - 1], here)) {
      refuse(400, wrong);
    } else if (here == '\n') {
      return true;
    }
    if (refusal_.status != 0) return false;
  }
  return false;
}

void ChunkReader::take_size(std::string_view line) {
  std::uint64_t size = 0;
  const auto* const line_end = line.data() + line.size();
  const auto [end, error] = std::from_chars(line.data(), line_end, size, 16);
  if (error != std::errc{}) return refuse(400, "a chunk's size is no hexadecimal number");
  if (!are_extensions({end, static_cast<std::size_t>(line_end - end)})) {
    return refuse(400, "what follows a chunk's size is no extension");
  }
  if (size > limits_.body_bytes_max - body_->size()) return refuse(413, kBodyTooLarge);
  data_bytes_left_ = size;
  expected_ = size == 0 ? Expected::trailer : Expected::data;
}

void ChunkReader::take_trailer(std::string_view line) {
  if (line.empty()) {
    expected_ = Expected::nothing;
    return;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    return refuse(400, "a field of the trailer has no name that is a token and a colon");
  }
  const auto name = lowercase(line.substr(0, colon));
  if (name == "content-length" || name == "transfer-encoding") {
    refuse(400, "the trailer says how the body is framed");
  }
}

}  // namespace workshop::detail
