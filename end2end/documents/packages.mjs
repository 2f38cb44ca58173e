// The commands that the tests of the packages run as they stand in a document.
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./blocks.mjs";

// A command of which one of these scripts says that it runs it: by how it begins.
export function inTestOfPackages(command) {
  const scripts = ["test", "test-service", "test-changes", "container/test", "compose/test"]
    .map((file) => readFileSync(join(root, "packaging", file), "utf8"));
  const run = scripts.flatMap((script) => [...script.matchAll(/documented(?: \\\n)?\s+"([^"$]+)"/g)].map(([, words]) => words));
  assert.ok(run.some((words) => command.startsWith(words)), `no test of a package runs ${command}`);
}
