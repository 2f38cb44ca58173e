import { defineConfig } from "@playwright/test";
import { browser } from "./support/browser.ts";

// Every spec runs twice, with and without JavaScript; `*.islands.spec.ts` only with it.
export default defineConfig({
  testDir: "specs",
  outputDir: "test-results",
  fullyParallel: true,
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  timeout: 30_000,
  expect: { timeout: 5_000 },
  reporter: [["list"], ["./support/reporter.ts"]],
  use: { ...browser, screenshot: "only-on-failure" },
  projects: [
    { name: "with-javascript" },
    { name: "without-javascript", use: { javaScriptEnabled: false }, testIgnore: "**/*.islands.spec.ts" },
  ],
});
