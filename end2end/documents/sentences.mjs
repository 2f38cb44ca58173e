// How the commands are run that stand in a sentence: with files and servers as a reader would have them.
import { strict as assert } from "node:assert";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "./blocks.mjs";
import { cluster, program, stop } from "./world.mjs";

// Runs it to its end, and gives what it says.
export function runs(command, options = {}) {
  const { status, stdout, stderr } = spawnSync("bash", ["-euo", "pipefail", "-c", command], { encoding: "utf8", timeout: 60_000, ...options });
  assert.equal(status, 0, stderr);
  return stdout;
}

// The help of a command that is not there is an error, and it names every option.
export function ours(command) {
  const words = command.split(" ").slice(1);
  const commands = words.filter((word) => !word.startsWith("-") && !/^(FILE|\d+)$/.test(word));
  const help = execFileSync(program, [...commands, "--help"], { encoding: "utf8" });
  for (const option of words.filter((word) => word.startsWith("--"))) {
    assert.match(help, new RegExp(`${option}[ ,\\n]`), `${option} is not in ${help}`);
  }
}

// Where FILE stands for the configuration. What is in brackets may be there.
const FILE = "partner-dashboard.toml";
const spelt = (command) => [command.replaceAll(/ \[[^\]]+\]/g, ""), command.replaceAll(/[[\]]/g, "")].map((one) => one.replace("FILE", FILE));

// Beside a server that runs, as for `health`.
export async function ends(command, world) {
  const cwd = world.copy("ends");
  const server = await world.serve(cwd);
  try {
    for (const one of new Set(spelt(command))) runs(one, { cwd, env: world.env });
  } finally {
    await stop(server);
    rmSync(cwd, { recursive: true });
  }
}

// Until it says where it is, and then to its end. The demo has a port of its own otherwise.
export async function starts(command, world) {
  const cwd = world.copy("starts");
  const text = spelt(command)[0].replace(/ demo$/, " demo --listen 127.0.0.1:0");
  const child = spawn("bash", ["-c", `exec ${text}`], { cwd, env: world.env, stdio: ["ignore", "pipe", "ignore"] });
  const lines = createInterface({ input: child.stdout });
  try {
    const said = await Promise.race([once(lines, "line").then(String), once(child, "exit").then(() => ""), sleep(60_000, "", { ref: false })]);
    assert.match(said, /http:\/\/127\.0\.0\.1:\d+/);
  } finally {
    await stop(child);
    rmSync(cwd, { recursive: true });
  }
  assert.equal(child.exitCode, 0);
}

// The sentence goes on with the process that gets it.
export async function reloads(command, world) {
  const cwd = world.copy("reloads");
  const server = await world.serve(cwd);
  try {
    runs(`${command} ${server.pid}`);
    for (let attempt = 0; attempt < 200 && !server.said.includes("the configuration was reloaded"); attempt += 1) await sleep(100);
    assert.match(server.said, /the configuration was reloaded/);
  } finally {
    await stop(server);
    rmSync(cwd, { recursive: true });
  }
}

// Of a provider on loopback.
export async function discovers(command) {
  const document = JSON.stringify({ issuer: "ours" });
  const isThere = (url) => url === "/.well-known/openid-configuration";
  const provider = createServer(({ url }, answer) => answer.writeHead(isThere(url) ? 200 : 404).end(isThere(url) ? document : ""));
  await new Promise((resolve) => provider.listen(0, "127.0.0.1", resolve));
  try {
    const words = command.replace("{issuer}", `http://127.0.0.1:${provider.address().port}`);
    const child = spawn("bash", ["-c", words], { stdio: ["ignore", "pipe", "ignore"] });
    assert.equal((await child.stdout.toArray()).join(""), document);
  } finally {
    provider.close();
  }
}

// As Standard Webhooks has it: at least 24 bytes and at most 64.
export function signingKey(command) {
  const [, key] = /^whsec_([A-Za-z0-9+/]+=*)\n$/.exec(runs(command));
  const bytes = Buffer.from(key, "base64").length;
  assert.ok(bytes >= 24 && bytes <= 64, `${bytes} bytes`);
}

// Against a server that keeps what it is given.
export async function deleted(command) {
  const folder = mkdtempSync(join(tmpdir(), "documents-"));
  const server = await cluster(folder);
  try {
    const path = `${join(root, "target/tools/kubernetes/usr/bin")}:${process.env.PATH}`;
    const env = { ...process.env, HOME: folder, KUBECONFIG: join(folder, "kubeconfig"), PATH: path };
    runs("kubectl create namespace partner-dashboard", { env });
    assert.match(runs(command, { env }), /deleted/);
    assert.throws(() => runs("kubectl get namespace partner-dashboard", { env }));
  } finally {
    await stop(server);
    rmSync(folder, { recursive: true });
  }
}
