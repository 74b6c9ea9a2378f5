------------------------------- MODULE Inbox --------------------------------
(***************************************************************************)
(* Lab 12: the algorithm of src/payments_handler.cpp, operation by          *)
(* operation; the numbers are those of its comments.                        *)
(*                                                                          *)
(*   data.order      [paid: how often each message is in the sum,           *)
(*                    outbox: what is to be sent for it]                    *)
(*   data.inbox      the messages that are done with                        *)
(*   data.sent       all that was ever published                            *)
(*   data.committed  the attempts whose save went through                   *)
(*                                                                          *)
(* Left out, besides what Delivery leaves out: several outgoing messages    *)
(* for one incoming, and other orders than the one that all are for.        *)
(***************************************************************************)
EXTENDS Delivery

CONSTANT Silent  \* the messages of which nobody is told

InitIn(scope) ==
  /\ DeliveryInit(scope)
  /\ data = [order |-> [paid |-> [m \in Messages |-> IF m \in scope.delivered THEN 0 ELSE 1],
                        outbox |-> <<>>],
             inbox |-> Messages \ scope.delivered,
             sent |-> SentLongAgo(scope.delivered),
             committed |-> {s.bytes : s \in SentLongAgo(scope.delivered)}]
Init == \E scope \in Scopes : InitIn(scope)

Proof == {[delivered |-> Messages, faults |-> 2]}

\* Ids and attempts that somebody has seen.
Used == data.committed \cup {s.id : s \in data.sent}

\* What `book` wants to be sent for m; id and bytes are drawn at random.
Made(m, id, bytes) ==
  IF m \in Silent THEN <<>> ELSE <<[id |-> id, for |-> m, bytes |-> bytes]>>

HasEntry(order, m) == m \in DOMAIN order.outbox
WithEntry(order, m, messages) ==
  [paid |-> [order.paid EXCEPT ![m] = @ + 1], outbox |-> (m :> messages) @@ order.outbox]
WithoutEntry(order, m) ==
  [order EXCEPT !.outbox = [k \in DOMAIN @ \ {m} |-> @[k]]]
Entry(h) == Copy(h).outbox[Handled(h)]

\* The first step that sends, or what comes after sending when there is nothing to send.
Sending(messages) == IF messages = <<>> THEN "put" ELSE "publish"

\* 1. The order comes first.
Load(h) ==
  /\ At(h, "load")
  /\ GoLoaded(h, "lookup", data.order)
  /\ Reads

\* 2. Then the inbox.
Lookup(h) ==
  /\ At(h, "lookup")
  /\ Go(h, CASE Handled(h) \in data.inbox -> "reload"
             [] Handled(h) \notin data.inbox /\ HasEntry(Copy(h), Handled(h)) -> Sending(Entry(h))
             [] OTHER -> "book")
  /\ Reads

\* 3. Found: an attempt may have left its entry, maybe after we loaded the order.
Reload(h) ==
  /\ At(h, "reload")
  /\ GoLoaded(h, IF HasEntry(data.order, Handled(h)) THEN "clear" ELSE "acknowledge", data.order)
  /\ Reads

\* 4. State and outgoing messages in one compare-and-swap.
Book(h, id, bytes) ==
  LET made == Made(Handled(h), id, bytes)
      order == WithEntry(Copy(h), Handled(h), made)
  IN /\ At(h, "book")
     /\ handler[h].fresh
     /\ GoSaved(h, Sending(made), order)
     /\ data' = [data EXCEPT !.order = order,
                             !.committed = @ \cup {s.bytes : s \in Range(made)}]
     /\ Operation

BookConflict(h) ==
  /\ At(h, "book")
  /\ ~handler[h].fresh
  /\ Go(h, "abandon")
  /\ Reads

\* 5. What is stored is sent.
Publish(h) ==
  /\ At(h, "publish")
  /\ data' = [data EXCEPT !.sent = @ \cup Range(Entry(h))]
  /\ Go(h, "put")
  /\ Operation

\* 6. From here on every delivery is a duplicate.
Put(h) ==
  /\ At(h, "put")
  /\ data' = [data EXCEPT !.inbox = @ \cup {Handled(h)}]
  /\ Go(h, "clear")
  /\ Operation

\* 7, and the rest of 3. The entry is no longer needed.
Clear(h) ==
  LET order == WithoutEntry(Copy(h), Handled(h))
  IN /\ At(h, "clear")
     /\ handler[h].fresh
     /\ GoSaved(h, "acknowledge", order)
     /\ data' = [data EXCEPT !.order = order]
     /\ Operation

ClearConflict(h) ==
  /\ At(h, "clear")
  /\ ~handler[h].fresh
  /\ Go(h, "abandon")
  /\ Reads

\* What a handler does by itself.
Work(h) ==
  \/ \E m \in Messages : IsNextIdle(h) /\ Receive(h, m)
  \/ Load(h) \/ Lookup(h) \/ Reload(h)
  \/ Book(h, LeastNot(Used), LeastNot(Used)) \/ BookConflict(h)
  \/ Publish(h) \/ Put(h)
  \/ Clear(h) \/ ClearConflict(h)
  \/ Acknowledge(h) \/ Abandon(h)

\* What happens to it.
Trouble(h) ==
  \/ \E m \in Messages : IsNextIdle(h) /\ ReceiveCopy(h, m)
  \/ Crash(h) \/ Throw(h) \/ LoseLease(h)

Next == Rest \/ \E h \in Handlers : Work(h) \/ Trouble(h)
Fair == \A h \in Handlers : WF_vars(Work(h))
Spec == Init /\ [][Next]_vars /\ Fair

\* O1: every message takes effect exactly once, and its event has one id.
ExactlyOnce ==
  /\ \A m \in Messages : data.order.paid[m] <= 1
  /\ \A s, t \in data.sent : s.for = t.for => s.id = t.id
  /\ AtRest => \A m \in Messages : data.order.paid[m] = 1
\* O2
NoGhostMessage == NoGhost(data.sent, data.committed)
\* O3
NoLostMessage == AtRest => \A m \in Messages \ Silent : \E s \in data.sent : s.for = m
\* O4
ConsistentOutput == Consistent(data.sent)

\* O6
Clean == data.order.outbox = <<>>
NoGarbage == AtRest => Clean

\* O7, with O6: everything comes to rest, for ever, and nothing is left over then.
Quiescence == <>[](AtRest /\ Clean)
=============================================================================
