// A licence that is not allowed and a version that is left open are found without cargo-deny. Started by `make checks`.
import { doesNotMatch, match, strictEqual } from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("check-dependencies.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "dependencies-"));
after(() => rmSync(folder, { recursive: true }));

// A crate with nothing in it.
function crate(name, licence, dependencies = "") {
  const at = join(folder, name);
  mkdirSync(join(at, "src"), { recursive: true });
  writeFileSync(join(at, "src/lib.rs"), "");
  const head = `[package]\nname = "${name}"\nversion = "1.0.0"\nedition = "2024"\nlicense = "${licence}"\n`;
  writeFileSync(join(at, "Cargo.toml"), `${head}[dependencies]\n${dependencies}`);
  return at;
}

function checked(at) {
  // It reads what is locked.
  execFileSync("cargo", ["generate-lockfile", "--offline"], { cwd: at, stdio: "ignore" });
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, at], { encoding: "utf8" });
  return { status, said: stdout + stderr };
}

test("a licence that is not in the list is named, and one that is in it is not", () => {
  crate("copyleft", "GPL-3.0-only");
  crate("either", "GPL-3.0-only OR MIT");
  crate("both", "GPL-3.0-only AND MIT");
  const parts = ["copyleft", "either", "both"].map((name) => `${name} = { path = "../${name}", version = "1" }`);
  const { status, said } = checked(crate("uses", "MIT", parts.join("\n")));
  strictEqual(status, 1);
  match(said, /^ {2}copyleft 1\.0\.0 has the licence GPL-3\.0-only$/m);
  match(said, /^ {2}both 1\.0\.0 has the licence GPL-3\.0-only AND MIT$/m);
  doesNotMatch(said, /either|uses 1\.0\.0/);
});

test("a dependency of any version is named", () => {
  crate("open", "MIT");
  const { status, said } = checked(crate("careless", "MIT", 'open = { path = "../open" }'));
  strictEqual(status, 1);
  match(said, /^ {2}careless 1\.0\.0 takes any version of open$/m);
});
