#include "workshop/http/message_reader.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <iterator>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <utility>

#include "workshop/http/chunk_reader.hpp"
#include "workshop/http/wire.hpp"

namespace workshop::detail {

namespace {

namespace beast_http = boost::beast::http;
using beast_error = beast_http::error;
using boost::system::error_code;

constexpr std::size_t kFirstReadBytes = 2'048;  // so that an idle connection costs little

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeaderEnd = "\r\n\r\n";

struct KnownError {
  beast_error error;
  int status;
  const char* why;
};

constexpr std::array kKnownErrors{
    KnownError{beast_error::bad_method, 400, "the method is no token and a space"},
    KnownError{beast_error::bad_target, 400, "the target is no visible characters and a space"},
    KnownError{beast_error::bad_version, 400, "the version is not written as HTTP/1.1 is"},
    KnownError{beast_error::bad_status, 400, "the status is no three digits and a space"},
    KnownError{beast_error::bad_reason, 400, "control characters in the reason"},
    KnownError{beast_error::bad_field, 400, "a field has no name that is a token and a colon"},
    KnownError{beast_error::bad_value, 400, "a field's value has characters that it may not have"},
    KnownError{beast_error::bad_line_ending, 400, "a line does not end in CR LF"},
    KnownError{beast_error::header_limit, 431, "a folded field is too long"},
    KnownError{beast_error::bad_content_length, 400,
               "Content-Length is no number, or stands beside Transfer-Encoding"},
    KnownError{beast_error::multiple_content_length, 400, "two lengths in Content-Length"},
    KnownError{beast_error::bad_transfer_encoding, 400,
               "Transfer-Encoding is there twice, or beside Content-Length"},
};

Refusal refusal_of(const error_code& error) {
  for (const auto& known : kKnownErrors) {
    if (error == known.error) return {known.status, known.why};
  }
  return {400, "the header is no HTTP (" + error.message() + ")"};
}

/// Equal names are joined in their order (RFC 9110, section 5.3), also when a value is empty.
template <class Message>
HttpHeaders headers_of(const Message& message) {
  HttpHeaders headers;
  for (const auto& field : message) {
    const auto name = lowercase(field.name_string());
    if (is_connection_field(name)) continue;
    const auto [at, is_first] = headers.try_emplace(name, field.value());
    if (!is_first) at->second.append(field.value().empty() ? "," : ", ").append(field.value());
  }
  return headers;
}

template <class Message>
std::string joined(const Message& message, beast_http::field name) {
  std::string values;
  const auto [begin, end] = message.equal_range(name);
  for (auto at = begin; at != end; ++at) values.append(at == begin ? "" : ",").append(at->value());
  return values;
}

/// RFC 9112, sections 6.1 and 6.3: what frames the body must be understood, and be the last.
template <class Message>
Refusal wrong_with_coding(const Message& message) {
  if (message.count(beast_http::field::transfer_encoding) == 0) return {};
  if (message.version() < 11) return {400, "Transfer-Encoding in a message of HTTP/1.0"};
  switch (coding_of(joined(message, beast_http::field::transfer_encoding))) {
    case TransferCoding::chunked:
      return {};
    case TransferCoding::other_then_chunked:
      return {501, "of all transfer codings only chunked is known here"};
    case TransferCoding::not_framed:
      break;
  }
  return {400, "the last transfer coding is not chunked"};
}

/// How the end of a body is found.
enum class Framing { no_body, length, chunks, end_of_connection };

/// A reader of requests or of answers: what both have in common.
template <bool is_request>
class Reader {
 public:
  using Message = std::conditional_t<is_request, HttpRequest, HttpResponse>;

  explicit Reader(MessageLimits limits)
      : limits_(limits), header_bytes_left_(limits.header_bytes_max), buffer_(header_bytes_left_) {
    begin_message();
  }

  std::span<char> space() {
    const auto left = buffer_.max_size() - buffer_.size();
    const auto in_header =
        std::min(header_bytes_left_ - buffer_.size(), std::max(kFirstReadBytes, buffer_.size()));
    const auto room = buffer_.prepare(progress_ == Progress::header ? in_header : left);
    return {static_cast<char*>(room.data()), room.size()};
  }

