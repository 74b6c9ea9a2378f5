----------------------------- MODULE InboxTrace -----------------------------
(***************************************************************************)
(* Which step of Inbox an event of an execution is. What is written to the  *)
(* database has to be what the model writes. Of a message, the model knows  *)
(* its id and its bytes: body and attempt, which are taken from the code.   *)
(***************************************************************************)
EXTENDS Inbox, Following

\* A message and an order as documents have them. Payments are of 1 and of 10 coins, so that each
\* has its own digit of the sum.
MessageOf(json, m) ==
  [id |-> json.id.value, for |-> m, bytes |-> <<json.body, json.headers["attempt"]>>]
MessagesOf(json, m) == [i \in DOMAIN json |-> MessageOf(json[i], m)]
OrderOf(json) ==
  [paid |-> [m \in Messages |-> IF m = "m1" THEN json.paid % 10 ELSE json.paid \div 10],
   outbox |-> [m \in DOMAIN json.outbox |-> MessagesOf(json.outbox[m], m)]]

Wrote(h) == data'.order = OrderOf(Event.body)

\* What the attempt at m has drawn: it is in what it writes.
Drawn(m) == OrderOf(Event.body).outbox[m][1]

Follow(h) ==
  \/ FollowDelivery(h)
  \/ Is("load", "Order") /\ data.order = OrderOf(Event.body) /\ (Load(h) \/ Reload(h))
  \/ Is("load", "InboxEntry") /\ Event.id = Handled(h) /\ Lookup(h)
  \/ /\ Is("save", "Order")
     /\ At(h, "book")
     /\ Handled(h) \in DOMAIN OrderOf(Event.body).outbox
     /\ Book(h, Drawn(Handled(h)).id, Drawn(Handled(h)).bytes)
     /\ Wrote(h)
  \/ Is("save", "Order") /\ Clear(h) /\ Wrote(h)
  \/ Fails("save", "Order", "VersionConflict") /\ (BookConflict(h) \/ ClearConflict(h))
  \/ /\ Is("publish", "PaymentBooked")
     /\ Publish(h)
     /\ Entry(h)[1].id = Event.id
     /\ Entry(h)[1].bytes[1] = Event.body
  \/ Is("save", "InboxEntry") /\ Event.id = Handled(h) /\ Put(h)

TraceInit == FollowInit /\ InitIn(AllFaults)
TraceNext ==
  \/ \E h \in Handlers : FollowBy(h = Event.process /\ Follow(h))
  \/ FollowBy(FollowRest)
  \/ FollowOver
TraceSpec == TraceInit /\ [][TraceNext]_<<vars, run, position>>
=============================================================================
