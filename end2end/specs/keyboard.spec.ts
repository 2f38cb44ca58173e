import type { Page } from "@playwright/test";
import { button, text } from "../support/forms.ts";
import { unique } from "../support/journeys.ts";
import { expect, test } from "../support/test.ts";

test("the first stop is a link that skips to the content", async ({ page }) => {
  await page.goto("/sandbox/organisations");
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: /^Skip to/ });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("main").locator(":focus"), "the next stop is in the content").toHaveCount(1);
});

test("a form can be filled and sent without a pointer", async ({ page }) => {
  const name = unique("Zoë’s Bakery <test>");
  await page.goto("/sandbox/organisations/new");
  await text(page, "Name").focus();
  await page.keyboard.type(name);
  await tabTo(page, "Create organisation");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
});

test("Enter in a field sends the form, whatever buttons stand before the main one", async ({ page, sample }) => {
  const name = unique("sent by Enter");
  await page.goto(`/sandbox/organisations/${sample.organisation}/clients/new`);
  await text(page, "Name").fill(name);
  await text(page, "Name").press("Enter");
  // Sent, and without a product it has to be reviewed.
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Review the new client");
  await expect(page.getByRole("main")).toContainText(name);
});

test("every stop of the tab key can be seen", async ({ page, sample }) => {
  await page.goto(`/sandbox/clients/${sample.client}/edit`);
  for (let stop = 0; stop < 15; stop += 1) {
    await page.keyboard.press("Tab");
    const mark = await page.evaluate(() => {
      const focused = document.activeElement;
      if (focused === null || focused === document.body) return "left the page";
      // A choice shows the ring on its label, around an input that is not painted.
      const painted = getComputedStyle(focused).opacity === "0" ? focused.parentElement : focused;
      return painted && getComputedStyle(painted).outlineStyle !== "none" ? "seen" : focused.outerHTML;
    });
    expect(mark).toBe("seen");
  }
});

async function tabTo(page: Page, words: string): Promise<void> {
  for (let stops = 0; stops < 100; stops += 1) {
    await page.keyboard.press("Tab");
    if (await button(page, words).evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`the tab key does not reach "${words}"`);
}
