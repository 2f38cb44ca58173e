import { button, hydrated, objectChoice, text } from "../support/forms.ts";
import { unique } from "../support/journeys.ts";
import { expect, test } from "../support/test.ts";

const PARENT = "Parent organisation";

test("a parent is found and chosen by keyboard alone", async ({ page, javaScriptEnabled }) => {
  const name = unique("Chosen by keyboard");
  await page.goto("/sandbox/organisations/new");
  await text(page, "Name").fill(name);
  const { group, line, chosen } = objectChoice(page, PARENT);
  if (javaScriptEnabled) await hydrated(page);
  await line.focus();
  await page.keyboard.type("copperf");
  if (javaScriptEnabled) {
    const options = group.getByRole("option");
    await expect(options).toHaveText([/^Copperfield Books/]);
    await expect(line).toHaveAttribute("aria-expanded", "true");
    await page.keyboard.press("Escape");
    await expect(line).toHaveAttribute("aria-expanded", "false");
    await expect(line, "what was typed stays").toHaveValue("copperf");
    await page.keyboard.press("ArrowDown");
    await expect(options).toHaveCount(1);
    await page.keyboard.press("Enter");
  } else {
    await page.keyboard.press("Tab");
    await expect(button(page, "Find", group)).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(group).toContainText("One organisation matches “copperf”");
    await expect(text(page, "Name"), "the rest of the form is kept").toHaveValue(name);
    await chosen.focus();
    await page.keyboard.press("ArrowUp");
  }
  await expect(group.getByRole("radio", { name: "Copperfield Books" })).toBeChecked();
  await expect(page, "nothing was created").toHaveURL(/\/organisations\/new/);
  await button(page, "Create organisation").press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  await expect(page.getByRole("main")).toContainText("Copperfield Books");
});

test("the choice can be taken back to none", async ({ page, javaScriptEnabled }) => {
  await page.goto("/sandbox/organisations/new");
  const { group, line, chosen } = objectChoice(page, PARENT);
  if (javaScriptEnabled) await hydrated(page);
  await line.fill("thistledown");
  if (javaScriptEnabled) {
    await group.getByRole("option").first().click();
  } else {
    await button(page, "Find", group).click();
    await group.getByRole("radio", { name: /^Thistledown/ }).check();
  }
  await expect(chosen).not.toHaveValue("");
  await group.getByRole("radio", { name: "OneID default" }).check();
  await expect(chosen).toHaveValue("");
});

test("what finds nothing says so", async ({ page, javaScriptEnabled }) => {
  await page.goto("/sandbox/organisations/new");
  const { group, line } = objectChoice(page, PARENT);
  if (javaScriptEnabled) await hydrated(page);
  await line.fill("nothing-has-this-name");
  if (javaScriptEnabled) {
    await expect(group.getByRole("status")).toHaveText("Nothing found.");
  } else {
    await button(page, "Find", group).click();
    await expect(group).toContainText("No organisation has this name or ID: “nothing-has-this-name”.");
  }
});

test("without JavaScript a button brings what the chosen parent allows, and keeps what is in the form", async ({ page, javaScriptEnabled }) => {
  test.skip(Boolean(javaScriptEnabled), "with it, the choice is enough");
  await page.goto("/sandbox/organisations/new");
  const { group, line } = objectChoice(page, PARENT);
  await text(page, "Name").fill("Kept as it was");
  await line.fill("Harbour & Vale Lettings Bristol");
  await button(page, "Find", group).click();
  await group.getByRole("radio", { name: /^Harbour & Vale Lettings Bristol/ }).check();
  await button(page, "Update available values").click();
  await expect(page.getByRole("complementary", { name: "Available values" })).toContainText("from Harbour & Vale Lettings Bristol");
  await expect(text(page, "Name")).toHaveValue("Kept as it was");
  await group.getByRole("radio", { name: "OneID default" }).check();
  await button(page, "Update available values").click();
  await expect(page.getByRole("complementary", { name: "Available values" })).toContainText("from your own organisation");
});
