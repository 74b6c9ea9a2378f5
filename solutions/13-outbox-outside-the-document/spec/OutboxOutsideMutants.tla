------------------------ MODULE OutboxOutsideMutants ------------------------
(***************************************************************************)
(* OutboxOutside with a step broken. Names are those of ../mistakes, where  *)
(* there is such a mistake; each is caught by the property that it is       *)
(* listed with.                                                             *)
(***************************************************************************)
EXTENDS OutboxOutside, Mutants

Case(property, delivered, faults_max, replaced) ==
  [property |-> property, replaced |-> replaced,
   scope |-> [delivered |-> delivered, faults |-> faults_max, overtakes |-> 0]]
One == {"m1"}
Both == {"m1", "m2"}

\* The property, what is delivered, how many faults it takes, the steps that are done otherwise.
Breaks == [
  current_message_marked |-> Case("ExactlyOnce", Both, 1, {"Put"}),
  order_saved_before_record |-> Case("ExactlyOnce", One, 1, {"Register", "Insert", "Commit"}),
  record_removed_before_inbox_put |-> Case("ExactlyOnce", One, 1, {"Publish", "Put", "Delete"}),
  removed_before_the_save_that_bars_others |->
    Case("ExactlyOnce", One, 1, {"Lookup", "Register", "Discard"}),
  sent_before_saved |-> Case("NoGhostMessage", One, 1, {"Insert"}),
  sent_after_all_else |-> Case("NoLostMessage", One, 1, {"Find", "Publish", "Clear"}),
  only_payloads_kept |-> Case("ConsistentOutput", One, 1, {"Publish"}),
  record_kept |-> Case("NoGarbage", One, 0, {"Put"}),
  never_unregistered |-> Case("NoGarbage", One, 0, {"Commit"}),
  orphans_left |-> Case("NoGarbage", One, 1, {"Register"}),
  overtaken_leaves_its_record |->
    [Case("NoGarbage", One, 1, {"CommitConflict"}) EXCEPT !.scope.overtakes = 1],
  duplicate_just_acknowledged |-> Case("NoGarbage", One, 2, {"Lookup"}),
  missing_record_is_an_error |-> Case("Quiescence", One, 1, {"Find"})]

ASSUME Expect(Breaks)

Broken(name) == mutant = name
Kept(step) == step \notin Breaks[mutant].replaced
MutantInit == mutant \in DOMAIN Breaks /\ InitIn(Breaks[mutant].scope)
Fresh == LeastNot(Used)
OwnId(h) == Local(h).transaction

\* Steps of OutboxOutside that go elsewhere afterwards.
InsertTo(h, step) ==
  /\ At(h, "insert")
  /\ data' = [data EXCEPT !.records = (OwnId(h) :> [for |-> Handled(h),
                messages |-> Made(Handled(h), OwnId(h), OwnId(h))]) @@ @]
  /\ GoWith(h, step, [Memory EXCEPT !.transaction = OwnId(h), !.then = "acknowledge"])
  /\ Operation

CommitTo(h, step, order) ==
  /\ At(h, "commit")
  /\ handler[h].fresh
  /\ handler' = [g \in Handlers |->
       CASE g = h -> [Before(h, step) EXCEPT !.copy = order,
                        !.local = [Memory EXCEPT !.transaction = OwnId(h), !.then = "acknowledge"]]
         [] g # h /\ handler[g] # Idle -> [handler[g] EXCEPT !.fresh = FALSE]
         [] OTHER -> handler[g]]
  /\ data' = [data EXCEPT !.order = order, !.committed = @ \cup {OwnId(h)}]
  /\ Operation

RegisterTo(h, step, order, transaction) ==
  /\ At(h, "register")
  /\ handler[h].fresh
  /\ handler' = [g \in Handlers |->
       CASE g = h -> [Before(h, step) EXCEPT !.copy = order,
                        !.local = [Memory EXCEPT !.transaction = transaction]]
         [] g # h /\ handler[g] # Idle -> [handler[g] EXCEPT !.fresh = FALSE]
         [] OTHER -> handler[g]]
  /\ data' = [data EXCEPT !.order = order]
  /\ Overtake(\E g \in Handlers \ {h} : HasRegistered(g) /\ handler[g].fresh)

PublishTo(h, step, messages) ==
  /\ At(h, "publish")
  /\ data' = [data EXCEPT !.sent = @ \cup messages]
  /\ Go(h, step)
  /\ Operation

PutTo(h, step, message) ==
  /\ At(h, "put")
  /\ data' = [data EXCEPT !.inbox = @ \cup {message}]
  /\ Go(h, step)
  /\ Operation

WithName(order, m, transaction) ==
  [order EXCEPT !.registered = (m :> Append(Registered(order, m), transaction)) @@ @]

