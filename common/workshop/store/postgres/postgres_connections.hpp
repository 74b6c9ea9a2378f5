#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <pqxx/pqxx>
#include <string>
#include <vector>

namespace workshop::detail {

/// `connection` with a limit for connecting, unless it has one.
std::string with_connect_timeout(const std::string& connection);

/// Connections to one database, of which each is used by one thread at a time. Thread-safe.
class PostgresConnections {
 public:
  /// `prepare` makes a new connection ready for use.
  PostgresConnections(std::string connection, std::size_t count_max,
                      std::function<void(pqxx::connection&)> prepare);

  /// One connection, given back at its end.
  class Use {
   public:
    explicit Use(PostgresConnections& connections);
    ~Use();
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    pqxx::connection& operator*() const noexcept { return *connection_; }

   private:
    PostgresConnections& connections_;
    std::unique_ptr<pqxx::connection> connection_;
  };

 private:
  std::unique_ptr<pqxx::connection> open() const;

  std::string connection_;
  std::function<void(pqxx::connection&)> prepare_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<pqxx::connection>> idle_;
  std::size_t left_count_;  // how many more may be in use
};

}  // namespace workshop::detail
