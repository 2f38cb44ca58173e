import { expect, type Page } from "@playwright/test";
import { hydrated, objectChoice } from "../support/forms.ts";
import { ADMIN_HEADERS, Stack } from "../support/stack.ts";
import { test as base } from "../support/test.ts";

const SIZE = { organisations: 100_000, clients: 1_000 };
/** The most that a page of this partner may have: one of the sample data has as much. */
const LARGEST = 150_000;

/** An admin who asks without a browser, which would load what pages need while there is nothing to see yet. */
const headers = { ...ADMIN_HEADERS, Accept: "text/html" };

/** A partner with 100,000 organisations, of which the dashboard has read the list. */
const test = base.extend<object, object>({
  stack: [
    async ({}, use) => {
      const stack = await Stack.start(undefined, SIZE);
      try {
        await expect
          .poll(async () => (await fetch(`${stack.url}/sandbox/organisations`, { headers })).text(), { timeout: 120_000 })
          .toMatch(/100,\d{3} organisations/);
        await use(stack);
      } finally {
        // One that is left running would read the list again and again, and take the processor from every other.
        await stack.stop();
      }
    },
    { scope: "worker", timeout: 180_000 },
  ],
});

// One after the other, on one partner: two that read such lists at once would take the processor from each other.
test.describe.configure({ mode: "default" });

const names = (page: Page) => page.getByRole("main").locator("tbody th a:not(.tree-toggle)");

/** Opens a page, which has to stay as small as that of a small partner. */
async function open(page: Page, path: string): Promise<void> {
  const answer = await page.goto(path);
  expect((await answer?.body())?.length ?? 0, path).toBeLessThan(LARGEST);
}

test("at 100,000 organisations the tree is closed, opens branch by branch, and the pages stay small", async ({ page }) => {
  await open(page, "/sandbox/organisations");
  await expect(page.locator(".pagination")).toContainText("at the top level");
  await page.locator("a.tree-toggle[aria-expanded=false]").first().press("Enter");
  await expect(page).toHaveURL(/open=/);
  expect(await names(page).count()).toBeGreaterThan(1);
  expect(await names(page).count()).toBeLessThanOrEqual(201);
});

test("at 100,000 organisations a search, a filter and the way through the pages answer at once", async ({ page }) => {
  await open(page, "/sandbox/organisations?q=harbour+motors");
  await expect(names(page).first()).toContainText(/harbour/i);
  await open(page, "/sandbox/organisations?product=sign_up&sort=-name");
  await expect(names(page)).toHaveCount(100);
  const first = await names(page).first().innerText();
  await page.getByRole("link", { name: /^Next/ }).click();
  await expect(page.locator(".pagination")).toContainText("101–200 of");
  await page.getByRole("link", { name: /Previous/ }).click();
  await expect(names(page).first()).toHaveText(first);
});

test("at 100,000 organisations the clients that were read are listed, and the page says what is missing", async ({ page }) => {
  await open(page, "/sandbox/clients");
  await expect(page.locator("#filling-text")).toContainText(/of 100,\d{3} organisations have been loaded so far/);
  await expect(page.getByRole("progressbar")).toBeVisible();
});

test("at 100,000 organisations a parent is found by typing", async ({ page, javaScriptEnabled }) => {
  await open(page, "/sandbox/organisations/new");
  const { group, line } = objectChoice(page, "Parent organisation");
  if (javaScriptEnabled) await hydrated(page);
  await line.fill("copperfield books");
  if (javaScriptEnabled) {
    await expect(group.getByRole("option").first()).toContainText(/copperfield/i);
  } else {
    await line.press("Enter");
    await expect(group.getByRole("radio").first()).toBeVisible();
  }
});
