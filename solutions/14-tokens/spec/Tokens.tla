------------------------------- MODULE Tokens -------------------------------
(***************************************************************************)
(* Lab 14: the algorithm of src/payments_handler.cpp, operation by          *)
(* operation; the numbers are those of its comments. A subscriber takes an  *)
(* event in one step, as its one batch in subscriber.cpp allows.            *)
(*                                                                          *)
(*   data.order      [paid: how often each message is in the sum,           *)
(*                    outbox: what is to be sent for it,                    *)
(*                    registered: ids of tokens that are not stored with    *)
(*                    what is to be sent, by message]                       *)
(*   data.permits    the messages whose own token exists                    *)
(*   data.tokens     the tokens that exist for subscribers                  *)
(*   data.sent       all that was ever published                            *)
(*   data.waiting    a bag: copies of events that wait for a subscriber     *)
(*   data.taken      a bag: how often which subscriber took notice of what  *)
(*   data.committed  the attempts whose first save went through             *)
(*                                                                          *)
(* Left out, besides what Delivery leaves out: several outgoing messages    *)
(* for one incoming, and other orders than the one that all are for.        *)
(***************************************************************************)
EXTENDS Delivery

CONSTANTS
  Silent,      \* the messages of which nobody is told
  Subscribers  \* a sequence

SubscribersInModel == <<"loyalty">>
Proof == {[delivered |-> {"m1", "m2"}, faults |-> 1],
          [delivered |-> {"m1"}, faults |-> 2],
          [delivered |-> {"m1", "m3"}, faults |-> 0]}

InitIn(scope) ==
  /\ DeliveryInit(scope)
  /\ data = [order |-> [paid |-> [m \in Messages |-> IF m \in scope.delivered THEN 0 ELSE 1],
                        outbox |-> <<>>, registered |-> <<>>],
             permits |-> scope.delivered, tokens |-> {}, sent |-> {}, waiting |-> <<>>,
             taken |-> [k \in Range(Subscribers) \X (Messages \ scope.delivered) |-> 1],
             committed |-> {s.bytes : s \in SentLongAgo(scope.delivered)}]
Init == \E scope \in Scopes : InitIn(scope)

\* ---- bags, ids, messages -------------------------------------------------

Count(bag, x) == IF x \in DOMAIN bag THEN bag[x] ELSE 0
Add(bag, x) == (x :> Count(bag, x) + 1) @@ bag
Remove(bag, x) == [y \in {z \in DOMAIN bag : z # x \/ bag[z] > 1} |->
                     IF y = x THEN bag[y] - 1 ELSE bag[y]]

Without(f, k) == [x \in DOMAIN f \ {k} |-> f[x]]
Entries(order) == UNION {Range(order.outbox[m]) : m \in DOMAIN order.outbox}
NamedBy(order) ==
  UNION ({Range(e.tokens) : e \in Entries(order)}
           \cup {Range(order.registered[m]) : m \in DOMAIN order.registered})

\* Ids and attempts that somebody has seen.
UsedIds == data.committed \cup {s.id : s \in data.sent}
\* Ids of tokens that somebody knows.
Used ==
  data.tokens \cup NamedBy(data.order) \cup UNION {Range(s.tokens) : s \in data.sent}
    \cup UNION {(IF handler[h] = Idle \/ Copy(h) = <<>> THEN {} ELSE NamedBy(Copy(h)))
                  \cup (IF handler[h] = Idle \/ Local(h) = <<>> THEN {}
                        ELSE Range(Local(h).drawn) \cup Range(Local(h).stale)) : h \in Handlers}
RECURSIVE Fresh(_, _)
Fresh(count, used) ==
  IF count = 0 THEN <<>>
  ELSE LET n == LeastNot(used) IN <<n>> \o Fresh(count - 1, used \cup {n})

Made(m, id, bytes) ==
  IF m \in Silent THEN <<>>
  ELSE <<[id |-> id, for |-> m, bytes |-> bytes, tokens |-> <<>>]>>

HasEntry(order, m) == m \in DOMAIN order.outbox
HaveTokens(messages) == messages = <<>> \/ messages[1].tokens # <<>>
Registered(order, m) == IF m \in DOMAIN order.registered THEN order.registered[m] ELSE <<>>
Entry(h) == Copy(h).outbox[Handled(h)]

\* ---- the handler ---------------------------------------------------------

\* The step that follows when m has an entry in the order. If that has tokens, those that are still
\* registered are of attempts that can no longer store them.
Sending(order, m) ==
  CASE order.outbox[m] = <<>> -> "use"
    [] ~HaveTokens(order.outbox[m]) -> "register"
    [] order.outbox[m] # <<>> /\ HaveTokens(order.outbox[m])
         /\ Registered(order, m) # <<>> -> "discard"
    [] OTHER -> "publish"

\* What a handler holds besides its copy of the order: the tokens that it has drawn, how many of
\* them it has created, and those that it is about to discard.
Memory == [drawn |-> <<>>, created |-> 0, stale |-> <<>>]
ToSend(order, m) == [Memory EXCEPT !.stale = Registered(order, m)]

\* 1. The order comes first.
Load(h) ==
  /\ At(h, "load")
  /\ GoLoaded(h, "lookup", data.order)
  /\ Reads

\* 2. Then the token: no token, no work.
Lookup(h) ==
  /\ At(h, "lookup")
  /\ CASE Handled(h) \notin data.permits -> Go(h, "reload")
       [] Handled(h) \in data.permits /\ HasEntry(Copy(h), Handled(h)) ->
            GoWith(h, Sending(Copy(h), Handled(h)), ToSend(Copy(h), Handled(h)))
       [] OTHER -> Go(h, "book")
  /\ Reads

\* 3. An attempt may have left its entry, maybe after we loaded the order.
Reload(h) ==
  /\ At(h, "reload")
  /\ GoLoaded(h, IF HasEntry(data.order, Handled(h)) THEN "clear" ELSE "acknowledge", data.order)
  /\ Reads

\* 4. State and outgoing messages in one compare-and-swap.
Book(h, id, bytes) ==
  LET made == Made(Handled(h), id, bytes)
      order == [Copy(h) EXCEPT !.paid[Handled(h)] = @ + 1,
                               !.outbox = (Handled(h) :> made) @@ @]
  IN /\ At(h, "book")
     /\ handler[h].fresh
     /\ GoSaved(h, Sending(order, Handled(h)), order)
     /\ data' = [data EXCEPT !.order = order,
                             !.committed = @ \cup {s.bytes : s \in Range(made)}]
     /\ Operation

