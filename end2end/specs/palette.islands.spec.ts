import type { Page } from "@playwright/test";
import { expectAccessible } from "../support/checks.ts";
import { button, hydrated, link } from "../support/forms.ts";
import { VIEWER_HEADERS } from "../support/stack.ts";
import { expect, test } from "../support/test.ts";

const palette = (page: Page) => page.getByRole("dialog", { name: "Find or do anything" });
const line = (page: Page) => palette(page).getByRole("combobox");
const options = (page: Page) => palette(page).getByRole("option");
const active = (page: Page) => palette(page).locator("[role=option][aria-selected=true]");

async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await hydrated(page);
  await page.keyboard.press("Control+k");
  await expect(line(page)).toBeFocused();
  await expect(options(page).first()).toBeVisible();
}

test("Ctrl K opens it anywhere, arrows choose, and Enter goes there", async ({ page }) => {
  await open(page, "/audit");
  await page.keyboard.type("copperf");
  const found = options(page).filter({ hasText: "Copperfield Books" });
  await expect(active(page)).toContainText("Copperfield Books");
  await expect(found.first()).toContainText("Thistledown Retail Holdings");
  await expectAccessible(page);
  const count = await options(page).count();
  await page.keyboard.press("ArrowDown");
  if (count > 1) await expect(active(page)).toHaveAttribute("id", (await options(page).nth(1).getAttribute("id")) ?? "");
  await page.keyboard.press("ArrowUp");
  await expect(line(page)).toHaveAttribute("aria-activedescendant", (await options(page).first().getAttribute("id")) ?? "");
  await page.keyboard.press("ArrowUp");
  await expect(active(page), "round the end").toHaveAttribute("id", (await options(page).last().getAttribute("id")) ?? "");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Copperfield Books");
});

test("Escape closes it and gives the focus back", async ({ page }) => {
  await page.goto("/sandbox/organisations");
  await hydrated(page);
  const before = page.getByRole("main").getByRole("searchbox");
  await before.focus();
  await page.keyboard.press("Control+k");
  await expect(line(page)).toBeFocused();
  await expect(options(page).first()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(palette(page)).toBeHidden();
  await expect(before).toBeFocused();
});

test("its button opens it too, and keeps the focus inside until it is closed", async ({ page }) => {
  await page.goto("/");
  await hydrated(page);
  const opener = page.getByRole("banner").getByRole("link", { name: /^Find or do anything/ });
  await opener.focus();
  await page.keyboard.press("Enter");
  await expect(line(page)).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(opener).toBeFocused();
});

test("what was opened last comes first, and what can be done here comes next", async ({ page, sample }) => {
  await page.goto("/sandbox/organisations?q=copperfield");
  await link(page, "Copperfield Books").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Copperfield Books");
  await open(page, `/sandbox/organisations/${sample.organisation}`);
  const recent = palette(page).getByRole("group", { name: "Opened last" });
  await expect(recent.getByRole("option").first()).toContainText("Meridian Lettings");
  await expect(recent.getByRole("option").nth(1)).toContainText("Copperfield Books");
  await expect(palette(page).getByRole("group").first()).toHaveAccessibleName("Opened last");
  await page.keyboard.type("edit this");
  await expect(active(page)).toContainText("Edit this organisation");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`/sandbox/organisations/${sample.organisation}/edit`);
});

test("what finds nothing says so, and Enter then shows the page of everything", async ({ page }) => {
  await open(page, "/");
  await page.keyboard.type("nothing-has-this-name");
  await expect(palette(page).getByRole("status")).toHaveText("Nothing found.");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/find?q=nothing-has-this-name");
});

test("Enter before there is an answer opens nothing that another search has found", async ({ page }) => {
  await open(page, "/");
  await expect(active(page)).toHaveCount(1);
  // Nothing answers.
  await page.route(/\/find\/palette/, () => undefined);
  await page.keyboard.type("kiosk");
  await expect(active(page)).toHaveCount(0);
  await expect(line(page)).not.toHaveAttribute("aria-activedescendant");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/find?q=kiosk");
});

test("once the session has ended it says so, and asks no more", async ({ page, guard }) => {
  guard.expectStatusForScripts(401);
  await open(page, "/");
  let asked = 0;
  await page.route(/\/find\/palette/, (route) => {
    asked += 1;
    return route.fulfill({ status: 401 });
  });
  await page.keyboard.type("a");
  await expect(palette(page).getByRole("status")).toHaveText("Your session has ended. Reload this page to sign in.");
  // Without options, it asks at once.
  await page.keyboard.press("ArrowDown");
  await page.evaluate(async () => void (await fetch("/find")));
  expect(asked).toBe(1);
});

test("an audit entry is found by its number, a connection by its name", async ({ page, sample }) => {
  await open(page, "/");
  await page.keyboard.type(sample.entry.split("/").at(-1) ?? "");
  await expect(palette(page).getByRole("group", { name: "Audit log" }).getByRole("option")).toHaveCount(1);
  await line(page).fill("share-now");
  await expect(palette(page).getByRole("group", { name: "Connections" }).getByRole("option")).toHaveText(/^share-now/);
});

test("who may only look is offered nothing to do and no audit log", async ({ page, sample }) => {
  await page.setExtraHTTPHeaders(VIEWER_HEADERS);
  await open(page, `/sandbox/organisations/${sample.organisation}`);
  const forbidden = options(page).filter({ hasText: /^(Create|Edit|Check|Audit log|History)/ });
  await expect(forbidden).toHaveCount(0);
  await page.keyboard.type("a");
  await expect(options(page).filter({ hasText: "Your account" })).toHaveCount(1);
  await expect(forbidden).toHaveCount(0);
  await line(page).fill(sample.entry.split("/").at(-1) ?? "");
  await expect(palette(page).getByRole("group", { name: "Audit log" })).toHaveCount(0);
});

test("the slash goes to the search of a page, or opens the palette where there is none", async ({ page }) => {
  await page.goto("/sandbox/clients");
  await hydrated(page);
  await page.keyboard.press("/");
  const search = page.getByRole("main").getByRole("searchbox");
  await expect(search).toBeFocused();
  await page.keyboard.type("a/b?c");
  await expect(search, "in a field they are letters").toHaveValue("a/b?c");
  await page.goto("/connections");
  await hydrated(page);
  await page.keyboard.press("/");
  await expect(line(page)).toBeFocused();
  await expect(line(page)).toHaveValue("");
});

test("the question mark lists the shortcuts", async ({ page }) => {
  await page.goto("/");
  await hydrated(page);
  await page.keyboard.press("?");
  const list = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(list).toContainText("Go to the search of the page");
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(list).toBeHidden();
});

test("single keys can be switched off, and Ctrl K stays", async ({ page }) => {
  await page.goto("/account");
  await button(page, "Switch single keys off").press("Enter");
  await expect(button(page, "Switch single keys on")).toBeVisible();
  await page.goto("/sandbox/organisations");
  await hydrated(page);
  await page.keyboard.press("/");
  await expect(page.getByRole("main").getByRole("searchbox")).not.toBeFocused();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("Control+k");
  await expect(line(page)).toBeFocused();
});
