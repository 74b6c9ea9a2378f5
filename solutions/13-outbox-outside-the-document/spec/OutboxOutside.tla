---------------------------- MODULE OutboxOutside ---------------------------
(***************************************************************************)
(* Lab 13: the algorithm of src/payments_handler.cpp, operation by          *)
(* operation; the numbers are those of its comments.                        *)
(*                                                                          *)
(*   data.order      [paid: how often each message is in the sum,           *)
(*                    transaction: the one to be finished, None,            *)
(*                    registered: attempts that may save yet, by message,   *)
(*                    overtaken: attempts that lost against `transaction`]  *)
(*   data.records    outbox records, by transaction: [for, messages]        *)
(*   data.inbox      the messages that are done with                        *)
(*   data.sent       all that was ever published                            *)
(*   data.committed  the attempts whose save went through                   *)
(*                                                                          *)
(* Left out, besides what Delivery leaves out: several outgoing messages    *)
(* for one incoming, and other orders than the one that all are for.        *)
(***************************************************************************)
EXTENDS Delivery

CONSTANTS
  Silent,  \* the messages of which nobody is told
  None     \* no transaction

InitIn(scope) ==
  /\ DeliveryInit(scope)
  /\ data = [order |-> [paid |-> [m \in Messages |-> IF m \in scope.delivered THEN 0 ELSE 1],
                        transaction |-> None, registered |-> <<>>, overtaken |-> <<>>],
             records |-> <<>>,
             inbox |-> Messages \ scope.delivered,
             sent |-> SentLongAgo(scope.delivered),
             committed |-> {s.bytes : s \in SentLongAgo(scope.delivered)}]
Init == \E scope \in Scopes : InitIn(scope)

Proof == {[delivered |-> Messages, faults |-> 1],
          [delivered |-> {"m1"}, faults |-> 2]}

\* What a handler holds besides its copy of the order: the name of its own transaction, records that
\* it is about to delete, the record that it has found, and where it goes when it has finished.
Memory == [transaction |-> None, stale |-> <<>>, record |-> <<>>, then |-> ""]

\* Names of transactions that somebody knows.
NamedBy(order) ==
  {order.transaction} \cup Range(order.overtaken)
    \cup UNION {Range(order.registered[m]) : m \in DOMAIN order.registered}
Used ==
  (DOMAIN data.records \cup NamedBy(data.order)
     \cup UNION {(IF handler[h] = Idle \/ Copy(h) = <<>> THEN {} ELSE NamedBy(Copy(h)))
                   \cup (IF handler[h] = Idle \/ Local(h) = <<>> THEN {}
                         ELSE {Local(h).transaction} \cup Range(Local(h).stale))
                 : h \in Handlers}) \ {None}
\* Ids of messages, of which each round of an attempt draws its own; and the bytes are as new.
IdsIn(record) == IF record = <<>> THEN {} ELSE {s.id : s \in Range(record.messages)}
UsedIds ==
  data.committed \cup {s.id : s \in data.sent}
    \cup UNION {IdsIn(data.records[t]) : t \in DOMAIN data.records}
    \cup UNION {IF handler[h] = Idle \/ Local(h) = <<>> THEN {} ELSE IdsIn(Local(h).record)
                : h \in Handlers}

Made(m, id, bytes) ==
  IF m \in Silent THEN <<>> ELSE <<[id |-> id, for |-> m, bytes |-> bytes]>>

Registered(order, m) == IF m \in DOMAIN order.registered THEN order.registered[m] ELSE <<>>
Without(f, k) == [x \in DOMAIN f \ {k} |-> f[x]]

\* ---- 6. finish, which comes back to `then` -------------------------------

\* The step at which the order's transaction is finished, or `then` when there is none.
Finishing(order, then) == IF order.transaction = None THEN then ELSE "find"
Sending(messages) == IF messages = <<>> THEN "put" ELSE "publish"

\* The step after the own record of the transaction is gone.
GoDiscard(h) ==
  LET overtaken == Copy(h).overtaken
  IN GoWith(h, IF overtaken = <<>> THEN "clear" ELSE "discard",
            [Local(h) EXCEPT !.record = <<>>, !.stale = overtaken])

