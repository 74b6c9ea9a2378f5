------------------------------- MODULE Mutants ------------------------------
(***************************************************************************)
(* Tests a spec: each mutant is the algorithm with a step broken, and the   *)
(* property that it is listed with has to be violated. All mutants are one  *)
(* model: the variable `mutant` says which of them a behaviour is of.       *)
(*                                                                          *)
(* TLC would stop at the first violation. So properties are no invariants   *)
(* here: `Watch` prints each violation once, and `Uncaught` ends the search *)
(* of a mutant that was caught. What was expected is printed at the start.  *)
(***************************************************************************)
EXTENDS Naturals, TLC

VARIABLE mutant

ASSUME TLCSet(1, {})

Expect(breaks) == \A m \in DOMAIN breaks : PrintT(<<"expected", m, breaks[m].property>>)

Caught == TLCGet(1)
Watch(properties) ==
  \A p \in DOMAIN properties :
    \/ properties[p]
    \/ <<mutant, p>> \in Caught
    \/ PrintT(<<"violated", mutant, p>>) /\ TLCSet(1, Caught \cup {<<mutant, p>>})
Uncaught(breaks) == <<mutant, breaks[mutant].property>> \notin Caught
=============================================================================
