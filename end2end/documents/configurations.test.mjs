// Every piece of a configuration that a document shows is one that the program takes, together with what it leaves out.
import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { parse, stringify } from "smol-toml";
import { blocks } from "./blocks.mjs";
import { program } from "./world.mjs";

const folder = mkdtempSync(join(tmpdir(), "configurations-"));
const secret = join(folder, "secret");
writeFileSync(secret, "a secret", { mode: 0o600 });
after(() => rmSync(folder, { recursive: true, force: true }));

// What a block may leave out.
const REST = {
  public_url: "https://partners.example.com",
  auth: { mode: "oidc", oidc: { issuer: "https://login.example.com", client_id: "x", client_secret_file: secret }, roles: { admin: ["x"] } },
  connections: [
    { name: "sandbox", kind: "oneid", environment: "sandbox", base_url: "https://api.sandbox.oneid.uk", client_id: "x", client_secret_file: secret },
  ],
};
// Languages of which nothing is checked here. One that is not named fails.
const OTHERS = ["", "ini", "json", "nginx", "sh", "sql", "yaml"];

blocks().forEach(({ language, place, text }, number) => {
  if (OTHERS.includes(language)) return;
  test(place, () => {
    assert.equal(language, "toml", "no test knows this language");
    const file = join(folder, `${number}.toml`);
    writeFileSync(file, stringify(withFiles(completed(parse(text)))));
    const { status, stdout, stderr } = spawnSync(program, ["config", "check", "--config", file], { encoding: "utf8" });
    assert.equal(status, 0, stdout + stderr);
  });
});

function completed(part) {
  const connections = part.connections?.map((one) => ({ ...REST.connections[0], ...one })) ?? REST.connections;
  const auth = part.auth?.mode ? { roles: REST.auth.roles, ...part.auth } : { ...REST.auth, ...part.auth };
  return { ...REST, ...part, auth, connections };
}

// Files of secrets lie elsewhere on the reader's machine.
function withFiles(value) {
  if (Array.isArray(value)) return value.map(withFiles);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, /(secret|password)_file$/.test(key) ? secret : withFiles(one)]);
  return Object.fromEntries(entries);
}
