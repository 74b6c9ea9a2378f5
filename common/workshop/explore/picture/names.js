// How deliveries and ids are named: read by the viewer, in whose page it stands before it.
"use strict";
const names = (() => {
  // How deliveries and ids are named, told where a name comes up first: "m1#2", and "m1#2.3".
  const kDelivery = /^(.+)#(\d+)$/;
  const kDrawnId = /([^\s{}[\],:#]+#\d+)\.(\d+)/g;
  const kEndings = ["th", "st", "nd", "rd"];
  const ordinal = (number) => `${number}${number % 100 > 10 && number % 100 < 14 ? "th" : kEndings[number % 10] ?? "th"}`;
  const drawnIn = (text) => [...text.matchAll(kDrawnId)].map((match) => match[0]);
  const deliveryOf = (each) => (each.operation === "receive" && !each.error ? kDelivery.exec(each.attempt ?? "") : null);
  // The first one of a delivery is the attempt's own id; a process without messages has none.
  function drawnInWords(steps, by, number) {
    const isAttempt = steps.some((each) => deliveryOf(each)?.[0] === by);
    if (isAttempt && number === "1") return "the attempt's own id, made at random";
    return `an id made at random, the ${ordinal(number)} one in ${by}${isAttempt ? " (the 1st is the attempt's own)" : ""}`;
  }
  function legendOf(steps) {
    const delivery = steps.map(deliveryOf).find(Boolean);
    if (!delivery) return "";
    const drawn = steps.flatMap((each) => drawnIn(each.text))[0];
    const [, by, number] = drawn ? /^(.*)\.(\d+)$/.exec(drawn) : [];
    return `${delivery[0]} is the ${ordinal(delivery[2])} delivery of message ${delivery[1]}` +
      (drawn ? `; ${drawn} is ${drawnInWords(steps, by, number)}` : "");
  }
  function namesOf(steps, position) {
    const now = steps[position];
    const said = [];
    const delivery = deliveryOf(now);
    if (delivery) said.push(`${delivery[0]}: the ${ordinal(delivery[2])} delivery of message ${delivery[1]}`);
    const known = new Set(steps.slice(0, position).flatMap((each) => drawnIn(each.text)));
    for (const drawn of new Set(drawnIn(now.text))) {
      const [, by, number] = /^(.*)\.(\d+)$/.exec(drawn);
      if (!known.has(drawn)) said.push(`${drawn}: ${drawnInWords(steps, by, number)}`);
    }
    return said;
  }
  return { legendOf, namesOf };
})();
