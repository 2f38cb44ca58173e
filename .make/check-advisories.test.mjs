// A locked crate with a known vulnerability fails the check, and nothing else does; and how the copy is made. Started by `make checks`.
import { deepStrictEqual, doesNotMatch, match, strictEqual } from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("check-advisories.mjs", import.meta.url));
const maker = fileURLToPath(new URL("advisories.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "advisories-"));
after(() => rmSync(folder, { recursive: true }));

// What deny.toml ignores has to be there.
const IGNORED = ["rsa", "0.9.10"];

function checked(...crates) {
  return checkedAs([], crates);
}

function checkedAs(options, crates) {
  const lock = join(folder, "Cargo.lock");
  const table = ([name, version]) => `[[package]]\nname = "${name}"\nversion = "${version}"\n`;
  writeFileSync(lock, crates.map(table).join("\n"));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, lock, ...options], { encoding: "utf8" });
  return { status, said: stdout + stderr };
}

test("a version that is vulnerable fails, and what it is fixed in is said", () => {
  const { status, said } = checked(IGNORED, ["time", "0.1.42"]);
  strictEqual(status, 1);
  match(said, /VULNERABLE {2}time 0\.1\.42: RUSTSEC-2020-0071, fixed in >= 0\.2\.23/);
});

test("a version in which it is fixed passes, and what is ignored is said with the reason", () => {
  const { status, said } = checked(IGNORED, ["time", "0.3.55"]);
  strictEqual(status, 0, said);
  match(said, /ignored +rsa 0\.9\.10: RUSTSEC-2023-0071: \S/);
  doesNotMatch(said, /VULNERABLE/);
});

test("a crate that nobody maintains is told, and is no failure", () => {
  const { status, said } = checked(IGNORED, ["paste", "1.0.15"]);
  strictEqual(status, 0, said);
  match(said, /unmaintained paste 1\.0\.15: RUSTSEC-2024-0436/);
});

test("what is ignored for no locked crate fails", () => {
  const { status, said } = checked(["time", "0.3.55"]);
  strictEqual(status, 1);
  match(said, /NOT NEEDED {2}deny\.toml ignores RUSTSEC-2023-0071/);
});

test("what is ignored for the program is not ignored of a tool, and need not be there", () => {
  strictEqual(checkedAs(["--of-a-tool"], [IGNORED]).status, 1);
  strictEqual(checkedAs(["--of-a-tool"], [["time", "0.3.55"]]).status, 0);
  strictEqual(checkedAs(["--of-a-tool"], [["time", "0.1.42"]]).status, 1);
});

const ADVISORY = `\`\`\`toml
[advisory]
id = "RUSTSEC-2026-9999"
package = "example"
date = "2026-01-02"
informational = "unsound"

[versions]
patched = [">= 1.2.3"]
unaffected = ["< 1.0.0"]
\`\`\`

# A title
`;

// What is made of a checkout of the database.
function made(checkout) {
  const file = join(folder, "advisories.json");
  execFileSync(process.execPath, [maker, checkout, file]);
  return JSON.parse(readFileSync(file, "utf8"));
}

test("the copy has of each advisory that is committed what the check needs, and its date", () => {
  const checkout = join(folder, "advisory-db");
  // Whatever repository and settings this is started in.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")));
  const settings = ["user.name=test", "user.email=test@example.com", "commit.gpgsign=false", "core.hooksPath=/dev/null"];
  const own = settings.flatMap((setting) => ["-c", setting]);
  const git = (...words) => execFileSync("git", ["-C", checkout, ...own, ...words], { env });
  mkdirSync(join(checkout, "crates/example"), { recursive: true });
  writeFileSync(join(checkout, "crates/example/RUSTSEC-2026-9999.md"), ADVISORY);
  git("init", "--quiet");
  git("add", ".");
  git("commit", "--quiet", "--message", "One");
  const { source, advisories } = made(checkout);
  match(source.date, /^\d{4}-\d{2}-\d{2}$/);
  strictEqual(source.commit, git("rev-parse", "HEAD").toString().trim());
  const facts = { id: "RUSTSEC-2026-9999", patched: [">= 1.2.3"], unaffected: ["< 1.0.0"], informational: "unsound" };
  deepStrictEqual(advisories, { example: [facts] });
});
