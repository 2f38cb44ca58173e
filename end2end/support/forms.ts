import { type BrowserContext, expect, type Locator, type Page } from "@playwright/test";

/** A one-line text field by its label. */
export function text(page: Page, label: string): Locator {
  return page.getByRole("textbox", { name: labelled(label) });
}

/** A choice of one from a list. */
export function select(page: Page, label: string): Locator {
  return page.getByRole("combobox", { name: labelled(label) });
}

/** A switch. */
export function checkbox(page: Page, label: string): Locator {
  return page.getByRole("checkbox", { name: labelled(label) });
}

/** A button by its words, in a part of the page where that is said. */
export function button(page: Page, words: string, within: Page | Locator = page): Locator {
  return within.getByRole("button", { name: words, exact: true });
}

/** A link in the page proper, not in the frame around it; in a part of it where that is said. */
export function link(page: Page, words: string, within: Locator = page.getByRole("main")): Locator {
  return within.getByRole("link", { name: words, exact: true });
}

/** A field of many values: checkboxes for the known ones, and a text input for all others. */
export function many(page: Page, legend: string) {
  const group = page.getByRole("group", { name: labelled(legend) });
  const other = page.getByLabel(labelled(`Other ${legend.toLowerCase()}`));
  return {
    group,
    choice: (value: string) => group.locator(`input[type="checkbox"][value="${value}"]`),
    other,
    /** Types values that are not offered. */
    add: async (values: string) => {
      if (!(await other.isVisible())) await group.getByText("Add custom").click();
      await other.fill(values);
    },
  };
}

/** A field that holds another object: what is chosen, and the line by which one is found. */
export function objectChoice(page: Page, legend: string) {
  const group = page.getByRole("group", { name: labelled(legend) });
  return {
    group,
    /** A combobox with JavaScript, a text field without. */
    line: group.getByLabel("Find by name or ID", { exact: true }),
    chosen: group.locator("input[type=radio]:checked"),
  };
}

/** Chooses an object by its name: from what is offered while one types, or from what a search finds. */
export async function chooseObject(page: Page, legend: string, name: string, hasScripts: boolean): Promise<void> {
  const { group, line } = objectChoice(page, legend);
  if (hasScripts) await hydrated(page);
  await line.fill(name);
  if (hasScripts) {
    await group.getByRole("option", { name }).first().click();
  } else {
    await button(page, "Find", group).click();
    await group.getByRole("radio", { name }).check();
  }
  await expect(group.getByRole("radio", { name })).toBeChecked();
}

/** These words, perhaps with "optional" beside them. */
function labelled(words: string): RegExp {
  return new RegExp(`^${words}( \\(?optional\\)?)?$`);
}

/** What would be sent now under a name: ticked boxes, hidden inputs, texts. */
export async function sent(page: Page, name: string): Promise<string[]> {
  return page
    .locator("form", { has: page.locator(`[name="${name}"]`) })
    .evaluate((form, key) => new FormData(form as HTMLFormElement).getAll(key).map(String), name);
}

/** Resolves when the islands answer to events, in a context that `markHydration` prepared. */
export async function hydrated(page: Page): Promise<void> {
  await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
}

/** Marks each document once its islands are awake: they wake in one go when the module is there. */
export async function markHydration(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const instantiate = WebAssembly.instantiateStreaming;
    WebAssembly.instantiateStreaming = async (...given) => {
      const made = await instantiate(...given);
      // A timer comes after everything that the module's promise sets off.
      setTimeout(() => document.documentElement.setAttribute("data-hydrated", ""));
      return made;
    };
  });
}
