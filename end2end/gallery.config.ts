import { defineConfig } from "@playwright/test";
import { browser } from "./support/browser.ts";

// `make shots`: pictures of every page, for people to look at.
export default defineConfig({
  testDir: "gallery",
  outputDir: "test-results",
  workers: 1,
  timeout: 300_000,
  reporter: [["list"]],
  use: browser,
});