  Progress received(std::size_t count) {
    buffer_.commit(count);
    has_begun_ = has_begun_ || count > 0;
    try {
      while (progress_ == Progress::header && find_header_end()) read_header();
      if (progress_ == Progress::body) read_body();
    } catch (const std::length_error&) {  // Beast cannot hold it, whatever the limit is
      refuse({431, "a field is longer than 65,534 bytes"});
    }
    return progress_;
  }

  Progress ended() {
    if (progress_ == Progress::header) {
      refuse(has_begun_ ? Refusal{400, "it ends within the header"}
                        : Refusal{0, "the connection was closed"});
    } else if (progress_ == Progress::body && framing_ == Framing::end_of_connection) {
      progress_ = Progress::whole;
    } else if (progress_ == Progress::body) {
      refuse({400, "it ends within the body"});
    }
    return progress_;
  }

  Progress progress() const noexcept { return progress_; }
  const Refusal& refusal() const noexcept { return refusal_; }
  bool has_begun() const noexcept { return has_begun_; }
  const Message& message() const noexcept { return message_; }
  Message take() { return std::move(message_); }
  bool is_head() const noexcept { return is_head_; }
  bool awaits_continue() const noexcept {
    return progress_ == Progress::body && awaits_continue_ && !body_has_begun_;
  }

 private:
  std::string_view bytes() const {
    const auto all = buffer_.data();
    return {static_cast<const char*>(all.data()), all.size()};
  }

  void begin_message() {
    parser_.emplace();
    parser_->header_limit(std::numeric_limits<std::uint32_t>::max());  // this reader's is exact
    parser_->body_limit(boost::none);
    progress_ = Progress::header;
  }

  void refuse(Refusal refusal) {
    progress_ = Progress::refused;
    refusal_ = std::move(refusal);
  }

  /// Looks at the bytes that have come since it looked last; true when the header ends among them.
  bool find_header_end() {
    // RFC 9112, section 2.2: some clients end a request with a line too many.
    if (is_request && !skipped_line_ && bytes().starts_with(kLineEnd)) {
      skipped_line_ = true;
      consume_of_header(kLineEnd.size());
    }
    is_head_ = bytes().starts_with("HEAD ");
    for (const auto all = bytes(); looked_at_ < all.size(); ++looked_at_) {
      const auto before = looked_at_ == 0 ? ' ' : all[looked_at_ - 1];
      const auto here = all[looked_at_];
      const auto* wrong = wrong_with_character(before, here);
      if (is_request && before == '\n' && (here == ' ' || here == '\t')) {
        wrong = "a line of the header begins with white space: folding is obsolete";
      }
      if (wrong != nullptr) {
        refuse({400, wrong});
        return false;
      }
      if (all.substr(0, looked_at_ + 1).ends_with(kHeaderEnd)) {
        header_bytes_ = looked_at_ + 1;
        return true;
      }
    }
    if (bytes().size() == header_bytes_left_) refuse_long_header();
    return false;
  }

  void refuse_long_header() {
    const auto limit = " than " + std::to_string(limits_.header_bytes_max) + " bytes";
    if (is_request && bytes().find(kLineEnd) == std::string_view::npos) {
      const bool is_method = bytes().find(' ') == std::string_view::npos;
      return refuse({is_method ? 501 : 414, "the request line is longer" + limit});
    }
    refuse({431, "the header is longer" + limit});
  }

  void consume_of_header(std::size_t count) {
    buffer_.consume(count);
    header_bytes_left_ -= count;
    looked_at_ = 0;
  }

