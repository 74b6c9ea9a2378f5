#include "workshop/core/ids.hpp"

#include <array>
#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <chrono>
#include <cstdint>
#include <random>

namespace workshop {
namespace {

// The namespace of the kit's names; any fixed UUID serves, and it keeps them apart from other
// names.
constexpr boost::uuids::uuid kNamespace = {{0x6f, 0x72, 0x64, 0x65, 0x72, 0x73, 0x4e, 0x0b, 0x8a,
                                            0x1d, 0x77, 0x6f, 0x72, 0x6b, 0x73, 0x68}};

// RFC 9562, section 5.7: 48 bits of milliseconds, version, 12 random bits, variant, 62 random bits.
class TimeOrderedIds final : public Ids {
 public:
  std::string next() override {
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now().time_since_epoch());
    const auto milliseconds = static_cast<std::uint64_t>(now.count());
    const std::uint64_t high = random_();
    const std::uint64_t low = random_();
    boost::uuids::uuid id{};
    for (unsigned i = 0; i < 6; ++i) {
      id.data[i] = static_cast<std::uint8_t>(milliseconds >> (40 - 8 * i));
    }
    id.data[6] = static_cast<std::uint8_t>(0x70 | (high & 0x0f));
    id.data[7] = static_cast<std::uint8_t>(high >> 8);
    for (unsigned i = 0; i < 8; ++i) id.data[8 + i] = static_cast<std::uint8_t>(low >> (8 * i));
    id.data[8] = static_cast<std::uint8_t>(0x80 | (id.data[8] & 0x3f));
    return boost::uuids::to_string(id);
  }

 private:
  std::mt19937_64 random_ = [] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device(), device(), device()};
    return std::mt19937_64(seed);
  }();
};

thread_local Ids* current_ids = nullptr;

}  // namespace

Ids& Ids::current() noexcept {
  if (current_ids != nullptr) return *current_ids;
  thread_local TimeOrderedIds real;
  return real;
}

ScopedIds::ScopedIds(Ids& source) noexcept : previous_(current_ids) { current_ids = &source; }
ScopedIds::~ScopedIds() { current_ids = previous_; }

MessageId MessageId::random() { return {Ids::current().next()}; }

MessageId MessageId::from_name(std::string_view name) {
  boost::uuids::name_generator_sha1 generate(kNamespace);
  return {boost::uuids::to_string(generate(name.data(), name.size()))};
}

}  // namespace workshop
