// What `cargo deny check bans licenses sources` says, for a machine without it: from the metadata of cargo, by deny.toml.
// Started by ./check-dependencies.
//   node .make/check-dependencies.mjs [FOLDER]    FOLDER has the Cargo.toml and Cargo.lock to look at
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../end2end/package.json", import.meta.url));
const { parse } = require("smol-toml");
const semver = require("semver");

const { graph, licenses, bans } = parse(readFileSync(new URL("../deny.toml", import.meta.url), "utf8"));
const folder = process.argv[2] ?? ".";
const cargo = (words) => execFileSync(process.env.CARGO ?? "cargo", words, { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28 });
// Asked for each target, so that nothing is downloaded for systems that are not ours.
const known = new Map();
for (const target of graph.targets) {
  const words = ["metadata", "--format-version", "1", "--locked", "--all-features", "--filter-platform", target];
  for (const one of JSON.parse(cargo(words)).packages) known.set(one.id, one);
}
const faults = [];
const packages = built("normal,build,dev");
// As for cargo-deny, what the tests alone use may be there twice.
const shipped = built("normal,build");

for (const { name, version, source, license } of packages) {
  if (source !== null && !source.startsWith("registry+")) faults.push(`${name} ${version} comes from ${source}`);
  const exceptions = licenses.exceptions.filter(({ crate }) => crate === name).flatMap(({ allow }) => allow);
  const allowed = new Set([...licenses.allow, ...exceptions]);
  if (!license || !isAllowed(license, allowed)) faults.push(`${name} ${version} has the licence ${license}`);
}
for (const { name, version, dependencies } of packages.filter(({ source }) => source === null)) {
  const wild = dependencies.filter(({ req }) => req === "*").map((one) => one.name);
  for (const other of wild) faults.push(`${name} ${version} takes any version of ${other}`);
}
for (const [name, versions] of grouped(shipped)) {
  const left = versions.filter(({ version }) => !isSkipped(name, version));
  if (left.length > 1) faults.push(`${name} is there in the versions ${left.map(({ version }) => version).join(", ")}`);
}
const registries = new Set(packages.map(({ source }) => source).filter((source) => source?.startsWith("registry+")));
if (registries.size !== 1) faults.push(`crates come from several registries: ${[...registries].join(", ")}`);
for (const fault of faults) console.error(`  ${fault}`);
const verdict = faults.length === 0 ? "licences, duplicates and sources are as they should be" : "NOT as deny.toml says";
console.log(`${packages.length} crates: ${verdict}`);
process.exit(faults.length === 0 ? 0 : 1);

// Those that are built for one of our targets: the metadata also knows those of features that are never on.
function built(edges) {
  const reached = new Set();
  for (const target of graph.targets) {
    const shape = ["--edges", edges, "--prefix", "none", "--format", "{p}"];
    const words = ["tree", "--locked", "--all-features", "--target", target, ...shape];
    for (const line of cargo(words).split("\n")) reached.add(line.split(" ").slice(0, 2).join(" "));
  }
  return [...known.values()].filter(({ name, version }) => reached.has(`${name} v${version}`));
}

function isSkipped(name, version) {
  return bans.skip.some(({ crate }) => {
    const [skipped, wanted = "*"] = crate.split("@");
    return skipped === name && semver.satisfies(version, `^${wanted}`, { includePrerelease: true });
  });
}

// An SPDX expression; a slash is an old OR.
function isAllowed(expression, allowed) {
  const tokens = expression.replace(/\//g, " OR ").match(/[()]|[^\s()]+/g);
  let at = 0;
  const result = any();
  if (at !== tokens.length) throw new Error(`${expression} cannot be read`);
  return result;

  function any() {
    let is = all();
    while (tokens[at] === "OR") {
      at += 1;
      is = all() || is;
    }
    return is;
  }
  function all() {
    let is = one();
    while (tokens[at] === "AND") {
      at += 1;
      is = one() && is;
    }
    return is;
  }
  function one() {
    let name = tokens[at++];
    if (name === "(") {
      const is = any();
      at += 1;
      return is;
    }
    if (tokens[at] === "WITH") {
      name = `${name} WITH ${tokens[at + 1]}`;
      at += 2;
    }
    return allowed.has(name);
  }
}

function grouped(packages) {
  const groups = new Map();
  for (const one of packages) groups.set(one.name, [...(groups.get(one.name) ?? []), one]);
  return groups;
}
