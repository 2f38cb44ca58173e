import type { Page } from "@playwright/test";
import { button, hydrated, link, objectChoice, text } from "../support/forms.ts";
import { createClient, createOrganisation, unique } from "../support/journeys.ts";
import { expect, test } from "../support/test.ts";

const LIST = "/sandbox/organisations";
const names = (page: Page) => page.getByRole("main").locator("tbody th a:not(.tree-toggle)");
const menu = (page: Page, label: string) =>
  page.locator("details.filter-menu").filter({ has: page.locator("summary", { hasText: new RegExp(`^${label}$`) }) });

test("a search is an address, and what it finds says where it is", async ({ page }) => {
  await page.goto(LIST);
  const search = page.getByRole("main").getByRole("searchbox");
  await search.fill("copperfield");
  await search.press("Enter");
  await expect(page).toHaveURL(`${LIST}?q=copperfield`);
  await expect(names(page)).toHaveText(["Copperfield Books"]);
  await expect(page.locator(".cell-path")).toContainText("Thistledown Retail Holdings");
  await link(page, "Clear all").click();
  await expect(page).toHaveURL(LIST);
});

test("a name does not reorder the text beside it", async ({ page }) => {
  await page.goto(LIST);
  await expect(names(page).first()).toHaveCSS("unicode-bidi", "isolate");
});

test("filters are chosen from counted values, stand in the address and take themselves away", async ({ page }) => {
  await page.goto(LIST);
  const product = menu(page, "Product");
  await product.locator("summary").click();
  await product.getByRole("checkbox", { name: "is sign_in", exact: true }).check();
  await product.getByRole("checkbox", { name: "is sign_up", exact: true }).check();
  await button(page, "Apply", product).click();
  await expect(page).toHaveURL(`${LIST}?product=sign_in&product=sign_up`);
  const state = menu(page, "State");
  await state.locator("summary").click();
  await state.getByRole("checkbox", { name: "is not disabled", exact: true }).check();
  await button(page, "Apply", state).click();
  await expect(page).toHaveURL(`${LIST}?product=sign_in&product=sign_up&not_state=disabled`);
  const chips = page.locator("a.filter-chip");
  await expect(chips).toHaveText([/^Product: sign_in, sign_up/, /^Not: disabled/]);
  await chips.first().click();
  await expect(page).toHaveURL(`${LIST}?not_state=disabled`);
});

