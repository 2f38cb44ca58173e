// Every piece of a configuration that a document shows is one that the program takes, together with what it leaves out; and so is
// each whole one in the packages, with the database that its container is given.
import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { parse, stringify } from "smol-toml";
import { blocks, root } from "./blocks.mjs";
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
const OTHERS = ["", "ini", "json", "sh", "sql"];

blocks().forEach(({ language, place, text }, number) => {
  if (OTHERS.includes(language)) return;
  test(place, () => {
    if (language === "nginx") return isTakenByNginx(`${number}.conf`, text);
    if (language === "yaml") return isTakenByItsProgram(`${number}.yml`, text);
    assert.equal(language, "toml", "no test knows this language");
    isTaken(`${number}.toml`, completed(parse(text)), {});
  });
});

const packaged = (file) => readFileSync(join(root, "packaging", file), "utf8");
const SHIPPED = {
  "debian/partner-dashboard.toml": packaged("debian/partner-dashboard.toml"),
  "compose/partner-dashboard.toml": packaged("compose/partner-dashboard.toml"),
  "kubernetes/partner-dashboard.yaml": /^ {2}partner-dashboard\.toml: \|\n((?: {4}.*\n|\n)+)/m.exec(packaged("kubernetes/partner-dashboard.yaml"))[1],
};

for (const [file, text] of Object.entries(SHIPPED)) {
  test(file, () => {
    const around = packaged(file.replace("compose/partner-dashboard.toml", "compose/compose.yaml"));
    const variables = [...around.matchAll(/(PARTNER_DASHBOARD_DATABASE)\b(?::|\s+value:)\s*"?(postgres:[^"\s]+)/g)];
    assert.equal(variables.length, file.startsWith("debian") ? 0 : 1);
    isTaken(file.replace("/", "-"), parse(text.replace(/^ {4}/gm, "")), Object.fromEntries(variables.map((one) => one.slice(1))));
  });
}

function isTaken(name, configuration, variables) {
  const file = join(folder, name);
  writeFileSync(file, stringify(withFiles(configuration)));
  const words = ["config", "check", "--config", file];
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: "utf8", env: { ...process.env, ...variables } });
  assert.equal(status, 0, stdout + stderr);
}

// Locations, as a reader puts them into their server. Who has signed in is known there, if the block does not find that out.
function isTakenByNginx(name, locations) {
  const users = ["user", "email", "groups"].map((variable) => `set $${variable} "";`).join("\n");
  const server = `server { listen unix:${join(folder, "nginx.socket")};\n${users}\n${locations}\n}`;
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((one) => `${one}_temp_path ${join(folder, one)};`);
  const file = kept(name, `pid ${join(folder, "nginx.pid")};\nevents {}\nhttp { access_log off; ${paths.join(" ")}\n${server}\n}`);
  const words = ["-t", "-q", "-p", folder, "-e", join(folder, "nginx.log"), "-c", file];
  const { status, stderr } = spawnSync(which("nginx", "nginx/usr/sbin"), words, { encoding: "utf8" });
  assert.equal(status, 0, stderr);
}

// The rules lie where the package puts them, which is not where the tests run.
function isTakenByItsProgram(name, text) {
  if (text.startsWith("routes:")) return;
  const rules = "/usr/share/partner-dashboard/prometheus";
  const file = kept(name, text.replaceAll(rules, join(root, "packaging/prometheus")));
  const { status, stdout, stderr } = spawnSync(which("promtool", "prometheus/usr/bin"), ["check", "config", file], { encoding: "utf8" });
  assert.equal(status, 0, stdout + stderr);
}

// A program that set-up has laid beside what is built, or that was there before.
function which(name, unpacked) {
  const beside = join(root, "target/tools", unpacked, name);
  const found = [beside, join("/usr/sbin", name)].find((file) => existsSync(file));
  return found ?? name;
}

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
