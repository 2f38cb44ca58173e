// Fails where Cargo.lock has a version of a crate with a vulnerability that is known and not fixed in it, by the copy of the
// RustSec advisory database in packaging/advisories.json. Started by ./check-dependencies.
//   node .make/check-advisories.mjs [CARGO.LOCK [--of-a-tool]]
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../end2end/package.json", import.meta.url));
const { parse } = require("smol-toml");
const semver = require("semver");

const read = (file) => readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
const { source, advisories } = JSON.parse(read("packaging/advisories.json"));
// What is ignored is for the program, with reasons that hold of it alone.
const ignore = process.argv[3] === "--of-a-tool" ? [] : parse(read("deny.toml")).advisories.ignore;
const ignored = new Map(ignore.map(({ id, reason }) => [id, reason]));
const lock = parse(process.argv[2] ? readFileSync(process.argv[2], "utf8") : read("Cargo.lock"));

const vulnerable = [];
const unneeded = new Set(ignored.keys());
for (const { name, version } of lock.package) {
  for (const { id, patched, unaffected = [], informational, withdrawn } of advisories[name] ?? []) {
    if (withdrawn || [...patched, ...unaffected].some((wanted) => matches(version, wanted))) continue;
    unneeded.delete(id);
    const found = `${name} ${version}: ${id}`;
    if (ignored.has(id)) console.log(`  ignored     ${found}: ${ignored.get(id)}`);
    else if (informational) console.log(`  ${informational.padEnd(11)} ${found}`);
    else vulnerable.push(`  VULNERABLE  ${found}, ${patched.length > 0 ? `fixed in ${patched.join(" or ")}` : "not fixed in any version"}`);
  }
}
for (const line of vulnerable) console.error(line);
for (const id of unneeded) console.error(`  NOT NEEDED  deny.toml ignores ${id}, which no locked crate has`);

const days = Math.floor((Date.now() - Date.parse(source.date)) / 86_400_000);
console.log(`advisories: ${lock.package.length} locked crates against the RustSec database of ${source.date} (${days} days ago).`);
if (days > 90) console.log("  It is old: what was found since then is not in it. Make a new one: node .make/advisories.mjs CHECKOUT");
process.exit(vulnerable.length + unneeded.size > 0 ? 1 : 0);

// A requirement as Cargo writes it: a comma joins what must all hold, and a version alone means those that are compatible.
function matches(version, wanted) {
  const range = wanted.split(",").map((part) => (/^\d/.test(part.trim()) ? `^${part.trim()}` : part.trim())).join(" ");
  if (semver.validRange(range) === null) throw new Error(`${wanted} is not a requirement that can be read`);
  return semver.satisfies(version, range, { includePrerelease: true });
}
