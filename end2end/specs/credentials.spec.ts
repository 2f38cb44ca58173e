import type { Response } from "@playwright/test";
import { hydrated } from "../support/forms.ts";
import { SIGHTS } from "../support/sample.ts";
import { expect, test } from "../support/test.ts";

test("nothing that a browser loads holds a credential, WebAssembly and scripts included", async ({ page, guard, stack, sample, javaScriptEnabled }) => {
  test.slow();
  await page.context().addCookies(sample.cookies);
  const loaded: Response[] = [];
  page.on("response", (response) => loaded.push(response));
  const secrets = [...new Set(stack.secrets())];
  expect(secrets.length, "one for each connection").toBeGreaterThan(5);
  const forms = secrets.flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")]);
  const kinds = new Set<string>();
  for (const { path, status } of SIGHTS) {
    guard.expectStatus(status ?? 200);
    loaded.length = 0;
    await page.goto(path(sample));
    if (javaScriptEnabled) await hydrated(page);
    for (const response of loaded) {
      const body = (await response.body().catch(() => Buffer.alloc(0))).toString("latin1");
      kinds.add((response.headers()["content-type"] ?? "").split(";")[0] ?? "");
      expect(forms.filter((form) => body.includes(form)), response.url()).toEqual([]);
    }
  }
  expect([...kinds], "what was looked at").toEqual(expect.arrayContaining(["text/html", "text/css"]));
  if (javaScriptEnabled) expect([...kinds]).toEqual(expect.arrayContaining(["application/wasm", "text/javascript"]));
  expect(forms.filter((form) => stack.kept().includes(form)), "what the dashboard keeps and logs").toEqual([]);
});
