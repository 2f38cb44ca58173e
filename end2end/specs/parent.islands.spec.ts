import { type Page } from "@playwright/test";
import { button, hydrated, link, many, objectChoice, sent, text } from "../support/forms.ts";
import { LIMITED_HEADERS, LIMITED_TO } from "../support/stack.ts";
import { expect, test } from "../support/test.ts";

const BRISTOL = "Harbour & Vale Lettings Bristol";
const TOP = "Meridian Partner Services";

const available = (page: Page) => page.getByRole("complementary", { name: "Available values" });
const parts = (page: Page) => ({ ...objectChoice(page, "Parent organisation"), products: many(page, "Allowed products") });

async function choose(page: Page, name: string): Promise<void> {
  const { line } = parts(page);
  await line.fill(name);
  await page.getByRole("option").first().click();
}

test("what a form offers follows the parent that is chosen in it, and what was ticked stays", async ({ page }) => {
  await page.goto("/sandbox/organisations/new");
  await hydrated(page);
  await expect(button(page, "Update available values")).toBeHidden();
  const { group, choice, other, add } = many(page, "Allowed products");
  const flagged = group.locator(".choice-flagged", { hasText: "age_verification" });
  const ticked = async () => (await sent(page, "allowed_products[]")).sort();
  for (const product of ["sign_in", "age_verification"]) await choice(product).check();
  await add("made_up");
  await other.press("Enter");
  await expect(flagged).toHaveCount(0);

  const { group: parent } = parts(page);
  await choose(page, BRISTOL);
  await expect(available(page)).toContainText(`from ${BRISTOL}`);
  await expect(flagged).toBeVisible();
  await expect(choice("sign_in")).toBeChecked();
  expect(await ticked()).toEqual(["age_verification", "made_up", "sign_in"]);
  await expect(page.getByText("2 fields changed")).toBeVisible();

  await parent.getByLabel(TOP).check();
  await expect(available(page)).toContainText(`from ${TOP}`);
  await expect(flagged).toHaveCount(0);
  expect(await ticked()).toEqual(["age_verification", "made_up", "sign_in"]);
});

test("without a parent a form offers everything, and says so", async ({ page }) => {
  await page.goto("/sandbox/organisations/new");
  await hydrated(page);
  const { group, products } = parts(page);
  await choose(page, BRISTOL);
  await expect(available(page)).toContainText(`from ${BRISTOL}`);
  await group.getByLabel("OneID default").check();
  await expect(available(page)).toContainText("from your own organisation");
  await products.choice("age_verification").check();
  await expect(products.group.locator(".choice-flagged")).toHaveCount(0);
  await expect(button(page, "Update available values")).toBeHidden();
});

