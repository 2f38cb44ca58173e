import { test as base, expect } from "@playwright/test";
import { markHydration } from "./forms.ts";
import { Guard } from "./guard.ts";
import { createSample, type Sample } from "./sample.ts";
import { ServedPages } from "./served.ts";
import { ADMIN_HEADERS, Stack } from "./stack.ts";

interface PerTest {
  guard: Guard;
  mended: void;
}

interface PerWorker {
  stack: Stack;
  sample: Sample;
}

/** Each worker has a partner and a dashboard of its own, so that no fault reaches another's tests. */
export const test = base.extend<PerTest, PerWorker>({
  stack: [
    async ({}, use) => {
      const stack = await Stack.start();
      await use(stack);
      await stack.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],

  sample: [
    async ({ browser, stack }, use) => {
      const context = await browser.newContext({ baseURL: stack.url, extraHTTPHeaders: ADMIN_HEADERS });
      const served = new ServedPages(context, stack.url);
      const sample = await createSample(await context.newPage());
      await served.kept();
      await context.close();
      await use(sample);
    },
    { scope: "worker", timeout: 60_000 },
  ],

  baseURL: async ({ stack }, use) => use(stack.url),

  extraHTTPHeaders: ADMIN_HEADERS,

  guard: [
    async ({ context, stack, javaScriptEnabled }, use, testInfo) => {
      const guard = new Guard(context, javaScriptEnabled !== false);
      // A test may leave a form that it has changed; what asks then has a test of its own.
      context.on("dialog", (dialog) => {
        if (dialog.type() === "beforeunload" && !guard.asksBeforeLeaving) void dialog.accept();
      });
      const served = new ServedPages(context, stack.url);
      await Guard.hearBreaches(context);
      await markHydration(context);
      await use(guard);
      await served.kept();
      if (testInfo.status !== testInfo.expectedStatus) {
        await testInfo.attach("server log", { body: stack.log, contentType: "text/plain" });
      }
      expect(guard.problems, "what the browser complained of").toEqual([]);
      expect(stack.isRunning, "the servers still run").toBe(true);
      expect(stack.log, "no panic in the log").not.toContain("panicked at");
    },
    { auto: true },
  ],

  mended: [
    async ({ stack }, use) => {
      await use();
      await stack.faults.clear();
    },
    { auto: true },
  ],
});

export { expect };
