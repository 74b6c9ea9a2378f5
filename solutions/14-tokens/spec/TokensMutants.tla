---------------------------- MODULE TokensMutants ---------------------------
(***************************************************************************)
(* Tokens with a step broken. Names are those of ../mistakes, where there   *)
(* is such a mistake; each is caught by the property that it is listed with. *)
(***************************************************************************)
EXTENDS Tokens, Mutants

Case(property, faults_max, replaced) ==
  [property |-> property, replaced |-> replaced,
   scope |-> [delivered |-> {"m1"}, faults |-> faults_max]]

\* The property, how many faults it takes, the steps that are done otherwise.
Breaks == [
  token_before_load |-> Case("ExactlyOnce", 1, {"Load", "Lookup"}),
  outbox_cleared_first |-> Case("ExactlyOnce", 1, {"Publish", "Use", "Clear"}),
  deterministic_tokens |-> Case("ExactlyOnce", 1, {"Register", "Create", "Store"}),
  stored_before_created |-> Case("ExactlyOnce", 1, {"Register", "Create", "Store"}),
  created_after_dispatch |-> Case("ExactlyOnce", 0, {"Register", "Store", "Publish", "Create"}),
  discarded_when_registered |-> Case("ExactlyOnce", 1, {"Register"}),
  tried_again_without_asking |-> Case("ExactlyOnce", 1, {"Again"}),
  sent_before_saved |-> Case("NoGhostMessage", 1, {"Book"}),
  own_token_deleted_first |-> Case("NoLostMessage", 1, {"Book", "Use", "Publish"}),
  tokens_not_stored |-> Case("ConsistentOutput", 1, {"Store", "Publish"}),
  no_registering |-> Case("NoGarbage", 1, {"Register"}),
  list_overwritten |-> Case("NoGarbage", 1, {"Register"}),
  forgotten_when_stored |-> Case("NoGarbage", 2, {"Store"}),
  overtaken_leaves_its_tokens |-> Case("NoGarbage", 1, {"Again"}),
  duplicate_just_acknowledged |-> Case("NoGarbage", 1, {"Lookup"}),
  begun_anew_after_conflict |-> Case("Quiescence", 1, {"Register", "Again"})]

ASSUME Expect(Breaks)

Broken(name) == mutant = name
Kept(step) == step \notin Breaks[mutant].replaced
MutantInit == mutant \in DOMAIN Breaks /\ InitIn(Breaks[mutant].scope)
FreshId == LeastNot(UsedIds)
FreshTokens == Fresh(Len(Subscribers), Used)
Has(h) == Handled(h) \in data.permits

\* Steps of Tokens that go elsewhere afterwards. One that writes the order, if nobody has.
Write(h, step, order, local) ==
  /\ handler[h].fresh
  /\ handler' = [g \in Handlers |->
       CASE g = h /\ step \in {"acknowledge", "abandon"} -> Before(h, step)
         [] g = h /\ step \notin {"acknowledge", "abandon"} ->
              [Before(h, step) EXCEPT !.copy = order, !.local = local]
         [] g # h /\ handler[g] # Idle -> [handler[g] EXCEPT !.fresh = FALSE]
         [] OTHER -> handler[g]]

Drawn(drawn) == [Memory EXCEPT !.drawn = drawn]

BookAs(h, step, id) ==
  LET made == Made(Handled(h), id, id)
      order == [Copy(h) EXCEPT !.paid[Handled(h)] = @ + 1, !.outbox = (Handled(h) :> made) @@ @]
  IN /\ At(h, "book")
     /\ Write(h, step, order, <<>>)
     /\ data' = [data EXCEPT !.order = order, !.committed = @ \cup {id}]
     /\ Operation
BookTo(h, step) == BookAs(h, step, FreshId)

PublishTo(h, step, message, local) ==
  /\ At(h, "publish")
  /\ data' = [data EXCEPT !.sent = @ \cup {message},
                          !.waiting = ToAll(@, message, Len(Subscribers))]
  /\ GoWith(h, step, local)
  /\ Operation

UseTo(h, step) ==
  /\ At(h, "use")
  /\ Has(h)
  /\ data' = [data EXCEPT !.permits = @ \ {Handled(h)}]
  /\ Go(h, step)
  /\ Operation

ClearTo(h, step) ==
  LET order == [Copy(h) EXCEPT !.outbox = Without(@, Handled(h))]
  IN /\ At(h, "clear")
     /\ Write(h, step, order, <<>>)
     /\ data' = [data EXCEPT !.order = order]
     /\ Operation