\* h has saved `order` and goes on to `step` with `local`.
GoSavedWith(h, step, order, local) ==
  handler' = [g \in Handlers |->
    CASE g = h -> [Before(h, step) EXCEPT !.copy = order, !.local = local]
      [] g # h /\ handler[g] # Idle -> [handler[g] EXCEPT !.fresh = FALSE]
      [] OTHER -> handler[g]]

\* 5. Ids of tokens are registered, so that whoever comes after us knows what we may have created.
\* Each attempt does this once; whose save fails for it loads again and goes on, so that nobody
\* makes another one begin anew.
Register(h, drawn) ==
  LET m == Handled(h)
      order == [Copy(h) EXCEPT !.registered = (m :> Registered(Copy(h), m) \o drawn) @@ @]
  IN /\ At(h, "register")
     /\ handler[h].fresh
     /\ GoSavedWith(h, "create", order, [Memory EXCEPT !.drawn = drawn])
     /\ data' = [data EXCEPT !.order = order]
     /\ Operation

Create(h) ==
  LET local == [Local(h) EXCEPT !.created = @ + 1]
  IN /\ At(h, "create")
     /\ Local(h).drawn[local.created] \notin data.tokens
     /\ data' = [data EXCEPT !.tokens = @ \cup {Local(h).drawn[local.created]}]
     /\ GoWith(h, IF local.created = Len(local.drawn) THEN "store" ELSE "create", local)
     /\ Operation

\* Stored before anything is sent: every attempt after this one sends these very ids.
Stored(h) ==
  LET m == Handled(h)
      others == SelectSeq(Registered(Copy(h), m), LAMBDA t : t \notin Range(Local(h).drawn))
  IN [Copy(h) EXCEPT !.outbox[m] = <<[Entry(h)[1] EXCEPT !.tokens = Local(h).drawn]>>,
                     !.registered = (m :> others) @@ @]

Store(h) ==
  LET order == Stored(h)
  IN /\ At(h, "store")
     /\ handler[h].fresh
     /\ GoSavedWith(h, Sending(order, Handled(h)), order, ToSend(order, Handled(h)))
     /\ data' = [data EXCEPT !.order = order]
     /\ Operation

StoreConflict(h) ==
  /\ At(h, "store")
  /\ ~handler[h].fresh
  /\ Go(h, "again")
  /\ Reads

\* The order anew. Have its messages got their tokens, or are they gone? Then ours are of no use.
Again(h) ==
  LET m == Handled(h)
      late == ~HasEntry(data.order, m) \/ HaveTokens(data.order.outbox[m])
  IN /\ At(h, "again")
     /\ IF late THEN GoWith(h, "drop", [Memory EXCEPT !.stale = Local(h).drawn])
        ELSE GoLoaded(h, "store", data.order)
     /\ Reads

\* Discards one of the tokens that it holds; when it was the last one, goes to `step`.
DiscardTo(h, at, step) ==
  /\ At(h, at)
  /\ data' = [data EXCEPT !.tokens = @ \ {Head(Local(h).stale)}]
  /\ GoWith(h, IF Len(Local(h).stale) = 1 THEN step ELSE at, [Local(h) EXCEPT !.stale = Tail(@)])
  /\ Operation
Drop(h) == DiscardTo(h, "drop", "abandon")        \* our own
Discard(h) == DiscardTo(h, "discard", "publish")  \* those of attempts that were overtaken

