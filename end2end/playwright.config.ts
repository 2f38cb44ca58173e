import { defineConfig } from "@playwright/test";
import { browser } from "./support/browser.ts";
import { BETWEEN, HTML_PROJECTS } from "./support/html-projects.ts";

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
    ...HTML_PROJECTS,
    { name: "with-javascript", ...BETWEEN },
    { name: "without-javascript", ...BETWEEN, use: { javaScriptEnabled: false }, testIgnore: "**/*.islands.spec.ts" },
  ],
});