test("filters are set, turned round and taken away by keyboard alone", async ({ page }) => {
  await page.goto(LIST);
  const scope = menu(page, "Scope");
  await scope.locator("summary").focus();
  await page.keyboard.press("Enter");
  await expect(scope.getByRole("button", { name: "Apply" })).toBeVisible();
  await page.keyboard.press("Tab");
  const first = scope.getByRole("checkbox").first();
  await expect(first).toBeFocused();
  const value = await first.inputValue();
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${LIST}?scope=${value}`);
  const chip = page.locator("a.filter-chip");
  await expect(chip).toHaveText([new RegExp(`^Scope: ${value}`)]);

  await scope.locator("summary").press("Enter");
  await scope.getByRole("checkbox", { name: `is ${value}`, exact: true }).press("Space");
  await scope.getByRole("checkbox", { name: `is not ${value}`, exact: true }).press("Space");
  await button(page, "Apply", scope).press("Enter");
  await expect(page).toHaveURL(`${LIST}?not_scope=${value}`);
  await expect(chip).toHaveText([new RegExp(`^Not scope: ${value}`)]);
  await chip.press("Enter");
  await expect(page).toHaveURL(LIST);
});

test("each value says how many have it, and choosing it shows as many", async ({ page }) => {
  await page.goto("/production/organisations?state=enabled");
  const product = menu(page, "Product");
  await product.locator("summary").click();
  const row = product.locator("li").filter({ hasText: "sign_in_refresh" });
  const count = await row.locator(".filter-count").innerText();
  await row.getByRole("checkbox", { name: "is sign_in_refresh", exact: true }).check();
  await button(page, "Apply", product).click();
  await expect(names(page)).toHaveCount(Number(count));
  await expect(page.getByRole("navigation", { name: "Pages" })).toContainText(`of ${count} that match`);
});

test("a value that is not offered can be typed", async ({ page }) => {
  await page.goto("/sandbox/clients");
  const host = menu(page, "Host");
  await host.locator("summary").click();
  await host.getByRole("textbox").fill("nobody.example");
  await button(page, "Apply", host).click();
  await expect(page).toHaveURL("/sandbox/clients?host=nobody.example");
  await expect(page.getByRole("heading", { name: "No matching clients" })).toBeVisible();
});

test("a column sorts one way, then the other, then not at all", async ({ page }) => {
  await page.goto("/sandbox/clients?state=enabled");
  const head = page.getByRole("columnheader", { name: "State" });
  for (const order of ["ascending", "descending", null]) {
    await head.getByRole("link").click();
    if (order === null) await expect(head).not.toHaveAttribute("aria-sort");
    else await expect(head).toHaveAttribute("aria-sort", order);
  }
  await expect(page).toHaveURL("/sandbox/clients?state=enabled");
});

test("a branch closes, opens and is shown alone", async ({ page }) => {
  const parent = unique("Branch with one below");
  const id = await createOrganisation(page, "sandbox", parent);
  await page.goto(`${LIST}/new?parent=${id}`);
  await text(page, "Name").fill(`${parent}, below`);
  await button(page, "Create organisation").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${parent}, below`);
  await page.goto(`${LIST}?at=${id}`);
  await expect(names(page)).toHaveText([`${parent}, below`]);
  await expect(page.getByRole("navigation", { name: "Breadcrumb" })).toContainText(parent);
  await page.goto(`${LIST}/${id}`);
  await link(page, "Show clients below").click();
  await expect(page.locator("a.filter-chip")).toContainText(`Within: ${parent}`);
});

test("the clients below an organisation are a list like any other", async ({ page }) => {
  const id = await createOrganisation(page, "sandbox", unique("With a client"));
  const name = unique("till");
  await createClient(page, name);
  await page.goto(`/sandbox/clients?within=${id}`);
  await expect(names(page)).toHaveText([name]);
});

test("the branch of an organisation is found and chosen in a menu, by keyboard alone", async ({ page, javaScriptEnabled }) => {
  await page.goto("/sandbox/clients?state=enabled");
  if (javaScriptEnabled) await hydrated(page);
  const within = menu(page, "Within");
  await within.locator("summary").press("Enter");
  const { group, line } = objectChoice(page, "Within");
  await line.focus();
  await page.keyboard.type("harbour & vale property");
  if (javaScriptEnabled) {
    await expect(group.getByRole("option")).toHaveText([/^Harbour & Vale Property Group/]);
    await page.keyboard.press("Enter");
    await expect(group.getByRole("status")).toHaveText("Harbour & Vale Property Group is chosen.");
  } else {
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect(group).toContainText("One organisation matches “harbour & vale property”");
    await group.getByRole("checkbox", { name: "is Harbour & Vale Property Group" }).press("Space");
  }
  await expect(group.getByRole("checkbox", { name: "is Harbour & Vale Property Group" })).toBeChecked();
  await group.getByRole("button", { name: "Apply" }).press("Enter");
  await expect(page).toHaveURL(/\?state=enabled&within=[0-9a-f-]{36}$/);
  await expect(page.locator("a.filter-chip")).toHaveText([/^State: enabled/, /^Within: Harbour & Vale Property Group/]);
  const row = within.locator("li", { hasText: "Harbour & Vale Property Group" });
  const count = await row.locator(".filter-count").textContent();
  await expect(page.locator(".pagination"), "the menu says how many").toContainText(`of ${count} that match`);
});
