import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, expect, type Page, test } from "@playwright/test";
import type { Faults } from "../support/faults.ts";
import { button, hydrated, link, markHydration, text } from "../support/forms.ts";
import { createClient, createOrganisation } from "../support/journeys.ts";
import { createSample, SIGHTS } from "../support/sample.ts";
import { ServedPages } from "../support/served.ts";
import { signIn, startWithProvider } from "../support/sign-in.ts";
import { BROKEN, Stack } from "../support/stack.ts";

const FOLDER = fileURLToPath(new URL("../shots", import.meta.url));
const WIDTHS = [1440, 1024, 390];
const THEMES = ["light", "dark"] as const;

test.afterAll(() => writeFileSync(join(FOLDER, "index.html"), contactSheet()));

test("every page of the demo", async ({ browser }) => {
  await withDemo(browser, async (page, faults) => {
    await shoot(page, "/", "first sight");
    await shoot(page, "/", "demo, menu of roles", async () => page.locator(".account-menu summary").click());
    await shoot(page, "/audit", "audit, nothing changed yet");
    await shoot(page, "/tour", "tour");
    await shoot(page, "/styleguide", "style guide");
    const sample = await createSample(page);
    for (const { name, path, prepare } of SIGHTS) {
      // The demo has no OneID connection that is broken all the time; its partner is broken below.
      const address = path(sample).replace(`/connections/${BROKEN}`, "/connections/bookings");
      if (!address.startsWith(`/${BROKEN}/`)) await shoot(page, address, name, prepare);
    }
    await shoot(page, "/sandbox/organisations?q=nothing-has-this-name", "organisations, none found");
    await createOrganisation(page, "sandbox", "Meridian Student Living");
    await createClient(page, "tenant-portal");
    await shoot(page, undefined, "client, secret shown once");
    await shootTroubles(page, faults);
  });
});

test("every page around the sign-in", async ({ browser }) => {
  const { stack, provider } = await startWithProvider();
  try {
    const context = await browser.newContext({ baseURL: stack.url });
    const served = new ServedPages(context, stack.url);
    await markHydration(context);
    const page = await context.newPage();
    await signIn(page, "stella");
    await shoot(page, undefined, "sign-in, no role");
    await context.clearCookies();
    provider.faults = { onCallback: (callback) => callback.searchParams.set("state", "another") };
    await signIn(page, "ada");
    await shoot(page, undefined, "sign-in, refused");
    provider.faults = {};
    await context.clearCookies();
    await signIn(page, "vito");
    await shoot(page, "/account", "account, signed in");
    await shoot(page, "/sandbox/organisations/new", "sign-in, not in the role");
    await shoot(page, "/sandbox/organisations", "organisations, as a viewer");
    await link(page, "Copperfield Books").click();
    await shoot(page, undefined, "organisation, as a viewer", async () => page.locator(".account-menu summary").click());
    await shoot(page, "/auth/logout", "sign-in, signed out");
    await served.kept();
  } finally {
    await stack.stop();
    await provider.stop();
  }
});

test("what is left open, and what becomes of it", async ({ browser }) => {
  await withDemo(browser, async (page, faults) => {
    await faults.add({ system: "oneid-sandbox", kind: { latency_ms: 4_000 } });
    await shoot(page, "/", "overview, partner that does not answer");
    await faults.clear();
    await page.goto("/sandbox/organisations/new");
    await faults.add({ system: "oneid-sandbox", method: "POST", path: "/v1/organisations", kind: { status: 400, body: "{}" } });
    await text(page, "Name").fill("Meridian Reinsurance");
    await button(page, "Create organisation").click();
    await expect(page.getByRole("main")).toContainText("OneID rejected");
    await faults.clear();
    await shoot(page, "/account", "account, with a draft");
    await shoot(page, "/sandbox/organisations/new", "organisation, new, with a draft");
    await faults.add({ system: "oneid-sandbox", method: "POST", path: "/v1/organisations", kind: "drop_after" });
    await text(page, "Name").fill("Meridian Lettings");
    await button(page, "Create organisation").click();
    await expect(page.getByRole("main")).toContainText("OneID");
    await shoot(page, undefined, "organisation, new, answer lost");
    await faults.clear();
    await shoot(page, "/", "overview, with an unknown outcome");
    await shoot(page, "/audit", "audit, with an unknown outcome");
    await page.getByRole("main").getByRole("link", { name: "Meridian Lettings" }).first().click();
    await expect(async () => {
      await page.reload();
      await expect(page.getByRole("main")).toContainText("Established later", { timeout: 500 });
    }).toPass({ timeout: 200_000 });
    await shoot(page, undefined, "audit entry, found out later");
  });
});

