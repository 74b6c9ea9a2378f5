#pragma once

#include <boost/describe.hpp>
#include <string>
#include <vector>

namespace workshop {

/// A participant's lock on a document: the document "Lock <document>".
struct Lock {
  std::string transaction;  ///< who holds it
};
BOOST_DESCRIBE_STRUCT(Lock, (), (transaction))

/// A write that a participant has promised.
struct PreparedWrite {
  std::string partition;
  std::string id;
  std::string body;
};
BOOST_DESCRIBE_STRUCT(PreparedWrite, (), (partition, id, body))

/// A participant's promise: the document "Prepared <transaction>".
struct Prepared {
  std::vector<PreparedWrite> writes;
};
BOOST_DESCRIBE_STRUCT(Prepared, (), (writes))

}  // namespace workshop