  /// Makes 1.1 of a later minor version (RFC 9110, section 2.5). False when it refuses another
  /// major one.
  bool settle_version() {
    const auto line_bytes = bytes().find(kLineEnd);
    auto* const line = static_cast<char*>(buffer_.data().data());
    constexpr std::string_view kExample = "HTTP/1.1";
    if (line_bytes < kExample.size()) return true;  // the parser says what is wrong
    auto* const version = is_request ? line + line_bytes - kExample.size() : line;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (std::string_view(version, 5) != "HTTP/" || !is_digit(version[5]) || version[6] != '.' ||
        !is_digit(version[7])) {
      return true;
    }
    if (version[5] != '1') {
      refuse({505, "this side speaks HTTP/1.1 and HTTP/1.0"});
      return false;
    }
    if (version[7] > '1') version[7] = '1';
    return true;
  }

  void read_header() {
    if (!settle_version()) return;
    error_code error;
    const auto used = parser_->put(boost::asio::buffer(bytes().data(), header_bytes_), error);
    if (error && error != beast_error::need_more) return refuse(refusal_of(error));
    if (!parser_->is_header_done() || used != header_bytes_) {
      return refuse({400, "the header is no HTTP"});
    }
    consume_of_header(header_bytes_);
    const auto& message = parser_->get();
    if (std::distance(message.begin(), message.end()) > static_cast<std::ptrdiff_t>(kFieldsMax)) {
      return refuse({431, "the header has more than " + std::to_string(kFieldsMax) + " fields"});
    }
    header_came();
    if (progress_ != Progress::header) parser_.reset();  // it holds the fields once more
  }

  void header_came();  // of requests, or of answers

  void begin_body(bool can_have_body) {
    const auto length = parser_->content_length();
    if (!can_have_body) {
      framing_ = Framing::no_body;
    } else if (parser_->chunked()) {
      framing_ = Framing::chunks;
    } else if (length) {
      if (*length > limits_.body_bytes_max) return refuse({413, kBodyTooLarge});
      framing_ = Framing::length;
      length_ = static_cast<std::size_t>(*length);
      message_.body.reserve(length_);
    } else {
      framing_ = is_request ? Framing::no_body : Framing::end_of_connection;
    }
    progress_ = Progress::body;
  }

  void read_body() {
    const auto all = bytes();
    body_has_begun_ = body_has_begun_ || !all.empty();
    switch (framing_) {
      case Framing::no_body:
        progress_ = Progress::whole;
        return;
      case Framing::length: {
        const auto count = std::min(all.size(), length_ - message_.body.size());
        message_.body.append(all.substr(0, count));
        buffer_.consume(count);
        if (message_.body.size() == length_) progress_ = Progress::whole;
        return;
      }
      case Framing::chunks:
        buffer_.consume(chunks_.read(all));
        if (chunks_.refusal().status != 0) return refuse(chunks_.refusal());
        if (chunks_.is_whole()) {
          progress_ = Progress::whole;
        } else if (buffer_.size() == buffer_.max_size()) {
          refuse({413, "a line between chunks is too long"});  // its end cannot be read
        }
        return;
      case Framing::end_of_connection:
        if (all.size() > limits_.body_bytes_max - message_.body.size()) {
          return refuse({413, kBodyTooLarge});
        }
        message_.body.append(all);
        buffer_.consume(all.size());
    }
  }

  const MessageLimits limits_;
  std::size_t header_bytes_left_;
  boost::beast::flat_buffer buffer_;  // what is not yet parsed; never larger than a header may be
  std::optional<beast_http::parser<is_request, beast_http::empty_body>> parser_;  // of headers

