#include <set>

#include "workshop/testing/store_trial.hpp"

namespace workshop::detail {

namespace {

void get_of_absent(StoreTrial& trial) { trial.expect_absent(kOrder); }

void put_and_get(StoreTrial& trial) {
  const auto version = trial.put(kOrder, kBody, Expected::absent());
  expect(!version.tag.empty(), "the version of a put must not be empty");
  trial.expect_document(kOrder, kBody, version);
}

void tasks_are_lazy(StoreTrial& trial) {
  {
    [[maybe_unused]] const auto put = trial.store().put(kOrder, kBody, Expected::any());
  }
  trial.expect_absent(kOrder);
}

void insert_if_absent(StoreTrial& trial) {
  const auto version = trial.put(kOrder, kBody, Expected::absent());
  expect_failure<VersionConflict>("a put that expects absence of what is there",
                                  [&] { trial.put(kOrder, kBooked, Expected::absent()); });
  trial.expect_document(kOrder, kBody, version);
}

void compare_and_swap(StoreTrial& trial) {
  const auto first = trial.put(kOrder, kBody, Expected::absent());
  const auto second = trial.put(kOrder, kBooked, Expected::version(first));
  expect(first != second, "an update must change the version");
  trial.expect_document(kOrder, kBooked, second);
}

void same_body_new_version(StoreTrial& trial) {
  const auto first = trial.put(kOrder, kBody, Expected::absent());
  const auto second = trial.put(kOrder, kBody, Expected::version(first));
  expect(first != second, "a put of the same body must change the version too");
}

void stale_version(StoreTrial& trial) {
  const auto first = trial.put(kOrder, kBody, Expected::absent());
  const auto second = trial.put(kOrder, kBooked, Expected::version(first));
  expect_failure<VersionConflict>("a put with a stale version",
                                  [&] { trial.put(kOrder, "{}", Expected::version(first)); });
  expect_failure<VersionConflict>("an erase with a stale version",
                                  [&] { trial.erase(kOrder, Expected::version(first)); });
  trial.expect_document(kOrder, kBooked, second);
}

void version_of_absent(StoreTrial& trial) {
  const auto version = trial.put(kOther, kBody, Expected::absent());
  expect_failure<VersionConflict>("a put with a version of what is absent",
                                  [&] { trial.put(kOrder, kBody, Expected::version(version)); });
  expect_failure<VersionConflict>("an erase with a version of what is absent",
                                  [&] { trial.erase(kOrder, Expected::version(version)); });
  trial.expect_absent(kOrder);
}

void blind_put(StoreTrial& trial) {
  const auto first = trial.put(kOrder, kBody, Expected::any());
  trial.expect_document(kOrder, kBody, first);
  const auto second = trial.put(kOrder, kBooked, Expected::any());
  expect(first != second, "a blind put must change the version");
  trial.expect_document(kOrder, kBooked, second);
}

void erase_version(StoreTrial& trial) {
  const auto first = trial.put(kOrder, kBody, Expected::absent());
  const auto other = trial.put(kOther, kBody, Expected::absent());
  trial.erase(kOrder, Expected::version(first));
  trial.expect_absent(kOrder);
  trial.expect_document(kOther, kBody, other);
}

void erase_any(StoreTrial& trial) {
  trial.put(kOrder, kBody, Expected::absent());
  trial.erase(kOrder, Expected::any());
  trial.expect_absent(kOrder);
  trial.erase(kOrder, Expected::any());  // may be repeated
}

void erase_absent(StoreTrial& trial) {
  expect_failure<InvalidRequest>("an erase that expects absence",
                                 [&] { trial.erase(kOrder, Expected::absent()); });
  const auto version = trial.put(kOrder, kBody, Expected::absent());
  expect_failure<InvalidRequest>("an erase that expects absence",
                                 [&] { trial.erase(kOrder, Expected::absent()); });
  expect_failure<InvalidRequest>("a batch with an erase that expects absence", [&] {
    trial.batch({StoreOperation::erase(kOrder, Expected::absent())});
  });
  trial.expect_document(kOrder, kBody, version);
}

void versions_never_repeat(StoreTrial& trial) {
  std::set<Version> versions;
  for (int round = 0; round < 20; ++round) {
    const auto created = trial.put(kOrder, kBody, Expected::absent());
    expect(versions.insert(created).second, "version '" + created.tag + "' was given before");
    if (round % 2 == 1) {
      const auto updated = trial.put(kOrder, kBody, Expected::version(created));
      expect(versions.insert(updated).second, "version '" + updated.tag + "' was given before");
    }
    trial.erase(kOrder, Expected::any());
  }
}

void aba(StoreTrial& trial) {
  const auto before = trial.put(kOrder, kBody, Expected::absent());
  trial.erase(kOrder, Expected::version(before));
  const auto again = trial.put(kOrder, kBody, Expected::absent());
  expect_failure<VersionConflict>("a put with the version from before an erase and a re-creation",
                                  [&] { trial.put(kOrder, kBooked, Expected::version(before)); });
  expect_failure<VersionConflict>("an erase with the version from before a re-creation",
                                  [&] { trial.erase(kOrder, Expected::version(before)); });
  trial.expect_document(kOrder, kBody, again);
}

void keys_are_apart(StoreTrial& trial) {
  // Run together, folded or trimmed, some of these would be the same.
  const std::vector<Key> keys{
      {"ab", "c"}, {"a", "bc"}, {"a", "b"},         {"b", "a"},   {"A", "b"},
      {"a", "B"},  {"a", "b "}, {"a", "b/c"},       {"a/b", "c"}, {"a", "1"},
      {"a", "01"}, {"a", "b%"}, {"a", "g\xc3\xbc"}, {"a", "gu"},  {"a", std::string("b\0c", 3)}};
  std::vector<Version> versions;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    versions.push_back(trial.put(keys[i], std::to_string(i), Expected::absent()));
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    trial.expect_document(keys[i], std::to_string(i), versions[i]);
  }
}

void bodies_come_back(StoreTrial& trial) {
  const std::vector<std::string> bodies{
      "",
      R"({"gift":"it's a \"Porsche\"; DROP TABLE documents; --"})",
      "{\"gift\":\"Stra\xc3\x9f"
      "e \xf0\x9f\x8e\x81\"}",
      std::string("{\"a\":\"\0\",\"b\":1}\0", 16),
      "{\r\n\t\"spaces\" : 1 }\n  ",
      std::string(100'000, 'x')};
  for (const auto& body : bodies) {
    const auto version = trial.put(kOrder, body, Expected::any());
    trial.expect_document(kOrder, body, version);
  }
}

void empty_keys(StoreTrial& trial) {
  for (const Key& key : {Key{"", "order-1"}, Key{"shop", ""}, Key{"", ""}}) {
    expect_failure<InvalidRequest>("get of an empty key", [&] { trial.get(key); });
    expect_failure<InvalidRequest>("put of an empty key",
                                   [&] { trial.put(key, kBody, Expected::any()); });
    expect_failure<InvalidRequest>("erase of an empty key",
                                   [&] { trial.erase(key, Expected::any()); });
    expect_failure<InvalidRequest>("a batch with an empty key", [&] {
      trial.batch({StoreOperation::put(key, kBody, Expected::any())});
    });
  }
  expect_failure<InvalidRequest>("a batch of an empty partition", [&] { trial.batch({}, ""); });
}

void document_size(StoreTrial& trial) {
  const std::size_t max = trial.profile().document_bytes_max;
  const bool limited = max != Profile{}.document_bytes_max;
  // Without a limit: more than any of the limited profiles takes.
  const std::size_t fits = limited ? max : 3U * 1024 * 1024;
  const std::string body(fits - kOrder.partition.size() - kOrder.id.size(), 'x');
  auto version = trial.put(kOrder, body, Expected::absent());
  trial.expect_document(kOrder, body, version);
  version = trial.batch({StoreOperation::put(kOrder, body, Expected::version(version))}).at(0);
  trial.expect_document(kOrder, body, version);
  if (!limited) return;
  expect_failure<EntityTooLarge>("a document one byte too large", [&] {
    trial.put(kOrder, body + "x", Expected::version(version));
  });
  expect_failure<EntityTooLarge>("a document too large by its id", [&] {
    trial.put(Key{kOrder.partition, kOrder.id + "0"}, body, Expected::absent());
  });
  expect_failure<EntityTooLarge>("a document too large in a batch", [&] {
    trial.batch({StoreOperation::put(kOrder, body + "x", Expected::any())});
  });
  trial.expect_document(kOrder, body, version);
  trial.erase(kOrder, Expected::version(version));
}

}  // namespace

std::vector<StoreProperty> document_properties() {
  return {
      {"a document that was never put is absent", get_of_absent},
      {"what was put is read, with the version that the put returned", put_and_get},
      {"an operation that is not awaited does nothing", tasks_are_lazy},
      {"insert-if-absent refuses what exists", insert_if_absent},
      {"a compare-and-swap with the current version replaces the document", compare_and_swap},
      {"a put of an equal body changes the version", same_body_new_version},
      {"a stale version is a conflict", stale_version},
      {"a version of an absent document is a conflict", version_of_absent},
      {"a blind put creates and replaces", blind_put},
      {"an erase with the current version erases that document alone", erase_version},
      {"a blind erase can be repeated", erase_any},
      {"an erase that expects absence is an invalid request", erase_absent},
      {"no version of a key is given twice", versions_never_repeat},
      {"a version from before an erase is stale after a re-creation", aba},
      {"keys that look alike are different", keys_are_apart},
      {"bodies come back byte by byte", bodies_come_back},
      {"an empty partition or id is an invalid request", empty_keys},
      {"a document of the largest size fits and one byte more does not", document_size},
  };
}

}  // namespace workshop::detail
