#pragma once

#include <optional>
#include <string_view>

namespace workshop::explore {

/// What kind of operation a process is about to do. The letter stands for it in a schedule.
enum class OperationKind : char {
  receive = 'r',
  acknowledge = 'a',
  abandon = 'n',
  renew = 'w',
  redrive = 'v',
  send = 's',
  publish = 'p',
  load = 'l',
  save = 'c',  // "commit"
  erase = 'e',
  batch = 'b',
  statement = 't',  ///< of a product that the contracts do not have: reads and writes at once
  request = 'h',
  reply = 'i',
  accept = 'j',
  respond = 'k',
  point = 'y',  // a bare scheduling point ("yield")
};

constexpr std::string_view name_of(OperationKind kind) {
  switch (kind) {
    case OperationKind::receive:
      return "receive";
    case OperationKind::acknowledge:
      return "acknowledge";
    case OperationKind::abandon:
      return "abandon";
    case OperationKind::renew:
      return "renew";
    case OperationKind::redrive:
      return "redrive";
    case OperationKind::send:
      return "send";
    case OperationKind::publish:
      return "publish";
    case OperationKind::load:
      return "load";
    case OperationKind::save:
      return "save";
    case OperationKind::erase:
      return "erase";
    case OperationKind::batch:
      return "batch";
    case OperationKind::statement:
      return "statement";
    case OperationKind::request:
      return "request";
    case OperationKind::reply:
      return "reply";
    case OperationKind::accept:
      return "accept";
    case OperationKind::respond:
      return "respond";
    case OperationKind::point:
      return "point";
  }
  return "?";
}

/// The operation that a letter of a schedule stands for, or nothing.
constexpr std::optional<OperationKind> operation_of(char letter) {
  const auto kind = static_cast<OperationKind>(letter);
  if (name_of(kind) == "?") return std::nullopt;
  return kind;
}

}  // namespace workshop::explore
