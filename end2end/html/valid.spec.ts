import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { servedPages } from "../support/served.ts";
import { validate } from "../support/vnu.ts";

test("every page that was served passes vnu", () => {
  test.setTimeout(300_000);
  const pages = servedPages();
  expect(pages.length, "pages kept").toBeGreaterThan(0);
  // A run of some of the tests sees some of the pages.
  if (process.env["ALL_PAGES"]) expect(neverServed(pages.map((page) => page.address))).toEqual([]);
  const { errors, warnings } = validate(pages);
  console.log(`vnu: ${pages.length} pages, ${errors.length} kinds of errors, ${warnings.length} kinds of warnings`);
  for (const warning of warnings) console.log(`vnu warns: ${warning}`);
  expect(errors).toEqual([]);
});

/** The patterns of the table of pages that no address has. */
function neverServed(addresses: string[]): string[] {
  const table = readFileSync(new URL("../../src/app.rs", import.meta.url), "utf8");
  const patterns = [...table.matchAll(/\("(\/[^"]*)",/g)].map(([, pattern]) => pattern ?? "");
  expect(patterns.length, "patterns of pages").toBeGreaterThan(10);
  const paths = addresses.map((address) => address.split("?")[0] ?? "");
  return patterns.filter((pattern) => {
    const form = new RegExp(`^${pattern.replace(/\{\w+\}/g, "[^/]+")}$`);
    return !paths.some((path) => form.test(path) && !(path.endsWith("/new") && !pattern.endsWith("/new")));
  });
}
