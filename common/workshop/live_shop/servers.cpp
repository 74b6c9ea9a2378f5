#include "workshop/live_shop/servers.hpp"

#include <cstdlib>

#include "workshop/process/environment.hpp"

namespace workshop::live_shop {

using engines::Engine;

Servers::Servers(const Options& options, const std::filesystem::path& folder) {
  if (options.broker == BrokerKind::rabbitmq) {
    need(Engine::rabbitmq, "WORKSHOP_RABBITMQ", options, folder);
  }
  if (options.store == StoreKind::postgresql) {
    need(Engine::postgresql, "WORKSHOP_POSTGRESQL", options, folder);
  }
  if (options.store == StoreKind::dynamodb) {
    need(Engine::dynamodb, "WORKSHOP_DYNAMODB", options, folder);
  }
}

void Servers::need(Engine engine, const char* variable, const Options& options,
                   const std::filesystem::path& folder) {
  const std::string name(engines::name_of(engine));
  if (!process::environment(variable).empty()) {
    words_.push_back(name + " where " + variable + " says; it is used, and not killed");
    return;
  }
  servers_.push_back(
      std::make_unique<engines::Server>(engine, engines::Places{options.modules}, folder / name));
  ::setenv(variable, servers_.back()->address().c_str(), 1);
  words_.push_back(name + " on 127.0.0.1:" + std::to_string(servers_.back()->port()) +
                   ", started for this run");
}

void Servers::kill_and_start(std::size_t index) {
  servers_.at(index)->kill();
  servers_.at(index)->start();
}

}  // namespace workshop::live_shop
