#include "workshop/store/postgres/postgres_connections.hpp"

#include <utility>

namespace workshop::detail {

std::string with_connect_timeout(const std::string& connection) {
  if (connection.find("connect_timeout") != std::string::npos) return connection;
  const bool is_uri =
      connection.starts_with("postgres://") || connection.starts_with("postgresql://");
  if (!is_uri) return connection + " connect_timeout=5";
  return connection + (connection.find('?') == std::string::npos ? "?" : "&") + "connect_timeout=5";
}

PostgresConnections::PostgresConnections(std::string connection, std::size_t count_max,
                                         std::function<void(pqxx::connection&)> prepare)
    : connection_(with_connect_timeout(connection)),
      prepare_(std::move(prepare)),
      left_count_(count_max) {}

std::unique_ptr<pqxx::connection> PostgresConnections::open() const {
  auto connection = std::make_unique<pqxx::connection>(connection_);
  prepare_(*connection);
  return connection;
}

PostgresConnections::Use::Use(PostgresConnections& connections) : connections_(connections) {
  {
    std::unique_lock lock(connections.mutex_);
    connections.returned_.wait(lock, [&] { return connections.left_count_ > 0; });
    --connections.left_count_;
    if (!connections.idle_.empty()) {
      connection_ = std::move(connections.idle_.back());
      connections.idle_.pop_back();
    }
  }
  if (connection_) return;
  try {
    connection_ = connections.open();
  } catch (...) {
    {
      const std::lock_guard lock(connections.mutex_);
      ++connections.left_count_;
    }
    connections.returned_.notify_one();
    throw;
  }
}

PostgresConnections::Use::~Use() {
  {
    const std::lock_guard lock(connections_.mutex_);
    // One that broke is not kept: the next user opens another.
    if (connection_->is_open()) connections_.idle_.push_back(std::move(connection_));
    ++connections_.left_count_;
  }
  connections_.returned_.notify_one();
}

}  // namespace workshop::detail
