import { expectAccessible, expectNoSidewaysScroll } from "../support/checks.ts";
import { button, checkbox, link } from "../support/forms.ts";
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
  await menu.getByRole("checkbox", { name: "is Any warning", exact: true }).check();
  await button(page, "Apply", menu).click();
  await expect(page).toHaveURL(/readiness=warning/);
  await expect(page.getByRole("link", { name: /^Readiness: Any warning/ })).toBeVisible();
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

test("a secret that OneID does not give again is not offered", async ({ page }) => {
  await createOrganisation(page, "sandbox", unique("Reveal"));
  await createClient(page, unique("asked"));
  await page.goto(page.url().split("?")[0] ?? "");
  await expect(page.getByRole("main")).toContainText("Shown once, when the client was created");
  await expect(button(page, "Reveal secret")).toHaveCount(0);
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
  await page.goto("/");
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(page.getByText("given-again")).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("main")).toContainText("The client secret is no longer shown.");
  await expect(page.getByText("given-again")).toHaveCount(0);
  await stack.faults.clear();
});
