#include "workshop/live_shop/ledger.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "workshop/live_shop/orders.hpp"
#include "workshop/process/descriptor.hpp"

namespace workshop::live_shop {

std::string_view name_of(Role role) noexcept {
  constexpr std::array<std::string_view, kRoles.size()> kNames = {"shop", "orders", "payments",
                                                                  "loyalty", "warehouse"};
  return kNames[static_cast<std::size_t>(role)];
}

std::string_view name_of(FaultKind kind) noexcept {
  constexpr std::array<std::string_view, kFaultKinds> kNames = {
      "refused", "answer lost, done", "answer lost, not done", "duplicated", "delayed"};
  return kNames[static_cast<std::size_t>(kind)];
}

// A file of zeros is a ledger in which nothing was counted yet.
struct Ledger::Header {
  std::array<Tally, kRoles.size()> tallies;
  std::atomic<int> orders_released;
  std::atomic<int> sellers_done;
  std::atomic<std::uint64_t> numbers_max;  // of the marks, which follow: a bit each, role by role
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

namespace {

constexpr std::size_t kBits = 64;

std::size_t words_for(std::size_t numbers) { return (numbers + kBits - 1) / kBits; }

[[noreturn]] void refuse(const std::filesystem::path& file) {
  throw std::runtime_error("the shop's figures cannot be kept in " + file.string() +
                           ": is there room, and may you write there?");
}

}  // namespace

Ledger Ledger::create(const std::filesystem::path& file, int orders) {
  const auto numbers = static_cast<std::size_t>(orders) * kPartsMax;
  const auto bytes =
      sizeof(Header) + kRoles.size() * words_for(numbers) * sizeof(std::atomic<std::uint64_t>);
  Ledger ledger(file, bytes);
  ledger.header_->numbers_max = numbers;
  ledger.header_->orders_released = orders;
  return ledger;
}

Ledger::Ledger(const std::filesystem::path& file, std::size_t bytes) {
  {
    const process::Descriptor made(
        ::open(file.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!made.is_open() || ::ftruncate(made.number(), static_cast<::off_t>(bytes)) != 0) {
      refuse(file);
    }
  }
  map(file);
}

Ledger::Ledger(const std::filesystem::path& file) { map(file); }

void Ledger::map(const std::filesystem::path& file) {
  const process::Descriptor opened(::open(file.c_str(), O_RDWR | O_CLOEXEC));
  struct stat about = {};
  if (!opened.is_open() || ::fstat(opened.number(), &about) != 0) refuse(file);
  bytes_ = static_cast<std::size_t>(about.st_size);
  if (bytes_ < sizeof(Header)) refuse(file);
  void* const at = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED, opened.number(), 0);
  if (at == MAP_FAILED) refuse(file);
  header_ = static_cast<Header*>(at);
}

Ledger::Ledger(Ledger&& other) noexcept
    : header_(std::exchange(other.header_, nullptr)), bytes_(other.bytes_) {}

Ledger::~Ledger() {
  if (header_ != nullptr) ::munmap(header_, bytes_);
}

Tally& Ledger::tally(Role role) noexcept {
  return header_->tallies[static_cast<std::size_t>(role)];
}
const Tally& Ledger::tally(Role role) const noexcept {
  return header_->tallies[static_cast<std::size_t>(role)];
}

bool Ledger::mark(Role role, std::size_t number) noexcept {
  const auto numbers = static_cast<std::size_t>(header_->numbers_max.load());
  if (number >= numbers) return false;
  auto* const words = reinterpret_cast<std::atomic<std::uint64_t>*>(header_ + 1) +
                      static_cast<std::size_t>(role) * words_for(numbers);
  const auto bit = std::uint64_t{1} << (number % kBits);
  return (words[number / kBits].fetch_or(bit) & bit) == 0;
}

std::atomic<int>& Ledger::orders_released() noexcept { return header_->orders_released; }
std::atomic<int>& Ledger::sellers_done() noexcept { return header_->sellers_done; }
const std::atomic<int>& Ledger::sellers_done() const noexcept { return header_->sellers_done; }

std::chrono::milliseconds Ledger::quiet() const noexcept {
  std::int64_t last = 0;
  for (const auto& tally : header_->tallies) {
    last = std::max(last, tally.last_delivery_ms.load());
  }
  return std::chrono::milliseconds(now_ms() - last);
}

std::int64_t Ledger::now_ms() noexcept {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace workshop::live_shop
