import { expect, test } from "@playwright/test";
import { servedPages } from "../support/served.ts";
import { validate } from "../support/vnu.ts";

test("every page that was served passes vnu", () => {
  test.setTimeout(300_000);
  const pages = servedPages();
  expect(pages.length, "pages kept").toBeGreaterThan(0);
  const { errors, warnings } = validate(pages);
  console.log(`vnu: ${pages.length} pages, ${errors.length} kinds of errors, ${warnings.length} kinds of warnings`);
  for (const warning of warnings) console.log(`vnu warns: ${warning}`);
  expect(errors).toEqual([]);
});
