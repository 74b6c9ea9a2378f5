#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "workshop/http/http.hpp"

/// Readers of messages, for a client and a server over real connections. Not for users of either.
///
/// A reader is fed with the bytes of a connection in the pieces in which they come, and what it
/// reads does not depend on where they are cut. It keeps no more than its limits say, whatever the
/// peer sends, and takes no message whose end two readers could see in two places (RFC 9112,
/// section 11.2). Not thread-safe.
namespace workshop::detail {

/// What a reader takes, and keeps, of one message at most.
struct MessageLimits {
  /// From the first byte to the end of the empty line after the fields. Interim answers count with
  /// the answer that they precede. Each line that frames chunks has the same limit, and all of them
  /// together, with extensions and trailer, may have it and eight bytes more for each byte of the
  /// body before them.
  std::size_t header_bytes_max;
  std::uint64_t body_bytes_max;
};

/// The smallest `header_bytes_max` that a reader can work with.
inline constexpr std::size_t kHeaderBytesMin = 64;

/// Fields that a header may have: each costs its keeper more than the few bytes that it is sent in.
inline constexpr std::size_t kFieldsMax = 256;

/// Why a body is refused, however it is framed.
inline constexpr const char* kBodyTooLarge = "the body is larger than this side takes";

/// How far a message has come.
enum class Progress {
  header,   ///< the header is incomplete
  body,     ///< the header is complete, the body is not
  whole,    ///< all is there; nothing more is read
  refused,  ///< see `refusal`; nothing more is read
};

/// Why a message is not taken.
struct Refusal {
  int status = 0;   ///< what a server answers; 0: nobody has asked anything
  std::string why;  ///< a sentence's part, such as "a field's name is no token"
};

/// Reads one request; what follows it on its connection is left alone.
class RequestReader {
 public:
  explicit RequestReader(MessageLimits limits);
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  /// Where the next bytes go, at least one. Only while the progress is `header` or `body`.
  std::span<char> space();
  /// The first `count` bytes of the space have been filled.
  Progress received(std::size_t count);
  /// The peer sends no more.
  Progress ended();

  Progress progress() const noexcept;
  const Refusal& refusal() const noexcept;
  /// Whether any byte has come.
  bool has_begun() const noexcept;
  /// The request is a HEAD, as far as can be seen: no answer to it has a body.
  bool is_head() const noexcept;
  /// The header is complete, and its sender waits for a 100 before it sends the body.
  bool awaits_continue() const noexcept;
  /// What the header says, once it is complete.
  const HttpRequest& request() const noexcept;
  /// The request, once it is whole.
  HttpRequest take();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Reads the answer to a GET, PUT, POST or DELETE, and skips the interim answers before it (RFC
/// 9110, section 15.2).
class ResponseReader {
 public:
  explicit ResponseReader(MessageLimits limits);
  ~ResponseReader();
  ResponseReader(const ResponseReader&) = delete;
  ResponseReader& operator=(const ResponseReader&) = delete;

  /// As with requests.
  std::span<char> space();
  Progress received(std::size_t count);
  Progress ended();

  Progress progress() const noexcept;
  const Refusal& refusal() const noexcept;
  HttpResponse take();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace workshop::detail
