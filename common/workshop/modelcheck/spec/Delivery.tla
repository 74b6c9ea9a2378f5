------------------------------ MODULE Delivery ------------------------------
(***************************************************************************)
(* A queue that delivers at least once, handlers that die, and one document *)
(* that is saved by compare-and-swap. A spec of a lab extends this module,  *)
(* adds the operations of its handler, and says what `data` is.             *)
(*                                                                          *)
(* One action is one operation of the handler: it is atomic, and before it  *)
(* anything may happen. The queue is a bag without an order: copies of a    *)
(* message are counted, and any message may come next.                      *)
(*                                                                          *)
(* Faults, each at any step of any handler, together as many as the scope:  *)
(*   Crash          the process dies; its message comes again              *)
(*   Throw          an operation is refused, or was applied and its answer  *)
(*                  is lost: the handler gives up, its message comes again *)
(*   ReceiveCopy    a message is received, and a copy of it stays           *)
(*   LoseLease      the message comes again although its handler goes on   *)
(* "Applied, its answer lost" is Throw before the next operation, because a *)
(* handler whose operation fails does nothing more; so there is a Throw     *)
(* before acknowledge as well. A refused acknowledge is a Crash before it.  *)
(*                                                                          *)
(* Versions are not counted: `fresh` says whether a handler's copy of the   *)
(* document still has the newest one, and that is all a compare-and-swap    *)
(* asks.                                                                    *)
(*                                                                          *)
(* Not modelled: time, the order of the queue, dead-letter queues, the      *)
(* sizes of documents, what is within a message.                            *)
(***************************************************************************)
EXTENDS Naturals, Sequences, FiniteSets, TLC

CONSTANTS
  Messages,   \* all that there are
  Copies,     \* how many of each delivered one stand in the queue at the start
  Handlers,   \* the processes that compete for them
  Scopes,     \* what is explored: a set of [delivered: messages, faults: how many]
  Remembered  \* the kinds of faults that the spec's properties ask for: "early end", "overlap"

VARIABLES
  queue,    \* a bag: how many copies of each message are visible
  handler,  \* what dies with a process: where it is, and what it holds in memory
  data,     \* what outlives processes: documents, and what was sent
  faults    \* [left: how many, met: what kinds there were]

vars == <<queue, handler, data, faults>>

\* ---- handlers ------------------------------------------------------------

Idle == [at |-> "idle"]

\* An attempt at m before it does `step`, with nothing in its memory.
Attempt(m, step, leased) ==
  [at |-> step, message |-> m, leased |-> leased, fresh |-> FALSE, copy |-> <<>>, local |-> <<>>]

At(h, step) == handler[h].at = step
Handled(h) == handler[h].message
Copy(h) == handler[h].copy
Local(h) == handler[h].local

\* The attempt of h before `step`. One that is over holds nothing any more.
Before(h, step) ==
  IF step \in {"acknowledge", "abandon"}
  THEN Attempt(Handled(h), step, handler[h].leased)
  ELSE [handler[h] EXCEPT !.at = step]

\* h goes on to `step`.
Go(h, step) == handler' = [handler EXCEPT ![h] = Before(h, step)]
GoWith(h, step, local) ==
  handler' = [handler EXCEPT ![h] = [Before(h, step) EXCEPT !.local = local]]

\* h has loaded `document`.
GoLoaded(h, step, document) ==
  handler' = [handler EXCEPT
    ![h] = IF step \in {"acknowledge", "abandon"} THEN Before(h, step)
           ELSE [Before(h, step) EXCEPT !.copy = document, !.fresh = TRUE]]

\* h has saved `document`: every other copy of it is out of date.
GoSaved(h, step, document) ==
  handler' = [g \in Handlers |->
    CASE g = h -> IF step \in {"acknowledge", "abandon"} THEN Before(h, step)
                  ELSE [Before(h, step) EXCEPT !.copy = document, !.fresh = TRUE]
      [] g # h /\ handler[g] # Idle -> [handler[g] EXCEPT !.fresh = FALSE]
      [] OTHER -> handler[g]]

\* An operation of a handler changes no more than its memory and `data`.
Operation == UNCHANGED <<queue, faults>>
\* One that only reads, or that fails.
Reads == Operation /\ UNCHANGED data

