import { button, checkbox, chooseObject, link, many, sent, text } from "../support/forms.ts";
import { auditEntries, createClient, createOrganisation, findInList, lastSegment, shownSecret, unique } from "../support/journeys.ts";
import { ADMIN } from "../support/stack.ts";
import { expect, test } from "../support/test.ts";

test("an organisation and its client, from the first form to the audit log", async ({ page, stack, javaScriptEnabled }) => {
  test.slow();
  const before = unique("Quayside Credit Union");
  const after = `${before} & Sons`;

  await page.goto("/sandbox/organisations");
  await link(page, "Create organisation").first().click();
  await text(page, "Name").fill(before);
  await chooseObject(page, "Parent organisation", "Thistledown Retail Holdings", javaScriptEnabled);
  await many(page, "Allowed scopes").choice("openid").check();
  await checkbox(page, "Custom logo").check();
  await button(page, "Create organisation").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(before);
  const organisation = lastSegment(page);

  await findInList(page, "/sandbox/organisations", before);
  await link(page, before).click();
  await expect(page).toHaveURL(`/sandbox/organisations/${organisation}`);

  await link(page, "Edit").first().click();
  await text(page, "Name").fill(after);
  await many(page, "Allowed scopes").choice("profile").check();
  await button(page, "Review changes").click();
  await expect(page).toHaveURL(/draft=/);
  await expect(page.getByText("Nothing has been sent yet.")).toBeVisible();
  for (const change of [before, after, "profile"]) {
    await expect(page.getByRole("main")).toContainText(change);
  }
  await button(page, "Save changes").click();
  await expect(page).toHaveURL(`/sandbox/organisations/${organisation}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(after);

  const name = unique("tenant-portal");
  const { id: client, secret } = await createClient(page, name);
  expect(secret.length, "a secret worth the name").toBeGreaterThanOrEqual(16);
  await page.reload();
  await expect(shownSecret(page)).toHaveCount(0);

  await page.goto(`/sandbox/organisations/${organisation}/history`);
  const ofOrganisation = await auditEntries(page);
  expect(ofOrganisation.length, "created and changed").toBeGreaterThanOrEqual(2);
  await page.goto(`/sandbox/clients/${client}/history`);
  const ofClient = await auditEntries(page);
  expect(ofClient, "created, and its secret shown").toHaveLength(2);
  await page.goto("/audit");
  const newestFirst = await auditEntries(page);
  expect(newestFirst[0], "the client came last").toBe(ofClient[0]);

  const told: string[] = [];
  for (const entry of new Set([...ofOrganisation, ...ofClient])) {
    await page.goto(entry);
    await expect(page.getByRole("main")).toContainText(ADMIN.name);
    await expect(page.getByRole("main")).toContainText(/Applied|Secret shown/);
    told.push(await page.getByRole("main").innerText());
  }
  const story = told.join("\n");
  for (const part of [before, after, "profile", name, "https://tenants.meridian.example/oneid/callback"]) {
    expect(story).toContain(part);
  }

  const everywhere = [
    "/audit",
    ...ofOrganisation,
    ...ofClient,
    "/sandbox/clients",
    ...["", "/edit", "/history"].map((end) => `/sandbox/clients/${client}${end}`),
    ...["", "/edit", "/history"].map((end) => `/sandbox/organisations/${organisation}${end}`),
  ];
  for (const path of everywhere) {
    expect(await (await page.request.get(path)).text(), `no secret in ${path}`).not.toContain(secret);
  }
  expect(stack.kept().includes(secret), "no secret in the database or the log").toBe(false);
});

test("an edit changes what was edited and nothing else", async ({ page }) => {
  await createOrganisation(page, "sandbox", unique("Penrose Utilities"));
  const { id } = await createClient(page, unique("billing"));
  await page.goto(`/sandbox/clients/${id}/edit`);
  const fields = ["required_scopes[]", "additional_scopes[]", "return_urls[]", "token_signing_algorithm", "selected_product"];
  const read = async () => Object.fromEntries(await Promise.all(fields.map(async (name) => [name, await sent(page, name)])));
  const before = await read();
  expect(before["required_scopes[]"]).toContain("openid");
  expect(before["token_signing_algorithm"]).toEqual(["PS256"]);

  const name = unique("billing, renamed");
  await text(page, "Name").fill(name);
  await button(page, "Review changes").click();
  await button(page, "Save changes").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  await page.goto(`/sandbox/clients/${id}/edit`);
  expect(await read()).toEqual(before);
});

test("what switches production on waits for the name to be typed", async ({ page, guard }) => {
  const name = unique("Northgate Gaming");
  const organisation = await createOrganisation(page, "production", name);

  await link(page, "Edit").first().click();
  await checkbox(page, "Production access").check();
  await button(page, "Review changes").click();
  await expect(page.getByText("Production turned on")).toBeVisible();

  guard.expectStatus(409, 422);
  const confirmation = page.getByRole("textbox", { name: `Type ${name} to confirm` });
  await confirmation.fill("another name");
  await button(page, "Save changes").click();
  await expect(page.getByRole("alert")).toBeFocused();
  await expect(confirmation).toHaveAccessibleDescription("The name you typed does not match.");
  await link(page, "The name you typed does not match.").click();
  await expect(confirmation).toBeFocused();
  await expect(page.getByText("Production turned on")).toBeVisible();

  await confirmation.fill(name);
  await button(page, "Save changes").click();
  await expect(page).toHaveURL(`/production/organisations/${organisation}`);
  await page.goto(`/production/organisations/${organisation}/edit`);
  await expect(checkbox(page, "Production access")).toBeChecked();
});
