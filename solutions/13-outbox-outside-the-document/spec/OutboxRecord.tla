---------------------------- MODULE OutboxRecord ----------------------------
(***************************************************************************)
(* The algorithm of lab 13: the order keeps one string, the name of a      *)
(* transaction; what is to be sent lies in a record outside of it, with    *)
(* the id of the message that caused it.                                   *)
(*                                                                         *)
(* One order, `Messages` to handle, `Handlers` that compete for them. Each *)
(* action is one operation of the handler in ../src/payments_handler.cpp.  *)
(* Between any two a handler may crash, and its lease may expire while it  *)
(* goes on; at a receive the message may be duplicated. Each that is in    *)
(* `FaultKinds` costs one of `FaultsMax`. A refused operation is a crash   *)
(* before it, a lost answer a crash after it: the handler catches neither. *)
(*                                                                         *)
(* The queue is a bag: how often a message stands in it counts. Left out:  *)
(* the order of messages (any may be received), time, delivery counts and  *)
(* dead letters. A transaction is named by its attempt's number.           *)
(***************************************************************************)
EXTENDS Naturals, FiniteSets

CONSTANTS Messages, Handlers, FaultsMax, FaultKinds, Mutant

VARIABLES
  queue,      \* message -> how often it is visible
  order,      \* the document: times paid, transaction, registered transactions, version
  records,    \* transaction -> the message that caused it; None: there is no record
  inbox,      \* messages whose entry is there
  handler,    \* what each handler is about to do, and what it knows
  sent,       \* events that were sent: a message and the transaction that it was sent for
  attempts,   \* how many transactions have been named
  committed,  \* transactions that the order has named
  faults      \* how many may still happen

vars == <<queue, order, records, inbox, handler, sent, attempts, committed, faults>>

None == 0
AttemptsMax == Cardinality(Messages) * (FaultsMax + 3)
Transactions == 1 .. AttemptsMax
NoOrder == [paid |-> [m \in Messages |-> 0], transaction |-> None,
            registered |-> [m \in Messages |-> {}], version |-> 0]
Idle == [at |-> "receive", then |-> "none", message |-> None, leased |-> FALSE, order |-> NoOrder,
         mine |-> None, stale |-> {}, found |-> None]

Init ==
  /\ queue = [m \in Messages |-> 1]
  /\ order = NoOrder
  /\ records = [t \in Transactions |-> None]
  /\ inbox = {}
  /\ handler = [h \in Handlers |-> Idle]
  /\ sent = [m \in Messages |-> [t \in Transactions |-> 0]]
  /\ attempts = 0
  /\ committed = {}
  /\ faults = FaultsMax

Goes(h, at) == handler' = [handler EXCEPT ![h].at = at]

\* A compare-and-swap of the order, and what the handler knows then; or a conflict.
SaveOr(h, new, next, otherwise) ==
  IF handler[h].order.version = order.version
  THEN LET saved == [new EXCEPT !.version = order.version + 1]
       IN /\ order' = saved
          /\ handler' = [handler EXCEPT ![h].order = saved, ![h].at = next]
  ELSE /\ Goes(h, otherwise)
       /\ UNCHANGED order
Save(h, new, next) == SaveOr(h, new, next, "abandon")

\* ------------------------------------------------------------------ the handler's operations

Take(h, m, left) ==
  /\ handler[h].at = "receive"
  /\ queue[m] > 0
  /\ queue' = [queue EXCEPT ![m] = @ - 1 + left]
  /\ handler' = [handler EXCEPT ![h] = [Idle EXCEPT !.at = "load", !.message = m, !.leased = TRUE]]
  /\ UNCHANGED <<order, records, inbox, sent, attempts, committed>>

Receive(h) == \E m \in Messages : Take(h, m, 0) /\ UNCHANGED faults

Duplicated(h) ==
  /\ faults > 0 /\ "duplicate" \in FaultKinds
  /\ \E m \in Messages : Take(h, m, 1)
  /\ faults' = faults - 1

\* Whoever loads an order that names a transaction finishes it before anything else.
Load(h) ==
  /\ handler[h].at = "load"
  /\ handler' = [handler EXCEPT ![h].order = order, ![h].then = "look",
       ![h].at = IF order.transaction # None /\ Mutant # "only_own_finished" THEN "find" ELSE "look"]
  /\ UNCHANGED <<queue, order, records, inbox, sent, attempts, committed, faults>>

Look(h) ==
  /\ handler[h].at = "look"
  /\ Goes(h, IF handler[h].message \in inbox
             THEN IF Mutant = "duplicate_just_acknowledged" THEN "acknowledge" ELSE "load again"
             ELSE IF Mutant = "no_registering" THEN "name" ELSE "register")
  /\ UNCHANGED <<queue, order, records, inbox, sent, attempts, committed, faults>>

LoadAgain(h) ==
  /\ handler[h].at = "load again"
  /\ handler' = [handler EXCEPT ![h].order = order, ![h].then = "acknowledge",
       ![h].at = IF order.transaction # None THEN "find" ELSE "acknowledge"]
  /\ UNCHANGED <<queue, order, records, inbox, sent, attempts, committed, faults>>

First == IF Mutant = "order_saved_before_record" THEN "commit" ELSE "insert"

\* The order shall know of a record before there is one.
Register(h) ==
  /\ handler[h].at = "register"
  /\ attempts < AttemptsMax
  /\ attempts' = attempts + 1
  /\ LET m == handler[h].message
         loaded == handler[h].order
         mine == attempts + 1
         new == [loaded EXCEPT !.registered[m] = @ \cup {mine}]
         saved == [new EXCEPT !.version = order.version + 1]
     IN IF loaded.version = order.version
        THEN /\ order' = saved
             /\ handler' = [handler EXCEPT ![h].order = saved, ![h].mine = mine,
                  ![h].stale = loaded.registered[m],
                  ![h].at = IF loaded.registered[m] = {} THEN First ELSE "remove stale"]
        ELSE /\ Goes(h, "abandon")
             /\ UNCHANGED order
  /\ UNCHANGED <<queue, records, inbox, sent, committed, faults>>

