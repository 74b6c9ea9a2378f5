// What a store's file must hold for any bytes: it opens, or it is refused with one clear error. An
// input is changes of a right file, byte by byte, or a whole file.
#include <filesystem>

#include "fuzz/fuzzing.hpp"
#include "workshop/core/error.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/store/sqlite_store.hpp"

namespace workshop::tests {
namespace {

const std::string& folder() {
  static const process::TemporaryFolder kFolder;
  static const std::string kPath = kFolder.path().string();
  return kPath;
}

std::string make_store() {
  const auto path = folder() + "/right";
  {
    SqliteStore store({.path = path});
    for (std::size_t i = 0; i < 8; ++i) {
      sync_wait(store.put({"shop", "order-" + std::to_string(i)}, std::string(i * 500, 'b'),
                          Expected::absent()));
    }
  }
  return bytes_of_file(path);
}

const std::string& right_store() {
  static const std::string kBytes = make_store();
  return kBytes;
}

void open_store(const std::string& path, const std::string& bytes) {
  std::error_code none;
  for (const auto* suffix : {"-wal", "-shm", "-journal"}) {
    std::filesystem::remove(path + suffix, none);
  }
  write_file(path, bytes);
  bool is_open = false;
  try {
    SqliteStore store({.path = path});
    is_open = true;
    for (const auto& document : store.documents()) {
      sync_wait(store.put(document.key, document.body, Expected::version(document.version)));
    }
    sync_wait(store.erase({"shop", "order-3"}, Expected::any()));
  } catch (const Error& error) {
    const std::string what = error.what();
    const bool names_it = what.find("'" + path + "'") != std::string::npos;
    const bool is_conflict = dynamic_cast<const VersionConflict*>(&error) != nullptr;
    require(names_it || (is_open && is_conflict), "a refusal names the path", what);
    require(what.find('\n') == std::string::npos, "a refusal is one line", what);
    if (!is_open) require(bytes_of_file(path) == bytes, "what is refused is left as it is", what);
  }
}

}  // namespace
}  // namespace workshop::tests

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace workshop::tests;
  if (size == 0) return 0;
  const auto rest = text_of(data + 1, size - 1);
  open_store(folder() + "/store",
             data[0] % 8 == 0 ? std::string(rest) : changed(right_store(), rest));
  return 0;
}
