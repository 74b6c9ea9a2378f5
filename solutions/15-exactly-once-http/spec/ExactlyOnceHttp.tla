--------------------------- MODULE ExactlyOnceHttp --------------------------
(***************************************************************************)
(* Lab 15: both sides of src/exactly_once_http.cpp. "pay" is PayOrder,      *)
(* "fetch" is FetchAnswer, the follow-up; both are about one order, and are *)
(* delivered like all messages. The service is one process that takes       *)
(* requests in the order in which they were sent.                           *)
(*                                                                          *)
(*   data.order     [answer, attempts: targets, target]; 0 is none.         *)
(*                  With a target there is a follow-up to be sent           *)
(*   data.requests  those that lie at the service: the answer by target,    *)
(*                  0 before it is executed                                 *)
(*   data.account   [debits: how many, unfinished: [target, answer]]        *)
(*   data.calls     requests under way, a sequence                          *)
(*   data.server    what the service does: a step of a POST, or nothing     *)
(*   data.posted    targets that a POST was sent to                         *)
(*   data.told      what POST and GET have answered: [id: target, bytes]    *)
(*   data.followed  whether the follow-up was sent                          *)
(*                                                                          *)
(* Left out, besides what Delivery leaves out: several service processes at *)
(* a time, requests that overtake each other, charges that are declined,    *)
(* several orders of one card. With one process the second look at the      *)
(* account, when a request has its answer, sees what the first one saw, and *)
(* is no step here. PUT, GET and DELETE are one step each: they             *)
(* write one document, once. Throw while a handler waits is a lost answer:  *)
(* the request is still under way.                                          *)
(***************************************************************************)
EXTENDS Delivery

Nobody == [target |-> 0, answer |-> 0]
Resting == [at |-> "idle", call |-> <<>>]

InitIn(scope) ==
  /\ DeliveryInit(scope)
  /\ data = [order |-> [answer |-> 0, attempts |-> {}, target |-> 0],
             requests |-> <<>>, account |-> [debits |-> 0, unfinished |-> Nobody],
             calls |-> <<>>, server |-> Resting,
             posted |-> {}, told |-> {}, followed |-> FALSE]
Init == \E scope \in Scopes : InitIn(scope)

Proof == {[delivered |-> {"pay"}, faults |-> 2]}

Busy == {h \in Handlers : handler[h] # Idle}
Used ==
  data.order.attempts \cup {data.order.target} \cup DOMAIN data.requests \cup data.posted
    \cup {data.calls[i].target : i \in DOMAIN data.calls}
    \cup (IF data.server = Resting THEN {} ELSE {data.server.call.target})
    \cup UNION {IF Local(h) = <<>> THEN {} ELSE {Local(h).target} : h \in Busy}
    \cup UNION {IF Copy(h) = <<>> THEN {} ELSE Copy(h).attempts : h \in Busy}

\* What a handler holds besides its copy: its target, and the call whose answer it waits for.
Memory(target, call) == [target |-> target, call |-> call]

\* ---- the handlers --------------------------------------------------------

\* Requests alike that are under way at a time are told apart: whoever sent the first one may have
\* died, and then nobody waits for its answer.
UnderWay ==
  {data.calls[i] : i \in DOMAIN data.calls}
    \cup (IF data.server = Resting THEN {} ELSE {data.server.call})
Turn(verb, target) ==
  LeastNot({call.turn : call \in {c \in UnderWay : c.verb = verb /\ c.target = target}})

\* h calls the service and waits; `remembered` is the target that it keeps in mind.
Call(h, verb, target, remembered) ==
  LET call == [verb |-> verb, target |-> target, turn |-> Turn(verb, target)]
  IN /\ GoWith(h, "wait", Memory(remembered, call))
     /\ data' = [data EXCEPT !.calls = Append(@, call),
                             !.posted = IF verb = "POST" THEN @ \cup {target} ELSE @]
     /\ Operation

