/** What stands around the tests of a run: before them no page is kept, after them all that were served are validated. */
export const HTML_PROJECTS = [
  { name: "html-kept", testDir: "html", testMatch: "kept.spec.ts", teardown: "html-valid" },
  { name: "html-valid", testDir: "html", testMatch: "valid.spec.ts" },
];

/** Of the tests between. */
export const BETWEEN = { dependencies: ["html-kept"] };
