----------------------- MODULE ExactlyOnceHttpMutants -----------------------
(***************************************************************************)
(* ExactlyOnceHttp with a step broken. Names are those of ../mistakes,      *)
(* where there is such a mistake; each is caught by the property that it is *)
(* listed with.                                                             *)
(***************************************************************************)
EXTENDS ExactlyOnceHttp, Mutants

Case(property, faults_max, replaced) ==
  [property |-> property, replaced |-> replaced,
   scope |-> [delivered |-> {"pay"}, faults |-> faults_max]]

\* The property, how many faults it takes, the steps that are done otherwise.
Breaks == [
  put_executes |-> Case("ExactlyOnce", 1, {"ServePut"}),
  answer_stored_after_the_commit |-> Case("ExactlyOnce", 1, {"Execute"}),
  paid_order_is_paid_again |-> Case("ExactlyOnce", 1, {"Forget"}),
  post_before_the_commit |-> Case("NoGhostMessage", 1, {"Commit", "FollowUp"}),
  follow_up_only_by_the_first |-> Case("NoLostMessage", 1, {"Load"}),
  declined_is_not_stored |-> Case("ConsistentOutput", 1, {"StoreAnswer", "Look"}),
  attempt_not_noted |-> Case("NoGarbage", 1, {"Note", "Reload"}),
  only_the_winner_is_deleted |-> Case("NoGarbage", 1, {"Load"}),
  deleted_before_the_answer_is_kept |-> Case("NoLostMessage", 1, {"Keep"}),
  begun_anew_after_conflict |-> Case("Quiescence", 1, {"Note", "Conflict"})]

ASSUME Expect(Breaks)

Broken(name) == mutant = name
Kept(step) == step \notin Breaks[mutant].replaced
MutantInit == mutant \in DOMAIN Breaks /\ InitIn(Breaks[mutant].scope)
FreshTarget == LeastNot(Used)
\* The target of an attempt that gave up may be drawn again, else there would be more for ever.
DrawnAgain ==
  LeastNot({data.order.target} \cup data.posted \cup {call.target : call \in UnderWay}
    \cup UNION {IF Local(h) = <<>> THEN {} ELSE {Local(h).target} : h \in Busy})

LoadTo(h, step) == At(h, "load") /\ GoLoaded(h, step, data.order) /\ Reads
IsNew == data.order.target = 0 /\ data.order.answer = 0

BrokenStep(h) ==
  \/ /\ Broken("paid_order_is_paid_again")  \* nothing is left of a paid order
     /\ At(h, "forget")
     /\ SaveOrder(h, "acknowledge", [answer |-> 0, attempts |-> {}, target |-> 0], <<>>)
     /\ Operation
  \/ /\ Broken("post_before_the_commit")
     /\ \/ At(h, "commit") /\ Call(h, "POST", Local(h).target, Local(h).target)
        \/ /\ At(h, "follow up")
           /\ Copy(h).target = 0
           /\ SaveOrder(h, "follow up", [Copy(h) EXCEPT !.target = Local(h).target], <<>>)
           /\ Operation
        \/ At(h, "follow up") /\ Copy(h).target # 0 /\ FollowUp(h)
        \/ At(h, "follow up") /\ Copy(h).target = 0 /\ ~handler[h].fresh /\ Go(h, "abandon") /\ Reads
  \/ /\ Broken("follow_up_only_by_the_first")  \* the early return on what was committed
     /\ At(h, "load")
     /\ IF Handled(h) = "pay" /\ ~IsNew THEN LoadTo(h, "acknowledge") ELSE Load(h)
  \/ /\ Broken("attempt_not_noted")
     /\ \/ /\ At(h, "note")
           /\ GoWith(h, "put", Memory(FreshTarget, <<>>))
           /\ Reads
        \/ /\ At(h, "reload")
           /\ GoLoaded(h, IF data.order.target = 0 THEN "commit" ELSE "withdraw",
                       [data.order EXCEPT !.attempts = @ \cup {Local(h).target}])
           /\ Reads
  \/ /\ Broken("only_the_winner_is_deleted")
     /\ At(h, "load")
     /\ IF Handled(h) = "fetch" /\ data.order.attempts # {}
        THEN /\ GoLoaded(h, IF data.order.answer = 0 THEN "get" ELSE "delete",
                         [data.order EXCEPT !.attempts = {data.order.target}])
             /\ Reads
        ELSE Load(h)
  \/ /\ Broken("deleted_before_the_answer_is_kept")  \* all calls together, then one save
     /\ \/ /\ At(h, "keep")
           /\ handler' = [handler EXCEPT ![h] = [Before(h, "delete") EXCEPT
                            !.copy.answer = Local(h).target, !.local = <<>>]]
           /\ Reads

  \/ /\ Broken("begun_anew_after_conflict")  \* a conflict means to give up, as everywhere else
     /\ \/ Note(h, DrawnAgain)
        \/ ~At(h, "commit") /\ Conflict(h)
        \/ At(h, "commit") /\ ~handler[h].fresh /\ Go(h, "abandon") /\ Reads

