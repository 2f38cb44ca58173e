import { button, hydrated } from "../support/forms.ts";
import { expect, test } from "../support/test.ts";

const PROBE = { system: "oneid-sandbox", path: "/v1/organisations" };
// Longer than the time between two looks.
const SOON = { timeout: 12_000 };

test("an open page shows what another has found, and nothing is lost", async ({ page, context, stack }) => {
  await page.goto("/connections");
  await hydrated(page);
  await page.evaluate(() => (document.documentElement.dataset.same = "page"));
  const card = page.locator(".connection-card, tr").filter({ has: page.locator('a[href="/connections/sandbox"]') });
  const focused = button(page, "Check now", card);
  await focused.focus();

  const other = await context.newPage();
  await stack.faults.add({ ...PROBE, kind: { status: 503 } });
  await other.goto("/connections/sandbox");
  await button(other, "Check now").click();
  await expect(other.getByRole("main")).toContainText("Failing");
  // A page behind another is not seen, and asks for nothing.
  await page.bringToFront();

  await expect(card).toContainText("Failing", SOON);
  await expect(focused).toBeFocused();
  await expect(page.locator("html")).toHaveAttribute("data-same", "page");

  // Nobody is at a control any more: the page shows it where it belongs.
  await page.getByRole("heading", { name: "Connections", level: 1 }).click();
  await expect(page.locator(".connection-card").filter({ has: page.locator('a[href="/connections/sandbox"]') })).toContainText(
    "503",
    SOON,
  );
});

test("an open table of checks stays open", async ({ page }) => {
  await page.goto("/connections/sandbox");
  await button(page, "Check now").click();
  await hydrated(page);
  await page.getByText("View as table").click();
  const asOf = page.locator("#live-as-of");
  const before = await asOf.innerText();
  await expect(asOf).not.toHaveText(before, SOON);
  await expect(page.getByRole("table", { name: "Checks, newest first" })).toBeVisible();
});

test("once the session has ended an open page says so, and asks no more", async ({ page, guard }) => {
  guard.expectStatusForScripts(401);
  await page.clock.install();
  await page.goto("/connections");
  await hydrated(page);
  let asked = 0;
  await page.route("/connections", (route) => {
    asked += 1;
    // It does not count as use of the session.
    expect(route.request().headers()["background-request"]).toBe("?1");
    return route.fulfill({ status: 401 });
  });
  await page.clock.fastForward(5_000);
  await expect(page.getByText("Your session has ended. Reload this page to sign in.")).toBeVisible();
  await expect(page.getByText("Updates paused")).toBeHidden();
  await page.clock.fastForward(30_000);
  await page.evaluate(async () => void (await fetch("/find")));
  expect(asked).toBe(1);
});

test("a dashboard that does not answer is told, and so is its return", async ({ page }) => {
  await page.goto("/connections");
  await hydrated(page);
  const trouble = page.getByText("Updates paused");
  await expect(trouble).toBeHidden();
  // An answer that is no page stands for none: an aborted request would be a problem of the browser's.
  await page.route("/connections", (route) => route.fulfill({ status: 204 }));
  await expect(trouble).toBeVisible(SOON);
  await page.unroute("/connections");
  await expect(trouble).toBeHidden(SOON);
});