\* ---- the queue -----------------------------------------------------------

More(m) == [queue EXCEPT ![m] = @ + 1]
Fewer(m) == [queue EXCEPT ![m] = @ - 1]
ReturnMessage(h) == queue' = IF handler[h].leased THEN More(Handled(h)) ELSE queue

\* Idle handlers are alike: one of them stands for all.
IsNextIdle(h) == At(h, "idle") /\ h = CHOOSE g \in Handlers : At(g, "idle")

Receive(h, m) ==
  /\ At(h, "idle")
  /\ queue[m] > 0
  /\ queue' = Fewer(m)
  /\ handler' = [handler EXCEPT ![h] = Attempt(m, "load", TRUE)]
  /\ UNCHANGED <<data, faults>>

\* Without its lease the message is not there any more to be acknowledged, or is another's.
Acknowledge(h) ==
  /\ At(h, "acknowledge")
  /\ handler' = [handler EXCEPT ![h] = Idle]
  /\ Reads

\* The handler has thrown.
Abandon(h) ==
  /\ At(h, "abandon")
  /\ ReturnMessage(h)
  /\ handler' = [handler EXCEPT ![h] = Idle]
  /\ UNCHANGED <<data, faults>>

\* ---- faults --------------------------------------------------------------

\* Spends one fault. "early end" is of an attempt; with "overlap", two may be at one message.
Fault(kind) ==
  /\ faults.left > 0
  /\ faults' = [faults EXCEPT !.left = @ - 1, !.met = @ \cup ({kind} \cap Remembered)]

Crash(h) ==
  /\ ~At(h, "idle")
  /\ Fault("early end")
  /\ ReturnMessage(h)
  /\ handler' = [handler EXCEPT ![h] = Idle]
  /\ UNCHANGED data

Throw(h) ==
  /\ handler[h].at \notin {"idle", "abandon"}
  /\ Fault("early end")
  /\ Go(h, "abandon")
  /\ UNCHANGED <<queue, data>>

ReceiveCopy(h, m) ==
  /\ At(h, "idle")
  /\ queue[m] > 0
  /\ Fault("overlap")
  /\ handler' = [handler EXCEPT ![h] = Attempt(m, "load", TRUE)]
  /\ UNCHANGED <<queue, data>>

LoseLease(h) ==
  /\ ~At(h, "idle")
  /\ handler[h].leased
  /\ Fault("overlap")
  /\ queue' = More(Handled(h))
  /\ handler' = [handler EXCEPT ![h].leased = FALSE]
  /\ UNCHANGED data

\* ---- the whole -----------------------------------------------------------

\* Messages that are not delivered in a scope were handled long ago; `data` has to say so.
DeliveryInit(scope) ==
  /\ queue = [m \in Messages |-> IF m \in scope.delivered THEN Copies ELSE 0]
  /\ handler = [h \in Handlers |-> Idle]
  /\ faults = [left |-> scope.faults, met |-> {}]

\* What was sent for them, under an id and from an attempt that is drawn no more.
LongAgo == 99
SentLongAgo(delivered) == {[id |-> LongAgo, for |-> m, bytes |-> LongAgo] : m \in Messages \ delivered}

AtRest ==
  /\ \A m \in Messages : queue[m] = 0
  /\ \A h \in Handlers : handler[h] = Idle

\* Coming to rest is no deadlock; standing still before that is one.
Rest == AtRest /\ UNCHANGED vars

\* ---- what was sent -------------------------------------------------------
\* A message is [id, for, bytes]: its id, the message that caused it, and what a receiver sees. The
\* bytes of a message name the attempt that made it.

Range(messages) == {messages[i] : i \in DOMAIN messages}

\* Something drawn at random: nobody who is still there has it. Numbers are used again when
\* everybody has forgotten them, so that there are few of them.
LeastNot(used) == CHOOSE n \in 1..(Cardinality(used) + 1) :
                    n \notin used /\ \A k \in 1..(n - 1) : k \in used

\* O2: whatever was sent comes from an attempt that was saved.
NoGhost(sent, committed) == \A s \in sent : s.bytes \in committed
\* O4: one id, one content.
Consistent(sent) == \A s, t \in sent : s.id = t.id => s = t
=============================================================================
