import { expectAccessible, expectNoSidewaysScroll } from "../support/checks.ts";
import { button, link, select } from "../support/forms.ts";
import { createClient, createOrganisation, unique } from "../support/journeys.ts";
import { expect, test } from "../support/test.ts";

const BACK = "https://tenants.meridian.example/oneid/callback";
const OTHER = "https://tenants.meridian.example/other?a=b";

test("a client is used: its authorize URL leads to its return URL, and there are programs without its secret", async ({ page }) => {
  await createOrganisation(page, "sandbox", unique("Meridian"));
  const { secret } = await createClient(page, unique("used"));
  await page.goto(page.url().split("?")[0] ?? "");
  await link(page, "Use it").click();
  await expect(link(page, "Use it")).toHaveAttribute("aria-current", "page");
  await expectAccessible(page);
  await expectNoSidewaysScroll(page, 360);

  const url = await page.locator("#authorize-url-text").innerText();
  const answer = await page.request.get(url, { maxRedirects: 0 });
  const back = new URL(answer.headers()["location"] ?? "");
  expect(back.href.startsWith(`${BACK}?`), back.href).toBe(true);
  expect(back.searchParams.get("code")).toBeTruthy();

  for (const [language, file] of [["Node.js", "journey.mjs"], ["Python", "journey.py"], ["Java", "Journey.java"], [".NET", "Program.cs"]] as const) {
    await link(page, language).click();
    const card = page.getByRole("region", { name: "Make a journey" });
    await expect(card).toContainText(`Save this as ${file}`);
    await expect(page.locator("#program-text")).toContainText(BACK);
    expect(await page.content()).not.toContain(secret);
  }
  // Its name has the number of entries.
  const history = page.getByRole("main").getByRole("link", { name: /^History/ });
  await history.click();
  await expect(history).toHaveAttribute("aria-current", "page");
});

test("another return URL is chosen, and stays with another language", async ({ page, stack }) => {
  await createOrganisation(page, "sandbox", unique("Meridian"));
  const name = unique("used");
  const { id } = await createClient(page, name);
  const body = JSON.stringify({ id, name, return_urls: [BACK, OTHER], required_scopes: ["openid"] });
  const kind = { status: 200, body, content_type: "application/json" };
  await stack.faults.add({ system: "oneid-sandbox", path: `/v1/clients/${id}`, kind });
  await page.goto(`/sandbox/clients/${id}/journey`);
  await expect(page.locator("#program-text")).toContainText(`'${BACK}'`);
  await select(page, "Return URL to use").selectOption(OTHER);
  await button(page, "Use").click();
  await expect(page.locator("#program-text")).toContainText(`'${OTHER}'`);
  await expectAccessible(page);
  await link(page, "Python").click();
  await expect(page.locator("#program-text")).toContainText(`"${OTHER}"`);
  await stack.faults.clear();
});
