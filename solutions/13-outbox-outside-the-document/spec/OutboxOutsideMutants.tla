------------------------ MODULE OutboxOutsideMutants ------------------------
(***************************************************************************)
(* OutboxOutside with a step broken. Names are those of ../mistakes, where  *)
(* there is such a mistake; each is caught by the property that it is       *)
(* listed with.                                                             *)
(***************************************************************************)
EXTENDS OutboxOutside, Mutants

Case(property, delivered, faults_max, replaced) ==
  [property |-> property, replaced |-> replaced,
   scope |-> [delivered |-> delivered, faults |-> faults_max]]
One == {"m1"}
Both == {"m1", "m2"}

\* The property, what is delivered, how many faults it takes, the steps that are done otherwise.
Breaks == [
  current_message_marked |-> Case("ExactlyOnce", Both, 1, {"Put"}),
  order_saved_before_record |-> Case("ExactlyOnce", One, 1, {"Register", "Insert", "Commit"}),
  record_removed_before_inbox_put |-> Case("ExactlyOnce", One, 1, {"Publish", "Put", "Delete"}),
  removed_when_registered |-> Case("ExactlyOnce", One, 1, {"Register", "Discard"}),
  tried_again_without_asking |-> Case("ExactlyOnce", One, 1, {"Again", "Clear"}),
  saved_over_what_others_left |-> Case("ExactlyOnce", Both, 1, {"Again"}),
  sent_before_saved |-> Case("NoGhostMessage", One, 1, {"Insert"}),
  sent_after_all_else |->
    Case("NoLostMessage", One, 1, {"Find", "Publish", "Put", "Delete", "Clear"}),
  only_payloads_kept |-> Case("ConsistentOutput", One, 1, {"Publish"}),
  record_kept |-> Case("NoGarbage", One, 0, {"Put"}),
  never_unregistered |-> Case("NoGarbage", One, 0, {"Commit"}),
  earlier_names_forgotten |-> Case("NoGarbage", One, 1, {"Register"}),
  removed_after_unregistered |-> Case("NoGarbage", One, 2, {"Clear", "Discard"}),
  overtaken_leaves_its_record |-> Case("NoGarbage", One, 1, {"CommitConflict"}),
  duplicate_just_acknowledged |-> Case("NoGarbage", One, 2, {"Lookup"}),
  begun_anew_after_conflict |-> Case("Quiescence", Both, 0, {"Register", "Drop"})]

ASSUME Expect(Breaks)

Broken(name) == mutant = name
Kept(step) == step \notin Breaks[mutant].replaced
MutantInit == mutant \in DOMAIN Breaks /\ InitIn(Breaks[mutant].scope)
Fresh == LeastNot(Used)
FreshId == LeastNot(UsedIds)
Own(h) == Local(h).transaction

\* Steps of OutboxOutside that go elsewhere afterwards.
InsertTo(h, step) ==
  /\ At(h, "insert")
  /\ data' = [data EXCEPT !.records = (Own(h) :> [for |-> Handled(h),
                messages |-> Made(Handled(h), FreshId, FreshId)]) @@ @]
  /\ GoWith(h, step, [Memory EXCEPT !.transaction = Own(h), !.then = "acknowledge"])
  /\ Operation

CommitTo(h, step, order, bytes) ==
  /\ At(h, "commit")
  /\ handler[h].fresh
  /\ GoSavedWith(h, step, order, [Memory EXCEPT !.transaction = Own(h), !.then = "acknowledge"])
  /\ data' = [data EXCEPT !.order = order, !.committed = @ \cup bytes]
  /\ Operation

\* The bytes that are in the own record.
InRecord(h) == {s.bytes : s \in Range(data.records[Own(h)].messages)}

RegisterTo(h, step, names, local) ==
  LET order == [Copy(h) EXCEPT !.registered = (Handled(h) :> names) @@ @]
  IN /\ At(h, "register")
     /\ handler[h].fresh
     /\ GoSavedWith(h, step, order, local)
     /\ data' = [data EXCEPT !.order = order]
     /\ Operation

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

