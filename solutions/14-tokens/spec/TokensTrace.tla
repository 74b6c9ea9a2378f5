----------------------------- MODULE TokensTrace ----------------------------
(***************************************************************************)
(* Which step of Tokens an event of an execution is. What is written to the *)
(* database has to be what the model writes. Of a message, the model knows  *)
(* its id, its tokens and its bytes: body and attempt, taken from the code, *)
(* as the ids of tokens are. Nobody handles the events here.                *)
(***************************************************************************)
EXTENDS Tokens, Following

BothSubscribers == <<"loyalty", "warehouse">>

\* Documents as the model has them. Payments are of 1 and of 10 coins, so that each has its own
\* digit of the sum. The token of m1 is "token-m1".
TokensOf(headers) ==
  IF \A s \in Range(Subscribers) : "token-" \o s \in DOMAIN headers
  THEN [i \in DOMAIN Subscribers |-> headers["token-" \o Subscribers[i]]]
  ELSE <<>>
MessagesOf(json, m) ==
  [i \in DOMAIN json |-> [id |-> json[i].id.value, for |-> m,
                          bytes |-> <<json[i].body, json[i].headers["attempt"]>>,
                          tokens |-> TokensOf(json[i].headers)]]
OrderOf(json) ==
  [paid |-> [m \in Messages |-> IF m = "m1" THEN json.paid % 10 ELSE json.paid \div 10],
   outbox |-> [m \in DOMAIN json.outbox |-> MessagesOf(json.outbox[m], m)],
   registered |-> json.registered]
PermitOf(m) == "token-" \o m

Order == OrderOf(Event.body)

\* The newest ids of those that are registered for m.
Newest(m) ==
  LET all == Order.registered[m]
  IN SubSeq(all, Len(all) - Len(Subscribers) + 1, Len(all))

SaveOrder(h) ==
  \/ /\ At(h, "book")
     /\ Handled(h) \in DOMAIN Order.outbox
     /\ LET drawn == Order.outbox[Handled(h)][1] IN Book(h, drawn.id, drawn.bytes)
  \/ /\ At(h, "register")
     /\ Handled(h) \in DOMAIN Order.registered
     /\ Len(Order.registered[Handled(h)]) >= Len(Subscribers)
     /\ Register(h, Newest(Handled(h)))
  \/ Store(h)
  \/ Clear(h)

Follow(h) ==
  \/ FollowDelivery(h)
  \/ Is("load", "Order") /\ data.order = Order /\ (Load(h) \/ Reload(h) \/ Again(h))
  \/ Is("load", "Token") /\ Event.id = PermitOf(Handled(h)) /\ Lookup(h)
  \/ Is("save", "Order") /\ SaveOrder(h) /\ data'.order = Order
  \/ Fails("save", "Order", "VersionConflict") /\ (Conflict(h) \/ StoreConflict(h))
  \/ Is("save", "Token") /\ Create(h) /\ Event.id \in data'.tokens \ data.tokens
  \/ /\ Is("erase", "Token")
     /\ \/ (Discard(h) \/ Drop(h)) /\ Event.id = Head(Local(h).stale)
        \/ Use(h) /\ Event.id = PermitOf(Handled(h))
  \/ Fails("erase", "Token", "VersionConflict") /\ UseConflict(h)
  \/ /\ Is("publish", "PaymentBooked")
     /\ Publish(h)
     /\ Entry(h)[1].id = Event.id
     /\ Entry(h)[1].bytes[1] = Event.body

TraceInit == FollowInit /\ InitIn(AllFaults)
TraceNext ==
  \/ \E h \in Handlers : FollowBy(h = Event.process /\ Follow(h))
  \/ FollowBy(FollowRest)
  \/ FollowOver
TraceSpec == TraceInit /\ [][TraceNext]_<<vars, run, position>>
=============================================================================
