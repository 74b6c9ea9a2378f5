------------------------------ MODULE Receipts ------------------------------
(* Two handlers serve one queue. Each message in it is a payment of one coin, which is added to what
   the customer has spent, and for each payment the customer gets a receipt that says the sum.
   Handlers crash, and messages come twice.

   You write the handler, between the two lines "the handler". All the rest is given: what there is,
   what goes wrong, and what must hold. *)
EXTENDS Integers, FiniteSets, Bags, TLC

CONSTANTS Messages,  \* the payments, by their ids
          Handlers,  \* the handlers: one process each
          Failures   \* how often something goes wrong, crashes and duplicates together

None == "none"
Nobody == [spent |-> 0, processed |-> {}, receipts |-> [m \in Messages |-> 0]]
Unknown == [Nobody EXCEPT !.spent = -1]

(* --algorithm Receipts
variables
  queue = SetToBag(Messages),  \* what waits; a message that came twice is in it twice
  db = Nobody,                 \* the customer; yours: processed, a set of ids; receipts, id to sum
  sent = EmptyBag,             \* the receipts that were sent, as [id, spent]
  failures = Failures,         \* so many are left
  changes = {};                \* an auditor's book: every change of db.spent, as [id, spent]

\* Gets a message, whichever: TLC tries each. Others do not see it now, but after a crash they do.
macro receive() begin
  with m \in BagToSet(queue) do
    message := m;
    queue := queue (-) SetToBag({m});
  end with;
  leased := TRUE;
end macro;

\* The message will not come again, whatever happens.
macro acknowledge() begin
  leased := FALSE;
end macro;

\* Others may have the message.
macro abandon() begin
  queue := IF leased THEN queue (+) SetToBag({message}) ELSE queue;
  leased := FALSE;
end macro;

macro load() begin
  loaded := db;
end macro;

\* Saves the customer; loaded stays as it was. Ask first if db = loaded: the compare-and-swap.
macro save(customer) begin
  changes := IF customer.spent = db.spent THEN changes
             ELSE changes \union {[id |-> message, spent |-> customer.spent]};
  db := customer;
end macro;

macro publish(receipt) begin
  sent := sent (+) SetToBag({receipt});
end macro;

\* Forgets everything about the message: the end of each round.
macro rest() begin
  message := None;
  loaded := Unknown;
end macro;

\* ---- the handler ------------------------------------------------------------------------------
fair process handler \in Handlers
variables message = None, leased = FALSE, loaded = Unknown;
begin
Receive:
  while TRUE do
    receive();

    \* TODO(step 1): no receipt may be sent for a payment that was not saved; and neither a payment
    \*   that was received nor its receipt may be lost when the handler crashes.
Acknowledge:
    acknowledge();
Load:
    load();

    \* TODO(step 2): a payment that comes again must not be added again.
    \* TODO(step 3): whichever attempt sends the receipt, it must say what was saved.
Publish:
    publish([id |-> message, spent |-> loaded.spent + 1]);
Save:
    if db = loaded then
      save([loaded EXCEPT !.spent = @ + 1]);
      rest();
      goto Receive;
    else
      goto Abandon;  \* somebody else has saved: what was loaded is old
    end if;

Abandon:
    abandon();
    rest();
  end while;
end process;
\* ---- the handler ends here ---------------------------------------------------------------------
end algorithm; *)

(* What goes wrong: a handler dies before any operation but Receive. What it knew is gone, and its
   message is visible again, unless it was acknowledged. *)
Crash(h) ==
  /\ failures > 0
  /\ pc[h] # "Receive"
  /\ failures' = failures - 1
  /\ queue' = IF leased[h] THEN queue (+) SetToBag({message[h]}) ELSE queue
  /\ pc' = [pc EXCEPT ![h] = "Receive"]
  /\ message' = [message EXCEPT ![h] = None]
  /\ leased' = [leased EXCEPT ![h] = FALSE]
  /\ loaded' = [loaded EXCEPT ![h] = Unknown]
  /\ UNCHANGED <<db, sent, changes>>

(* What else goes wrong: a message comes once more. *)
Duplicate ==
  /\ failures > 0
  /\ failures' = failures - 1
  /\ \E m \in BagToSet(queue) : queue' = queue (+) SetToBag({m})
  /\ UNCHANGED <<db, sent, changes, pc, message, leased, loaded>>

World == /\ Init
         /\ [][Next \/ Duplicate \/ \E h \in Handlers : Crash(h)]_vars
         /\ \A h \in Handlers : WF_vars(handler(h))

(* What must hold, always. *)
Receipts == BagToSet(sent)
AtRest == queue = EmptyBag /\ \A h \in Handlers : pc[h] = "Receive"
Working(m) == \E h \in Handlers : pc[h] # "Receive" /\ message[h] = m

NoGhostMessage == \A r \in Receipts : Working(r.id) \/ \E c \in changes : c.id = r.id
NoLostMessage == AtRest => \A c \in changes : \E r \in Receipts : r.id = c.id
NoLostEffect == AtRest => db.spent >= Cardinality(Messages)
NoDuplicateEffect == \A c1, c2 \in changes : c1.id = c2.id => c1 = c2
ConsistentOutput == \A r1, r2 \in Receipts : r1.id = r2.id => r1 = r2
SaysWhatWasSaved == \A r \in Receipts, c \in changes : r.id = c.id => r = c

(* What must come true, and stay so. *)
ComesToRest == <>[]AtRest
=============================================================================
