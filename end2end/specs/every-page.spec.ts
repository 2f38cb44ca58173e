import type { Page } from "@playwright/test";
import { expectAccessible, expectNoSidewaysScroll, expectValidHtml } from "../support/checks.ts";
import { hydrated } from "../support/forms.ts";
import { SIGHTS } from "../support/sample.ts";
import { BROKEN } from "../support/stack.ts";
import { expect, test } from "../support/test.ts";

test.beforeEach(({ context, sample }) => context.addCookies(sample.cookies));

for (const { name, path, status, prepare } of SIGHTS) {
  test(`every page: ${name}`, async ({ page, guard, sample, javaScriptEnabled }) => {
    guard.expectStatus(status ?? 200, ...(prepare ? [400, 422] : []));
    const response = await page.goto(path(sample));
    expect(response?.status()).toBe(status ?? 200);
    await expectValidHtml((await response?.text()) ?? "", path(sample));
    await prepare?.(page);
    if (javaScriptEnabled) await hydrated(page);

    await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
    await expect(page.getByRole("main")).toHaveCount(1);
    await expect(page).toHaveTitle(/\S.*Partner Dashboard/);
    await expectAccessible(page);
    await expectNoSidewaysScroll(page, 360);
  });
}

test("every link that the dashboard shows leads to a valid page", async ({ page, guard, sample, javaScriptEnabled }) => {
  // Some hundred pages, each of which the validator reads.
  test.setTimeout(240_000);
  const seen = new Map<string, string>();
  const files = new Map<string, string>();
  const queue = SIGHTS.filter(({ status }) => status === undefined).map(({ path }) => path(sample));
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const shape = shapeOf(path);
    if (seen.has(shape)) continue;
    seen.set(shape, path);
    const response = await page.goto(path);
    expect.soft(response?.status(), path).toBe(200);
    expect.soft(response?.headers()["content-security-policy"], path).not.toContain("unsafe-inline");
    await expectValidHtml((await response?.text()) ?? "", path);
    if (javaScriptEnabled) await hydrated(page);
    for (const file of await addresses(page, "a[download]")) files.set(shapeOf(file), file);
    const links = await addresses(page, "a[href]:not([download])");
    queue.push(...links.filter((each) => !each.startsWith(`/${BROKEN}/`) && !each.startsWith("/auth/")));
  }
  expect(seen.size, [...seen.values()].join(" ")).toBeGreaterThan(10);
  expect(files.size, "exports").toBeGreaterThan(1);
  for (const file of files.values()) {
    const answer = await page.request.get(file);
    expect.soft(answer.status(), file).toBe(200);
    expect.soft(answer.headers()["content-disposition"], file).toMatch(/^attachment; filename=/);
  }
  expect(guard.problems).toEqual([]);
});

/** Where links lead inside the dashboard. */
async function addresses(page: Page, links: string): Promise<string[]> {
  return page.locator(links).evaluateAll((anchors) =>
    anchors
      .map((anchor) => new URL((anchor as HTMLAnchorElement).href))
      .filter(({ origin }) => origin === location.origin)
      .map(({ pathname, search }) => pathname + search),
  );
}

/** Pages that differ only by an object or by the values of a filter are visited once. */
function shapeOf(path: string): string {
  const { pathname, searchParams } = new URL(path, "http://x");
  const shape = pathname.replace(/(organisations|clients|audit)\/(?!new|compare)[^/]+/g, "$1/:id");
  return [shape, ...new Set(searchParams.keys())].join(" ");
}
