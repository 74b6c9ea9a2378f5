---------------------------- MODULE OutboxTrace -----------------------------
(***************************************************************************)
(* Which step of Outbox an event of an execution is. What is written to the *)
(* database has to be what the model writes, kinds of rewards included. Of  *)
(* a message, the model knows its kind, the payment that earned it, and its *)
(* bytes, which are its attempt.                                            *)
(***************************************************************************)
EXTENDS Outbox, Following

\* Documents as the model has them: of 95 coins before, and payments of 10 and of 1000.
MessagesOf(json, m) ==
  [i \in DOMAIN json |-> [id |-> <<json[i].type, m>>, for |-> m,
                          bytes |-> json[i].headers["attempt"]]]
CustomerOf(json) ==
  LET added == json.spent - SpentBefore
  IN [spent |-> [m \in Messages |-> IF m = "m1" THEN (added \div 10) % 10 ELSE added \div 1000],
      processed |-> Range(json.processed),
      outbox |-> [m \in DOMAIN json.outbox |-> MessagesOf(json.outbox[m], m)]]

Written == CustomerOf(Event.body)

\* The attempt that the entry of m names; any other when the payment earns nothing.
Drawn(m) ==
  IF m \in DOMAIN Written.outbox THEN Written.outbox[m][1].bytes ELSE "an attempt of " \o m

Follow(h) ==
  \/ FollowDelivery(h)
  \/ Is("load", "Customer") /\ data.customer = Written /\ Load(h)
  \/ /\ Is("save", "Customer")
     /\ (At(h, "add") /\ Add(h, Drawn(Handled(h)))) \/ Clear(h)
     /\ data'.customer = Written
  \/ Fails("save", "Customer", "VersionConflict") /\ (AddConflict(h) \/ ClearConflict(h))
  \/ /\ \E kind \in {"GrantCoupon", "SendGoldCard"} :
          Is("publish", kind) /\ Publish(h) /\ Entry(h)[Sent(h) + 1].id = <<kind, Handled(h)>>

TraceInit == FollowInit /\ InitIn(AllFaults)
TraceNext ==
  \/ \E h \in Handlers : FollowBy(h = Event.process /\ Follow(h))
  \/ FollowBy(FollowRest)
  \/ FollowOver
TraceSpec == TraceInit /\ [][TraceNext]_<<vars, run, position>>
=============================================================================