\* 6. What is stored is sent, to every subscriber.
RECURSIVE ToAll(_, _, _)
ToAll(bag, message, i) ==
  IF i = 0 THEN bag ELSE Add(ToAll(bag, message, i - 1), <<Subscribers[i], message>>)

Publish(h) ==
  LET message == Entry(h)[1]
  IN /\ At(h, "publish")
     /\ data' = [data EXCEPT !.sent = @ \cup {message},
                             !.waiting = ToAll(@, message, Len(Subscribers))]
     /\ Go(h, "use")
     /\ Operation

\* 7. From here on every delivery is a duplicate.
Use(h) ==
  /\ At(h, "use")
  /\ Handled(h) \in data.permits
  /\ data' = [data EXCEPT !.permits = @ \ {Handled(h)}]
  /\ Go(h, "clear")
  /\ Operation

UseConflict(h) ==
  /\ At(h, "use")
  /\ Handled(h) \notin data.permits
  /\ Go(h, "abandon")
  /\ Reads

\* 8, and the rest of 3.
Clear(h) ==
  LET order == [Copy(h) EXCEPT !.outbox = Without(@, Handled(h)),
                               !.registered = Without(@, Handled(h))]
  IN /\ At(h, "clear")
     /\ handler[h].fresh
     /\ GoSaved(h, "acknowledge", order)
     /\ data' = [data EXCEPT !.order = order]
     /\ Operation

\* A compare-and-swap of 4, 8, or the first one of 5 that fails.
Conflict(h) ==
  /\ handler[h].at \in {"book", "register", "clear"}
  /\ ~handler[h].fresh
  /\ Go(h, "abandon")
  /\ Reads

\* A subscriber gets an event: it uses the token, or there is none and it is a duplicate.
Take(subscriber) ==
  \E event \in DOMAIN data.waiting :
    /\ event[1] = Subscribers[subscriber]
    /\ LET token == event[2].tokens[subscriber]
       IN data' = [data EXCEPT
            !.waiting = Remove(@, event),
            !.tokens = @ \ {token},
            !.taken = IF token \in data.tokens THEN Add(@, <<event[1], event[2].for>>) ELSE @]
    /\ UNCHANGED <<queue, handler, faults>>

\* What a handler does by itself.
Work(h) ==
  \/ \E m \in Messages : IsNextIdle(h) /\ Receive(h, m)
  \/ Load(h) \/ Lookup(h) \/ Reload(h)
  \/ Book(h, LeastNot(UsedIds), LeastNot(UsedIds))
  \/ Register(h, Fresh(Len(Subscribers), Used)) \/ Create(h)
  \/ Store(h) \/ StoreConflict(h) \/ Again(h) \/ Drop(h) \/ Discard(h)
  \/ Publish(h) \/ Use(h) \/ UseConflict(h) \/ Clear(h)
  \/ Conflict(h)
  \/ Acknowledge(h) \/ Abandon(h)

\* What happens to it.
Trouble(h) ==
  \/ \E m \in Messages : IsNextIdle(h) /\ ReceiveCopy(h, m)
  \/ Crash(h) \/ Throw(h) \/ LoseLease(h)

Finished == AtRest /\ data.waiting = <<>>
Next ==
  \/ Finished /\ UNCHANGED vars
  \/ \E h \in Handlers : Work(h) \/ Trouble(h)
  \/ \E s \in DOMAIN Subscribers : Take(s)
Fair == /\ \A h \in Handlers : WF_vars(Work(h))
        /\ \A s \in DOMAIN Subscribers : WF_vars(Take(s))
Spec == Init /\ [][Next]_vars /\ Fair

\* ---- what has to hold ----------------------------------------------------

\* O1: every message takes effect exactly once, its event has one id, and every subscriber takes
\* notice of it exactly once.
ExactlyOnce ==
  /\ \A m \in Messages : data.order.paid[m] <= 1
  /\ \A s, t \in data.sent : s.for = t.for => s.id = t.id
  /\ \A k \in DOMAIN data.taken : data.taken[k] <= 1
  /\ Finished =>
       /\ \A m \in Messages : data.order.paid[m] = 1
       /\ \A s \in Range(Subscribers), m \in Messages \ Silent : Count(data.taken, <<s, m>>) = 1
\* O2
NoGhostMessage == NoGhost(data.sent, data.committed)
\* O3
NoLostMessage ==
  Finished => \A m \in Messages \ Silent :
    (\E s \in data.sent : s.for = m) \/ <<Subscribers[1], m>> \in DOMAIN data.taken
\* O4: one id, one content, tokens too.
ConsistentOutput == Consistent(data.sent)

\* O6. A token may stay when a handler that was overtaken dies, and only then: see NOTES.
Clean ==
  /\ data.order.outbox = <<>>
  /\ data.order.registered = <<>>
  /\ data.permits = {}
  /\ data.tokens = {} \/ faults.met = {"early end", "overlap"}
NoGarbage == Finished => Clean

\* O7, with O6: everything comes to rest, for ever, and nothing is left over then.
Quiescence == <>[](Finished /\ Clean)
=============================================================================