\* The order with the ids of tokens in the entry, and without a register.
StoredAs(order, m, drawn) ==
  [order EXCEPT !.outbox[m] = <<[order.outbox[m][1] EXCEPT !.tokens = drawn]>>,
                !.registered = Without(@, m)]

StoreTo(h, step, at, drawn, local) ==
  LET order == StoredAs(Copy(h), Handled(h), drawn)
  IN /\ At(h, at)
     /\ Write(h, step, order, local)
     /\ data' = [data EXCEPT !.order = order]
     /\ Operation

\* Creates all tokens of `local.drawn` at once, also those that exist.
CreateTo(h, step) ==
  /\ At(h, "create")
  /\ data' = [data EXCEPT !.tokens = @ \cup Range(Local(h).drawn)]
  /\ Go(h, step)
  /\ Operation

RegisterAs(h, step, names, stale) ==
  LET order == [Copy(h) EXCEPT !.registered = (Handled(h) :> names) @@ @]
  IN /\ At(h, "register")
     /\ Write(h, step, order, [Drawn(FreshTokens) EXCEPT !.stale = stale])
     /\ data' = [data EXCEPT !.order = order]
     /\ Operation

Noted(number) == [Memory EXCEPT !.created = number]
FromMessage == <<1>>  \* the ids that every attempt computes again

BrokenStep(h) ==
  \/ /\ Broken("token_before_load")
     /\ \/ At(h, "load") /\ GoWith(h, "load the order", Noted(IF Has(h) THEN 1 ELSE 0)) /\ Reads
        \/ /\ At(h, "load the order")
           /\ LET m == Handled(h)
                  step == IF HasEntry(data.order, m) THEN Sending(data.order, m) ELSE "book"
              IN handler' = [handler EXCEPT ![h] =
                   IF Local(h).created = 0 THEN Before(h, "acknowledge")
                   ELSE [Before(h, step) EXCEPT !.copy = data.order, !.fresh = TRUE,
                                                !.local = ToSend(data.order, m)]]
           /\ Reads
  \/ /\ Broken("outbox_cleared_first")
     /\ \/ PublishTo(h, "clear", Entry(h)[1], <<>>)
        \/ ClearTo(h, "use")
        \/ UseTo(h, "acknowledge")
  \/ /\ Broken("deterministic_tokens")  \* created again by every attempt, and never stored
     /\ \/ At(h, "register") /\ GoWith(h, "create", Drawn(FromMessage)) /\ Reads
        \/ CreateTo(h, "store")
        \/ /\ At(h, "store")
           /\ LET message == [Entry(h)[1] EXCEPT !.tokens = FromMessage]
              IN data' = [data EXCEPT !.sent = @ \cup {message},
                                      !.waiting = ToAll(@, message, Len(Subscribers))]
           /\ GoWith(h, "use", <<>>)
           /\ Operation
  \/ /\ Broken("stored_before_created")
     /\ \/ StoreTo(h, "create", "register", FreshTokens, Drawn(FreshTokens))
        \/ CreateTo(h, "publish")
  \/ /\ Broken("created_after_dispatch")
     /\ \/ StoreTo(h, "publish", "register", FreshTokens, Drawn(FreshTokens))
        \/ PublishTo(h, "create", Entry(h)[1], Drawn(Entry(h)[1].tokens))
        \/ CreateTo(h, "use")
  \/ /\ Broken("discarded_when_registered")
     /\ \/ LET earlier == Registered(Copy(h), Handled(h))
           IN RegisterAs(h, IF earlier = <<>> THEN "create" ELSE "discard early",
                         earlier \o FreshTokens, earlier)
        \/ DiscardTo(h, "discard early", "create")
  \/ /\ Broken("tried_again_without_asking")
     /\ At(h, "again")
     /\ IF HasEntry(data.order, Handled(h)) THEN GoLoaded(h, "store", data.order)
        ELSE GoWith(h, "drop", [Memory EXCEPT !.stale = Local(h).drawn])
     /\ Reads
  \/ /\ Broken("sent_before_saved")
     /\ \/ /\ At(h, "book")
           /\ Local(h) = <<>>
           /\ data' = [data EXCEPT !.sent = @ \cup Range(Made(Handled(h), FreshId, FreshId))]
           /\ GoWith(h, "book", Noted(FreshId))
           /\ Operation
        \/ At(h, "book") /\ Local(h) # <<>> /\ BookAs(h, "use", Local(h).created)
  \/ /\ Broken("own_token_deleted_first")
     /\ \/ BookTo(h, "use")
        \/ UseTo(h, "register")
        \/ PublishTo(h, "clear", Entry(h)[1], <<>>)
  \/ /\ Broken("tokens_not_stored")
     /\ At(h, "store")
     /\ LET message == [Entry(h)[1] EXCEPT !.tokens = Local(h).drawn]
        IN data' = [data EXCEPT !.sent = @ \cup {message},
                                !.waiting = ToAll(@, message, Len(Subscribers))]
     /\ GoWith(h, "use", <<>>)
     /\ Operation
  \/ /\ Broken("no_registering")
     /\ At(h, "register")
     /\ GoWith(h, "create", Drawn(FreshTokens))
     /\ Reads
  \/ Broken("list_overwritten") /\ RegisterAs(h, "create", FreshTokens, <<>>)
  \/ /\ Broken("forgotten_when_stored")
     /\ At(h, "store")
     /\ LET order == Stored(h)
        IN Write(h, Sending(order, Handled(h)), StoredAs(Copy(h), Handled(h), Local(h).drawn),
                 ToSend(order, Handled(h)))
     /\ data' = [data EXCEPT !.order = StoredAs(Copy(h), Handled(h), Local(h).drawn)]
     /\ Operation
  \/ /\ Broken("overtaken_leaves_its_tokens")
     /\ At(h, "again")
     /\ LET m == Handled(h)
        IN IF ~HasEntry(data.order, m) \/ HaveTokens(data.order.outbox[m]) THEN Go(h, "abandon")
           ELSE GoLoaded(h, "store", data.order)
     /\ Reads
  \/ /\ Broken("begun_anew_after_conflict")  \* and earlier names are forgotten: lists stay short
     /\ \/ RegisterAs(h, "create", FreshTokens, <<>>)
        \/ /\ At(h, "again")
           /\ GoWith(h, "drop", [Memory EXCEPT !.stale = Local(h).drawn])
           /\ Reads
  \/ /\ Broken("duplicate_just_acknowledged")
     /\ At(h, "lookup")
     /\ IF Has(h) THEN Lookup(h) ELSE Go(h, "acknowledge") /\ Reads

