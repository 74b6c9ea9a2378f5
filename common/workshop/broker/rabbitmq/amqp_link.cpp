#include "workshop/broker/rabbitmq/amqp_link.hpp"

#include <amqp_framing.h>
#include <amqp_tcp_socket.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "workshop/core/error.hpp"

namespace workshop::detail {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kTick{20};  // how exact deadlines are
constexpr milliseconds kPauseMin{50};
constexpr int kFrameBytes = 131'072;

timeval timeval_of(milliseconds time) {
  timeval value{};
  value.tv_sec = time.count() / 1000;
  value.tv_usec = time.count() % 1000 * 1000;
  return value;
}

/// What the server said when it closed the connection or a channel.
std::pair<int, std::string> closing_of(const amqp_method_t& method) {
  if (method.id == AMQP_CONNECTION_CLOSE_METHOD) {
    const auto* close = static_cast<const amqp_connection_close_t*>(method.decoded);
    return {close->reply_code, amqp_text(close->reply_text)};
  }
  const auto* close = static_cast<const amqp_channel_close_t*>(method.decoded);
  return {close->reply_code, amqp_text(close->reply_text)};
}

bool is_unsolicited(amqp_method_number_t method) {
  switch (method) {
    case AMQP_BASIC_ACK_METHOD:
    case AMQP_BASIC_NACK_METHOD:
    case AMQP_BASIC_CANCEL_METHOD:
    case AMQP_CONNECTION_BLOCKED_METHOD:
    case AMQP_CONNECTION_UNBLOCKED_METHOD:
      return true;
    default:
      return false;
  }
}

}  // namespace

AmqpAddress AmqpAddress::parse(const std::string& url) {
  const auto refuse = [](const char* why) {
    throw InvalidRequest(std::string("the address of RabbitMQ ") + why +
                         "; it looks like amqp://user:password@host:5672/virtual-host");
  };
  std::string text = url;  // is cut into pieces
  amqp_connection_info info{};
  if (amqp_parse_url(text.data(), &info) != AMQP_STATUS_OK) refuse("cannot be read");
  if (info.ssl != 0) refuse("begins with amqps, and this broker does not speak TLS");
  // "amqp://host/" names no virtual host; people mean the one that a server has at first.
  const std::string virtual_host = info.vhost;
  return {info.host, info.port, info.user, info.password,
          virtual_host.empty() ? "/" : virtual_host};
}

std::string AmqpAddress::name() const { return fmt::format("RabbitMQ at {}:{}", host, port); }

AmqpLink::AmqpLink(AmqpAddress address, Limits limits, AmqpEvents& events)
    : address_(std::move(address)),
      limits_(limits),
      events_(events),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!wake_.is_open()) throw Unavailable("no descriptor is left for a connection to RabbitMQ");
  thread_ = std::thread([this] { run(); });
}

AmqpLink::~AmqpLink() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  post([] {});
  thread_.join();
}

void AmqpLink::post(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(work));
  }
  ::eventfd_write(wake_.number(), 1);
}

std::size_t AmqpLink::frame_bytes_max() const {
  return state_ == nullptr ? kFrameBytes : static_cast<std::size_t>(amqp_get_frame_max(state_));
}

// --- The thread
// -----------------------------------------------------------------------------------

void AmqpLink::run() {
  while (run_posted()) {
    if (state_ != nullptr) read_frames();
    check_deadlines();
    events_.on_time();
    finish_loss();
    wait();
  }
  if (connected()) {
    amqp_connection_close_t close{AMQP_REPLY_SUCCESS, amqp_bytes("done"), 0, 0};
    amqp_send_method(state_, 0, AMQP_CONNECTION_CLOSE_METHOD, &close);
  }
  lose("the broker object is destroyed");
  finish_loss();
}

/// False when the link shall end.
bool AmqpLink::run_posted() {
  std::vector<std::function<void()>> works;
  {
    const std::lock_guard lock(mutex_);
    works.swap(posted_);
    if (stopping_) return false;
  }
  for (const auto& work : works) {
    finish_loss();
    work();
  }
  return true;
}

void AmqpLink::wait() {
  pollfd waits[2] = {{wake_.number(), POLLIN, 0}, {-1, POLLIN, 0}};
  if (state_ != nullptr) {
    if (amqp_frames_enqueued(state_) != 0 || amqp_data_in_buffer(state_) != 0) return;
    waits[1].fd = amqp_get_sockfd(state_);
  }
  ::poll(waits, 2, static_cast<int>(kTick.count()));
  eventfd_t count = 0;
  ::eventfd_read(wake_.number(), &count);
}