\* A compare-and-swap of the order.
SaveOrder(h, step, order, local) ==
  /\ handler[h].fresh
  /\ handler' = [g \in Handlers |->
       CASE g = h /\ step \in {"acknowledge", "abandon"} -> Before(h, step)
         [] g = h /\ step \notin {"acknowledge", "abandon"} ->
              [Before(h, step) EXCEPT !.copy = order, !.local = local]
         [] g # h /\ handler[g] # Idle -> [handler[g] EXCEPT !.fresh = FALSE]
         [] OTHER -> handler[g]]
  /\ data' = [data EXCEPT !.order = order]

\* Whoever has noted its target goes on, so that its next attempt need not note another one: to note
\* is a save that makes other saves fail and brings no order further.
Conflict(h) ==
  /\ handler[h].at \in {"note", "commit", "keep", "forget"}
  /\ ~handler[h].fresh
  /\ Go(h, IF At(h, "commit") THEN "reload" ELSE "abandon")
  /\ Reads

AnyOf(targets) == CHOOSE t \in targets : \A u \in targets : t <= u

Load(h) ==
  /\ At(h, "load")
  /\ LET order == data.order
         step == IF Handled(h) = "pay"
                 THEN CASE order.answer # 0 -> "acknowledge"
                        [] order.answer = 0 /\ order.target # 0 -> "post"
                        [] OTHER -> "note"
                 ELSE CASE order.attempts = {} -> "acknowledge"
                        [] order.attempts # {} /\ order.answer = 0 -> "get"
                        [] OTHER -> "delete"
     IN GoLoaded(h, step, order)
  /\ Reads

\* PayOrder: an attempt notes its target, and leaves its request there.
Note(h, target) ==
  /\ At(h, "note")
  /\ SaveOrder(h, "put", [Copy(h) EXCEPT !.attempts = @ \cup {target}], Memory(target, <<>>))
  /\ Operation

Put(h) == At(h, "put") /\ Call(h, "PUT", Local(h).target, Local(h).target)

\* The second look: was another attempt faster?
Reload(h) ==
  /\ At(h, "reload")
  /\ LET won == data.order.target = 0 /\ Local(h).target \in data.order.attempts
     IN GoLoaded(h, IF won THEN "commit" ELSE "withdraw", data.order)
  /\ Reads

Withdraw(h) == At(h, "withdraw") /\ Call(h, "DELETE", Local(h).target, 0)

Commit(h) ==
  /\ At(h, "commit")
  /\ SaveOrder(h, "post", [Copy(h) EXCEPT !.target = Local(h).target], <<>>)
  /\ Operation

Post(h) == At(h, "post") /\ Call(h, "POST", Copy(h).target, 0)

FollowUp(h) ==
  /\ At(h, "follow up")
  /\ queue' = More("fetch")
  /\ data' = [data EXCEPT !.followed = TRUE]
  /\ Go(h, "acknowledge")
  /\ UNCHANGED faults

\* FetchAnswer: the answer is kept, and then everything is deleted.
Get(h) == At(h, "get") /\ Call(h, "GET", Copy(h).target, 0)

Keep(h) ==
  /\ At(h, "keep")
  /\ SaveOrder(h, "delete", [Copy(h) EXCEPT !.answer = Local(h).target], <<>>)
  /\ Operation

\* One target after the other; `local` remembers the last one.
Left(h) == {t \in Copy(h).attempts : Local(h) = <<>> \/ t > Local(h).target}
Delete(h) == At(h, "delete") /\ Call(h, "DELETE", AnyOf(Left(h)), AnyOf(Left(h)))

Forget(h) ==
  /\ At(h, "forget")
  /\ SaveOrder(h, "acknowledge", [answer |-> Copy(h).answer, attempts |-> {}, target |-> 0], <<>>)
  /\ Operation

\* ---- the service ---------------------------------------------------------

Waits(h, call) == At(h, "wait") /\ Local(h).call = call

