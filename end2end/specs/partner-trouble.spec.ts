import type { Page } from "@playwright/test";
import { button, many, text } from "../support/forms.ts";
import { auditEntries, unique } from "../support/journeys.ts";
import { BROKEN } from "../support/stack.ts";
import { expect, test } from "../support/test.ts";

const LIST = { system: "oneid-sandbox", path: "/v1/organisations" };
// Read from the partner now, not as it was seconds ago.
const FRESH_LIST = "/sandbox/organisations?refresh=true";

test("a partner that is not there", async ({ page, guard }) => {
  guard.expectStatus(502);
  await page.goto(`/${BROKEN}/organisations`);
  await expectTrouble(page, "OneID cannot be reached");
  await tryAgain(page);
  await expectTrouble(page, "OneID cannot be reached");
});

const UNREADABLE = "OneID’s answer could not be read";
const TROUBLES = [
  { what: "a fault", kind: { status: 503 }, title: "OneID has a fault", says: "503" },
  { what: "a page of HTML", kind: "malformed", title: UNREADABLE, says: "answer" },
  { what: "damaged JSON", kind: { status: 200, body: '[{"id":', content_type: "application/json" }, title: UNREADABLE, says: "answer" },
  { what: "half an answer", kind: "truncate", title: "The connection to OneID broke", says: "answer" },
  { what: "a dropped connection", kind: "drop", title: "The connection to OneID broke", says: "answer" },
] as const;

for (const { what, kind, title, says } of TROUBLES) {
  test(`a partner that answers with ${what}, and then mends`, async ({ page, guard, stack }) => {
    guard.expectStatus(502);
    await stack.faults.add({ ...LIST, kind });
    await page.goto(FRESH_LIST);
    await expectTrouble(page, title);
    await expect(page.getByRole("main")).toContainText(says);

    await stack.faults.clear();
    await tryAgain(page);
    await expect(page.getByRole("heading", { level: 1, name: "Organisations" })).toBeVisible();
    await expect(page.getByRole("table")).toBeVisible();
  });
}

test("a partner that is too slow", async ({ page, guard, stack }) => {
  test.slow();
  guard.expectStatus(504);
  await stack.faults.add({ ...LIST, kind: { latency_ms: 20_000 } });
  await page.goto(FRESH_LIST);
  await expectTrouble(page, "OneID did not answer in time");
});

test("a token that the partner no longer takes is renewed without a word", async ({ page, stack }) => {
  await page.goto(FRESH_LIST);
  await stack.faults.add({ ...LIST, kind: "expire_tokens" });
  await page.reload();
  await expect(page.getByRole("table")).toBeVisible();
});

test("what the partner refuses is told in its words, and what was typed is kept", async ({ page, guard }) => {
  guard.expectStatus(400, 422);
  const name = unique("Refused Ltd");
  await page.goto("/sandbox/organisations/new");
  await text(page, "Name").fill(name);
  await many(page, "Allowed products").other.fill("not_ours");
  await button(page, "Create organisation").click();

  const main = page.getByRole("main");
  await expect(main).toContainText("OneID refused");
  await expect(main).toContainText("400");
  await expect(main, "the partner's words").toContainText("not_ours");
  await expect(main, "the partner's request id").toContainText(/x-request-id/i);
  await expect(text(page, "Name")).toHaveValue(name);

  await page.goto("/audit");
  const [entry] = await auditEntries(page);
  await page.goto(entry ?? "");
  await expect(page.getByRole("main")).toContainText(name);
  await expect(page.getByRole("main")).toContainText("Refused");
});

test("a creation whose answer is lost is not called done, nor repeated", async ({ page, guard, stack }) => {
  guard.expectStatus(502);
  const name = unique("Perhaps Ltd");
  await page.goto("/sandbox/organisations/new");
  await text(page, "Name").fill(name);
  await stack.faults.add({ ...LIST, method: "POST", kind: "drop_after" });
  await button(page, "Create organisation").click();
  await expect(page.getByRole("main")).toContainText(/not known whether/i);
  await stack.faults.clear();

  await page.goto("/audit");
  const [entry] = await auditEntries(page);
  await page.goto(entry ?? "");
  await expect(page.getByRole("main")).toContainText(name);
  await expect(page.getByRole("main")).toContainText("Unknown");
});

/** Words, a way on, and the frame of every other page: never a blank one. */
async function expectTrouble(page: Page, title: string | RegExp): Promise<void> {
  await expect(page.getByRole("main").getByRole("heading", { name: title }).first()).toBeVisible();
  await expect(page.getByRole("main").getByRole("link", { name: "Try again" })).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Main" })).toContainText("Organisations");
}

async function tryAgain(page: Page): Promise<void> {
  await page.getByRole("main").getByRole("link", { name: "Try again" }).click();
}
