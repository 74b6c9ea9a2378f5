---------------------------- MODULE InboxMutants ----------------------------
(***************************************************************************)
(* Inbox with a step broken. Names are those of ../mistakes, where there is *)
(* such a mistake; each is caught by the property that it is listed with.   *)
(***************************************************************************)
EXTENDS Inbox, Mutants

Case(property, delivered, faults_max) ==
  [property |-> property,
   scope |-> [delivered |-> delivered, faults |-> faults_max]]

Breaks == [
  inbox_before_load |-> Case("ExactlyOnce", {"m1"}, 1),
  outbox_cleared_first |-> Case("ExactlyOnce", {"m1"}, 1),
  decided_again |-> Case("ExactlyOnce", {"m1"}, 1),
  no_entry_without_output |-> Case("ExactlyOnce", {"m2"}, 1),
  conflict_means_done |-> Case("ExactlyOnce", {"m1", "m2"}, 0),
  cleared_blindly |-> Case("ExactlyOnce", {"m1", "m2"}, 0),
  sent_before_saved |-> Case("NoGhostMessage", {"m1"}, 1),
  inbox_before_dispatch |-> Case("NoLostMessage", {"m1"}, 1),
  only_payloads_kept |-> Case("ConsistentOutput", {"m1"}, 1),
  duplicate_just_acknowledged |-> Case("NoGarbage", {"m1"}, 1),
  left_entry_looked_for_in_old_copy |-> Case("NoGarbage", {"m1"}, 2),
  empty_entry_kept |-> Case("NoGarbage", {"m1"}, 0),
  duplicate_is_an_error |-> Case("Quiescence", {"m1"}, 1)]

\* The steps that a mutant does in its own way.
Replaced == [
  inbox_before_load |-> {"Load", "Lookup"},
  outbox_cleared_first |-> {"Publish", "Clear", "Put"},
  decided_again |-> {"Lookup"},
  no_entry_without_output |-> {"Book"},
  conflict_means_done |-> {"BookConflict"},
  cleared_blindly |-> {"Clear", "ClearConflict"},
  sent_before_saved |-> {"Lookup", "Book"},
  inbox_before_dispatch |-> {"Book", "Put", "Publish"},
  only_payloads_kept |-> {"Publish"},
  duplicate_just_acknowledged |-> {"Lookup"},
  left_entry_looked_for_in_old_copy |-> {"Lookup"},
  empty_entry_kept |-> {"Clear"},
  duplicate_is_an_error |-> {"Lookup"}]

ASSUME DOMAIN Breaks = DOMAIN Replaced /\ Expect(Breaks)

Is(name) == mutant = name
Kept(step) == step \notin Replaced[mutant]
Fresh == LeastNot(Used)

MutantInit == mutant \in DOMAIN Breaks /\ InitIn(Breaks[mutant].scope)

Next1(h, step) == Go(h, step) /\ Reads

\* The inbox is read into `local` before the order is loaded.
InboxFirst(h) ==
  \/ /\ At(h, "load")
     /\ GoWith(h, "load the order", <<Handled(h) \in data.inbox>>)
     /\ Reads
  \/ /\ At(h, "load the order")
     /\ LET m == Handled(h)
        IN GoLoaded(h, CASE Local(h)[1] -> "acknowledge"
                         [] ~Local(h)[1] /\ HasEntry(data.order, m) -> Sending(data.order.outbox[m])
                         [] OTHER -> "book", data.order)
     /\ Reads

Found(h) == Handled(h) \in data.inbox

LookedUp(h) ==
  /\ At(h, "lookup")
  /\ ~Found(h)
  /\ Lookup(h)

\* Book, and then `step`, with these messages in the entry.
BookThen(h, step, made) ==
  LET order == WithEntry(Copy(h), Handled(h), made)
  IN /\ At(h, "book")
     /\ handler[h].fresh
     /\ GoSaved(h, step, order)
     /\ data' = [data EXCEPT !.order = order,
                             !.committed = @ \cup {s.bytes : s \in Range(made)}]
     /\ Operation

PublishThen(h, step, messages) ==
  /\ At(h, "publish")
  /\ data' = [data EXCEPT !.sent = @ \cup messages]
  /\ Go(h, step)
  /\ Operation

