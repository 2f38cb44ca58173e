import { expect, type Page } from "@playwright/test";
import { button, link, many, select, text } from "./forms.ts";

const ORGANISATION = /\/organisations\/(?!new$)[^/?]+$/;
// A client's page, which at first carries a ticket for the secret in its address.
const CLIENT = /\/clients\/(?!new$)[^/?]+(\?created=[^&]+)?$/;

/** A name that no other test uses. */
export function unique(name: string): string {
  return `${name} ${Math.random().toString(36).slice(2, 8)}`;
}

/** Creates an organisation with as little as the partner asks for. Ends on its page. */
export async function createOrganisation(page: Page, connection: string, name: string): Promise<string> {
  await page.goto(`/${connection}/organisations/new`);
  await text(page, "Name").fill(name);
  await button(page, "Create organisation").click();
  await expect(page).toHaveURL(ORGANISATION);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  return lastSegment(page);
}

/** From an organisation's page: creates a client in it. Ends on the client's page, the secret in sight. */
export async function createClient(page: Page, name: string): Promise<{ id: string; secret: string }> {
  await link(page, "Create client").first().click();
  await text(page, "Name").fill(name);
  await select(page, "Product").selectOption({ index: 1 });
  await page.getByRole("radio", { name: "PS256" }).check();
  await many(page, "Required scopes").choice("openid").check();
  await text(page, "Return URLs").fill("https://tenants.meridian.example/oneid/callback");
  await button(page, "Create client").click();
  await expect(page).toHaveURL(CLIENT);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  return { id: lastSegment(page), secret: (await shownSecret(page).innerText()).trim() };
}

/** Where a new client's secret stands, once. */
export function shownSecret(page: Page) {
  return page.getByRole("main").locator(".secret output");
}

/** Follows the list from page to page until the object is in sight. */
export async function findInList(page: Page, path: string, name: string): Promise<void> {
  await page.goto(path);
  const next = page.getByRole("link", { name: /^Next/ });
  while (!(await link(page, name).isVisible()) && (await next.isVisible())) {
    const here = page.url();
    await next.click();
    await expect(page).not.toHaveURL(here);
  }
  await expect(link(page, name)).toBeVisible();
}

/** The addresses of the audit entries that a page lists, in its order. */
export async function auditEntries(page: Page): Promise<string[]> {
  const links = await page.getByRole("main").locator('a[href^="/audit/"]:not([href^="/audit/compare"])').all();
  const addresses = await Promise.all(links.map((each) => each.getAttribute("href")));
  return [...new Set(addresses.filter((address) => address !== null))];
}

export function lastSegment(page: Page): string {
  return new URL(page.url()).pathname.split("/").at(-1) ?? "";
}