test("an answer without the form leaves the form as it is, and the next one is taken", async ({ page }) => {
  await page.goto("/sandbox/organisations/new");
  await hydrated(page);
  const { group, products } = parts(page);
  await products.choice("sign_in").check();
  const asked = /\/organisations\/new\?parent=/;
  await page.route(asked, (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Sign in</title>" }));
  await choose(page, BRISTOL);
  await expect(button(page, "Update available values")).toBeVisible();
  await expect(page.getByText("The available values could not be read")).toBeVisible();
  await expect(products.choice("sign_in")).toBeChecked();
  await expect(available(page)).toContainText(`from ${TOP}`);

  await page.unroute(asked);
  const without = /\/organisations\/new\?without_parent=/;
  await page.route(without, (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Sign in</title>" }));
  await group.getByLabel("OneID default").check();
  await expect(page.getByText("The available values could not be read")).toBeVisible();
  await expect(available(page)).toContainText(`from ${TOP}`);

  await page.unroute(without);
  await group.getByLabel(TOP).check();
  await group.getByLabel("OneID default").check();
  await expect(available(page)).toContainText("from your own organisation");
  await expect(button(page, "Update available values")).toBeHidden();
  await expect(page.getByText("could not be read")).toHaveCount(0);
});

test("leaving the line before there is an answer is no failure", async ({ page }) => {
  await page.goto("/sandbox/organisations/new");
  await hydrated(page);
  const { group, line } = parts(page);
  // Nothing answers.
  await page.route(/\/find\/choices/, () => undefined);
  const asked = page.waitForRequest(/\/find\/choices/);
  await line.fill("copperf");
  await asked;
  await text(page, "Name").focus();
  await expect(line).toHaveAttribute("aria-expanded", "false");
  await expect(group.getByRole("status")).toHaveText("");
});

test("once the session has ended the line says how to go on, and searches again", async ({ page, guard }) => {
  guard.expectStatusForScripts(401);
  await page.goto("/sandbox/organisations/new");
  await hydrated(page);
  const { group, line } = parts(page);
  await page.route(/\/find\/choices/, (route) => route.fulfill({ status: 401 }));
  await line.fill("copperf");
  const said = group.getByText("Your session has ended. Sign in in a new tab, then search again.");
  await expect(said).toBeVisible();
  await page.unroute(/\/find\/choices/);
  await line.fill("copperfield");
  await expect(group.getByRole("option").first()).toBeVisible();
  await expect(said).toHaveCount(0);
});

test("a late answer does not undo a newer choice", async ({ page }) => {
  await page.goto("/sandbox/organisations/new");
  await hydrated(page);
  const { group } = parts(page);
  const held: (() => void)[] = [];
  await page.route(/\/organisations\/new\?parent=/, async (route) => {
    await new Promise<void>((resolve) => held.push(resolve));
    await route.continue().catch(() => undefined);
  });
  await choose(page, BRISTOL);
  await expect.poll(() => held.length).toBe(1);
  await group.getByLabel(TOP).check();
  await expect(available(page)).toContainText(`from ${TOP}`);
  const finished = page.waitForEvent("requestfinished", (request) => request.url().includes("?parent="));
  held.forEach((go) => go());
  await finished;
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await expect(available(page)).toContainText(`from ${TOP}`);
  await expect(button(page, "Update available values")).toBeHidden();
});

for (const [product, focused] of [["sign_in", "itself"], ["age_verification", "its group"]] as const) {
test(`the focus of ${product} stays with ${focused} when the offered values change`, async ({ page }) => {
  await page.goto("/sandbox/organisations/new");
  await hydrated(page);
  const { products } = parts(page);
  let go: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (go = resolve));
  await page.route(/\/organisations\/new\?parent=/, async (route) => {
    await held;
    await route.continue();
  });
  await choose(page, BRISTOL);
  await products.choice(product).focus();
  go();
  await expect(available(page)).toContainText(`from ${BRISTOL}`);
  // What is not available to the new parent is in a part that is closed.
  await expect(focused === "itself" ? products.choice(product) : products.group).toBeFocused();
});
}

test("of two answers the one about the newer choice counts, whichever comes last", async ({ page }) => {
  await page.goto("/sandbox/organisations/new");
  await hydrated(page);
  const held: (() => void)[] = [];
  await page.route(/\/organisations\/new\?parent=/, async (route) => {
    if (held.length === 0) await new Promise<void>((resolve) => held.push(resolve));
    await route.continue().catch(() => undefined);
  });
  await choose(page, BRISTOL);
  await expect.poll(() => held.length).toBe(1);
  await choose(page, "Copperfield Books");
  await expect(available(page)).toContainText("from Copperfield Books");
  held.forEach((go) => go());
  await page.unrouteAll({ behavior: "wait" });
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await expect(available(page)).toContainText("from Copperfield Books");
});

test.describe("for those who see one branch alone", () => {
  test.use({ extraHTTPHeaders: LIMITED_HEADERS });

  test("a parent that they may not see is taken back, and what it offered is there again", async ({ page }) => {
    await page.goto("/sandbox/organisations?q=harbour");
    await link(page, LIMITED_TO, page.locator("tbody th")).click();
    await link(page, "Edit").click();
    await hydrated(page);
    const { group } = parts(page);
    const before = await available(page).innerText();
    const updated = page.getByText("Available values updated:");
    for (const parent of ["OneID default", "Current parent"]) {
      await page.evaluate(() => document.querySelectorAll("form [role=status]").forEach((status) => status.replaceChildren()));
      await group.getByLabel(parent).check();
      await expect(updated).toBeVisible();
      await expect(button(page, "Update available values")).toBeHidden();
    }
    expect(await available(page).innerText()).toBe(before);
    expect(await sent(page, "parent_id")).toHaveLength(1);
  });
});
