------------------------- MODULE OutboxOutsideTrace -------------------------
(***************************************************************************)
(* Which step of OutboxOutside an event of an execution is. What is written *)
(* to the database has to be what the model writes. Of a message, the model *)
(* knows its id and its bytes: body and attempt, taken from the code, as    *)
(* the names of transactions are.                                           *)
(***************************************************************************)
EXTENDS OutboxOutside, Following

\* Documents as the model has them. Payments are of 1 and of 10 coins, so that each has its own
\* digit of the sum.
MessagesOf(json, m) ==
  [i \in DOMAIN json |-> [id |-> json[i].id.value, for |-> m,
                          bytes |-> <<json[i].body, json[i].headers["attempt"]>>]]
OrderOf(json) ==
  [paid |-> [m \in Messages |-> IF m = "m1" THEN json.paid % 10 ELSE json.paid \div 10],
   transaction |-> json.transaction,
   registered |-> json.registered,
   overtaken |-> json.overtaken]
RecordOf(json) == [for |-> json.incoming, messages |-> MessagesOf(json.messages, json.incoming)]

Order == OrderOf(Event.body)
Drawn == RecordOf(Event.body).messages[1]
Last(sequence) == sequence[Len(sequence)]

SaveOrder(h) ==
  \/ /\ At(h, "register")
     /\ Handled(h) \in DOMAIN Order.registered
     /\ Register(h, Last(Order.registered[Handled(h)]))
  \/ Commit(h)
  \/ Clear(h)

EraseRecord(h) ==
  \/ Delete(h) /\ Event.id = Copy(h).transaction
  \/ Discard(h) /\ Event.id = Head(Local(h).stale)
  \/ Drop(h) /\ Event.id = Local(h).transaction

Follow(h) ==
  \/ FollowDelivery(h)
  \/ Is("load", "Order") /\ data.order = Order /\ (Load(h) \/ Reload(h) \/ Again(h))
  \/ Is("load", "InboxEntry") /\ Event.id = Handled(h) /\ Lookup(h)
  \/ Is("load", "OutboxRecord") /\ Find(h) /\ Event.id = Copy(h).transaction
  \/ Is("save", "Order") /\ SaveOrder(h) /\ data'.order = Order
  \/ /\ Fails("save", "Order", "VersionConflict")
     /\ RegisterConflict(h) \/ CommitConflict(h) \/ ClearConflict(h)
  \/ /\ Is("save", "OutboxRecord")
     /\ Insert(h, Drawn.id, Drawn.bytes)
     /\ data'.records[Event.id] = RecordOf(Event.body)
  \/ Is("erase", "OutboxRecord") /\ EraseRecord(h)
  \/ /\ Is("publish", "PaymentBooked")
     /\ Publish(h)
     /\ Local(h).record.messages[1].id = Event.id
     /\ Local(h).record.messages[1].bytes[1] = Event.body
  \/ Is("save", "InboxEntry") /\ Put(h) /\ Event.id = Local(h).record.for

TraceInit == FollowInit /\ InitIn(AllFaults)
TraceNext ==
  \/ \E h \in Handlers : FollowBy(h = Event.process /\ Follow(h))
  \/ FollowBy(FollowRest)
  \/ FollowOver
TraceSpec == TraceInit /\ [][TraceNext]_<<vars, run, position>>
=============================================================================