\* What h does with an answer; 0: a 4xx.
AfterAnswer(h, answer) ==
  LET verb == Local(h).call.verb
      more == {t \in Copy(h).attempts : t > Local(h).target} # {}
  IN CASE answer = 0 /\ verb \in {"POST", "GET"} -> Before(h, "abandon")
       [] verb = "PUT" -> Before(h, "reload")
       [] answer # 0 /\ verb = "POST" -> Before(h, "follow up")
       [] answer # 0 /\ verb = "GET" ->
            [Before(h, "keep") EXCEPT !.local = Memory(answer, <<>>)]
       [] verb = "DELETE" /\ Handled(h) = "pay" -> Before(h, "abandon")
       [] verb = "DELETE" /\ Handled(h) = "fetch" /\ more ->
            [Before(h, "delete") EXCEPT !.local = Memory(Local(h).target, <<>>)]
       [] OTHER -> [Before(h, "forget") EXCEPT !.local = <<>>]

Reply(call, answer) ==
  handler' = [h \in Handlers |-> IF handler[h] # Idle /\ Waits(h, call)
                                 THEN AfterAnswer(h, answer) ELSE handler[h]]
Told(call, answer) ==
  IF answer = 0 THEN data.told ELSE data.told \cup {[id |-> call.target, bytes |-> answer]}

AnswerOf(target) == IF target \in DOMAIN data.requests THEN data.requests[target] ELSE 0
Call1 == Head(data.calls)
IsNext(verb) == data.server = Resting /\ data.calls # <<>> /\ Call1.verb = verb

ServePut ==
  /\ IsNext("PUT")
  /\ data' = [data EXCEPT !.calls = Tail(@),
                          !.requests = @ @@ (Call1.target :> 0)]  \* what is there stays
  /\ Reply(Call1, 1)
  /\ Operation

ServeGet ==
  /\ IsNext("GET")
  /\ data' = [data EXCEPT !.calls = Tail(@), !.told = Told(Call1, AnswerOf(Call1.target))]
  /\ Reply(Call1, AnswerOf(Call1.target))
  /\ Operation

ServeDelete ==
  /\ IsNext("DELETE")
  /\ data' = [data EXCEPT !.calls = Tail(@),
                          !.requests = [t \in DOMAIN @ \ {Call1.target} |-> @[t]]]
  /\ Reply(Call1, 1)
  /\ Operation

ServePost ==
  /\ IsNext("POST")
  /\ data' = [data EXCEPT !.calls = Tail(@), !.server = [at |-> "look", call |-> Call1]]
  /\ UNCHANGED handler
  /\ Operation

Serving(step) == data.server # Resting /\ data.server.at = step
Target == data.server.call.target

\* What is unfinished is finished first; then the request is looked at.
Look ==
  /\ Serving("look")
  /\ CASE data.account.unfinished # Nobody ->
            data' = [data EXCEPT !.server.at = "store"] /\ UNCHANGED handler
       [] data.account.unfinished = Nobody /\ Target \in DOMAIN data.requests
            /\ AnswerOf(Target) = 0 ->
            data' = [data EXCEPT !.server.at = "execute"] /\ UNCHANGED handler
       [] OTHER ->
            /\ data' = [data EXCEPT !.server = Resting,
                                    !.told = Told(data.server.call, AnswerOf(Target))]
            /\ Reply(data.server.call, AnswerOf(Target))
  /\ Operation

\* The commit: the debit, and the answer with its target. The receipt has a number of its own.
Execute ==
  /\ Serving("execute")
  /\ data' = [data EXCEPT
       !.account = [debits |-> @.debits + 1,
                    unfinished |-> [target |-> Target, answer |-> @.debits + 1]],
       !.server.at = "store"]
  /\ UNCHANGED handler
  /\ Operation