\* For the mutant that registers nothing: a name, at no cost.
Name(h) ==
  /\ handler[h].at = "name"
  /\ attempts < AttemptsMax
  /\ attempts' = attempts + 1
  /\ handler' = [handler EXCEPT ![h].mine = attempts + 1, ![h].at = First]
  /\ UNCHANGED <<queue, order, records, inbox, sent, committed, faults>>

RemoveStale(h) ==
  /\ handler[h].at = "remove stale"
  /\ \E t \in handler[h].stale :
       /\ records' = [records EXCEPT ![t] = None]
       /\ handler' = [handler EXCEPT ![h].stale = @ \ {t},
            ![h].at = IF handler[h].stale = {t} THEN First ELSE "remove stale"]
  /\ UNCHANGED <<queue, order, inbox, sent, attempts, committed, faults>>

Insert(h) ==
  /\ handler[h].at = "insert"
  /\ records' = [records EXCEPT ![handler[h].mine] = handler[h].message]
  /\ Goes(h, CASE Mutant = "order_saved_before_record" -> "finish"
               [] Mutant = "sent_before_saved" -> "send early"
               [] OTHER -> "commit")
  /\ UNCHANGED <<queue, order, inbox, sent, attempts, committed, faults>>

\* For the mutant that cannot wait.
SendEarly(h) ==
  /\ handler[h].at = "send early"
  /\ sent' = [sent EXCEPT ![handler[h].message][handler[h].mine] = @ + 1]
  /\ Goes(h, "commit")
  /\ UNCHANGED <<queue, order, records, inbox, attempts, committed, faults>>

\* The state and one string, in one compare-and-swap.
Commit(h) ==
  /\ handler[h].at = "commit"
  /\ LET m == handler[h].message
         loaded == handler[h].order
     IN /\ SaveOr(h, [loaded EXCEPT !.paid[m] = @ + 1, !.transaction = handler[h].mine,
                                    !.registered[m] = {}],
                  IF Mutant = "order_saved_before_record" THEN "insert" ELSE "finish", "remove own")
        /\ committed' = IF loaded.version = order.version THEN committed \cup {handler[h].mine}
                        ELSE committed
  /\ UNCHANGED <<queue, records, inbox, sent, attempts, faults>>

RemoveOwn(h) ==
  /\ handler[h].at = "remove own"
  /\ records' = [records EXCEPT ![handler[h].mine] = None]
  /\ Goes(h, "abandon")
  /\ UNCHANGED <<queue, order, inbox, sent, attempts, committed, faults>>

\* Finishing the transaction that the order names, whosever it is.
Find(h) ==
  /\ handler[h].at \in {"find", "finish"}
  /\ LET found == records[handler[h].order.transaction]
     IN handler' = [handler EXCEPT
          ![h].then = IF handler[h].at = "finish" THEN "acknowledge" ELSE @,
          ![h].found = found,
          ![h].at = IF found = None THEN "clear" ELSE "send"]
  /\ UNCHANGED <<queue, order, records, inbox, sent, attempts, committed, faults>>