  Progress progress_ = Progress::header;
  Refusal refusal_;
  Message message_;
  bool has_begun_ = false;
  bool is_head_ = false;
  bool awaits_continue_ = false;
  bool skipped_line_ = false;
  std::size_t looked_at_ = 0;     // bytes of the buffer that find_header_end has passed
  std::size_t header_bytes_ = 0;  // of the header at the buffer's front, once its end is found
  Framing framing_ = Framing::no_body;
  bool body_has_begun_ = false;
  std::size_t length_ = 0;  // of a body that is framed by it
  ChunkReader chunks_{limits_, message_.body};
};

std::optional<HttpMethod> method_of(beast_http::verb verb) {
  switch (verb) {
    case beast_http::verb::get:
      return HttpMethod::get;
    case beast_http::verb::put:
      return HttpMethod::put;
    case beast_http::verb::post:
      return HttpMethod::post;
    case beast_http::verb::delete_:
      return HttpMethod::delete_;
    default:
      return std::nullopt;
  }
}

/// RFC 9112, section 3.2.
template <class Message>
Refusal wrong_with_host(const Message& message) {
  const auto count = message.count(beast_http::field::host);
  if (count > 1) return {400, "more than one Host"};
  if (count == 0 && message.version() >= 11) return {400, "no Host"};
  if (count == 1 && !is_host(message[beast_http::field::host])) {
    return {400, "Host is no host, or host and port"};
  }
  return {};
}

template <>
void Reader<true>::header_came() {
  const auto& message = parser_->get();
  for (auto wrong : {wrong_with_coding(message), wrong_with_host(message)}) {
    if (wrong.status != 0) return refuse(std::move(wrong));
  }
  if (message.method() == beast_http::verb::unknown) return refuse({501, "an unknown method"});
  const auto method = method_of(message.method());
  if (!method) return refuse({405, "the method is none of GET, PUT, POST and DELETE"});
  auto path = path_of(message.target());
  if (!path) return refuse({400, "the target is no path, and no http URI"});
  const auto expectation = lowercase(joined(message, beast_http::field::expect));
  if (!expectation.empty() && expectation != "100-continue") {
    return refuse({417, "the only expectation known here is 100-continue"});
  }
  awaits_continue_ = !expectation.empty() && message.version() >= 11;
  message_.method = *method;
  message_.target = std::move(*path);
  message_.headers = headers_of(message);
  begin_body(true);
}

template <>
void Reader<false>::header_came() {
  const auto& message = parser_->get();
  const auto status = static_cast<int>(message.result_int());
  if (status < 100 || status > 599 || status == 101) {
    return refuse({400, "the status " + std::to_string(status) + ", which cannot be"});
  }
  if (status < 200) return begin_message();
  // What has no body by its status is not framed by its fields (RFC 9112, section 6.3).
  const bool can_have_body = status != 204 && status != 304;
  auto wrong = can_have_body ? wrong_with_coding(message) : Refusal{};
  if (wrong.status != 0) return refuse(std::move(wrong));
  message_.status = status;
  message_.headers = headers_of(message);
  begin_body(can_have_body);
}

}  // namespace

struct RequestReader::Impl : Reader<true> {
  using Reader::Reader;
};

RequestReader::RequestReader(MessageLimits limits) : impl_(std::make_unique<Impl>(limits)) {}
RequestReader::~RequestReader() = default;
std::span<char> RequestReader::space() { return impl_->space(); }
Progress RequestReader::received(std::size_t count) { return impl_->received(count); }
Progress RequestReader::ended() { return impl_->ended(); }
Progress RequestReader::progress() const noexcept { return impl_->progress(); }
const Refusal& RequestReader::refusal() const noexcept { return impl_->refusal(); }
bool RequestReader::has_begun() const noexcept { return impl_->has_begun(); }
bool RequestReader::is_head() const noexcept { return impl_->is_head(); }
bool RequestReader::awaits_continue() const noexcept { return impl_->awaits_continue(); }
const HttpRequest& RequestReader::request() const noexcept { return impl_->message(); }
HttpRequest RequestReader::take() { return impl_->take(); }

struct ResponseReader::Impl : Reader<false> {
  using Reader::Reader;
};

ResponseReader::ResponseReader(MessageLimits limits) : impl_(std::make_unique<Impl>(limits)) {}
ResponseReader::~ResponseReader() = default;
std::span<char> ResponseReader::space() { return impl_->space(); }
Progress ResponseReader::received(std::size_t count) { return impl_->received(count); }
Progress ResponseReader::ended() { return impl_->ended(); }
Progress ResponseReader::progress() const noexcept { return impl_->progress(); }
const Refusal& ResponseReader::refusal() const noexcept { return impl_->refusal(); }
HttpResponse ResponseReader::take() { return impl_->take(); }

}  // namespace workshop::detail
