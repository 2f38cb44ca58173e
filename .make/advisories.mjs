// Makes packaging/advisories.json from a checkout of the RustSec advisory database: of each advisory only what is needed to
// say whether a locked crate has it. Run by hand, now and then:
//   node .make/advisories.mjs CHECKOUT [FILE]    FILE is written in place of that
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../end2end/package.json", import.meta.url));
const { parse } = require("smol-toml");

const [checkout, output = new URL("../packaging/advisories.json", import.meta.url)] = process.argv.slice(2);
if (!checkout) {
  console.error("usage: node .make/advisories.mjs CHECKOUT [FILE]");
  process.exit(2);
}
// A checkout may have a work tree, or be the folder of git alone: what is committed is read.
const git = (...words) => execFileSync("git", ["-C", checkout, ...words], { encoding: "utf8", maxBuffer: 1 << 28 });

const advisories = {};
const files = git("ls-tree", "-r", "--name-only", "HEAD", "--", "crates").split("\n").filter((file) => file.endsWith(".md"));
for (const file of files) {
  const { advisory, versions } = parse(frontMatter(git("show", `HEAD:${file}`), file));
  const facts = { id: advisory.id, patched: versions.patched ?? [] };
  if (versions.unaffected?.length) facts.unaffected = versions.unaffected;
  if (advisory.informational) facts.informational = advisory.informational;
  if (advisory.withdrawn) facts.withdrawn = String(advisory.withdrawn);
  (advisories[advisory.package] ??= []).push(facts);
}
const source = {
  database: "RustSec advisory database",
  commit: git("rev-parse", "HEAD").trim(),
  date: git("log", "-1", "--format=%cs").trim(),
};
const lines = Object.keys(advisories).sort().map((crate) => ` ${JSON.stringify(crate)}:${JSON.stringify(advisories[crate])}`);
const text = `{"source":${JSON.stringify(source)},\n"advisories":{\n${lines.join(",\n")}\n}}\n`;
writeFileSync(output, text);
console.log(`${files.length} advisories of ${lines.length} crates, as of ${source.date}: ${text.length} bytes`);

function frontMatter(text, file) {
  const found = /^```toml\n([\s\S]*?)\n```/.exec(text);
  if (!found) throw new Error(`${file} does not begin with TOML`);
  return found[1];
}
