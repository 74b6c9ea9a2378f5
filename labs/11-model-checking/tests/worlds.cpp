// The model in other worlds than its own.
#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>

#include "model.hpp"

namespace workshop::shop {

std::string Model::with_replaced(
    const std::vector<std::pair<std::string, std::string>>& texts) const {
  auto text = text_;
  for (const auto& [there, instead] : texts) {
    const auto place = text.find(there);
    if (place == std::string::npos) {
      FAIL("what goes wrong in the world is not as it was given: git diff shows what is changed");
    }
    text.replace(place, there.size(), instead);
  }
  return text;
}

std::string Model::with_expiring_leases() const {
  const std::string world = "World == /\\ Init";
  const std::string next = "[][Next \\/ Duplicate";
  const std::string expiry = R"(
LeaseExpiry(h) ==
  /\ failures > 0
  /\ leased[h]
  /\ failures' = failures - 1
  /\ queue' = queue (+) SetToBag({message[h]})
  /\ leased' = [leased EXCEPT ![h] = FALSE]
  /\ UNCHANGED <<db, sent, changes, pc, message, loaded>>

)";
  return with_replaced(
      {{world, expiry + world}, {next, next + R"( \/ (\E h \in Handlers : LeaseExpiry(h)))"}});
}

std::string Model::with_free_crashes() const {
  const std::string crash = R"(
  /\ pc[h] # "Receive"
  /\ failures' = failures)";
  return with_replaced(
      {{"\n  /\\ failures > 0" + crash + " - 1", crash},
       {"sent (+) SetToBag({receipt})", "SetToBag(BagToSet(sent) \\union {receipt})"}});
}

std::string Model::with_history(const std::vector<std::string>& payments) const {
  const std::string definitions =
      fmt::format("Past == <<\"{}\">>\n", fmt::join(payments, "\", \"")) +
      R"(Old == {Past[i] : i \in DOMAIN Past}
Place(m) == CHOOSE i \in DOMAIN Past : Past[i] = m
Again == {Past[1], Past[Cardinality(Old)]}
OldReceipts == {[id |-> m, spent |-> Place(m)] : m \in Again}
Waiting == (Messages \ Old) \union Again
Known == [spent |-> Cardinality(Old), processed |-> Old,
          receipts |-> [m \in Messages |-> IF m \in Old THEN Place(m) ELSE 0]]

)";
  const std::string algorithm = "(* --algorithm Receipts";
  return with_replaced({{algorithm, definitions + algorithm},
                        {"queue = SetToBag(Messages)", "queue = SetToBag(Waiting)"},
                        {"db = Nobody", "db = Known"},
                        {"sent = EmptyBag", "sent = SetToBag(OldReceipts)"},
                        {"changes = {}", "changes = OldReceipts"}});
}

}  // namespace workshop::shop
