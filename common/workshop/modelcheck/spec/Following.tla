------------------------------ MODULE Following -----------------------------
(***************************************************************************)
(* Follows executions of the real handler. A trace specification extends    *)
(* this module and the algorithm's, and says which step of the algorithm an *)
(* event is, for the operations that are the lab's own. The rest is here.   *)
(*                                                                          *)
(* An execution that the algorithm does not allow ends before its last      *)
(* event: a deadlock, for TLC, with the number of the execution in `run`    *)
(* and of the event in `position`.                                          *)
(***************************************************************************)
EXTENDS Delivery, Executions

VARIABLES run, position

AllFaults == [delivered |-> Messages, faults |-> 99]
FollowInit == run \in DOMAIN Runs /\ position = 1

IsOver == position > Len(Runs[run])
Event == Events[Runs[run][position]]

\* The event is this operation, and it did what it should.
Is(does, type) == Event.does = does /\ Event.type = type /\ Event.failed = ""
\* The event is this operation, and it failed in this way.
Fails(does, type, failed) == Event.does = does /\ Event.type = type /\ Event.failed = failed

\* What the queue and the faults do; `m` is the message that is received, if one is.
FollowDeliveryOf(h, m) ==
  \/ Event.does = "receive" /\ ~Event.copied /\ Receive(h, m)
  \/ Event.does = "receive" /\ Event.copied /\ ReceiveCopy(h, m)
  \/ Event.does = "acknowledge" /\ Acknowledge(h)
  \/ Event.does = "abandon" /\ Abandon(h)
  \/ Event.does = "crash" /\ Crash(h)
  \/ Event.does = "throw" /\ Throw(h)
  \/ Event.does = "throw" /\ At(h, "abandon") /\ UNCHANGED vars  \* it would have thrown anyway
  \/ Event.does = "lose lease" /\ LoseLease(h)
FollowDelivery(h) == FollowDeliveryOf(h, Event.id)
FollowRest == Event.does = "rest" /\ AtRest /\ UNCHANGED vars

\* `step` follows the event.
FollowBy(step) ==
  /\ ~IsOver
  /\ step
  /\ run' = run
  /\ position' = position + 1
FollowOver == IsOver /\ UNCHANGED <<vars, run, position>>
=============================================================================