WithFresh(h) == Append(Registered(Copy(h), Handled(h)), Fresh)
Named(transaction) == [Memory EXCEPT !.transaction = transaction]

BrokenStep(h) ==
  \/ Broken("current_message_marked") /\ PutTo(h, "delete", Handled(h))
  \/ /\ Broken("order_saved_before_record")
     /\ \/ RegisterTo(h, "commit", WithFresh(h), Named(Fresh))
        \/ CommitTo(h, "insert", Committed(h), {})
        \/ InsertTo(h, "find")
  \/ /\ Broken("record_removed_before_inbox_put")
     /\ \/ PublishTo(h, "delete", Range(Local(h).record.messages))
        \/ /\ At(h, "delete")
           /\ data' = [data EXCEPT !.records = Without(@, Copy(h).transaction)]
           /\ Go(h, "put")
           /\ Operation
        \/ PutTo(h, "clear", Local(h).record.for)
  \/ /\ Broken("removed_when_registered")
     /\ \/ RegisterTo(h, IF Registered(Copy(h), Handled(h)) = <<>> THEN "insert" ELSE "discard",
                      WithFresh(h),
                      [Named(Fresh) EXCEPT !.stale = Registered(Copy(h), Handled(h))])
        \/ Discard(h) /\ Local(h).then = "acknowledge"  \* those of finish
        \/ /\ At(h, "discard")
           /\ Local(h).then # "acknowledge"
           /\ data' = [data EXCEPT !.records = Without(@, Head(Local(h).stale))]
           /\ GoWith(h, IF Len(Local(h).stale) = 1 THEN "insert" ELSE "discard",
                     [Local(h) EXCEPT !.stale = Tail(@)])
           /\ Operation
  \/ /\ Broken("tried_again_without_asking")
     /\ \/ /\ At(h, "again")
           /\ handler' = [handler EXCEPT
                ![h] = [Before(h, IF data.order.transaction = None THEN "insert" ELSE "find") EXCEPT
                          !.copy = data.order, !.fresh = TRUE,
                          !.local = [Named(Own(h)) EXCEPT !.then = "insert"]]]
           /\ Reads
        \/ /\ At(h, "clear")
           /\ handler[h].fresh
           /\ LET order == [Copy(h) EXCEPT !.transaction = None, !.overtaken = <<>>]
              IN GoSaved(h, Local(h).then, order) /\ data' = [data EXCEPT !.order = order]
           /\ Operation
  \/ /\ Broken("saved_over_what_others_left")
     /\ At(h, "again")
     /\ IF AfterConflict(h, data.order) = "acknowledge" THEN Go(h, "acknowledge")
        ELSE handler' = [handler EXCEPT ![h] = [Before(h, "insert") EXCEPT
                           !.copy = data.order, !.fresh = TRUE, !.local = Named(Own(h))]]
     /\ Reads
  \/ /\ Broken("sent_before_saved")
     /\ At(h, "insert")
     /\ LET made == Made(Handled(h), FreshId, FreshId)
        IN data' = [data EXCEPT
             !.records = (Own(h) :> [for |-> Handled(h), messages |-> made]) @@ @,
             !.sent = @ \cup Range(made)]
     /\ Go(h, "commit")
     /\ Operation
  \/ /\ Broken("sent_after_all_else")  \* find, put, delete, clear, and then the messages
     /\ \/ /\ At(h, "find")
           /\ Copy(h).transaction \in DOMAIN data.records
           /\ GoWith(h, "put", [Local(h) EXCEPT !.record = data.records[Copy(h).transaction]])
           /\ Reads
        \/ At(h, "find") /\ Copy(h).transaction \notin DOMAIN data.records /\ Find(h)
        \/ PutTo(h, "delete", Local(h).record.for)
        \/ /\ At(h, "delete")
           /\ data' = [data EXCEPT !.records = Without(@, Copy(h).transaction)]
           /\ Go(h, "clear")
           /\ Operation
        \/ /\ At(h, "clear")
           /\ handler[h].fresh
           /\ LET order == [Copy(h) EXCEPT !.transaction = None, !.overtaken = <<>>]
              IN GoSaved(h, "publish", order) /\ data' = [data EXCEPT !.order = order]
           /\ Operation
        \/ PublishTo(h, Local(h).then,
                     IF Local(h).record = <<>> THEN {} ELSE Range(Local(h).record.messages))
  \/ /\ Broken("only_payloads_kept")  \* headers are made anew by each attempt
     /\ PublishTo(h, "put", {[s EXCEPT !.bytes = LeastNot({t.bytes : t \in data.sent})] :
                              s \in Range(Local(h).record.messages)})
  \/ Broken("record_kept") /\ PutTo(h, "clear", Local(h).record.for)
  \/ /\ Broken("never_unregistered")
     /\ CommitTo(h, "find", [Committed(h) EXCEPT !.registered = Copy(h).registered], InRecord(h))
  \/ Broken("earlier_names_forgotten") /\ RegisterTo(h, "insert", <<Fresh>>, Named(Fresh))
  \/ /\ Broken("removed_after_unregistered")
     /\ \/ /\ At(h, "discard")
           /\ GoWith(h, "clear", [Local(h) EXCEPT !.stale = Copy(h).overtaken])
           /\ Reads
        \/ /\ At(h, "clear")
           /\ handler[h].fresh
           /\ LET order == [Copy(h) EXCEPT !.transaction = None, !.overtaken = <<>>]
                  step == IF Local(h).stale = <<>> THEN Local(h).then ELSE "delete them"
              IN /\ GoSaved(h, step, order)
                 /\ data' = [data EXCEPT !.order = order]
           /\ Operation
        \/ /\ At(h, "delete them")
           /\ data' = [data EXCEPT !.records =
                [t \in DOMAIN @ \ Range(Local(h).stale) |-> @[t]]]
           /\ Go(h, Local(h).then)
           /\ Operation
  \/ /\ Broken("overtaken_leaves_its_record")
     /\ At(h, "commit")
     /\ ~handler[h].fresh
     /\ Go(h, "abandon")
     /\ Reads
  \/ /\ Broken("duplicate_just_acknowledged")
     /\ At(h, "lookup")
     /\ IF Handled(h) \in data.inbox THEN Go(h, "acknowledge") /\ Reads ELSE Lookup(h)
  \/ /\ Broken("begun_anew_after_conflict")  \* and earlier names are forgotten: lists stay short
     /\ \/ RegisterTo(h, "insert", <<Fresh>>, Named(Fresh))
        \/ /\ At(h, "drop")
           /\ data' = [data EXCEPT !.records = Without(@, Own(h))]
           /\ Go(h, "abandon")
           /\ Operation

MutantWork(h) ==
  /\ UNCHANGED mutant
  /\ \/ \E m \in Messages : IsNextIdle(h) /\ Receive(h, m)
     \/ Load(h)
     \/ Kept("Lookup") /\ Lookup(h)
     \/ Reload(h)
     \/ Kept("Register") /\ Register(h, Fresh)
     \/ RegisterConflict(h)
     \/ Kept("Discard") /\ Discard(h)
     \/ Kept("Insert") /\ Insert(h, FreshId, FreshId)
     \/ Kept("Commit") /\ Commit(h)
     \/ Kept("CommitConflict") /\ CommitConflict(h)
     \/ Kept("Drop") /\ Drop(h)
     \/ Kept("Again") /\ Again(h)
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
Endless == mutant = "begun_anew_after_conflict"
QuiescenceOfEndless == Endless => Quiescence
=============================================================================
