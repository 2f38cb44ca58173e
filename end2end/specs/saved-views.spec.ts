import type { Page } from "@playwright/test";
import { button, link } from "../support/forms.ts";
import { unique } from "../support/journeys.ts";
import { VIEWER_HEADERS } from "../support/stack.ts";
import { expect, test } from "../support/test.ts";

const LIST = "/sandbox/clients?product=sign_in&not_state=disabled&sort=-name";
const views = (page: Page) => page.locator("details.saved-views");

async function save(page: Page, name: string): Promise<void> {
  await page.goto(LIST);
  await views(page).locator("summary").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await views(page).getByRole("textbox", { name: "Name of this view" }).focus();
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(LIST);
  await expect(page.getByRole("main")).toContainText(`The view “${name}” has been saved.`);
}

test("a view is saved, opened, renamed and deleted by keyboard alone", async ({ page }) => {
  const name = unique("Sign-in, <on>");
  await save(page, name);
  await page.goto("/sandbox/clients");
  await views(page).locator("summary").press("Enter");
  await link(page, name, views(page)).press("Enter");
  await expect(page).toHaveURL(LIST);
  await views(page).locator("summary").press("Enter");
  await expect(link(page, name, views(page))).toHaveAttribute("aria-current", "true");

  await link(page, "Rename or delete views", views(page)).press("Enter");
  await expect(page).toHaveURL("/account#saved-views");
  const row = (of: string) => page.getByRole("row").filter({ has: page.getByRole("link", { name: of, exact: true }) });
  const after = `${name}, renamed`;
  await page.getByRole("textbox", { name: `New name of ${name}`, exact: true }).fill(after);
  await page.keyboard.press("Enter");
  await expect(row(after)).toHaveCount(1);
  await button(page, "Delete", row(after)).press("Enter");
  await expect(page.getByRole("main")).toContainText("The view has been deleted.");
  await expect(row(after)).toHaveCount(0);
});

test("a view is for oneself", async ({ page }) => {
  const name = unique("Nobody else’s");
  await save(page, name);
  await page.setExtraHTTPHeaders(VIEWER_HEADERS);
  await page.goto(LIST);
  await views(page).locator("summary").click();
  await expect(link(page, "Rename or delete views", views(page))).toBeVisible();
  await expect(link(page, name, views(page))).toHaveCount(0);
});