MutantWork(h) ==
  /\ UNCHANGED mutant
  /\ \/ \E m \in Messages : IsNextIdle(h) /\ Receive(h, m)
     \/ Kept("Load") /\ Load(h)
     \/ Kept("Lookup") /\ Lookup(h)
     \/ Reload(h)
     \/ Kept("Book") /\ Book(h, FreshId, FreshId)
     \/ Kept("Register") /\ Register(h, FreshTokens)
     \/ Kept("Create") /\ Create(h)
     \/ Kept("Store") /\ Store(h)
     \/ StoreConflict(h)
     \/ Kept("Again") /\ Again(h)
     \/ Drop(h)
     \/ Discard(h)
     \/ Kept("Publish") /\ Publish(h)
     \/ Kept("Use") /\ Use(h)
     \/ UseConflict(h)
     \/ Kept("Clear") /\ Clear(h)
     \/ Conflict(h)
     \/ Acknowledge(h) \/ Abandon(h)
     \/ BrokenStep(h)

MutantNext ==
  \/ \E h \in Handlers : MutantWork(h) \/ (Trouble(h) /\ UNCHANGED mutant)
  \/ \E s \in DOMAIN Subscribers : Take(s) /\ UNCHANGED mutant
MutantSpec == /\ MutantInit
              /\ [][MutantNext]_<<vars, mutant>>
              /\ \A h \in Handlers : WF_<<vars, mutant>>(MutantWork(h))
              /\ \A s \in DOMAIN Subscribers : WF_<<vars, mutant>>(Take(s) /\ UNCHANGED mutant)

Watched == Watch([
  ExactlyOnce |-> ExactlyOnce, NoGhostMessage |-> NoGhostMessage, NoLostMessage |-> NoLostMessage,
  ConsistentOutput |-> ConsistentOutput, NoGarbage |-> NoGarbage])
NotYetCaught == Uncaught(Breaks)

\* The temporal property is checked as it stands, of one mutant that violates nothing else.
Endless == mutant = "begun_anew_after_conflict"
QuiescenceOfEndless == Endless => Quiescence
=============================================================================
