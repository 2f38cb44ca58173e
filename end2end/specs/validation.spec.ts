import type { Locator, Page } from "@playwright/test";
import { button, checkbox, chooseObject, link, many, objectChoice, text } from "../support/forms.ts";
import { createOrganisation, unique } from "../support/journeys.ts";
import { expect, test } from "../support/test.ts";

// A rejected form may answer with the status that says so, or redirect back to itself.
test.beforeEach(({ guard }) => guard.expectStatus(400, 422));

test("a missing name keeps everything else that was typed", async ({ page, javaScriptEnabled }) => {
  await page.goto("/sandbox/organisations/new");
  await text(page, "Name").fill("   ");
  await chooseObject(page, "Parent organisation", "Thistledown Retail Holdings", javaScriptEnabled);
  const parent = await objectChoice(page, "Parent organisation").chosen.inputValue();
  await many(page, "Allowed scopes").choice("openid").check();
  await many(page, "Allowed products").add("sign_up_max, sign_up_ultra");
  await checkbox(page, "Custom logo").check();
  await button(page, "Create organisation").click();

  await expectErrorAt(page, text(page, "Name"), "Enter a name for the organisation.");
  await expect(objectChoice(page, "Parent organisation").chosen).toHaveValue(parent);
  await expect(many(page, "Allowed scopes").choice("openid")).toBeChecked();
  await expect(checkbox(page, "Custom logo")).toBeChecked();
  await expectKept(page, "Allowed products", ["sign_up_max", "sign_up_ultra"]);
});

test("a return URL that is not a URL is told so, with its neighbours kept", async ({ page }) => {
  const organisation = await createOrganisation(page, "sandbox", unique("Harbour & Vale"));
  await page.goto(`/sandbox/organisations/${organisation}/clients/new`);
  const name = unique("portal");
  await text(page, "Name").fill(name);
  await text(page, "Return URLs").fill("https://good.example/callback");
  await button(page, "Add URL").click();
  await text(page, "Return URL 2").fill("not a url");
  await button(page, "Create client").click();

  await expectErrorAt(page, text(page, "Return URL 2"), "This is not a URL.");
  await expect(text(page, "Return URL 2")).toHaveValue("not a url");
  await expect(text(page, "Return URLs")).toHaveValue("https://good.example/callback");
  await expect(text(page, "Return URLs")).not.toHaveAttribute("aria-invalid", "true");
  await expect(text(page, "Name")).toHaveValue(name);

  await text(page, "Return URL 2").fill("http://plain.example/");
  await button(page, "Create client").click();
  await expectErrorAt(page, text(page, "Return URL 2"), /https/);
});

test("what was typed is shown as text, whatever it looks like", async ({ page }) => {
  const payload = `</textarea></title><script>alert(1)</script>"'&amp;`;
  await page.goto("/sandbox/organisations/new");
  await text(page, "Name").fill(unique(payload));
  await button(page, "Create organisation").click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(payload);
  await expect(page).toHaveTitle(/<script>alert\(1\)<\/script>/);
});

test("white space that goes from a name is seen in its review", async ({ page }) => {
  const name = unique("Two  spaces");
  await createOrganisation(page, "sandbox", name);
  await link(page, "Edit").first().click();
  await text(page, "Name").fill(name.replace("  ", " "));
  await button(page, "Review changes").click();
  const removed = page.locator(".removed > span");
  await expect(removed).toBeVisible();
  expect(await removed.innerText()).toBe(name);
  await expect(removed).toHaveCSS("unicode-bidi", "isolate");
});

/** The field is marked, described by the message, and the summary links to it. */
async function expectErrorAt(page: Page, field: Locator, message: string | RegExp): Promise<void> {
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(field).toHaveAccessibleDescription(typeof message === "string" ? new RegExp(message) : message);
  const id = await field.getAttribute("id");
  const summary = page.getByRole("main").locator(`a[href$="#${id}"]`);
  await expect(summary).toBeVisible();
  await summary.click();
  await expect(field).toBeFocused();
}

/** Values typed as "other" come back, as ticked choices or in the input. */
async function expectKept(page: Page, legend: string, values: string[]): Promise<void> {
  const { other, group } = many(page, legend);
  const typed = (await other.inputValue()).split(/[\s,]+/);
  const ticked = await group
    .locator("input:checked, input[type=hidden]")
    .evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value));
  expect([...typed, ...ticked]).toEqual(expect.arrayContaining(values));
}
