#include <set>

#include "workshop/testing/store_trial.hpp"

namespace workshop::detail {

namespace {

/// True when the profile takes a batch of that many operations; else checks that it refuses one.
bool takes_batch_of(StoreTrial& trial, std::size_t count) {
  if (trial.profile().batch_operations_max >= count) return true;
  std::vector<StoreOperation> operations;
  for (std::size_t i = 0; i < count; ++i) {
    operations.push_back(
        StoreOperation::put({"shop", "id-" + std::to_string(i)}, kBody, Expected::any()));
  }
  expect_failure<CrossPartition>("a batch of " + std::to_string(count) + " operations",
                                 [&] { trial.batch(std::move(operations)); });
  for (std::size_t i = 0; i < count; ++i) trial.expect_absent({"shop", "id-" + std::to_string(i)});
  return false;
}

void batch_applies(StoreTrial& trial) {
  if (!takes_batch_of(trial, 4)) return;
  const auto first = trial.put(kOrder, kBody, Expected::absent());
  trial.put(kThird, kBody, Expected::absent());
  const auto versions = trial.batch({StoreOperation::put(kOrder, kBooked, Expected::version(first)),
                                     StoreOperation::erase(kThird, Expected::any()),
                                     StoreOperation::put(kOther, kBody, Expected::absent()),
                                     StoreOperation::erase({"shop", "nothing"}, Expected::any())});
  expect(versions.size() == 4, "a batch must return a version for each operation");
  expect(versions[1].tag.empty() && versions[3].tag.empty(), "an erase has an empty version");
  expect(!versions[0].tag.empty() && versions[0] != first, "a put in a batch has a new version");
  trial.expect_document(kOrder, kBooked, versions[0]);
  trial.expect_document(kOther, kBody, versions[2]);
  trial.expect_absent(kThird);
}

void batch_of_one(StoreTrial& trial) {
  const auto versions = trial.batch({StoreOperation::put(kOrder, kBody, Expected::absent())});
  expect(versions.size() == 1, "a batch of one must return one version");
  trial.expect_document(kOrder, kBody, versions[0]);
  expect_failure<VersionConflict>("a batch of one whose condition does not hold", [&] {
    trial.batch({StoreOperation::put(kOrder, kBooked, Expected::absent())});
  });
  trial.expect_document(kOrder, kBody, versions[0]);
  const auto erased = trial.batch({StoreOperation::erase(kOrder, Expected::version(versions[0]))});
  expect(erased.size() == 1 && erased[0].tag.empty(), "an erase has an empty version");
  trial.expect_absent(kOrder);
}

void batch_is_atomic(StoreTrial& trial) {
  if (!takes_batch_of(trial, 4)) return;
  const auto stale = trial.put(kOrder, kBody, Expected::absent());
  const auto order = trial.put(kOrder, kBody, Expected::version(stale));
  const auto third = trial.put(kThird, kBody, Expected::absent());
  const auto good_put = StoreOperation::put(kOther, kBody, Expected::absent());
  const auto good_erase = StoreOperation::erase(kThird, Expected::version(third));
  for (const auto& bad : {StoreOperation::put(kOrder, kBooked, Expected::version(stale)),
                          StoreOperation::put(kOrder, kBooked, Expected::absent()),
                          StoreOperation::erase(kOrder, Expected::version(stale))}) {
    for (std::size_t place = 0; place < 3; ++place) {
      std::vector<StoreOperation> operations{good_put, good_erase};
      operations.insert(operations.begin() + static_cast<std::ptrdiff_t>(place), bad);
      expect_failure<VersionConflict>("a batch with a conflict at place " + std::to_string(place),
                                      [&] { trial.batch(std::move(operations)); });
      trial.expect_absent(kOther);
      trial.expect_document(kOrder, kBody, order);
      trial.expect_document(kThird, kBody, third);
    }
  }
}

void batch_refused_whole(StoreTrial& trial) {
  if (!takes_batch_of(trial, 2)) return;
  expect_failure<InvalidRequest>("a batch with an empty id at its end", [&] {
    trial.batch({StoreOperation::put(kOrder, kBody, Expected::any()),
                 StoreOperation::put({"shop", ""}, kBody, Expected::any())});
  });
  trial.expect_absent(kOrder);
  const std::size_t max = trial.profile().document_bytes_max;
  if (max == Profile{}.document_bytes_max) return;
  expect_failure<EntityTooLarge>("a batch with too large a document at its end", [&] {
    trial.batch({StoreOperation::put(kOrder, kBody, Expected::any()),
                 StoreOperation::put(kOther, std::string(max, 'x'), Expected::any())});
  });
  trial.expect_absent(kOrder);
}

void batch_in_order(StoreTrial& trial) {
  if (!takes_batch_of(trial, 4)) return;
  const auto versions = trial.batch({StoreOperation::put(kOrder, kBody, Expected::absent()),
                                     StoreOperation::put(kOrder, kBooked, Expected::any()),
                                     StoreOperation::put(kOther, kBody, Expected::absent()),
                                     StoreOperation::erase(kOther, Expected::any())});
  expect(versions.size() == 4, "a batch must return a version for each operation");
  expect(versions[0] != versions[1], "two puts of one key in one batch have different versions");
  trial.expect_document(kOrder, kBooked, versions[1]);
  trial.expect_absent(kOther);
  expect_failure<VersionConflict>("a batch that inserts the same key twice", [&] {
    trial.batch({StoreOperation::put(kThird, kBody, Expected::absent()),
                 StoreOperation::put(kThird, kBooked, Expected::absent())});
  });
  trial.expect_absent(kThird);
  const auto recreated = trial.batch({StoreOperation::erase(kOrder, Expected::version(versions[1])),
                                      StoreOperation::put(kOrder, kBody, Expected::absent())});
  trial.expect_document(kOrder, kBody, recreated.at(1));
}

void empty_batch(StoreTrial& trial) {
  expect(trial.batch({}).empty(), "an empty batch returns no versions");
}

void batch_across_partitions(StoreTrial& trial) {
  const Key elsewhere{"warehouse", "order-1"};
  // One operation, so that no limit of the profile is in the way.
  const std::vector<StoreOperation> one{StoreOperation::put(elsewhere, kBody, Expected::absent())};
  if (trial.profile().partitioned) {
    expect_failure<CrossPartition>("a batch in another partition than its key's",
                                   [&] { trial.batch(one); });
    expect_failure<CrossPartition>("a batch across partitions", [&] {
      trial.batch({StoreOperation::put(kOrder, kBody, Expected::absent()), one[0]});
    });
    trial.expect_absent(kOrder);
    trial.expect_absent(elsewhere);
    return;
  }
  const auto versions =
      trial.batch({StoreOperation::put(kOrder, kBody, Expected::absent()), one[0]});
  trial.expect_document(kOrder, kBody, versions.at(0));
  trial.expect_document(elsewhere, kBody, versions.at(1));
}

void batch_size(StoreTrial& trial) {
  const std::size_t max = trial.profile().batch_operations_max;
  const std::size_t fits = max == Profile{}.batch_operations_max ? 1'500 : max;
  const auto key_of = [](std::size_t i) { return Key{"shop", "gift-" + std::to_string(i)}; };
  std::vector<StoreOperation> operations;
  for (std::size_t i = 0; i < fits; ++i) {
    operations.push_back(StoreOperation::put(key_of(i), std::to_string(i), Expected::absent()));
  }
  const auto versions = trial.batch(operations);
  expect(versions.size() == fits, "a batch must return a version for each operation");
  expect(std::set<Version>(versions.begin(), versions.end()).size() == fits,
         "all versions of a batch differ");
  for (std::size_t i = 0; i < fits; ++i) {
    trial.expect_document(key_of(i), std::to_string(i), versions[i]);
  }
  if (fits == max) takes_batch_of(trial, max + 1);
}

/// The bytes of keys and bodies of a batch count together.
void batch_bytes(StoreTrial& trial) {
  const auto& profile = trial.profile();
  if (profile.batch_bytes_max == Profile{}.batch_bytes_max) return;
  const std::size_t count = profile.batch_bytes_max / profile.document_bytes_max + 1;
  if (count > profile.batch_operations_max) return;  // no batch can be too large
  const auto batch_of = [&](std::size_t bytes) {
    std::vector<StoreOperation> operations;
    for (std::size_t i = 0; i < count; ++i) {
      const Key key{"shop", "gift-" + std::to_string(i)};
      const auto bytes_of_key = key.partition.size() + key.id.size();
      const auto share = i + 1 < count ? bytes / count : bytes - (count - 1) * (bytes / count);
      std::string body = "\"" + std::string(share - bytes_of_key - 2, 'x') + "\"";
      operations.push_back(StoreOperation::put(key, std::move(body), Expected::any()));
    }
    return operations;
  };
  expect_failure<EntityTooLarge>("a batch of one byte too many",
                                 [&] { trial.batch(batch_of(profile.batch_bytes_max + 1)); });
  trial.expect_absent({"shop", "gift-0"});
  trial.batch(batch_of(profile.batch_bytes_max));
}

}  // namespace

std::vector<StoreProperty> batch_properties() {
  return {
      {"a batch applies all operations", batch_applies},
      {"a batch of one is a single operation", batch_of_one},
      {"a conflict anywhere in a batch leaves nothing written", batch_is_atomic},
      {"an invalid operation anywhere in a batch leaves nothing written", batch_refused_whole},
      {"each operation of a batch sees the ones before it", batch_in_order},
      {"an empty batch succeeds", empty_batch},
      {"a batch across partitions is refused when the profile is partitioned",
       batch_across_partitions},
      {"a batch of the largest size is taken and a larger one refused", batch_size},
      {"the bytes of a batch are limited together", batch_bytes},
  };
}

}  // namespace workshop::detail
