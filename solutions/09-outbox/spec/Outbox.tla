------------------------------- MODULE Outbox -------------------------------
(***************************************************************************)
(* Lab 09: the algorithm of src/loyalty_handler.cpp, operation by           *)
(* operation.                                                               *)
(*                                                                          *)
(*   data.customer   [spent: how often each payment is in the sum,          *)
(*                    processed: the payments that are in it,               *)
(*                    outbox: what is to be sent for a payment]             *)
(*   data.sent       all that was ever published                            *)
(*   data.committed  the attempts whose save went through                   *)
(*                                                                          *)
(* What a payment earns is decided from the sums before and after it, as in *)
(* rewards.cpp: a coupon over 100 coins, a gold card over 1000. An id       *)
(* follows from the payment and the kind of reward; bytes name the attempt. *)
(* Left out, besides what Delivery leaves out: other customers.             *)
(***************************************************************************)
EXTENDS Delivery

Amount(m) == IF m = "m1" THEN 10 ELSE 1000
SpentBefore == 95

InitIn(scope) ==
  /\ DeliveryInit(scope)
  /\ data = [customer |-> [spent |-> [m \in Messages |-> IF m \in scope.delivered THEN 0 ELSE 1],
                           processed |-> Messages \ scope.delivered, outbox |-> <<>>],
             sent |-> {}, committed |-> {}]
Init == \E scope \in Scopes : InitIn(scope)

Proof == {[delivered |-> Messages, faults |-> 2]}

Used == data.committed

RECURSIVE Total(_, _)
Total(spent, messages) ==
  IF messages = {} THEN SpentBefore
  ELSE LET m == CHOOSE x \in messages : TRUE
       IN Amount(m) * spent[m] + Total(spent, messages \ {m})
Sum(customer) == Total(customer.spent, Messages)

\* The kinds of rewards that are earned when the sum rises.
Earned(before, after) ==
  (IF before <= 100 /\ after > 100 THEN <<"GrantCoupon">> ELSE <<>>)
    \o (IF before <= 1000 /\ after > 1000 THEN <<"SendGoldCard">> ELSE <<>>)
\* They as messages; `bytes` is the attempt.
Made(m, before, after, bytes) ==
  [i \in DOMAIN Earned(before, after) |->
     [id |-> <<Earned(before, after)[i], m>>, for |-> m, bytes |-> bytes]]

HasEntry(customer, m) == m \in DOMAIN customer.outbox
Entry(h) == Copy(h).outbox[Handled(h)]
WithoutEntry(customer, m) ==
  [customer EXCEPT !.outbox = [k \in DOMAIN @ \ {m} |-> @[k]]]

\* What one copy has become with m in its sum.
WithPayment(customer, m, bytes) ==
  LET spent == [customer.spent EXCEPT ![m] = @ + 1]
      made == Made(m, Sum(customer), Sum([customer EXCEPT !.spent = spent]), bytes)
  IN [spent |-> spent,
      processed |-> customer.processed \cup {m},
      outbox |-> IF made = <<>> THEN customer.outbox ELSE (m :> made) @@ customer.outbox]

\* Where a handler goes that has this customer: `local` counts what was published.
AfterLoad(customer, m) ==
  CASE m \notin customer.processed -> "add"
    [] m \in customer.processed /\ HasEntry(customer, m) -> "publish"
    [] OTHER -> "acknowledge"

Load(h) ==
  /\ At(h, "load")
  /\ GoLoaded(h, AfterLoad(data.customer, Handled(h)), data.customer)
  /\ Reads

\* The sum, that it has this payment, and what the payment has earned: one compare-and-swap.
Add(h, bytes) ==
  LET customer == WithPayment(Copy(h), Handled(h), bytes)
  IN /\ At(h, "add")
     /\ handler[h].fresh
     /\ GoSaved(h, AfterLoad(customer, Handled(h)), customer)
     /\ data' = [data EXCEPT !.customer = customer, !.committed = @ \cup {bytes}]
     /\ Operation

AddConflict(h) ==
  /\ At(h, "add")
  /\ ~handler[h].fresh
  /\ Go(h, "abandon")
  /\ Reads

\* What is stored, one message after the other; `local` is how many were sent.
Sent(h) == IF Local(h) = <<>> THEN 0 ELSE Local(h)[1]
Publish(h) ==
  /\ At(h, "publish")
  /\ data' = [data EXCEPT !.sent = @ \cup {Entry(h)[Sent(h) + 1]}]
  /\ IF Sent(h) + 1 = Len(Entry(h)) THEN GoWith(h, "clear", <<>>)
     ELSE GoWith(h, "publish", <<Sent(h) + 1>>)
  /\ Operation

Clear(h) ==
  LET customer == WithoutEntry(Copy(h), Handled(h))
  IN /\ At(h, "clear")
     /\ handler[h].fresh
     /\ GoSaved(h, "acknowledge", customer)
     /\ data' = [data EXCEPT !.customer = customer]
     /\ Operation

ClearConflict(h) ==
  /\ At(h, "clear")
  /\ ~handler[h].fresh
  /\ Go(h, "abandon")
  /\ Reads

\* What a handler does by itself.
Work(h) ==
  \/ \E m \in Messages : IsNextIdle(h) /\ Receive(h, m)
  \/ Load(h)
  \/ Add(h, LeastNot(Used)) \/ AddConflict(h)
  \/ Publish(h)
  \/ Clear(h) \/ ClearConflict(h)
  \/ Acknowledge(h) \/ Abandon(h)

\* What happens to it.
Trouble(h) ==
  \/ \E m \in Messages : IsNextIdle(h) /\ ReceiveCopy(h, m)
  \/ Crash(h) \/ Throw(h) \/ LoseLease(h)

Next == Rest \/ \E h \in Handlers : Work(h) \/ Trouble(h)
Fair == \A h \in Handlers : WF_vars(Work(h))
Spec == Init /\ [][Next]_vars /\ Fair

\* ---- what has to hold ----------------------------------------------------

Of(kind) == {s \in data.sent : s.id[1] = kind}

\* O1: a payment is in the sum once, and each reward is sent under one id.
ExactlyOnce ==
  /\ \A m \in Messages : data.customer.spent[m] <= 1
  /\ \A kind \in {"GrantCoupon", "SendGoldCard"} : \A s, t \in Of(kind) : s.id = t.id
  /\ AtRest => \A m \in Messages : data.customer.spent[m] = 1
\* O2
NoGhostMessage == NoGhost(data.sent, data.committed)
\* O3: what the sum at rest has earned was sent, if anything was delivered that could earn it.
NoLostMessage ==
  AtRest => \A kind \in Range(Earned(SpentBefore, Sum(data.customer))) : Of(kind) # {}
\* O4
ConsistentOutput == Consistent(data.sent)

\* O6
Clean == data.customer.outbox = <<>>
NoGarbage == AtRest => Clean

\* O7, with O6: everything comes to rest, for ever, and nothing is left over then.
Quiescence == <>[](AtRest /\ Clean)
=============================================================================
