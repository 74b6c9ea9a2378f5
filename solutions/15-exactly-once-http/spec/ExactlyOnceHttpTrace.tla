------------------------ MODULE ExactlyOnceHttpTrace ------------------------
(***************************************************************************)
(* Which step of ExactlyOnceHttp an event of an execution is. What is       *)
(* written to either database has to be what the model writes; of a receipt *)
(* the model knows which debit it is of, and there is only one.             *)
(*                                                                          *)
(* The model serves a PUT, a GET or a DELETE in one step. In the code that  *)
(* is the operation that decides: the write, or the read after which there  *)
(* is none. What happens before it and after it changes nothing; a caller   *)
(* of the model knows its answer then, in the code when it comes.           *)
(***************************************************************************)
EXTENDS ExactlyOnceHttp, Following

VARIABLE accepted  \* a PUT, GET or DELETE is accepted, and not done yet

\* Targets of attempts, in the order of their names.
Number(name) == IF name = "" THEN 0 ELSE CHOOSE i \in DOMAIN Names : Names[i] = name
Receipt(text) == IF text = "" THEN 0 ELSE 1
OrderOf(json) ==
  [answer |-> Receipt(json.answer),
   attempts |-> {Number(name) : name \in Range(json.attempts)},
   target |-> Number(json.target)]
AccountOf(json) ==
  [debits |-> 1000 - json.balance,
   unfinished |-> [target |-> Number(json.unfinished.target),
                   answer |-> Receipt(json.unfinished.answer)]]

\* ---- the handlers --------------------------------------------------------

Received == IF Event.type = "PayOrder" THEN "pay" ELSE "fetch"
Written == OrderOf(Event.body)
LastCall == data'.calls[Len(data'.calls)]

FollowSave(h) ==
  /\ \/ At(h, "note") /\ \E target \in Written.attempts \ Copy(h).attempts : Note(h, target)
     \/ Commit(h) \/ Keep(h) \/ Forget(h)
  /\ data'.order = Written

FollowRequest(h) ==
  /\ Put(h) \/ Withdraw(h) \/ Post(h) \/ Get(h) \/ Delete(h)
  /\ LastCall.verb = Event.type
  /\ LastCall.target = Number(Event.id)

FollowReply(h) ==
  CASE Event.failed = "" ->
         /\ ~At(h, "wait")
         /\ At(h, "abandon") => Event.type = "DELETE"  \* an attempt that was overtaken
         /\ UNCHANGED vars
    [] Event.failed = "InvalidRequest" -> At(h, "abandon") /\ UNCHANGED vars
    [] OTHER -> IF At(h, "abandon") THEN UNCHANGED vars ELSE Throw(h)

Follow(h) ==
  /\ UNCHANGED accepted
  /\ \/ FollowDeliveryOf(h, Received)
     \/ Is("load", "Order") /\ data.order = Written /\ (Load(h) \/ Reload(h))
     \/ Is("save", "Order") /\ FollowSave(h)
     \/ Fails("save", "Order", "VersionConflict") /\ Conflict(h)
     \/ Event.does = "request" /\ FollowRequest(h)
     \/ Event.does = "reply" /\ FollowReply(h)
     \/ Is("send", "FetchAnswer") /\ FollowUp(h)

\* ---- the service ---------------------------------------------------------

IsThere(target) == target \in DOMAIN data.requests
\* What the event has read is what lies there.
HasRead(target) ==
  IF Event.body = <<>> THEN ~IsThere(target)
  ELSE IsThere(target) /\ data.requests[target] = Receipt(Event.body.answer)
DoesNow(verb) == accepted /\ IsNext(verb) /\ Call1.target = Number(Event.id)

FollowAccept ==
  /\ ~accepted
  /\ IsNext(Event.type)
  /\ Call1.target = Number(Event.id)
  /\ IF Event.type = "POST" THEN ServePost /\ UNCHANGED accepted
     ELSE accepted' = TRUE /\ UNCHANGED vars

\* PUT, GET, DELETE.
WritesNext == \/ DoesNow("PUT") /\ ~IsThere(Call1.target)
              \/ DoesNow("DELETE") /\ IsThere(Call1.target)
FollowShort ==
  \/ /\ Is("load", "Request")
     /\ HasRead(Number(Event.id))
     /\ IF WritesNext THEN UNCHANGED <<vars, accepted>>
        ELSE /\ DoesNow("PUT") \/ DoesNow("GET") \/ DoesNow("DELETE")
             /\ ServePut \/ ServeGet \/ ServeDelete
             /\ accepted' = FALSE
  \/ /\ Is("save", "Request") /\ DoesNow("PUT") /\ Event.body.answer = ""
     /\ ServePut
     /\ accepted' = FALSE
  \/ Is("erase", "Request") /\ DoesNow("DELETE") /\ ServeDelete /\ accepted' = FALSE

\* POST. It looks at the account and at its request, one after the other.
FollowPost ==
  /\ UNCHANGED accepted
  /\ \/ /\ Is("load", "Account") /\ Serving("look") /\ data.account = AccountOf(Event.body)
        /\ IF data.account.unfinished # Nobody THEN Look ELSE UNCHANGED vars
     \/ /\ Is("load", "Request") /\ Serving("store") /\ HasRead(Number(Event.id))
        /\ Number(Event.id) = data.account.unfinished.target
        /\ IF AnswerOf(Number(Event.id)) = 0 /\ IsThere(Number(Event.id)) THEN UNCHANGED vars
           ELSE StoreAnswer
     \/ /\ Is("save", "Request") /\ Serving("store")
        /\ StoreAnswer
        /\ data'.requests[Number(Event.id)] = Receipt(Event.body.answer)
     \/ /\ Is("load", "Request") /\ Serving("look") /\ data.account.unfinished = Nobody
        /\ Number(Event.id) = Target /\ HasRead(Target)
        /\ Look
     \/ /\ Is("load", "Account") /\ data.server = Resting  \* the second look at it: it is answered
        /\ data.told # {}
        /\ data.account = AccountOf(Event.body) /\ data.account.unfinished = Nobody
        /\ UNCHANGED vars
     \/ /\ Is("save", "Account")
        /\ Execute \/ ClearUnfinished
        /\ data'.account = AccountOf(Event.body)

FollowRespond ==
  /\ Event.does = "respond" /\ ~accepted
  /\ UNCHANGED accepted
  /\ \/ Serving("look") /\ Look /\ data'.server = Resting
     \/ data.server = Resting /\ UNCHANGED vars

\* The service's process dies, or an operation of it fails and it answers with a 500.
FollowServiceFails ==
  /\ Event.does \in {"crash", "throw"}
  /\ IF data.server # Resting \/ accepted THEN ServerCrash ELSE UNCHANGED vars
  /\ accepted' = FALSE

FollowService ==
  \/ Event.does = "accept" /\ FollowAccept
  \/ FollowShort
  \/ FollowPost
  \/ FollowRespond
  \/ FollowServiceFails

\* ---- the whole -----------------------------------------------------------

TraceInit ==
  /\ FollowInit
  /\ InitIn([delivered |-> {"pay"}, faults |-> 99])
  /\ accepted = FALSE
TraceNext ==
  \/ \E h \in Handlers : FollowBy(h = Event.process /\ Follow(h))
  \/ FollowBy(Event.process = "payments-1" /\ FollowService)
  \/ FollowBy(FollowRest /\ Finished /\ UNCHANGED accepted)
  \/ FollowOver /\ UNCHANGED accepted
TraceSpec == TraceInit /\ [][TraceNext]_<<vars, run, position, accepted>>
=============================================================================
