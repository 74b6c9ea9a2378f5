#pragma once

#include <string>

#include "workshop/core/json.hpp"
#include "workshop/core/task.hpp"
#include "workshop/endpoint/handler_context.hpp"

/// A library that lends books: one handler, one document for each book.
namespace lending {

/// A command: this reader wants this book.
struct LendBook {
  std::string book_id;
  std::string reader;
};

/// An event: the reader has the book.
struct BookLent {
  std::string book_id;
  std::string reader;
};

/// An event: somebody else has the book.
struct BookRefused {
  std::string book_id;
  std::string reader;
};

/// A book as the endpoint "lending" keeps it.
struct Book {
  std::string reader;  ///< who has it; empty: it is on the shelf
};

BOOST_DESCRIBE_STRUCT(LendBook, (), (book_id, reader))
BOOST_DESCRIBE_STRUCT(BookLent, (), (book_id, reader))
BOOST_DESCRIBE_STRUCT(BookRefused, (), (book_id, reader))
BOOST_DESCRIBE_STRUCT(Book, (), (reader))

/// Lends a book to the reader who asks first, and publishes BookLent; to anybody else it publishes
/// BookRefused. However often the command is delivered, its reader is told the same.
workshop::Task<void> handle(const LendBook& command, workshop::HandlerContext& context);

}  // namespace lending
