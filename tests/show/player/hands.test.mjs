import assert from "node:assert/strict";
import { test } from "node:test";

import { step } from "./page.mjs";
import { ticketsOf } from "../../../stssim/show/player/hands.js";

const held = (actor, name, more = {}) => ({ actor, name, key: `ASIA${name}`, issued_at: 0, expires_at: 3600, ...more });
const at = (now, ...holdings) => ticketsOf(step("It happens.", { held: holdings, now }));

test("before anything has happened nobody holds anything", () => assert.equal(ticketsOf(null).size, 0));

for (const [now, left, words] of [[0, 1, "60 min left"], [900, 0.75, "45 min left"], [3570, 30 / 3600, "30 s left"], [3600, 0, "expired"], [9000, 0, "expired"]]) {
  test(`${now} s after they were issued, credentials of an hour are ${words}`, () => {
    const ticket = at(now, held(1, "Audit")).get(1);
    assert.deepEqual([ticket.left, ticket.words, ticket.held.name], [left, words, "Audit"]);
  });
}

test("of several credentials the newest is shown, and how many more there are", () => {
  const tickets = at(0, held(1, "Build"), held(0, "Audit"), held(1, "Release"), held(1, "Admin"));
  assert.deepEqual([tickets.get(1).held.name, tickets.get(1).more], ["Admin", 2]);
  assert.deepEqual([tickets.get(0).held.name, tickets.get(0).more], ["Audit", 0]);
});

test("credentials of many hours are told in hours", () => assert.equal(at(0, held(0, "Audit", { expires_at: 43200 })).get(0).words, "12 h left"));
