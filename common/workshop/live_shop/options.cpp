#include "workshop/live_shop/options.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <utility>

namespace workshop::live_shop {
namespace {

const std::map<std::string, BrokerKind> kBrokers = {{"embedded", BrokerKind::embedded},
                                                    {"rabbitmq", BrokerKind::rabbitmq}};
const std::map<std::string, StoreKind> kStores = {{"embedded", StoreKind::embedded},
                                                  {"postgresql", StoreKind::postgresql},
                                                  {"dynamodb", StoreKind::dynamodb},
                                                  {"cosmos", StoreKind::cosmos}};

template <class Kind>
std::string word_of(const std::map<std::string, Kind>& kinds, Kind kind) {
  for (const auto& [word, each] : kinds) {
    if (each == kind) return word;
  }
  return {};
}

}  // namespace

std::optional<int> read_options(int count, char** words, Options& options) {
  CLI::App app("The gift shop of labs 12 to 15, running");
  app.add_option("--broker", options.broker)->transform(CLI::CheckedTransformer(kBrokers));
  app.add_option("--store", options.store)->transform(CLI::CheckedTransformer(kStores));
  app.add_option("--orders", options.orders)->check(CLI::Range(1, 1'000'000));
  app.add_option("--chaos", options.chaos)->check(CLI::Range(0.0, 0.5));
  app.add_option("--seed", options.seed);
  app.add_option("--kills", options.kills)->check(CLI::Range(0, 100'000));
  app.add_option("--folder", options.folder);
  app.add_option("--modules", options.modules);
  app.add_option("--patience", options.patience_s)->check(CLI::Range(1, 100'000));
  app.add_flag("--quiet", options.quiet);
  app.add_option("--role", options.role);
  app.add_option("--run", options.run);
  app.add_option("--supervisor", options.supervisor);
  try {
    app.parse(count, words);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return std::nullopt;
}

std::vector<std::string> command_of_service(const std::string& program, const Options& options,
                                            const std::string& role) {
  return {program,
          "--role",
          role,
          "--broker",
          word_of(kBrokers, options.broker),
          "--store",
          word_of(kStores, options.store),
          "--orders",
          std::to_string(options.orders),
          "--chaos",
          std::to_string(options.chaos),
          "--seed",
          std::to_string(options.seed),
          "--kills",
          std::to_string(options.kills),
          "--folder",
          options.folder.string(),
          "--run",
          options.run,
          "--supervisor",
          std::to_string(::getpid())};
}

}  // namespace workshop::live_shop
