---------------------------- MODULE OutboxMutants ---------------------------
(***************************************************************************)
(* Outbox with a step broken. Names are those of ../mistakes, where there   *)
(* is such a mistake; each is caught by the property that it is listed with. *)
(***************************************************************************)
EXTENDS Outbox, Mutants

Case(property, delivered, faults_max, replaced) ==
  [property |-> property, replaced |-> replaced,
   scope |-> [delivered |-> delivered, faults |-> faults_max]]
One == {"m2"}  \* which earns a gold card
Both == {"m1", "m2"}

\* The property, what is delivered, how many faults it takes, the steps that are done otherwise.
Breaks == [
  blind_clear |-> Case("ExactlyOnce", Both, 0, {"Clear", "ClearConflict"}),
  not_remembered |-> Case("ExactlyOnce", One, 1, {"Add"}),
  dispatch_before_save |-> Case("NoGhostMessage", One, 1, {"Load", "Add"}),
  early_return |-> Case("NoLostMessage", One, 1, {"Load"}),
  decide_again |-> Case("NoLostMessage", Both, 1, {"Load", "Add", "Publish"}),
  clear_before_dispatch |-> Case("NoLostMessage", One, 1, {"Add", "Clear", "Publish"}),
  same_id_other_bytes |-> Case("ConsistentOutput", One, 1, {"Publish"}),
  never_clear |-> Case("NoGarbage", One, 0, {"Clear"}),
  conflict_when_clearing |-> Case("NoGarbage", Both, 0, {"ClearConflict"}),
  duplicate_is_an_error |-> Case("Quiescence", One, 1, {"Load"})]

ASSUME Expect(Breaks)

Broken(name) == mutant = name
Kept(step) == step \notin Breaks[mutant].replaced
MutantInit == mutant \in DOMAIN Breaks /\ InitIn(Breaks[mutant].scope)
Fresh == LeastNot(Used)

LoadTo(h, step) ==
  /\ At(h, "load")
  /\ GoLoaded(h, step, data.customer)
  /\ Reads
IsNew(h) == Handled(h) \notin data.customer.processed

AddTo(h, step, customer) ==
  /\ At(h, "add")
  /\ handler[h].fresh
  /\ GoSaved(h, step, customer)
  /\ data' = [data EXCEPT !.customer = customer, !.committed = @ \cup {Fresh}]
  /\ Operation

PublishTo(h, step, messages) ==
  /\ At(h, "publish")
  /\ data' = [data EXCEPT !.sent = @ \cup messages]
  /\ Go(h, step)
  /\ Operation

\* What the payment that is in the sum already would earn if it were added last.
AgainDecided(h) ==
  LET before == [Copy(h) EXCEPT !.spent[Handled(h)] = 0]
  IN Made(Handled(h), Sum(before), Sum(Copy(h)), Fresh)

BrokenStep(h) ==
  \/ /\ Broken("blind_clear")  \* a put whatever the version
     /\ At(h, "clear")
     /\ GoSaved(h, "acknowledge", WithoutEntry(Copy(h), Handled(h)))
     /\ data' = [data EXCEPT !.customer = WithoutEntry(Copy(h), Handled(h))]
     /\ Operation
  \/ /\ Broken("not_remembered")  \* the sum without the payment's id
     /\ LET customer == [WithPayment(Copy(h), Handled(h), Fresh) EXCEPT !.processed = {}]
        IN AddTo(h, "publish", customer)
  \/ /\ Broken("dispatch_before_save")
     /\ \/ At(h, "load") /\ ~IsNew(h) /\ Load(h)
        \/ /\ At(h, "load")
           /\ IsNew(h)
           /\ LET customer == WithPayment(data.customer, Handled(h), Fresh)
              IN data' = [data EXCEPT !.sent = @ \cup Range(customer.outbox[Handled(h)])]
           /\ GoLoaded(h, "add", data.customer)
           /\ Operation
        \/ AddTo(h, "acknowledge", [WithPayment(Copy(h), Handled(h), Fresh) EXCEPT !.outbox = <<>>])
  \/ /\ Broken("early_return")
     /\ At(h, "load") /\ LoadTo(h, IF IsNew(h) THEN "add" ELSE "acknowledge")
  \/ /\ Broken("decide_again")  \* lab 08: no outbox, and messages from the sum of the moment
     /\ \/ At(h, "load") /\ LoadTo(h, IF IsNew(h) THEN "add" ELSE "publish")
        \/ AddTo(h, "publish", [WithPayment(Copy(h), Handled(h), Fresh) EXCEPT !.outbox = <<>>])
        \/ PublishTo(h, "acknowledge",
                     {[s EXCEPT !.bytes = 1] : s \in Range(AgainDecided(h))})
  \/ /\ Broken("clear_before_dispatch")
     /\ \/ LET customer == WithPayment(Copy(h), Handled(h), Fresh)
           IN /\ At(h, "add")
              /\ handler[h].fresh
              /\ handler' = [handler EXCEPT ![h] = [Before(h, "clear") EXCEPT
                               !.copy = customer, !.local = customer.outbox[Handled(h)]]]
              /\ data' = [data EXCEPT !.customer = customer, !.committed = @ \cup {Fresh}]
              /\ Operation
        \/ /\ At(h, "clear")
           /\ handler[h].fresh
           /\ GoSaved(h, "publish", WithoutEntry(Copy(h), Handled(h)))
           /\ data' = [data EXCEPT !.customer = WithoutEntry(Copy(h), Handled(h))]
           /\ Operation
        \/ PublishTo(h, "acknowledge", IF Local(h) = <<>> THEN {} ELSE Range(Local(h)))
  \/ /\ Broken("same_id_other_bytes")
     /\ PublishTo(h, "clear", {[s EXCEPT !.bytes = LeastNot({t.bytes : t \in data.sent})] :
                                 s \in Range(Entry(h))})
  \/ /\ Broken("never_clear")
     /\ At(h, "clear")
     /\ Go(h, "acknowledge")
     /\ Reads
  \/ /\ Broken("conflict_when_clearing")
     /\ At(h, "clear")
     /\ ~handler[h].fresh
     /\ Go(h, "acknowledge")
     /\ Reads
  \/ /\ Broken("duplicate_is_an_error")
     /\ At(h, "load") /\ LoadTo(h, IF IsNew(h) THEN "add" ELSE "abandon")

MutantWork(h) ==
  /\ UNCHANGED mutant
  /\ \/ \E m \in Messages : IsNextIdle(h) /\ Receive(h, m)
     \/ Kept("Load") /\ Load(h)
     \/ Kept("Add") /\ Add(h, Fresh)
     \/ AddConflict(h)
     \/ Kept("Publish") /\ Publish(h)
     \/ Kept("Clear") /\ Clear(h)
     \/ Kept("ClearConflict") /\ ClearConflict(h)
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
Endless == mutant = "duplicate_is_an_error"
QuiescenceOfEndless == Endless => Quiescence
=============================================================================
