// Every key that a configuration can have is explained in docs/configuration.md.
import { strict as assert } from "node:assert";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./blocks.mjs";

const read = (file) => readFileSync(join(root, file), "utf8");
const FOLDER = "src/server/config";
const explained = read("docs/configuration.md");

// The fields of every table that refuses unknown keys.
function tables() {
  const files = readdirSync(join(root, FOLDER), { recursive: true }).filter((file) => file.endsWith(".rs"));
  const sources = [...files.map((file) => join(FOLDER, file)), "src/domain/catalogue.rs"].map(read);
  const found = sources.flatMap((source) => [...source.matchAll(/deny_unknown_fields[^]*?struct (\w+)[^{;]*\{([^}]*)\}/g)]);
  return found.map(([, table, fields]) => [table, [...fields.matchAll(/^\s+(?:pub(?:\([a-z]+\))? )?(\w+):/gm)].map(([, key]) => key)]);
}

// The keys in the first column of a table, and the parts of the names of tables in headings and examples.
const KEYS = new Set([
  ...[...explained.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell]) => [...cell.matchAll(/`([\w.]+)`/g)].flatMap(([, key]) => key.split("."))),
  ...[...explained.matchAll(/\[\[?([\w.]+)\]\]?/g)].flatMap(([, name]) => name.split(".")),
]);

// A secret may be a key of the environment alone, beside the file that has it.
const isExplained = (key) => KEYS.has(key) || (KEYS.has(`${key}_file`) && explained.includes(`${key.toUpperCase()}\``));

const all = tables();
test("the tables of a configuration are found", () => assert.ok(all.length > 15, `${all.length}`));
for (const [table, keys] of all) {
  test(`the keys of ${table} are explained`, () => {
    assert.ok(keys.length > 0);
    assert.deepEqual(keys.filter((key) => !isExplained(key)), []);
  });
}
