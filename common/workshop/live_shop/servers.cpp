#include "workshop/live_shop/servers.hpp"

#include <cstdlib>

#include "workshop/process/environment.hpp"

namespace workshop::live_shop {

using engines::Engine;

Servers::Servers(const Options& options) {
  if (options.broker == BrokerKind::rabbitmq) {
    need(Engine::rabbitmq, "WORKSHOP_RABBITMQ", options);
  }
  if (options.store == StoreKind::postgresql) {
    need(Engine::postgresql, "WORKSHOP_POSTGRESQL", options);
  }
  if (options.store == StoreKind::dynamodb) {
    need(Engine::dynamodb, "WORKSHOP_DYNAMODB", options);
  }
  if (options.store == StoreKind::cosmos) need(Engine::cosmos, "WORKSHOP_COSMOS", options);
}

void Servers::need(Engine engine, const char* variable, const Options& options) {
  const std::string name(engines::name_of(engine));
  if (!process::environment(variable).empty()) {
    words_.push_back(name + " where " + variable + " says; it is used, and not killed");
    return;
  }
  auto started = std::make_unique<Started>();
  started->server = std::make_unique<engines::Server>(engine, engines::Places{options.modules},
                                                      started->folder.path());
  ::setenv(variable, started->server->address().c_str(), 1);
  const bool forgets = engine == Engine::cosmos;
  words_.push_back(name + " on 127.0.0.1:" + std::to_string(started->server->port()) +
                   ", started for this run" +
                   (forgets ? "; it is not killed, because all that it has is in memory" : ""));
  (forgets ? forgetful_ : servers_).push_back(std::move(started));
}

void Servers::kill_and_start(std::size_t index) {
  servers_.at(index)->server->kill();
  servers_.at(index)->server->start();
}

}  // namespace workshop::live_shop