\* The service's side.
BrokenService ==
  \/ /\ Broken("put_executes")
     /\ IsNext("PUT")
     /\ data' = [data EXCEPT !.calls = Tail(@),
                             !.requests = @ @@ (Call1.target :> data.account.debits + 1),
                             !.account.debits = @ + 1]
     /\ Reply(Call1, 1)
     /\ Operation
  \/ /\ Broken("answer_stored_after_the_commit")  \* the account knows nothing of the answer
     /\ \/ /\ Serving("execute")
           /\ data' = [data EXCEPT !.account.debits = @ + 1, !.server.at = "then store"]
           /\ UNCHANGED handler
           /\ Operation
        \/ /\ Serving("then store")
           /\ data' = [data EXCEPT !.requests[Target] = data.account.debits, !.server.at = "look"]
           /\ UNCHANGED handler
           /\ Operation
  \/ /\ Broken("declined_is_not_stored")  \* said, and found out anew by the next POST
     /\ \/ /\ Serving("store")
           /\ data' = [data EXCEPT !.server.at = "clear"]
           /\ UNCHANGED handler
           /\ Operation
        \/ /\ Serving("look")
           /\ IF data.account.unfinished # Nobody THEN Look
              ELSE LET answer == Cardinality(data.told) + 1
                   IN /\ data' = [data EXCEPT !.server = Resting,
                                              !.account.debits = 1,
                                              !.told = Told(data.server.call, answer)]
                      /\ Reply(data.server.call, answer)
           /\ Operation

MutantWork(h) ==
  /\ UNCHANGED mutant
  /\ \/ \E m \in Messages : IsNextIdle(h) /\ Receive(h, m)
     \/ Kept("Load") /\ Load(h)
     \/ Kept("Note") /\ Note(h, FreshTarget)
     \/ Put(h)
     \/ Kept("Reload") /\ Reload(h)
     \/ Withdraw(h)
     \/ Kept("Commit") /\ Commit(h)
     \/ Post(h)
     \/ Kept("FollowUp") /\ FollowUp(h)
     \/ Get(h)
     \/ Kept("Keep") /\ Keep(h)
     \/ Kept("Delete") /\ Delete(h)
     \/ Kept("Forget") /\ Forget(h)
     \/ Kept("Conflict") /\ Conflict(h)
     \/ Acknowledge(h) \/ Abandon(h)
     \/ BrokenStep(h)
MutantService ==
  /\ UNCHANGED mutant
  /\ \/ Kept("ServePut") /\ ServePut
     \/ ServeGet \/ ServeDelete \/ ServePost
     \/ Kept("Look") /\ Look
     \/ Kept("Execute") /\ Execute
     \/ Kept("StoreAnswer") /\ StoreAnswer
     \/ ClearUnfinished
     \/ BrokenService

MutantNext ==
  \/ \E h \in Handlers : MutantWork(h) \/ (Trouble(h) /\ UNCHANGED mutant)
  \/ MutantService
  \/ ServerCrash /\ UNCHANGED mutant
MutantSpec == /\ MutantInit
              /\ [][MutantNext]_<<vars, mutant>>
              /\ WF_<<vars, mutant>>(MutantService)
              /\ \A h \in Handlers : WF_<<vars, mutant>>(MutantWork(h))

Watched == Watch([
  ExactlyOnce |-> ExactlyOnce, NoGhostMessage |-> NoGhostMessage, NoLostMessage |-> NoLostMessage,
  ConsistentOutput |-> ConsistentOutput, NoGarbage |-> NoGarbage])
NotYetCaught == Uncaught(Breaks)

\* The temporal property is checked as it stands, of one mutant that violates nothing else.
Endless == mutant = "begun_anew_after_conflict"
QuiescenceOfEndless == Endless => Quiescence
=============================================================================