void AmqpLink::read_frames() {
  while (connected()) {
    amqp_frame_t frame{};
    timeval none{};
    const int status = amqp_simple_wait_frame_noblock(state_, &frame, &none);
    if (status == AMQP_STATUS_TIMEOUT) return;
    if (status != AMQP_STATUS_OK) {
      lose(amqp_error_string2(status));
      return;
    }
    handle(frame);
    if (state_ != nullptr) amqp_maybe_release_buffers(state_);
  }
}

void AmqpLink::handle(const amqp_frame_t& frame) {
  switch (frame.frame_type) {
    case AMQP_FRAME_METHOD:
      handle_method(frame.channel, frame.payload.method);
      break;
    case AMQP_FRAME_HEADER:
    case AMQP_FRAME_BODY:
      content_part(frame.channel, frame);
      break;
    default:
      break;
  }
}

void AmqpLink::handle_method(amqp_channel_t number, const amqp_method_t& method) {
  switch (method.id) {
    case AMQP_BASIC_DELIVER_METHOD:
    case AMQP_BASIC_GET_OK_METHOD:
    case AMQP_BASIC_RETURN_METHOD:
      begin_content(channels_[number], method);
      return;
    case AMQP_CHANNEL_CLOSE_METHOD: {
      const auto [code, reason] = closing_of(method);
      amqp_channel_close_ok_t ok{};
      send(number, AMQP_CHANNEL_CLOSE_OK_METHOD, &ok);
      close_channel(number, code, reason);
      return;
    }
    case AMQP_CONNECTION_CLOSE_METHOD: {
      amqp_connection_close_ok_t ok{};
      send(0, AMQP_CONNECTION_CLOSE_OK_METHOD, &ok);
      lose("it says: " + closing_of(method).second);
      return;
    }
    default:
      break;
  }
  if (is_unsolicited(method.id)) {
    events_.on_method(number, method);
    return;
  }
  AmqpAnswer answered;
  answered.method = &method;
  answer(number, std::move(answered));
}

void AmqpLink::begin_content(Channel& channel, const amqp_method_t& method) {
  channel.content = AmqpContent{};
  channel.content.method = method.id;
  channel.is_coming = true;
  if (method.id == AMQP_BASIC_DELIVER_METHOD) {
    const auto* deliver = static_cast<const amqp_basic_deliver_t*>(method.decoded);
    channel.content.delivery_tag = deliver->delivery_tag;
  } else if (method.id == AMQP_BASIC_GET_OK_METHOD) {
    const auto* got = static_cast<const amqp_basic_get_ok_t*>(method.decoded);
    channel.content.delivery_tag = got->delivery_tag;
    channel.content.left_count = got->message_count;
  } else {
    const auto* returned = static_cast<const amqp_basic_return_t*>(method.decoded);
    channel.content.routing_key = amqp_text(returned->routing_key);
  }
}

void AmqpLink::content_part(amqp_channel_t number, const amqp_frame_t& frame) {
  auto& channel = channels_[number];
  if (!channel.is_coming) return;  // of a channel that was closed meanwhile
  auto& content = channel.content;
  auto& body = content.received.message.body;
  if (frame.frame_type == AMQP_FRAME_HEADER) {
    content.received = amqp_received(
        *static_cast<const amqp_basic_properties_t*>(frame.payload.properties.decoded));
    content.body_size = frame.payload.properties.body_size;
    body.reserve(std::min<std::uint64_t>(content.body_size, std::uint64_t{1} << 20));
  } else {
    body.append(static_cast<const char*>(frame.payload.body_fragment.bytes),
                frame.payload.body_fragment.len);
  }
  if (body.size() < content.body_size) return;
  channel.is_coming = false;
  auto whole = std::move(content);
  if (whole.method != AMQP_BASIC_GET_OK_METHOD) {
    events_.on_content(number, std::move(whole));
    return;
  }
  const amqp_method_t method{AMQP_BASIC_GET_OK_METHOD, nullptr};
  AmqpAnswer answered;
  answered.method = &method;
  answered.content = &whole;
  answer(number, std::move(answered));
}

void AmqpLink::close_channel(amqp_channel_t number, int code, const std::string& reason) {
  auto pending = std::move(channels_[number].pending);
  channels_.erase(number);
  events_.on_channel_closed(number, code, reason);
  for (auto& [answered, deadline] : pending) answered({nullptr, nullptr, code, reason});
}

void AmqpLink::answer(amqp_channel_t number, AmqpAnswer answer) {
  auto& pending = channels_[number].pending;
  if (pending.empty()) return;
  const auto answered = std::move(pending.front().answered);
  pending.pop_front();
  answered(std::move(answer));
}

void AmqpLink::check_deadlines() {
  const auto now = steady_clock::now();
  for (const auto& [number, channel] : channels_) {
    if (!channel.pending.empty() && channel.pending.front().deadline < now) {
      lose(fmt::format("no answer within {} ms", limits_.answer_ms.count()));
      return;
    }
  }
}

// --- The connection
// -------------------------------------------------------------------------------

