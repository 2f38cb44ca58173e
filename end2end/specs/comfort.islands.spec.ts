import { button, hydrated, many, sent, text } from "../support/forms.ts";
import { expect, test } from "../support/test.ts";

test("a typed value and Enter become a choice, and nothing is submitted", async ({ page }) => {
  await page.goto("/sandbox/organisations/new");
  await hydrated(page);
  const { other, group, add } = many(page, "Allowed scopes");
  await add("vendor_scope");
  await other.press("Enter");
  await expect(other).toHaveValue("");
  await expect(other).toBeFocused();
  await expect(group).toContainText("vendor_scope");
  expect(await sent(page, "allowed_scopes[]")).toContain("vendor_scope");
  await expect(page).toHaveURL("/sandbox/organisations/new");
});

test("another return URL needs no new page", async ({ page, sample }) => {
  await page.goto(`/sandbox/organisations/${sample.organisation}/clients/new`);
  await hydrated(page);
  await page.evaluate(() => (document.documentElement.dataset.same = "page"));
  const rows = page.locator('input[name="return_urls[]"]');
  const before = await rows.count();
  await text(page, "Return URLs").fill("https://kept.example/");
  await button(page, "Add URL").click();
  await expect(rows).toHaveCount(before + 1);
  await expect(text(page, "Return URLs")).toHaveValue("https://kept.example/");
  await expect(page.locator("html")).toHaveAttribute("data-same", "page");
});

test("a return URL goes without a new page, and the others keep what was typed", async ({ page, sample }) => {
  await page.goto(`/sandbox/clients/${sample.client}/edit`);
  await hydrated(page);
  await page.evaluate(() => (document.documentElement.dataset.same = "page"));
  const [first] = await sent(page, "return_urls[]");
  await button(page, "Add URL").click();
  await text(page, "Return URL 2").fill("https://second.example/");
  await button(page, "Add URL").click();
  await text(page, "Return URL 3").fill("https://third.example/");
  await button(page, "Remove return URL 2").click();
  await expect(text(page, "Return URL 2")).toHaveValue("https://third.example/");
  expect(await sent(page, "return_urls[]")).toEqual([first, "https://third.example/"]);
  await expect(page.locator("html")).toHaveAttribute("data-same", "page");
});

test("lines that are pasted into a row become rows, and a space in one stays", async ({ page, context, sample }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`/sandbox/organisations/${sample.organisation}/clients/new`);
  await hydrated(page);
  const lines = ["https://a.example/1", "https://a.example/a b", "https://a.example/3"];
  await page.evaluate((text) => navigator.clipboard.writeText(text), `${lines.join("\r\n")}\n\n`);
  await text(page, "Return URLs").focus();
  await page.keyboard.press("Control+V");
  await expect(text(page, "Return URL 3")).toBeFocused();
  expect(await sent(page, "return_urls[]")).toEqual(lines);
  await expect(page.getByText("1 field changed")).toBeVisible();

  await page.keyboard.press("Control+V");
  expect(await sent(page, "return_urls[]"), "what a row holds stays").toEqual([...lines, ...lines]);
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Control+V");
  expect(await sent(page, "return_urls[]"), "what is selected does not").toEqual([...lines, ...lines.slice(0, 2), ...lines]);
});

test("an ID is copied from its row, and the button says so for a moment", async ({ page, context, sample }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.clock.install();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/sandbox/clients?q=tenant-portal");
  await hydrated(page);
  const row = page.getByRole("row").filter({ has: page.locator(`a[href$="/clients/${sample.client}"]`) });
  const copy = row.getByRole("button", { name: /^Copy ID of tenant-portal/ });
  await copy.click();
  await expect(copy).toHaveAttribute("data-copied");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(sample.client);
  await page.clock.fastForward(3_000);
  await expect(copy).not.toHaveAttribute("data-copied");
});

test("Copy copies", async ({ page, context, sample }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`/sandbox/clients/${sample.client}`);
  await hydrated(page);
  await page.getByRole("main").getByRole("button", { name: /^Copy/ }).first().click();
  await expect(page.getByRole("button", { name: /^Copied/ }).or(page.getByText(/^Copied/)).first()).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(sample.client);
});

test("a form that was changed asks before it is left, and one that was not does not", async ({ page, guard, sample }) => {
  guard.asksBeforeLeaving = true;
  const asked: string[] = [];
  let stays = true;
  page.on("dialog", (dialog) => {
    asked.push(dialog.type());
    void (stays ? dialog.dismiss() : dialog.accept());
  });
  const edit = `/sandbox/organisations/${sample.organisation}/edit`;
  const overview = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Overview" });
  await page.goto(edit);
  await hydrated(page);
  await text(page, "Name").click();
  await overview.click();
  await expect(page).toHaveURL("/");
  expect(asked).toEqual([]);

  await page.goto(edit);
  await hydrated(page);
  await text(page, "Name").click();
  await page.keyboard.type(" and more");
  await overview.click();
  await expect.poll(() => asked).toEqual(["beforeunload"]);
  await expect(page).toHaveURL(edit);
  await expect(text(page, "Name")).toHaveValue(/ and more/);
  stays = false;
  await overview.click();
  await expect(page).toHaveURL("/");
  expect(asked).toEqual(["beforeunload", "beforeunload"]);
});

test("a form that is sent asks nothing, nor does the page that follows", async ({ page, guard, sample }) => {
  guard.asksBeforeLeaving = true;
  const asked: string[] = [];
  page.on("dialog", (dialog) => {
    asked.push(dialog.type());
    void dialog.accept();
  });
  await page.goto(`/sandbox/organisations/${sample.organisation}/edit`);
  await hydrated(page);
  await text(page, "Name").click();
  await page.keyboard.type(" guarded");
  await button(page, "Review changes").click();
  await expect(page).toHaveURL(/step=review/);
  await button(page, "Save changes").click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("guarded");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Overview" }).click();
  await expect(page).toHaveURL("/");
  expect(asked).toEqual([]);
});
