#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace workshop::engines {

/// A server that brokers and stores of the library speak to.
enum class Engine {
  rabbitmq,    ///< RabbitMQ, of Debian's rabbitmq-server
  postgresql,  ///< PostgreSQL, of Debian's postgresql
  dynamodb,    ///< dynalite, an npm package that speaks DynamoDB's protocol
  cosmos       ///< \@vercel/cosmosdb-server, an npm package that speaks Cosmos DB's protocol
};

inline constexpr std::array kEngines = {Engine::rabbitmq, Engine::postgresql, Engine::dynamodb,
                                        Engine::cosmos};

/// As a person types it: "rabbitmq".
std::string_view name_of(Engine engine) noexcept;
std::optional<Engine> engine_named(std::string_view name) noexcept;

/// Where to look for what no package manager puts into PATH.
struct Places {
  std::filesystem::path node_modules;  ///< of `npm install --prefix .cache/engines …`
};

/// Why there is none on this machine, and the command that mends it; "" when there is one.
std::string missing(Engine engine, const Places& places);

}  // namespace workshop::engines
