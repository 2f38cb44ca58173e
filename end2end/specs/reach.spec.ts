import type { Page } from "@playwright/test";
import { button, hydrated, link, objectChoice } from "../support/forms.ts";
import { LIMITED_HEADERS, LIMITED_TO } from "../support/stack.ts";
import { expect, test } from "../support/test.ts";

test.use({ extraHTTPHeaders: LIMITED_HEADERS });

/** An organisation and a client that are not theirs. */
const OUTSIDE = { organisations: "Copperfield Books", clients: "gift-cards" };
const names = (page: Page) => page.getByRole("main").locator("tbody th a:not(.tree-toggle)");

test("lists, counts and exports have one branch alone", async ({ page }) => {
  await page.goto("/sandbox/organisations");
  await expect(names(page).first()).toHaveText(LIMITED_TO);
  const count = await names(page).count();
  await expect(page.locator(".subline")).toContainText(`${count} organisations`);
  await page.locator("details.filter-menu summary", { hasText: /^State$/ }).press("Enter");
  const counts = await page.locator("details.filter-menu[open] .filter-count").allInnerTexts();
  expect(counts.map(Number).reduce((sum, each) => sum + each, 0), "enabled and disabled together").toBe(count);
  for (const [list, name] of Object.entries(OUTSIDE)) {
    await page.goto(`/sandbox/${list}?q=${encodeURIComponent(name)}`);
    await expect(names(page).filter({ hasText: name })).toHaveCount(0);
    const file = await (await page.request.get(`/sandbox/${list}.jsonl`, { headers: LIMITED_HEADERS })).text();
    expect(file).toContain("Harbour");
    expect(file).not.toContain(name);
  }
});

test("the search over everything finds one branch alone", async ({ page }) => {
  for (const name of Object.values(OUTSIDE)) {
    await page.goto(`/find?q=${encodeURIComponent(name)}`);
    await expect(link(page, name)).toHaveCount(0);
  }
  await page.goto("/find?q=harbour");
  await expect(link(page, LIMITED_TO).first()).toBeVisible();
});

test("a parent is chosen from one branch alone", async ({ page, javaScriptEnabled }) => {
  await page.goto("/sandbox/organisations/new");
  const { group, line } = objectChoice(page, "Parent organisation");
  if (javaScriptEnabled) await hydrated(page);
  for (const [search, expected] of [["copperf", 0], ["harbour", 1]] as const) {
    await line.fill(search);
    if (!javaScriptEnabled) await button(page, "Find", group).click();
    const offered = javaScriptEnabled ? group.getByRole("option") : group.getByRole("radio");
    await expect(group.getByText("Copperfield Books")).toHaveCount(0);
    if (expected === 1) await expect(offered.filter({ hasText: javaScriptEnabled ? /Harbour/ : "" }).first()).toBeVisible();
  }
});

test("the address of what is outside the branch is refused", async ({ page, guard, sample }) => {
  guard.expectStatus(403);
  const answer = await page.goto(`/sandbox/organisations/${sample.organisation}`);
  expect(answer?.status()).toBe(403);
});