void AmqpLink::connect() {
  finish_loss();
  if (state_ != nullptr) return;
  const auto now = steady_clock::now();
  if (now < next_attempt_) {
    throw Unavailable(fmt::format(
        "{} is tried again in {} ms: {}", address_.name(),
        std::chrono::duration_cast<milliseconds>(next_attempt_ - now).count(), last_failure_));
  }
  try {
    open_socket();
    log_in();
    pause_ = milliseconds{0};
  } catch (const std::exception& error) {
    if (state_ != nullptr) amqp_destroy_connection(state_);
    state_ = nullptr;
    last_failure_ = error.what();
    pause_ = std::clamp(2 * pause_, kPauseMin, std::max(kPauseMin, limits_.pause_max_ms));
    next_attempt_ = steady_clock::now() + pause_;
    throw Unavailable(fmt::format("{}: {}", address_.name(), last_failure_));
  }
}

void AmqpLink::open_socket() {
  state_ = amqp_new_connection();
  auto* socket = state_ == nullptr ? nullptr : amqp_tcp_socket_new(state_);
  if (socket == nullptr) throw std::runtime_error("no memory for a connection");
  const auto timeout = timeval_of(limits_.connect_ms);
  amqp_set_handshake_timeout(state_, &timeout);
  auto until = timeout;
  const int status = amqp_socket_open_noblock(socket, address_.host.c_str(), address_.port, &until);
  if (status != AMQP_STATUS_OK) throw std::runtime_error(amqp_error_string2(status));
}

/// Says that this client understands connection.blocked, by which a full server tells.
void AmqpLink::log_in() {
  amqp_table_entry_t blocked{};
  blocked.key = amqp_bytes("connection.blocked");
  blocked.value.kind = AMQP_FIELD_KIND_BOOLEAN;
  blocked.value.value.boolean = 1;
  amqp_table_entry_t capabilities{};
  capabilities.key = amqp_bytes("capabilities");
  capabilities.value.kind = AMQP_FIELD_KIND_TABLE;
  capabilities.value.value.table = {1, &blocked};
  const amqp_table_t properties{1, &capabilities};
  const auto reply = amqp_login_with_properties(
      state_, address_.virtual_host.c_str(), 0, kFrameBytes, limits_.heartbeat_s, &properties,
      AMQP_SASL_METHOD_PLAIN, address_.user.c_str(), address_.password.c_str());
  if (reply.reply_type == AMQP_RESPONSE_NORMAL) return;
  if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION) {
    throw std::runtime_error(
        fmt::format("it refuses user '{}': {}", address_.user, closing_of(reply.reply).second));
  }
  throw std::runtime_error(amqp_error_string2(reply.library_error));
}

void AmqpLink::lose(const std::string& reason) {
  if (connected()) broken_ = reason.empty() ? "the connection broke" : reason;
}

void AmqpLink::finish_loss() {
  if (broken_.empty()) return;
  const auto reason = fmt::format("the connection to {} is lost: {}", address_.name(), broken_);
  amqp_destroy_connection(state_);
  state_ = nullptr;
  broken_.clear();
  auto channels = std::move(channels_);
  channels_.clear();
  events_.on_lost(reason);
  for (auto& [number, channel] : channels) {
    for (auto& [answered, deadline] : channel.pending) answered({nullptr, nullptr, 0, reason});
  }
}

// --- Sending
// --------------------------------------------------------------------------------------

void AmqpLink::call(amqp_channel_t channel, amqp_method_number_t method, void* fields,
                    std::function<void(AmqpAnswer)> answered) {
  channels_[channel].pending.push_back(
      {std::move(answered), steady_clock::now() + limits_.answer_ms});
  send(channel, method, fields);
}

bool AmqpLink::send(amqp_channel_t channel, amqp_method_number_t method, void* fields) {
  if (!connected()) return false;
  const int status = amqp_send_method(state_, channel, method, fields);
  if (status != AMQP_STATUS_OK) lose(amqp_error_string2(status));
  return status == AMQP_STATUS_OK;
}

void AmqpLink::open_channel(amqp_channel_t channel) {
  amqp_channel_open_t open{};
  call(channel, AMQP_CHANNEL_OPEN_METHOD, &open, [](const AmqpAnswer&) {});
}

bool AmqpLink::publish(amqp_channel_t channel, const std::string& exchange,
                       const std::string& routing_key, bool mandatory,
                       const AmqpProperties& properties, const std::string& body) {
  if (!connected()) return false;
  const int status =
      amqp_basic_publish(state_, channel, amqp_bytes(exchange), amqp_bytes(routing_key),
                         mandatory ? 1 : 0, 0, &properties.get(), amqp_bytes(body));
  if (status != AMQP_STATUS_OK) lose(amqp_error_string2(status));
  return status == AMQP_STATUS_OK;
}

}  // namespace workshop::detail