\* A request that was deleted meanwhile stays deleted.
StoreAnswer ==
  /\ Serving("store")
  /\ LET unfinished == data.account.unfinished
     IN data' = [data EXCEPT
          !.requests = IF unfinished.target \in DOMAIN @ /\ @[unfinished.target] = 0
                       THEN [@ EXCEPT ![unfinished.target] = unfinished.answer] ELSE @,
          !.server.at = "clear"]
  /\ UNCHANGED handler
  /\ Operation

ClearUnfinished ==
  /\ Serving("clear")
  /\ data' = [data EXCEPT !.account.unfinished = Nobody, !.server.at = "look"]
  /\ UNCHANGED handler
  /\ Operation

\* The service's process dies, within a POST or before it has done a thing for the next request:
\* whoever waits learns that there will be no answer.
BreakOff(call) ==
  handler' = [h \in Handlers |-> IF handler[h] # Idle /\ Waits(h, call)
                                 THEN Before(h, "abandon") ELSE handler[h]]
ServerCrash ==
  /\ Fault("early end")
  /\ \/ /\ data.server # Resting
        /\ BreakOff(data.server.call)
        /\ data' = [data EXCEPT !.server = Resting]
     \/ /\ data.server = Resting
        /\ data.calls # <<>>
        /\ BreakOff(Call1)
        /\ data' = [data EXCEPT !.calls = Tail(@)]
  /\ UNCHANGED queue

Serve == \/ ServePut \/ ServeGet \/ ServeDelete \/ ServePost
         \/ Look \/ Execute \/ StoreAnswer \/ ClearUnfinished

\* ---- the whole -----------------------------------------------------------

Work(h) ==
  \/ \E m \in Messages : IsNextIdle(h) /\ Receive(h, m)
  \/ Load(h)
  \/ Note(h, LeastNot(Used)) \/ Put(h) \/ Reload(h) \/ Withdraw(h) \/ Commit(h)
  \/ Post(h) \/ FollowUp(h)
  \/ Get(h) \/ Keep(h) \/ Delete(h) \/ Forget(h)
  \/ Conflict(h)
  \/ Acknowledge(h) \/ Abandon(h)

Trouble(h) ==
  \/ \E m \in Messages : IsNextIdle(h) /\ ReceiveCopy(h, m)
  \/ Crash(h) \/ Throw(h) \/ LoseLease(h)

Finished == AtRest /\ data.calls = <<>> /\ data.server = Resting
Next ==
  \/ Finished /\ UNCHANGED vars
  \/ \E h \in Handlers : Work(h) \/ Trouble(h)
  \/ Serve
  \/ ServerCrash
Fair == WF_vars(Serve) /\ \A h \in Handlers : WF_vars(Work(h))
Spec == Init /\ [][Next]_vars /\ Fair

\* O1: the card is debited once.
ExactlyOnce == data.account.debits <= 1 /\ (Finished => data.account.debits = 1)
\* O2: only what an attempt has committed is executed, and the follow-up comes after that.
NoGhostMessage ==
  /\ Cardinality(data.posted) <= 1
  /\ data.followed => data.account.debits > 0
  /\ data.posted # {} => data.order.target \in data.posted \/ data.order.answer # 0
\* O3: the follow-up was sent, and the answer came; until then it lies where a GET finds it.
NoLostMessage ==
  /\ Finished => data.followed /\ data.order.answer # 0
  /\ data.account.debits > 0 => data.order.answer # 0 \/ data.order.target \in DOMAIN data.requests
\* O4: all answers of one target are the same.
ConsistentOutput == Consistent(data.told)

\* O6. A request stays when an attempt that was overtaken dies, and only then: see NOTES.
Clean ==
  /\ data.order.attempts = {}
  /\ data.order.target = 0
  /\ data.account.unfinished = Nobody
  /\ data.requests = <<>> \/ faults.met = {"early end", "overlap"}
NoGarbage == Finished => Clean

\* O7, with O6: everything comes to rest, for ever, and nothing is left over then.
Quiescence == <>[](Finished /\ Clean)
=============================================================================
