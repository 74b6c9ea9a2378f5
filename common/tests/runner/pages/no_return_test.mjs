// node no_return_test.mjs BUILD: how long the search for the point of no return takes, of each failure of each lab as it is handed out;
// fails when one takes more than half a second of processor time. With --table, all are listed.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const kLongestMs = 500;
const [build, table] = process.argv.slice(2);
const labs = fs.readdirSync(path.join(build, "labs")).filter((name) => /^\d\d-/.test(name)).sort();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "workshop-no-return-"));
const slow = [];
let measured = 0;
try {
  for (const lab of labs) {
    const program = path.join(build, "labs", lab, `lab${lab.slice(0, 2)}`);
    assert.ok(fs.existsSync(program), `${program} is not built`);
    const results = path.join(folder, lab);
    const began = performance.now();
    spawnSync(program, [], { stdio: "ignore", env: { ...process.env, WORKSHOP_RESULT_FILE: results, WORKSHOP_NO_RETURN: "1",
      WORKSHOP_PICTURES: path.join(folder, "pictures") } });
    const all = (performance.now() - began) / 1000;
    const tests = fs.readFileSync(results, "utf8").trim().split("\n").map((line) => JSON.parse(line)).filter((each) => Number.isInteger(each.no_return_us));
    const times = tests.map((each) => each.no_return_us / 1000);
    measured += times.length;
    for (const [i, test] of tests.entries()) {
      const what = `lab ${lab.slice(0, 2)}  ${times[i].toFixed(1).padStart(7)} ms  ${test.name ?? test.test}`;
      if (table) console.log(what);
      if (times[i] > kLongestMs) slow.push(what);
    }
    console.log(`lab ${lab.slice(0, 2)}: ${tests.length} failures with a picture, longest ${Math.max(0, ...times).toFixed(1)} ms, the program ran ${all.toFixed(1)} s`);
  }
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
assert.ok(measured > 15, `${measured} failures: the labs do not measure it`);
assert.deepEqual(slow, [], `more than ${kLongestMs} ms of processor time`);
