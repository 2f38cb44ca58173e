import { expectAccessible, expectMoreContrast, expectNoSidewaysScroll, expectWholeTables, expectValidHtml } from "../support/checks.ts";
import { hydrated } from "../support/forms.ts";
import { Stack } from "../support/stack.ts";
import { expect, test as base } from "../support/test.ts";

/** A demo of its own, where nobody has to say who they are. */
const test = base.extend<{}, {}>({
  stack: [
    async ({}, use) => {
      const demo = await Stack.demo();
      await use(demo);
      await demo.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  extraHTTPHeaders: {},
  // What is out of order in the demo is so on purpose.
  mended: async ({}, use) => use(),
});

test("the style guide is there in both themes", async ({ page, javaScriptEnabled }) => {
  for (const theme of ["", "?theme=light", "?theme=dark"]) {
    const response = await page.goto(`/styleguide${theme}`);
    expect(response?.status()).toBe(200);
    await expectValidHtml((await response?.text()) ?? "", `/styleguide${theme}`);
    if (javaScriptEnabled) await hydrated(page);
    await expectAccessible(page);
    for (const width of [390, 320]) await expectNoSidewaysScroll(page, width);
  }
});

test("whoever asks for more contrast gets it", async ({ page, javaScriptEnabled }) => {
  test.skip(!javaScriptEnabled, "the same styles");
  for (const path of ["/styleguide", "/", "/connections", "/sandbox/organisations", "/production/clients", "/audit"]) {
    await page.goto(path);
    await expectMoreContrast(page);
  }
});

test("no column of a list is cut off", async ({ page, javaScriptEnabled }) => {
  const lists = ["/sandbox/organisations", "/sandbox/organisations?q=e", "/sandbox/clients", "/production/organisations", "/production/clients", "/audit", "/connections"];
  for (const path of lists) {
    await page.goto(path);
    if (javaScriptEnabled) await hydrated(page);
    await expectWholeTables(page, 641, 768, 920, 1024, 1200, 1280, 1346, 1440, 1600);
  }
});

test("the tour leads from the overview of the demo through five steps, each to something to see", async ({ page, javaScriptEnabled }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "Demo tour" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Tour");
  await expect(page.getByRole("main").getByRole("heading", { level: 2 })).toHaveCount(5);
  await expectAccessible(page);
  for (const width of [390, 320]) await expectNoSidewaysScroll(page, width);

  const steps = await page.getByRole("main").locator(".steps a").evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href));
  expect(steps.length).toBeGreaterThanOrEqual(5);
  for (const step of steps) {
    const response = await page.goto(step);
    expect.soft(response?.status(), step).toBe(200);
    await expectValidHtml((await response?.text()) ?? "", step);
    if (javaScriptEnabled) await hydrated(page);
    await expectAccessible(page);
    await expectNoSidewaysScroll(page, 320);
    // Nothing to see is not worth a step.
    if (!step.endsWith("/find")) await expect.soft(page.getByRole("main").locator("table, .attention, article").first(), step).toBeVisible();
  }
});
