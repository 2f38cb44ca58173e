import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, signIn, test } from "../support/sign-in.ts";

// A download is the browser's own: it sends the cookies of a session, and no header of a test.
test.beforeEach(({ page }) => signIn(page, "vito"));

async function download(page: Page, list: string, words: RegExp): Promise<{ name: string; text: string }> {
  await page.goto(list);
  const menu = page.locator("details", { has: page.locator("summary", { hasText: /^Export$/ }) });
  await menu.locator("summary").press("Enter");
  const event = page.waitForEvent("download");
  await menu.getByRole("link", { name: words }).press("Enter");
  const file = await event;
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
}

test("a list is exported as it is filtered, for spreadsheets", async ({ page }) => {
  const { name, text } = await download(page, "/sandbox/organisations?q=copperfield", /^CSV/);
  expect(name).toMatch(/^sandbox-organisations-.*\.csv$/);
  expect(text).toContain("Copperfield Books");
  expect(text).not.toContain("Thistledown Retail Holdings\n");
  expect(text.match(/^"[0-9a-f-]{36}",/gm), "one row, whose cells can have lines of their own").toHaveLength(1);
});

test("a list is exported as it is filtered and sorted, for programs", async ({ page }) => {
  const list = "/sandbox/clients?q=kiosk&sort=-name";
  const { name, text } = await download(page, list, /^JSON/);
  expect(name).toMatch(/^sandbox-clients-.*\.jsonl$/);
  const rows = text.trim().split("\n").map((line) => JSON.parse(line) as { name: string });
  const names = rows.map((row) => row.name);
  expect(names).toEqual(expect.arrayContaining(["kiosk", "keys-kiosk"]));
  expect(names).toEqual(await page.getByRole("main").locator("tbody th a").allInnerTexts());
});

test("what is exported can be got by an address, and holds what names can hold", async ({ page }) => {
  const answer = await page.request.get("/sandbox/clients.csv?q=bold");
  expect(answer.headers()["content-type"]).toMatch(/^text\/csv/);
  expect(await answer.text()).toContain('"<b>bold</b> & ""quoted"""');
});
