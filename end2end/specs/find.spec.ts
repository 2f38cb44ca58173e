import type { Locator, Page } from "@playwright/test";
import { link } from "../support/forms.ts";
import { findInList } from "../support/journeys.ts";
import { VIEWER_HEADERS } from "../support/stack.ts";
import { expect, test } from "../support/test.ts";

const field = (page: Page) => page.getByRole("main").getByRole("searchbox");
const card = (page: Page, title: string | RegExp): Locator =>
  page.getByRole("main").locator("section", { has: page.getByRole("heading", { name: title }) });

test("one search finds organisations, clients and pages of all connections, and Enter sends it", async ({ page }) => {
  await page.goto("/find");
  await field(page).focus();
  await page.keyboard.type("kiosk");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/find?q=kiosk");
  await expect(field(page)).toHaveValue("kiosk");
  const clients = card(page, /^Clients · .*sandbox/i);
  await expect(clients.getByRole("link", { name: "keys-kiosk" })).toBeVisible();
  await expect(clients.locator("li", { hasText: "keys-kiosk" }), "where it is").toContainText("Harbour & Vale Lettings Bristol");
});

test("words are found by their beginnings, in any order, without accents and with a spelling mistake", async ({ page }) => {
  for (const search of ["bakery zoe", "zoe bak", "bakrey"]) {
    await page.goto(`/find?q=${encodeURIComponent(search)}`);
    const found = card(page, /^Organisations · .*sandbox/i);
    await expect(found.getByRole("link", { name: "Zoë’s Bakery <test>" }).first(), search).toBeVisible();
  }
});

test("a return URL is found whole, by its host and by a part", async ({ page }) => {
  const url = "https://kiosk.lowther-street.example/cb";
  for (const search of [url, "kiosk.lowther-street.example", "lowther-street.ex"]) {
    await page.goto(`/find?q=${encodeURIComponent(search)}`);
    await expect(card(page, /^Clients · .*sandbox/i).getByRole("link", { name: "kiosk", exact: true }), search).toBeVisible();
  }
});

test("a connection, a page and an action are found by their words", async ({ page }) => {
  await page.goto("/find?q=oneconnect");
  await expect(card(page, "Connections").getByRole("link", { name: "oneconnect" })).toHaveAttribute("href", "/connections/oneconnect");
  await page.goto("/find?q=audit");
  await card(page, "Pages").getByRole("link", { name: "Audit log" }).press("Enter");
  await expect(page).toHaveURL("/audit");
  await page.goto("/find?q=create%20organisation");
  await card(page, "Actions").getByRole("link", { name: "Create organisation" }).first().press("Enter");
  await expect(page).toHaveURL(/\/organisations\/new$/);
});

test("who else uses a return URL, a host, a scope or a product is one link away", async ({ page, sample }) => {
  for (const question of [/^https:|^Who else uses this\?/, /^tenants\.meridian\.example/, /^openid/]) {
    await page.goto(`/sandbox/clients/${sample.client}`);
    await page.getByRole("main").getByRole("link", { name: question }).first().press("Enter");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Who else uses this?");
    await expect(card(page, /^Clients · .*sandbox/i).first()).toBeVisible();
    await expect(page.locator("a.filter-chip")).toHaveCount(1);
  }
  await page.locator("a.filter-chip").press("Enter");
  await expect(page).toHaveURL("/find");
});

test("what was opened last stands there before anything is typed", async ({ page }) => {
  await findInList(page, "/sandbox/organisations?q=copperfield", "Copperfield Books");
  await link(page, "Copperfield Books").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Copperfield Books");
  await page.goto("/find");
  await expect(card(page, "Opened last").getByRole("link").first()).toHaveText("Copperfield Books");
});

test("who may only look is offered no actions and no audit log", async ({ page }) => {
  await page.setExtraHTTPHeaders(VIEWER_HEADERS);
  await page.goto("/find");
  await expect(card(page, "Pages")).toContainText("Your account");
  await expect(card(page, "Pages")).not.toContainText("Audit log");
  await expect(page.getByRole("main")).not.toContainText("Create organisation");
});

test("what the palette and the choice of an object show is a document of its own", async ({ page }) => {
  for (const address of ["/find/palette?q=harb", "/find/choices?connection=sandbox&kind=organisations&q=harb"]) {
    await page.goto(address);
    await expect(page.getByRole("listbox", { name: "Results" }).getByRole("option").first()).toBeVisible();
  }
});

test("what is found everywhere is narrowed by menus with counts, one connection among them", async ({ page }) => {
  await page.goto("/find?q=harbour");
  const menu = (label: string) => page.locator("details.filter-menu", { has: page.locator(`summary:text-is("${label}")`) });
  await menu("Connection").locator("summary").press("Enter");
  const row = menu("Connection").locator("li", { hasText: "OneID sandbox" });
  const count = Number(await row.locator(".filter-count").innerText());
  await row.getByRole("checkbox", { name: /^is OneID/ }).press("Space");
  await menu("Connection").getByRole("button", { name: "Apply" }).press("Enter");
  await expect(page).toHaveURL("/find?q=harbour&connection=sandbox");
  await expect(page.locator("a.filter-chip")).toHaveText([/^Connection: OneID sandbox/]);
  const found = page.getByText(/^[0-9,]+ (organisation|client)s? found$/);
  const counts = (await found.allInnerTexts()).map((text) => Number.parseInt(text.replace(",", ""), 10));
  expect(counts.reduce((sum, each) => sum + each, 0), "the menu said how many").toBe(count);
  await menu("Product").locator("summary").press("Enter");
  await menu("Product").getByRole("checkbox", { name: "is sign_in", exact: true }).press("Space");
  await menu("Product").getByRole("button", { name: "Apply" }).press("Enter");
  await expect(page.locator("a.filter-chip")).toHaveText([/^Connection: OneID sandbox/, /^Product: sign_in/]);
  await page.getByRole("link", { name: "Clear all" }).press("Enter");
  await expect(page).toHaveURL("/find");
});