\* After a conflict: is the message still to be done? Yes, as long as attempts at it are registered.
AfterConflict(h, order) ==
  IF Handled(h) \in DOMAIN order.registered THEN "insert" ELSE "acknowledge"

Find(h) ==
  /\ At(h, "find")
  /\ IF Copy(h).transaction \in DOMAIN data.records
     THEN LET record == data.records[Copy(h).transaction]
          IN GoWith(h, Sending(record.messages), [Local(h) EXCEPT !.record = record])
     ELSE GoDiscard(h)  \* somebody came as far as that before
  /\ Reads

Publish(h) ==
  /\ At(h, "publish")
  /\ data' = [data EXCEPT !.sent = @ \cup Range(Local(h).record.messages)]
  /\ Go(h, "put")
  /\ Operation

\* The message that the record belongs to: the one being handled may be another.
Put(h) ==
  /\ At(h, "put")
  /\ data' = [data EXCEPT !.inbox = @ \cup {Local(h).record.for}]
  /\ GoWith(h, "delete", [Local(h) EXCEPT !.record = <<>>])
  /\ Operation

Delete(h) ==
  /\ At(h, "delete")
  /\ data' = [data EXCEPT !.records = Without(@, Copy(h).transaction)]
  /\ GoDiscard(h)
  /\ Operation

\* Records of overtaken attempts, one after the other.
Discard(h) ==
  /\ At(h, "discard")
  /\ data' = [data EXCEPT !.records = Without(@, Head(Local(h).stale))]
  /\ GoWith(h, IF Len(Local(h).stale) = 1 THEN "clear" ELSE "discard",
            [Local(h) EXCEPT !.stale = Tail(@)])
  /\ Operation

Clear(h) ==
  LET order == [Copy(h) EXCEPT !.transaction = None, !.overtaken = <<>>]
  IN /\ At(h, "clear")
     /\ handler[h].fresh
     /\ GoSaved(h, IF Local(h).then = "after conflict" THEN AfterConflict(h, order)
                   ELSE Local(h).then, order)
     /\ data' = [data EXCEPT !.order = order]
     /\ Operation

ClearConflict(h) ==
  /\ At(h, "clear")
  /\ ~handler[h].fresh
  /\ Go(h, "abandon")
  /\ Reads

\* ---- the handler ---------------------------------------------------------

\* The order is loaded, and `then` is what comes after its transaction is finished.
Loaded(h, then) ==
  handler' = [handler EXCEPT
    ![h] = IF then = "acknowledge" /\ data.order.transaction = None THEN Before(h, then)
           ELSE [Before(h, Finishing(data.order, then)) EXCEPT
                   !.copy = data.order, !.fresh = TRUE,
                   !.local = [Memory EXCEPT !.then = then]]]

\* 1 and 2. The order comes first, and a transaction that it names.
Load(h) ==
  /\ At(h, "load")
  /\ Loaded(h, "lookup")
  /\ Reads

\* 3. Then the inbox.
Lookup(h) ==
  /\ At(h, "lookup")
  /\ IF Handled(h) \in data.inbox THEN GoWith(h, "reload", <<>>) ELSE GoWith(h, "register", Memory)
  /\ Reads

Reload(h) ==
  /\ At(h, "reload")
  /\ Loaded(h, "acknowledge")
  /\ Reads

\* h has saved `order` and goes on to `step` with `local`.
GoSavedWith(h, step, order, local) ==
  handler' = [g \in Handlers |->
    CASE g = h -> [Before(h, step) EXCEPT !.copy = order, !.local = local]
      [] g # h /\ handler[g] # Idle -> [handler[g] EXCEPT !.fresh = FALSE]
      [] OTHER -> handler[g]]

\* The order shall know of the record before there is one. Each attempt does this once; whose save
\* fails for it loads again and goes on, so that nobody makes another one begin anew.
Register(h, transaction) ==
  LET m == Handled(h)
      names == Append(Registered(Copy(h), m), transaction)
      order == [Copy(h) EXCEPT !.registered = (m :> names) @@ @]
  IN /\ At(h, "register")
     /\ handler[h].fresh
     /\ GoSavedWith(h, "insert", order, [Memory EXCEPT !.transaction = transaction])
     /\ data' = [data EXCEPT !.order = order]
     /\ Operation