BrokenStep(h) ==
  \/ Broken("current_message_marked") /\ PutTo(h, "delete", Handled(h))
  \/ /\ Broken("order_saved_before_record")
     /\ \/ RegisterTo(h, "commit", WithName(Copy(h), Handled(h), Fresh), Fresh)
        \/ CommitTo(h, "insert", Committed(h))
        \/ InsertTo(h, "find")
  \/ /\ Broken("record_removed_before_inbox_put")
     /\ \/ PublishTo(h, "delete", Range(Local(h).record.messages))
        \/ /\ At(h, "delete")
           /\ data' = [data EXCEPT !.records = Without(@, Copy(h).transaction)]
           /\ Go(h, "put")
           /\ Operation
        \/ PutTo(h, "clear", Local(h).record.for)
  \/ /\ Broken("removed_before_the_save_that_bars_others")
     /\ \/ /\ At(h, "lookup")
           /\ Handled(h) \in data.inbox
           /\ Lookup(h)
        \/ /\ At(h, "lookup")
           /\ Handled(h) \notin data.inbox
           /\ LET stale == Registered(Copy(h), Handled(h))
              IN GoWith(h, IF stale = <<>> THEN "register" ELSE "discard",
                        [Memory EXCEPT !.stale = stale])
           /\ Reads
        \/ /\ At(h, "discard")
           /\ data' = [data EXCEPT !.records = Without(@, Head(Local(h).stale))]
           /\ GoWith(h, IF Len(Local(h).stale) = 1 THEN "register" ELSE "discard",
                     [Local(h) EXCEPT !.stale = Tail(@)])
           /\ Operation
        \/ RegisterTo(h, "insert", WithName(Copy(h), Handled(h), Fresh), Fresh)
  \/ /\ Broken("sent_before_saved")
     /\ At(h, "insert")
     /\ LET made == Made(Handled(h), OwnId(h), OwnId(h))
        IN data' = [data EXCEPT !.records = (OwnId(h) :> [for |-> Handled(h), messages |-> made]) @@ @,
                                !.sent = @ \cup Range(made)]
     /\ Go(h, "commit")
     /\ Operation
  \/ /\ Broken("sent_after_all_else")  \* find, put, delete, clear, and then the messages
     /\ \/ /\ At(h, "find")
           /\ Copy(h).transaction \in DOMAIN data.records
           /\ GoWith(h, "put", [Local(h) EXCEPT !.record = data.records[Copy(h).transaction],
                                                !.stale = data.records[Copy(h).transaction].messages])
           /\ Reads
        \/ At(h, "find") /\ Copy(h).transaction \notin DOMAIN data.records /\ Find(h)
        \/ /\ At(h, "clear")
           /\ handler[h].fresh
           /\ LET order == [Copy(h) EXCEPT !.transaction = None]
              IN GoSaved(h, "publish", order) /\ data' = [data EXCEPT !.order = order]
           /\ Operation
        \/ PublishTo(h, Local(h).then, Range(Local(h).stale))
  \/ /\ Broken("only_payloads_kept")  \* headers are made anew by each attempt
     /\ PublishTo(h, "put", {[s EXCEPT !.bytes = LeastNot({t.bytes : t \in data.sent})] :
                              s \in Range(Local(h).record.messages)})
  \/ Broken("record_kept") /\ PutTo(h, "clear", Local(h).record.for)
  \/ Broken("never_unregistered") /\ CommitTo(h, "find", [Committed(h) EXCEPT !.registered = Copy(h).registered])
  \/ Broken("orphans_left") /\ RegisterTo(h, "insert", Copy(h), Fresh)
  \/ /\ Broken("overtaken_leaves_its_record")
     /\ At(h, "commit")
     /\ ~handler[h].fresh
     /\ Go(h, "abandon")
     /\ Reads
  \/ /\ Broken("duplicate_just_acknowledged")
     /\ At(h, "lookup")
     /\ IF Handled(h) \in data.inbox THEN Go(h, "acknowledge") /\ Reads ELSE Lookup(h)
  \/ /\ Broken("missing_record_is_an_error")
     /\ At(h, "find")
     /\ IF Copy(h).transaction \in DOMAIN data.records THEN Find(h) ELSE Go(h, "abandon") /\ Reads

MutantWork(h) ==
  /\ UNCHANGED mutant
  /\ \/ \E m \in Messages : IsNextIdle(h) /\ Receive(h, m)
     \/ Load(h)
     \/ Kept("Lookup") /\ Lookup(h)
     \/ Reload(h)
     \/ Kept("Register") /\ Register(h, Fresh)
     \/ RegisterConflict(h)
     \/ Kept("Discard") /\ Discard(h)
     \/ Kept("Insert") /\ Insert(h, OwnId(h), OwnId(h))
     \/ Kept("Commit") /\ Commit(h)
     \/ Kept("CommitConflict") /\ CommitConflict(h)
     \/ Drop(h)
     \/ Kept("Find") /\ Find(h)
     \/ Kept("Publish") /\ Publish(h)
     \/ Kept("Put") /\ Put(h)
     \/ Kept("Delete") /\ Delete(h)
     \/ Kept("Clear") /\ Clear(h)
     \/ ClearConflict(h)
     \/ Acknowledge(h) \/ Abandon(h)
     \/ BrokenStep(h)

MutantNext == \E h \in Handlers : MutantWork(h) \/ (Trouble(h) /\ UNCHANGED mutant)
MutantSpec == /\ MutantInit
              /\ [][MutantNext]_<<vars, mutant>>
              /\ \A h \in Handlers : WF_<<vars, mutant>>(MutantWork(h))

Watched == Watch([
  ExactlyOnce |-> ExactlyOnce, NoGhostMessage |-> NoGhostMessage, NoLostMessage |-> NoLostMessage,
  ConsistentOutput |-> ConsistentOutput, NoGarbage |-> NoGarbage])
NotYetCaught == Uncaught(Breaks)

\* The temporal property is checked as it stands, of one mutant that violates nothing else.
Endless == mutant = "missing_record_is_an_error"
QuiescenceOfEndless == Endless => Quiescence
=============================================================================
