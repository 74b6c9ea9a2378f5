// What readers of messages must hold for any bytes, tried by libFuzzer, with the address and the
// undefined behaviour sanitizer. How to run it for longer: common/tests/CMakeLists.txt.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "mutation.hpp"
#include "workshop/http/message_reader.hpp"
#include "workshop/http/wire.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t size_max);

namespace workshop::tests {
namespace {

using detail::MessageLimits;
using detail::Progress;
using detail::RequestReader;
using detail::ResponseReader;

/// The first bytes of an input say what is read, and how.
constexpr std::size_t kHeadBytes = 2;

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

/// Feeds the reader with pieces of at most `piece` bytes, and then the end.
template <class Reader>
Progress feed(Reader& reader, std::string_view bytes, std::size_t piece,
              const MessageLimits& limits) {
  const auto reads = [](Progress at) { return at == Progress::header || at == Progress::body; };
  while (!bytes.empty() && reads(reader.progress())) {
    const auto space = reader.space();
    require(!space.empty(), "a reader that reads has space");
    require(space.size() <= limits.header_bytes_max, "the space is not larger than a header");
    const auto count = std::min({space.size(), bytes.size(), piece});
    std::memcpy(space.data(), bytes.data(), count);
    bytes.remove_prefix(count);
    reader.received(count);
  }
  if (reads(reader.progress())) reader.ended();
  require(!reads(reader.progress()), "a reader whose peer has ended reads no more");
  if (reader.progress() == Progress::refused) {
    require(!reader.refusal().why.empty(), "a refusal says why");
  }
  return reader.progress();
}

/// `message`, and the one that comes of it when it is sent anew, are the same.
void check_request(const HttpRequest& request, const MessageLimits& limits) {
  require(detail::is_target(request.target), "the target of a request can be sent");
  require(detail::wrong_with(request.headers).empty(), "the headers of a request can be sent");
  require(request.body.size() <= limits.body_bytes_max, "a body is not larger than its limit");
  auto bytes =
      std::string(name_of(request.method)) + " " + request.target + " HTTP/1.1\r\nHost: a\r\n";
  for (const auto& [name, value] : request.headers) bytes += name + ": " + value + "\r\n";
  bytes += "Content-Length: " + std::to_string(request.body.size()) + "\r\n\r\n" + request.body;
  const MessageLimits ample{bytes.size() + 1'000, limits.body_bytes_max};
  RequestReader again(ample);
  require(feed(again, bytes, bytes.size(), ample) == Progress::whole,
          "what was read can be sent again");
  const auto second = again.take();
  require(second.method == request.method && second.target == request.target &&
              second.headers == request.headers && second.body == request.body,
          "what was read is the same when it is sent again");
}

void check_response(const HttpResponse& response, const MessageLimits& limits) {
  require(response.status >= 200 && response.status <= 599, "the status is one that can be");
  require(detail::wrong_with(response.headers).empty(), "the headers of an answer can be sent");
  require(response.body.size() <= limits.body_bytes_max, "a body is not larger than its limit");
}

void read_requests(std::string_view bytes, std::size_t piece, const MessageLimits& limits) {
  RequestReader whole(limits);
  RequestReader pieces(limits);
  const auto progress = feed(whole, bytes, bytes.size(), limits);
  require(feed(pieces, bytes, piece, limits) == progress, "the pieces change no outcome");
  require(pieces.refusal().status == whole.refusal().status &&
              pieces.refusal().why == whole.refusal().why,
          "the pieces change no refusal");
  require(pieces.is_head() == whole.is_head(), "the pieces change no method");
  if (progress == Progress::refused) {
    const auto status = whole.refusal().status;
    require(status == 0 ? bytes.empty() : status >= 400 && status <= 599,
            "the status of a refusal is one that a server answers");
    return;
  }
  const auto request = whole.take();
  const auto other = pieces.take();
  require(request.target == other.target && request.headers == other.headers &&
              request.body == other.body,
          "the pieces change no request");
  check_request(request, limits);
}

void read_responses(std::string_view bytes, std::size_t piece, const MessageLimits& limits) {
  ResponseReader whole(limits);
  ResponseReader pieces(limits);
  const auto progress = feed(whole, bytes, bytes.size(), limits);
  require(feed(pieces, bytes, piece, limits) == progress, "the pieces change no outcome");
  require(pieces.refusal().why == whole.refusal().why, "the pieces change no refusal");
  if (progress != Progress::whole) return;
  const auto response = whole.take();
  require(response == pieces.take(), "the pieces change no answer");
  check_response(response, limits);
}

}  // namespace
}  // namespace workshop::tests

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace workshop::tests;
  if (size < kHeadBytes) return 0;
  constexpr std::size_t kHeaderBytes[] = {64, 200, 1'000, 16 * 1024};
  constexpr std::size_t kBodyBytes[] = {0, 10, 1'000, 1024 * 1024};
  const MessageLimits limits{kHeaderBytes[data[0] / 2 % 4], kBodyBytes[data[0] / 8 % 4]};
  const std::size_t piece = data[1] % 64 + 1;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + kHeadBytes, size - kHeadBytes);
  if (data[0] % 2 == 0) {
    read_requests(bytes, piece, limits);
  } else {
    read_responses(bytes, piece, limits);
  }
  return 0;
}

/// Now and then a message that is almost right, so that the search need not find HTTP by itself.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t size_max, unsigned int seed) {
  using namespace workshop::tests;
  if (size_max < kHeadBytes || (seed % 16 != 0 && size >= kHeadBytes)) {
    return LLVMFuzzerMutate(data, size, size_max);
  }
  const bool is_request = seed / 16 % 2 == 0;
  Mutator mutator(is_request ? right_requests() : right_answers(), seed);
  const auto message = mutator.next();
  data[0] = static_cast<std::uint8_t>(mutator.below(128) * 2 + (is_request ? 0 : 1));
  data[1] = static_cast<std::uint8_t>(mutator.below(256));
  const auto count = std::min(message.size(), size_max - kHeadBytes);
  std::memcpy(data + kHeadBytes, message.data(), count);
  return kHeadBytes + count;
}
