import { expectAccessible, expectNoSidewaysScroll } from "../support/checks.ts";
import { button, checkbox, link, text } from "../support/forms.ts";
import { createClient, createOrganisation, unique } from "../support/journeys.ts";
import { expect, test } from "../support/test.ts";

test("a rule is silenced with a reason, and told again", async ({ page }) => {
  await createOrganisation(page, "sandbox", unique("Readiness"));
  const name = unique("twin");
  const organisation = page.url();
  await createClient(page, name);
  await page.goto(organisation);
  await createClient(page, name);
  const client = page.url().split("?")[0] ?? "";
  const card = page.getByRole("region", { name: "Readiness" });
  const twin = card.getByRole("heading", { name: "Another one beside it has the same name" });
  await page.goto(client);
  await expect(twin).toBeVisible();

  await card.getByText("Silence", { exact: false }).first().click();
  const reason = card.getByLabel("Why it does not matter here").first();
  await reason.fill("Both are called so by the customer");
  await expectAccessible(page);
  await button(page, "Silence this rule", card).first().click();
  await expect(page.getByRole("main")).toContainText("The rule is silenced for this object.");
  await expect(twin).toBeHidden();
  await page.goto(`/sandbox/clients?readiness=name_twin&q=${encodeURIComponent(name)}`);
  await expect(page.getByRole("main").locator("tbody tr")).toHaveCount(1);

  await page.goto(client);
  await card.getByText("1 rule is silenced").click();
  await expect(card).toContainText("Both are called so by the customer");
  await expectAccessible(page);
  await card.getByRole("button", { name: /^Stop silencing/ }).click();
  await expect(page.getByRole("main")).toContainText("The rule is no longer silenced for this object.");
  await expect(twin).toBeVisible();
});

test("a list is narrowed to what breaks a rule", async ({ page }) => {
  await page.goto("/sandbox/clients");
  await page.getByRole("main").locator("summary", { hasText: "Readiness" }).click();
  const menu = page.getByRole("group", { name: "Readiness" });
  await expect(menu).toBeVisible();
  await expectAccessible(page);
  await menu.getByRole("checkbox", { name: /^is .*any warning/ }).check();
  await button(page, "Apply", menu).click();
  await expect(page).toHaveURL(/readiness=warning/);
  await expect(page.getByRole("link", { name: /^Readiness: any warning/ })).toBeVisible();
  await link(page, (await page.locator("tbody th a").first().innerText()).trim()).first().click();
  await expect(page.getByRole("region", { name: "Readiness" })).toContainText("Warning");
});

test("the review of an organisation says whom a change concerns below it", async ({ page }) => {
  const upper = unique("Upper");
  const id = await createOrganisation(page, "sandbox", upper);
  await createClient(page, unique("served"));
  await page.goto(`/sandbox/organisations/${id}/edit`);
  await checkbox(page, "Enabled").uncheck();
  await button(page, "Review changes").click();
  const impact = page.getByRole("region", { name: "Impact" });
  await expect(impact).toContainText("An organisation above is disabled");
  await expect(impact.getByRole("link", { name: /^served/ })).toBeVisible();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page, 390);
});

test("a secret is revealed where OneID gives it again, and otherwise it is said that it does not", async ({ page }) => {
  await createOrganisation(page, "sandbox", unique("Reveal"));
  await createClient(page, unique("asked"));
  const client = page.url().split("?")[0] ?? "";
  await page.goto(client);
  await button(page, "Reveal secret").click();
  await expect(page).toHaveURL(client);
  await expect(page.getByRole("main")).toContainText("OneID does not give the secret of this client again.");
  await expect(text(page, "Why you need it")).toBeHidden();
});

test("a revealed secret is covered until it is asked for, and the page goes on without it", async ({ page, stack }) => {
  await createOrganisation(page, "sandbox", unique("Reveal"));
  const name = unique("given");
  const { id } = await createClient(page, name);
  const body = JSON.stringify({ id, name, is_production: false, secret: "given-again" });
  await stack.faults.add({ system: "oneid-sandbox", path: `/v1/clients/${id}`, kind: { status: 200, body, content_type: "application/json" } });
  await page.goto(`/sandbox/clients/${id}`);
  const answered = page.waitForResponse((response) => response.url().includes("?revealed="));
  await button(page, "Reveal secret").click();
  expect((await answered).headers()["refresh"]).toBe(`30; url=/sandbox/clients/${id}`);
  const panel = page.getByRole("region", { name: "Client secret" });
  await expect(panel.getByText("given-again")).toBeHidden();
  await expectAccessible(page);
  await panel.getByText("Show the secret").click();
  await expect(panel.getByText("given-again")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("main")).toContainText("The client secret is hidden again.");
  await expect(page.getByText("given-again")).toHaveCount(0);
  await stack.faults.clear();
});
