// An execution as a row of its operations: what the board draws of a class, and of each failure that people share.
import { element } from "/words.js";

const kShades = 4;

// `places`: of each operation how many break there, and by what ({"crash": 3}).
export function classExecution(parent, places) {
  if (places.length === 0) return;
  const most = Math.max(1, ...places.map((place) => place.count));
  const row = element(parent, "ol", undefined, "execution");
  for (const place of places) {
    const shade = place.count === 0 ? 0 : Math.ceil((kShades * place.count) / most);
    const item = element(row, "li", undefined, `shade${shade}`);
    element(item, "b", place.operation);
    if (place.count === 0) continue;
    const how = Object.entries(place.how).map(([fault, count]) => `${count} ${fault || "without a fault"}`).join(", ");
    element(item, "small", `${place.count} ${place.count === 1 ? "breaks" : "break"} here: ${how}`);
  }
}

// `steps`: of each operation the fault at it, or none. Without any, the last operation shows the failure.
export function execution(parent, steps) {
  if (steps.length === 0) return;
  const row = element(parent, "ol", undefined, "execution");
  const faultless = steps.every((step) => !step.fault);
  for (const step of steps) {
    const shows = step.fault || (faultless && step === steps.at(-1));
    const item = element(row, "li", undefined, shows ? "shade4" : "shade0");
    element(item, "b", step.operation);
    if (step.fault) element(item, "small", step.fault);
  }
}
