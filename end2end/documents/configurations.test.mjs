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
const kept = (name, text) => {
  writeFileSync(join(folder, name), text, { mode: 0o600 });
  return join(folder, name);
};
const secret = kept("secret", "a secret");
// What is in the files that a configuration names, by the key that names them.
const FILES = {
  client_secret_file: secret,
  database_password_file: secret,
  password_file: secret,
  sealing_key_file: kept("sealing-key", "0123456789abcdefghijklmnopqrstuv"),
  signing_key_file: kept("signing-key", `whsec_${Buffer.alloc(32, 1).toString("base64")}`),
  url_file: kept("url", "https://hooks.example.com/services/x"),
};
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
  const entries = Object.entries(value).map(([key, one]) => [key, FILES[key] ?? withFiles(one)]);
  return Object.fromEntries(entries);
}
