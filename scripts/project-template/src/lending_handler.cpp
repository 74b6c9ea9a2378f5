#include "lending_handler.hpp"

namespace lending {
namespace {

using workshop::HandlerContext;
using workshop::MessageId;
using workshop::Task;

/// The same in every attempt at the message that is handled.
MessageId id_of_answer(const HandlerContext& context) {
  return MessageId::from_name(context.message().id.value + "/answer");
}

}  // namespace

Task<void> handle(const LendBook& command, HandlerContext& context) {
  auto book = co_await context.store().load<Book>(command.book_id);

  if (!book.value.reader.empty()) {
    co_await context.publish(BookRefused{command.book_id, command.reader}, id_of_answer(context));
    co_return;
  }
  book.value.reader = command.reader;
  co_await context.store().save(book);
  co_await context.publish(BookLent{command.book_id, command.reader}, id_of_answer(context));
}

}  // namespace lending