/** A page of a demo of its own, and the faults of its partners. */
async function withDemo(browser: Browser, visit: (page: Page, faults: Faults) => Promise<void>): Promise<void> {
  const demo = await Stack.demo();
  try {
    const context = await browser.newContext({ baseURL: demo.url });
    const served = new ServedPages(context, demo.url);
    await markHydration(context);
    const page = await context.newPage();
    await visit(page, demo.faults);
    await served.kept();
  } finally {
    await demo.stop();
  }
}

async function shootTroubles(page: Page, faults: Faults): Promise<void> {
  const system = "oneid-sandbox";
  await shoot(page, "/sandbox/organisations/new", "organisation, new, refused", async () => {
    await faults.add({ system, method: "POST", path: "/v1/organisations", kind: { status: 400, body: "{}" } });
    await text(page, "Name").fill("Meridian Insurance");
    await button(page, "Create organisation").click();
    await expect(page.getByRole("main")).toContainText("OneID rejected");
  });
  await faults.clear();
  // Last: a list that could not be read is not asked for again at once.
  await faults.add({ system, path: "/v1/organisations", kind: { status: 503 } });
  await shoot(page, "/sandbox/organisations", "organisations, partner with a fault", () => button(page, "Refresh").click());
  await shoot(page, "/sandbox/organisations/none", "organisation, partner with a fault");
  await shoot(page, "/", "overview, partner with a fault");
  await faults.clear();
}

/** One page at every width in both themes; the page is loaded once, because some show a thing once. */
async function shoot(page: Page, path: string | undefined, name: string, prepare?: (page: Page) => Promise<void>) {
  if (path !== undefined) await page.goto(path);
  await prepare?.(page);
  // The small pages around the sign-in have no islands.
  if (await page.locator("script").count()) await hydrated(page);
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: width > 600 ? 900 : 844 });
      await page.screenshot({ path: join(FOLDER, fileName(name, colorScheme, width)), fullPage: true });
    }
  }
}

function fileName(name: string, theme: string, width: number): string {
  return `${name.toLowerCase().replace(/[^a-z0-9]+/g, "-")}-${theme}-${width}.png`;
}

/** All pictures in the order in which they were made, those of one page in a row. */
function contactSheet(): string {
  const age = (file: string) => statSync(join(FOLDER, file)).mtimeMs;
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".png")).sort((one, other) => age(one) - age(other));
  const pages = new Set(files.map(pageOf));
  const picture = (file: string) => `<a href="${file}"><img src="${file}" alt="${file}" loading="lazy"></a>`;
  const row = (page: string) => `<h2>${page}</h2><p>${files.filter((file) => pageOf(file) === page).map(picture).join("")}</p>`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Every page</title>
<style>
  body { margin: 24px; background: #777; color: #fff; font: 14px/1.5 system-ui; }
  p { display: flex; gap: 12px; align-items: flex-start; }
  img { height: 420px; box-shadow: 0 1px 6px #0008; }
</style>
<h1>Every page</h1>
${[...pages].map(row).join("\n")}
</html>
`;
}

function pageOf(file: string): string {
  return file.replace(/-(light|dark)-\d+\.png$/, "").replaceAll("-", " ");
}
