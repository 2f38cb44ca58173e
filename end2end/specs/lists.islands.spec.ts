import type { Page } from "@playwright/test";
import { hydrated } from "../support/forms.ts";
import { expect, test } from "../support/test.ts";

const LIST = "/sandbox/organisations";
const focused = (page: Page) => page.locator("tr:focus");

test("the tree is a tree grid that the keyboard alone can use", async ({ page }) => {
  await page.goto(LIST);
  await hydrated(page);
  await page.evaluate(() => (document.documentElement.dataset.same = "page"));
  const grid = page.getByRole("treegrid", { name: "Organisations" });
  const rows = grid.locator("tbody tr");
  await expect(rows.first()).toHaveAttribute("aria-level", "1");
  await expect(grid.locator('tbody tr[tabindex="0"]'), "one stop for the tab key").toHaveCount(1);
  await rows.first().focus();

  const before = await rows.count();
  await page.keyboard.press("ArrowLeft");
  await expect(rows).toHaveCount(1);
  await expect(focused(page)).toHaveAttribute("aria-expanded", "false");
  await page.keyboard.press("ArrowRight");
  await expect(rows).toHaveCount(before);
  await expect(focused(page)).toHaveAttribute("aria-expanded", "true");
  await expect(page).toHaveURL(LIST);

  await page.keyboard.press("End");
  await expect(rows.last()).toBeFocused();
  await page.keyboard.press("Home");
  await expect(rows.first()).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(rows.nth(1)).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(rows.nth(1).getByRole("link").filter({ hasNotText: /^(Expand|Collapse)/ }).first()).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await expect(rows.nth(1)).toBeFocused();
  await expect(page.locator("html"), "all of this without a new page").toHaveAttribute("data-same", "page");

  const name = await rows.nth(1).locator("th a:not(.tree-toggle)").innerText();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
});

test("the tab key stops once in the tree, and the arrow keys reach the button that copies an ID", async ({ page }) => {
  await page.goto(LIST);
  await hydrated(page);
  const grid = page.getByRole("treegrid", { name: "Organisations" });
  await expect(grid.locator('tbody :is(a, button, [tabindex]):not([tabindex="-1"])')).toHaveCount(1);
  const row = grid.locator("tbody tr").first();
  await expect(row).toHaveAttribute("aria-expanded", "true");
  await row.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(row.getByRole("button", { name: /^Copy ID of / })).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await expect(row.locator("th a:not(.tree-toggle)")).toBeFocused();
});

test("leaves say nothing of being open, and a click on a branch needs no new page", async ({ page }) => {
  await page.goto(LIST);
  await hydrated(page);
  await page.evaluate(() => (document.documentElement.dataset.same = "page"));
  await expect(page.locator("tr:has(.tree-leaf)[aria-expanded]")).toHaveCount(0);
  const toggle = page.locator(".tree-toggle").first();
  await toggle.click();
  await expect(page.locator(".tree-toggle").first()).toHaveAttribute("aria-expanded", "false");
  await expect(page).toHaveURL(/\?open=-/);
  await expect(page.locator("html")).toHaveAttribute("data-same", "page");
});
