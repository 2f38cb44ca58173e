import { defineConfig } from "@playwright/test";
import { browser } from "./support/browser.ts";
import { BETWEEN, HTML_PROJECTS } from "./support/html-projects.ts";

// `make shots`: pictures of every page, for people to look at.
export default defineConfig({
  outputDir: "test-results",
  workers: 1,
  timeout: 300_000,
  reporter: [["list"]],
  use: browser,
  projects: [...HTML_PROJECTS, { name: "gallery", testDir: "gallery", ...BETWEEN }],
});
