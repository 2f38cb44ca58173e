// The commands that stand in a sentence: the program and its options are there, or a test does the same.
import { strict as assert } from "node:assert";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { inlineCommands, root } from "./blocks.mjs";
import { inTestOfPackages } from "./packages.mjs";
import { cluster, program, stop } from "./world.mjs";

const read = (file) => readFileSync(join(root, file), "utf8");

const TABLE = [
  [/^partner-dashboard [a-z-]+( [a-z]+)?( --?[a-z-]+( FILE| \d+)?)*( \[--[a-z-]+\])?$/, ours],
  [/^make [a-z-]+( ARGS=("[a-z]+ \d+"|[a-z]+))?$/, target],
  [/^openssl (rand -base64 48|genpkey -algorithm ed25519)$/, runs],
  [/^echo "whsec_/, signingKey],
  [/^ss --listening --tcp --processes$/, runs],
  [/^kill -HUP$/, covered("src/tests/support/program.rs", '"kill -{name} {}"')],
  [/^(sudo (systemctl|usermod|apt-get|rm|userdel|groupdel)|systemctl|journalctl) .*partner-dashboard/, inTestOfPackages],
  [/^kubectl delete namespace partner-dashboard$/, deleted],
  [/^docker (kill|compose) /, inTestOfPackages],
  [/^curl \{issuer\}\/\.well-known\/openid-configuration$/, covered("src/tests/support/provider_endpoints.rs", "/.well-known/openid-configuration")],
  [/^cargo (audit bin|leptos build)$/, named],
  [/^systemctl reload$/, named],
  [/^npm (ci|audit)$/, named],
];

for (const { command, place } of inlineCommands()) {
  test(`${command} (${place})`, async () => {
    const row = TABLE.find(([pattern]) => pattern.test(command));
    assert.ok(row, "no row of this file says how this command is checked");
    await row[1](command);
  });
}

test("every row is of use", () => {
  const idle = TABLE.filter((row) => !inlineCommands().some(({ command }) => TABLE.find(([pattern]) => pattern.test(command)) === row));
  assert.deepEqual(idle.map(([pattern]) => String(pattern)), []);
});

// The help of a command that is not there is an error, and it names every option.
function ours(command) {
  const words = command.replaceAll(/[[\]]/g, "").split(" ").slice(1);
  const commands = words.filter((word) => !word.startsWith("-") && !/^(FILE|\d+)$/.test(word));
  const help = execFileSync(program, [...commands, "--help"], { encoding: "utf8" });
  for (const option of words.filter((word) => word.startsWith("--"))) {
    assert.match(help, new RegExp(`${option}[ ,\\n]`), `${option} is not in ${help}`);
  }
}

function target(command) {
  const [, name, argument] = /^make ([a-z-]+)(?: ARGS="?([a-z]+))?/.exec(command);
  assert.match(read("Makefile"), new RegExp(`^${name}:.*## `, "m"));
  // What is no measurement of its own is the name of a page.
  if (argument) assert.match(read("src/tests/benches/main.rs") + read("src/tests/benches/pages.rs"), new RegExp(`"${argument}"`));
}

function runs(command) {
  const { status, stdout, stderr } = spawnSync("bash", ["-euo", "pipefail", "-c", command], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return stdout;
}

// As Standard Webhooks has it: at least 24 bytes and at most 64.
function signingKey(command) {
  const [, key] = /^whsec_([A-Za-z0-9+/]+=*)\n$/.exec(runs(command));
  const bytes = Buffer.from(key, "base64").length;
  assert.ok(bytes >= 24 && bytes <= 64, `${bytes} bytes`);
}

function covered(file, ...texts) {
  return () => {
    for (const text of texts) assert.ok(read(file).includes(text), `${file} has no ${text}`);
  };
}

// Against a server that keeps what it is given.
async function deleted(command) {
  const folder = mkdtempSync(join(tmpdir(), "documents-"));
  const server = await cluster(folder);
  try {
    const path = `${join(root, "target/tools/kubernetes/usr/bin")}:${process.env.PATH}`;
    const env = { ...process.env, HOME: folder, KUBECONFIG: join(folder, "kubeconfig"), PATH: path };
    const kubectl = (words) => spawnSync("bash", ["-c", words], { env, encoding: "utf8", timeout: 60_000 });
    assert.equal(kubectl("kubectl create namespace partner-dashboard").status, 0);
    const { status, stdout, stderr } = kubectl(command);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /deleted/);
    assert.notEqual(kubectl("kubectl get namespace partner-dashboard").status, 0);
  } finally {
    await stop(server);
    rmSync(folder, { recursive: true });
  }
}

// Not run: a sentence only names them.
function named() {}