RegisterConflict(h) ==
  /\ At(h, "register")
  /\ ~handler[h].fresh
  /\ Go(h, "abandon")
  /\ Reads

\* 4. What shall be sent goes into a document of its own. `id` and `bytes` are drawn by this round.
Insert(h, id, bytes) ==
  /\ At(h, "insert")
  /\ Local(h).transaction \notin DOMAIN data.records
  /\ data' = [data EXCEPT
       !.records = (Local(h).transaction :>
                      [for |-> Handled(h), messages |-> Made(Handled(h), id, bytes)]) @@ @]
  /\ Go(h, "commit")
  /\ Operation

\* 5. The state and one name, in one compare-and-swap. All other attempts at this message have lost.
Committed(h) ==
  [Copy(h) EXCEPT !.paid[Handled(h)] = @ + 1,
                  !.transaction = Local(h).transaction,
                  !.overtaken = SelectSeq(Registered(Copy(h), Handled(h)),
                                          LAMBDA t : t # Local(h).transaction),
                  !.registered = Without(@, Handled(h))]

Commit(h) ==
  LET order == Committed(h)
      transaction == Local(h).transaction
      made == IF transaction \in DOMAIN data.records THEN data.records[transaction].messages
              ELSE <<>>
  IN /\ At(h, "commit")
     /\ handler[h].fresh
     /\ GoSavedWith(h, "find", order, [Memory EXCEPT !.then = "acknowledge"])
     /\ data' = [data EXCEPT !.order = order,
                             !.committed = @ \cup {s.bytes : s \in Range(made)}]
     /\ Operation

\* Definite: the order will never name our transaction with what is in this record.
CommitConflict(h) ==
  /\ At(h, "commit")
  /\ ~handler[h].fresh
  /\ Go(h, "drop")
  /\ Reads

Drop(h) ==
  /\ At(h, "drop")
  /\ data' = [data EXCEPT !.records = Without(@, Local(h).transaction)]
  /\ Go(h, "again")
  /\ Operation

\* The order anew, and what others have left in it. Then from 4 again, if that is still to be done.
Again(h) ==
  LET next == IF data.order.transaction = None THEN AfterConflict(h, data.order) ELSE "find"
  IN /\ At(h, "again")
     /\ handler' = [handler EXCEPT
          ![h] = IF next = "acknowledge" THEN Before(h, next)
                 ELSE [Before(h, next) EXCEPT
                         !.copy = data.order, !.fresh = TRUE,
                         !.local = [Memory EXCEPT !.transaction = Local(h).transaction,
                                      !.then = IF next = "find" THEN "after conflict" ELSE ""]]]
     /\ Reads

\* What a handler does by itself.
Work(h) ==
  \/ \E m \in Messages : IsNextIdle(h) /\ Receive(h, m)
  \/ Load(h) \/ Lookup(h) \/ Reload(h)
  \/ Register(h, LeastNot(Used)) \/ RegisterConflict(h)
  \/ Insert(h, LeastNot(UsedIds), LeastNot(UsedIds))
  \/ Commit(h) \/ CommitConflict(h) \/ Drop(h) \/ Again(h)
  \/ Find(h) \/ Publish(h) \/ Put(h) \/ Delete(h) \/ Discard(h) \/ Clear(h) \/ ClearConflict(h)
  \/ Acknowledge(h) \/ Abandon(h)

\* What happens to it.
Trouble(h) ==
  \/ \E m \in Messages : IsNextIdle(h) /\ ReceiveCopy(h, m)
  \/ Crash(h) \/ Throw(h) \/ LoseLease(h)

Next == Rest \/ \E h \in Handlers : Work(h) \/ Trouble(h)
Fair == \A h \in Handlers : WF_vars(Work(h))
Spec == Init /\ [][Next]_vars /\ Fair

\* ---- what has to hold ----------------------------------------------------

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

\* O6. A record stays when a handler that was overtaken dies, and only then: see NOTES.
Clean ==
  /\ data.order.transaction = None
  /\ data.order.registered = <<>>
  /\ data.order.overtaken = <<>>
  /\ data.records = <<>> \/ faults.met = {"early end", "overlap"}
NoGarbage == AtRest => Clean

\* O7, with O6: everything comes to rest, for ever, and nothing is left over then.
Quiescence == <>[](AtRest /\ Clean)
=============================================================================