PutThen(h, step) ==
  /\ At(h, "put")
  /\ data' = [data EXCEPT !.inbox = @ \cup {Handled(h)}]
  /\ Go(h, step)
  /\ Operation

ClearThen(h, step, order, may) ==
  /\ At(h, "clear")
  /\ may
  /\ GoSaved(h, step, order)
  /\ data' = [data EXCEPT !.order = order]
  /\ Operation

BrokenStep(h) ==
  \/ Is("inbox_before_load") /\ InboxFirst(h)
  \/ /\ Is("outbox_cleared_first")
     /\ \/ PublishThen(h, "clear", Range(Entry(h)))
        \/ ClearThen(h, "put", WithoutEntry(Copy(h), Handled(h)), handler[h].fresh)
        \/ PutThen(h, "acknowledge")
  \/ /\ Is("decided_again")
     /\ At(h, "lookup")
     /\ IF Found(h) THEN Lookup(h) ELSE Next1(h, "book")
  \/ /\ Is("no_entry_without_output")
     /\ BookThen(h, IF Handled(h) \in Silent THEN "clear" ELSE "publish",
                 Made(Handled(h), Fresh, Fresh))
  \/ /\ Is("conflict_means_done")
     /\ At(h, "book")
     /\ ~handler[h].fresh
     /\ Next1(h, "acknowledge")
  \/ /\ Is("cleared_blindly")
     /\ ClearThen(h, "acknowledge", WithoutEntry(Copy(h), Handled(h)), TRUE)
  \/ /\ Is("sent_before_saved")
     /\ \/ LookedUp(h) /\ HasEntry(Copy(h), Handled(h))
        \/ At(h, "lookup") /\ Found(h) /\ Lookup(h)
        \/ /\ At(h, "lookup")
           /\ ~Found(h) /\ ~HasEntry(Copy(h), Handled(h))
           /\ LET made == Made(Handled(h), Fresh, Fresh)
              IN GoWith(h, "book", made) /\ data' = [data EXCEPT !.sent = @ \cup Range(made)]
           /\ Operation
        \/ BookThen(h, "put", Local(h))
  \/ /\ Is("inbox_before_dispatch")
     /\ \/ BookThen(h, "put", Made(Handled(h), Fresh, Fresh))
        \/ PutThen(h, IF Entry(h) = <<>> THEN "clear" ELSE "publish")
        \/ PublishThen(h, "clear", Range(Entry(h)))
  \/ /\ Is("only_payloads_kept")  \* headers are made anew by each attempt
     /\ PublishThen(h, "put", {[s EXCEPT !.bytes = LeastNot({t.bytes : t \in data.sent})] :
                                 s \in Range(Entry(h))})
  \/ /\ Is("duplicate_just_acknowledged")
     /\ LookedUp(h) \/ (At(h, "lookup") /\ Found(h) /\ Next1(h, "acknowledge"))
  \/ /\ Is("left_entry_looked_for_in_old_copy")
     /\ \/ LookedUp(h)
        \/ /\ At(h, "lookup")
           /\ Found(h)
           /\ Next1(h, IF HasEntry(Copy(h), Handled(h)) THEN "clear" ELSE "acknowledge")
  \/ /\ Is("empty_entry_kept")
     /\ ClearThen(h, "acknowledge", [Copy(h) EXCEPT !.outbox[Handled(h)] = <<>>], handler[h].fresh)
  \/ /\ Is("duplicate_is_an_error")
     /\ LookedUp(h) \/ (At(h, "lookup") /\ Found(h) /\ Next1(h, "abandon"))

MutantWork(h) ==
  /\ UNCHANGED mutant
  /\ \/ \E m \in Messages : IsNextIdle(h) /\ Receive(h, m)
     \/ Kept("Load") /\ Load(h)
     \/ Kept("Lookup") /\ Lookup(h)
     \/ Reload(h)
     \/ Kept("Book") /\ Book(h, Fresh, Fresh)
     \/ Kept("BookConflict") /\ BookConflict(h)
     \/ Kept("Publish") /\ Publish(h)
     \/ Kept("Put") /\ Put(h)
     \/ Kept("Clear") /\ Clear(h)
     \/ Kept("ClearConflict") /\ ClearConflict(h)
     \/ Acknowledge(h)
     \/ Abandon(h)
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
Endless == mutant = "duplicate_is_an_error"
QuiescenceOfEndless == Endless => Quiescence
=============================================================================
