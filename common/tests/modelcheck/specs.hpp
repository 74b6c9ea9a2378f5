#pragma once

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "workshop/modelcheck/tlc.hpp"

namespace workshop::modelcheck {

/// Returns TLC, or skips the running test with the reason.
inline Tlc tlc_or_skip() {
  const auto found = find_tlc();
  if (!found.tlc) SKIP(found.missing);
  return *found.tlc;
}

inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

/// A model in PlusCal: two handlers add a message that comes twice.
inline const std::string kAdding = R"(---- MODULE Adding ----
EXTENDS Integers, Bags, TLC

(* --algorithm Adding
variables
  queue = ("m1" :> 2),
  sum = 0,
  crashes = 1;

fair process handler \in {"A", "B"}
variables message = "none";
begin
Receive:
  await message = "none" /\ queue # EmptyBag;
  with m \in BagToSet(queue) do
    message := m;
    queue := queue (-) SetToBag({m});
  end with;
Save:
  either
    sum := sum + 1;
    message := "none";
  or
    await crashes > 0;
    crashes := crashes - 1;
    queue := queue (+) SetToBag({message});
    message := "none";
  end either;
  goto Receive;
end process;
end algorithm; *)

AddedOnce == sum <= 1
NeverNegative == sum >= 0
ComesToRest == <>[](queue = EmptyBag)
====
)";

inline Spec adding(const std::string& wanted, const std::string& text = kAdding) {
  return {text, "SPECIFICATION Spec\n" + wanted + "\n", {}};
}

}  // namespace workshop::modelcheck
