import type { Page } from "@playwright/test";
import { expectAccessible, expectNoSidewaysScroll } from "../support/checks.ts";
import { button, many, text } from "../support/forms.ts";
import { auditEntries, unique } from "../support/journeys.ts";
import type { Sample } from "../support/sample.ts";
import { BROKEN } from "../support/stack.ts";
import { expect, test } from "../support/test.ts";

const LIST = { system: "oneid-sandbox", path: "/v1/organisations" };
/** A page that is read from the partner each time; a list would be shown as it was. */
const readNow = ({ organisation }: Sample) => `/sandbox/organisations/${organisation}`;

/** How long one look waits that is repeated anyway. */
const SOON = { timeout: 500 };

test("a partner that is not there", async ({ page, guard }) => {
  guard.expectStatus(502);
  await page.goto(`/${BROKEN}/organisations`);
  await expectTrouble(page, "OneID cannot be reached");
  await tryAgain(page);
  await expectTrouble(page, "OneID cannot be reached");
});

const UNREADABLE = "OneID’s response could not be read";
const TROUBLES = [
  { what: "a fault", kind: { status: 503 }, title: "OneID is unavailable", says: "503" },
  { what: "a page of HTML", kind: "malformed", title: UNREADABLE, says: "response" },
  { what: "damaged JSON", kind: { status: 200, body: '[{"id":', content_type: "application/json" }, title: UNREADABLE, says: "response" },
  { what: "half an answer", kind: "truncate", title: "The connection to OneID was lost", says: "response" },
  { what: "a dropped connection", kind: "drop", title: "The connection to OneID was lost", says: "response" },
] as const;

for (const { what, kind, title, says } of TROUBLES) {
  test(`a partner that answers with ${what}, and then recovers`, async ({ page, guard, stack, sample }) => {
    guard.expectStatus(502);
    await stack.faults.add({ ...LIST, kind });
    await page.goto(readNow(sample));
    await expectTrouble(page, title);
    await expect(page.getByRole("main")).toContainText(says);

    await stack.faults.clear();
    await tryAgain(page);
    await expect(page.getByRole("heading", { level: 1, name: /Meridian Lettings/ })).toBeVisible();
    await expectSoon(page, () => expect(page.getByRole("table")).toBeVisible(SOON));
    await expectFreshList(page);
  });
}

test("a list that was read is shown with its age while the partner has a fault", async ({ page, stack }) => {
  const main = page.getByRole("main");
  await page.goto("/sandbox/organisations");
  await stack.faults.add({ ...LIST, kind: { status: 503 } });
  // Another test may have refreshed a moment ago.
  await expect(async () => {
    await button(page, "Refresh").click();
    await expect(main).toContainText("OneID is unavailable. This data was loaded", SOON);
  }).toPass();
  // With JavaScript it is a tree grid.
  await expect(page.getByRole("main").locator("table")).toBeVisible();
  await expect(page.getByRole("button", { name: /^Create organisation ?: You cannot make changes/ })).toBeDisabled();

  await stack.faults.clear();
  await expectFreshList(page);
  await expect(page.getByRole("link", { name: "Create organisation" })).toBeVisible();
});

test("a partner that is too slow", async ({ page, guard, stack, sample }) => {
  test.slow();
  guard.expectStatus(504);
  await stack.faults.add({ ...LIST, kind: { latency_ms: 20_000 } });
  await page.goto(readNow(sample));
  await expectTrouble(page, "OneID did not respond in time");

  await stack.faults.clear();
  await expectFreshList(page);
});

test("a token that the partner no longer takes is renewed without a word", async ({ page, stack, sample }) => {
  await page.goto(readNow(sample));
  await stack.faults.add({ ...LIST, kind: "expire_tokens" });
  await page.reload();
  await expect(page.getByRole("table")).toBeVisible();
});

test("what the partner refuses is told in its words, and what was typed is kept", async ({ page, guard }) => {
  guard.expectStatus(400, 422);
  const name = unique("Refused Ltd");
  await page.goto("/sandbox/organisations/new");
  await text(page, "Name").fill(name);
  await many(page, "Allowed products").add("not_ours");
  await button(page, "Create organisation").click();

  const main = page.getByRole("main");
  await expect(main).toContainText("OneID rejected");
  await expect(main).toContainText("400");
  await expect(main, "the partner's words").toContainText("not_ours");
  await expect(main, "the partner's request id").toContainText(/partner request ID/i);
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
  await expect(page.getByRole("main")).toContainText(/outcome is unknown/i);
  await stack.faults.clear();

  await page.goto("/audit");
  const [entry] = await auditEntries(page);
  await page.goto(entry ?? "");
  await expect(page.getByRole("main")).toContainText(name);
  await expect(page.getByRole("main")).toContainText("Unknown");
});

test("a creation whose answer is lost is recognised by whoever looks", async ({ page, guard, stack }) => {
  guard.expectStatus(502);
  const main = page.getByRole("main");
  const name = unique("Recognised Ltd");
  await page.goto("/sandbox/organisations/new");
  await text(page, "Name").fill(name);
  await stack.faults.add({ ...LIST, method: "POST", kind: "drop_after" });
  await button(page, "Create organisation").click();
  await expect(main).toContainText(/outcome is unknown/i);
  await stack.faults.clear();

  await page.getByRole("link", { name: "Check whether it was created" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Was “${name}” created?`);
  // Once a minute the dashboard finds it out by itself, and may be faster.
  await expect(main).toContainText(/Has all values that were sent|It was created\./);
  await expectAccessible(page);
  await expectNoSidewaysScroll(page, 360);
  if (await page.getByRole("button", { name: /^This is it/ }).isVisible()) {
    await page.getByRole("button", { name: /^This is it/ }).click();
    await expect(main).toContainText(/Your decision has been recorded\.|The outcome is already known\./);
  }
  await page.getByRole("link", { name: "Go to the object" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
});

/** Words, a way on, and the frame of every other page: never a blank one. */
async function expectTrouble(page: Page, title: string | RegExp): Promise<void> {
  await expect(page.getByRole("main").getByRole("heading", { name: title }).first()).toBeVisible();
  await expect(page.getByRole("main").getByRole("link", { name: "Try again" })).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Main" })).toContainText("Organisations");
}

/** Loads the page until it is so: a failure is remembered for some seconds, which leaves a partner that is down alone. */
async function expectSoon(page: Page, isSo: () => Promise<void>): Promise<void> {
  await expect(async () => {
    await page.goto(page.url());
    await isSo();
  }).toPass();
}

/** The list is what the partner has now, for whoever comes next. */
async function expectFreshList(page: Page): Promise<void> {
  await page.goto("/sandbox/organisations");
  await expectSoon(page, async () => {
    await expect(page.getByRole("heading", { level: 1, name: "Organisations" })).toBeVisible(SOON);
    await expect(page.getByRole("main")).not.toContainText("This data was loaded", SOON);
  });
}

async function tryAgain(page: Page): Promise<void> {
  await page.getByRole("main").getByRole("link", { name: "Try again" }).click();
}
