---- MODULE Handler ----
\* What mutate_operators_test.sh changes: no model, only what the operators look at.
\* ---- the handler ------------------------------------------------------------------------------
fair process handler \in Handlers
variables message = None, loaded = Unknown;
begin
Receive:
  while TRUE do
    receive();
Save:
    if message \notin loaded.processed then
      save([loaded EXCEPT !.spent = @ + 1,
                          !.processed = @ \union {message}]);
    end if;
Acknowledge:
    acknowledge();
    goto Receive;
Abandon:
    abandon();
  end while;
end process;
\* ---- the handler ends here ---------------------------------------------------------------------
====
