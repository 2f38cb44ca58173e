import type { Locator, Page } from "@playwright/test";
import { button, link } from "../support/forms.ts";
import { auditEntries } from "../support/journeys.ts";
import { BROKEN } from "../support/stack.ts";
import { expect, test } from "../support/test.ts";

const PROBE = { system: "oneid-sandbox", path: "/v1/organisations" };

test("what needs attention has a card, and what works a row", async ({ page }) => {
  await page.goto("/connections");
  await button(page, "Check all now").click();
  await expect(page).toHaveURL("/connections");
  await expect(page.getByRole("main").getByText(/^\d+ partner systems: \d+ healthy, /)).toBeVisible();

  const working = card(page, "sandbox");
  await expect(working).not.toContainText("Failing");
  await expect(working.getByRole("meter")).toHaveAttribute("value", /^\d+$/);
  await expect(working).toContainText(/\d+ (h|min|s) left|\d+ h \d+ min left/);
  await expect(working.getByRole("img", { name: /^Last (check|\d+ checks): / })).toBeVisible();

  const broken = card(page, BROKEN);
  await expect(broken).toContainText("Failing");
  for (const label of ["Since", "Diagnosis", "What to do", "Last check"]) {
    await expect(broken).toContainText(label);
  }
  await page.getByRole("link", { name: /^Attention \d+$/ }).click();
  await expect(page).toHaveURL("/connections?show=attention");
  await expect(card(page, BROKEN)).toBeVisible();
  await expect(card(page, "sandbox")).toBeHidden();
  await expect(page.getByRole("navigation", { name: "Main" })).toContainText(/\d+ failing/);
});

test("Check now finds a fault, shows its status and request ID, and finds it fixed", async ({ page, stack }) => {
  await page.goto("/connections");
  await stack.faults.add({ ...PROBE, kind: { status: 503 } });
  await button(page, "Check now", card(page, "sandbox")).click();
  await expect(page).toHaveURL("/connections");
  await expect(card(page, "sandbox")).toContainText("Failing");
  await expect(card(page, "sandbox")).toContainText("503");
  await expect(card(page, "sandbox")).toContainText("request ID");
  await expect(card(page, "sandbox")).toContainText("Since");

  await stack.faults.clear();
  await button(page, "Check now", card(page, "sandbox")).click();
  await expect(card(page, "sandbox")).not.toContainText("Failing");
});

test("the page of a connection tells its steps, its token and its checks", async ({ page }) => {
  await page.goto("/connections");
  await card(page, "oneconnect").locator('a[href="/connections/oneconnect"]').click();
  await expect(page).toHaveURL("/connections/oneconnect");
  await button(page, "Check now").click();
  await expect(page).toHaveURL("/connections/oneconnect");
  for (const name of ["Diagnostics", "Token", "Settings"]) {
    await expect(page.getByRole("region", { name, exact: true })).toBeVisible();
  }
  await expect(page.getByRole("region", { name: "Diagnostics" }).getByRole("listitem")).toHaveCount(4);
  await page.getByText("View as table").click();
  await expect(page.getByRole("table", { name: "Checks, newest first" }).getByRole("row")).not.toHaveCount(1);
});

test("claims are shown, and neither the token nor its signature is", async ({ page }) => {
  await page.goto("/connections/bookings");
  await button(page, "Check now").click();
  const claims = page.getByRole("table", { name: "Token claims" });
  for (const claim of ["aud", "exp", "is_test", "partner_id"]) {
    await expect(claims).toContainText(claim);
  }
  expect(await page.content(), "no token").not.toMatch(/eyJ[\w-]+\.[\w-]+/);
});

test("a test message is shown before it is sent", async ({ page }) => {
  await page.goto("/connections");
  await link(page, "Send test message", card(page, "oneio-qa")).click();
  await expect(page).toHaveURL("/connections/oneio-qa#test-message");
  const message = page.getByRole("region", { name: "Test message" });
  const document = JSON.parse(await message.locator("pre").innerText()) as object;
  expect(Object.keys(document).length).toBeGreaterThan(0);
  await button(page, "Send test message", message).click();
  await expect(page).toHaveURL("/connections/oneio-qa");
  await expect(page.getByRole("status").filter({ hasText: "The test message was accepted." }).first()).toBeVisible();
});

test("checks that a person starts are in the audit log", async ({ page }) => {
  await page.goto("/audit");
  const before = await auditEntries(page);
  await page.goto("/connections/share-now");
  await button(page, "Check now").click();
  await expect(page).toHaveURL("/connections/share-now");
  await page.goto("/audit");
  const [newest] = await auditEntries(page);
  expect(before).not.toContain(newest);
  await page.goto(newest ?? "");
  await expect(page.getByRole("main")).toContainText("share-now");
});

test("the page is as new as its last load, and Refresh loads it", async ({ page }) => {
  await page.goto("/connections");
  await expect(page.getByRole("main").getByText(/^As of/)).toContainText(/\d\d:\d\d:\d\d UTC/);
  await link(page, "Refresh").click();
  await expect(page).toHaveURL("/connections");
});

/** The card or the row of a connection, by the link to its page. */
function card(page: Page, name: string): Locator {
  return page.locator(".connection-card, tr").filter({ has: page.locator(`a[href="/connections/${name}"]`) });
}