Send(h) ==
  /\ handler[h].at = "send"
  /\ sent' = [sent EXCEPT ![handler[h].found][handler[h].order.transaction] = @ + 1]
  /\ Goes(h, IF Mutant = "record_removed_first" THEN "remove" ELSE "put")
  /\ UNCHANGED <<queue, order, records, inbox, attempts, committed, faults>>

\* The inbox learns of the message that the record belongs to.
Put(h) ==
  /\ handler[h].at = "put"
  /\ inbox' = inbox \cup {IF Mutant = "current_message_marked" THEN handler[h].message
                          ELSE handler[h].found}
  /\ Goes(h, IF Mutant = "record_removed_first" THEN "clear" ELSE "remove")
  /\ UNCHANGED <<queue, order, records, sent, attempts, committed, faults>>

Remove(h) ==
  /\ handler[h].at = "remove"
  /\ records' = [records EXCEPT ![handler[h].order.transaction] = None]
  /\ Goes(h, IF Mutant = "record_removed_first" THEN "put" ELSE "clear")
  /\ UNCHANGED <<queue, order, inbox, sent, attempts, committed, faults>>

Clear(h) ==
  /\ handler[h].at = "clear"
  /\ Save(h, [handler[h].order EXCEPT !.transaction = None], handler[h].then)
  /\ UNCHANGED <<queue, records, inbox, sent, attempts, committed, faults>>

\* Only who still holds the lease settles anything.
Acknowledge(h) ==
  /\ handler[h].at = "acknowledge"
  /\ handler' = [handler EXCEPT ![h] = Idle]
  /\ UNCHANGED <<queue, order, records, inbox, sent, attempts, committed, faults>>

GivesBack(h) ==
  /\ handler' = [handler EXCEPT ![h] = Idle]
  /\ queue' = IF handler[h].leased THEN [queue EXCEPT ![handler[h].message] = @ + 1] ELSE queue
  /\ UNCHANGED <<order, records, inbox, sent, attempts, committed>>

Abandon(h) == handler[h].at = "abandon" /\ GivesBack(h) /\ UNCHANGED faults

\* ------------------------------------------------------------------ what may go wrong

Crash(h) ==
  /\ faults > 0 /\ "crash" \in FaultKinds
  /\ handler[h].at # "receive"
  /\ GivesBack(h)
  /\ faults' = faults - 1

LeaseExpires(h) ==
  /\ faults > 0 /\ "lease" \in FaultKinds
  /\ handler[h].leased
  /\ queue' = [queue EXCEPT ![handler[h].message] = @ + 1]
  /\ handler' = [handler EXCEPT ![h].leased = FALSE]
  /\ faults' = faults - 1
  /\ UNCHANGED <<order, records, inbox, sent, attempts, committed>>

GoesOn(h) ==
  \/ Receive(h) \/ Load(h) \/ Look(h) \/ LoadAgain(h) \/ Register(h) \/ RemoveStale(h)
  \/ Insert(h) \/ Commit(h) \/ RemoveOwn(h) \/ Find(h) \/ Send(h) \/ Put(h) \/ Remove(h) \/ Clear(h)
  \/ Acknowledge(h) \/ Abandon(h) \/ Name(h) \/ SendEarly(h)

Next == \E h \in Handlers : GoesOn(h) \/ Duplicated(h) \/ Crash(h) \/ LeaseExpires(h)

Spec == Init /\ [][Next]_vars /\ \A h \in Handlers : WF_vars(GoesOn(h))

\* ------------------------------------------------------------------ the oracle

AtRest == (\A m \in Messages : queue[m] = 0) /\ (\A h \in Handlers : handler[h] = Idle)
SentOf(m) == {t \in Transactions : sent[m][t] > 0}

ExactlyOneEffect ==
  \A m \in Messages : order.paid[m] <= 1 /\ (AtRest => order.paid[m] = 1)
NoGhostMessage == \A m \in Messages : SentOf(m) \subseteq committed
NoLostMessage == AtRest => \A m \in Messages : SentOf(m) # {}
ConsistentOutput == \A m \in Messages : Cardinality(SentOf(m)) <= 1
NoGarbage == AtRest => order.transaction = None
\* With leases or duplicates as well, a handler may come too late to be cleaned up after: see NOTES.md.
NoOrphan == AtRest => \A t \in Transactions : records[t] = None
Quiesces == <>[]AtRest
=============================================================================
