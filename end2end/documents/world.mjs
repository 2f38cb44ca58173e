// A folder as an operator's would be: the configuration, the key, a database with entries, copies of it. Everything listens on
// loopback, and the partners are those of the sandbox.
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "./blocks.mjs";
import { Postgres } from "./postgres.mjs";

export const program = resolve(root, process.env.PROGRAM ?? "target/debug/partner-dashboard");
const PERSON = "u-1234"; // the one that docs/audit-log.md erases

export class World {
  static async make() {
    const world = new World();
    // First, because nothing else has to be ended when it does not start.
    world.postgres = new Postgres(await freePort());
    world.folder = mkdtempSync(join(tmpdir(), "documents-"));
    world.base = join(world.folder, "base");
    mkdirSync(join(world.folder, "bin"), { recursive: true });
    mkdirSync(join(world.base, "backups"), { recursive: true });
    symlinkSync(program, join(world.folder, "bin", "partner-dashboard"));
    for (const name of ["docs", "packaging"]) symlinkSync(join(root, name), join(world.base, name));
    world.sandbox = spawn(program, ["sandbox"], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = await first(createInterface({ input: world.sandbox.stdout }));
    [world.port, world.operations] = await Promise.all([freePort(), freePort()]);
    world.configure(JSON.parse(line).connections);
    await world.fill();
    return world;
  }

  // What a command of a reader has: the program among others.
  get env() {
    return { ...process.env, PATH: `${join(this.folder, "bin")}:${process.env.PATH}` };
  }

  configure(connections) {
    const tables = connections.map((one) => {
      const file = `${one.name}.secret`;
      writeFileSync(join(this.base, file), one.client_secret, { mode: 0o600 });
      const keys = ["name", "kind", "environment", "base_url", "token_url", "client_id", "scope", "integration_id"];
      const probe = ["partner-json", "keycloak"].includes(one.kind) ? [`probe = ${JSON.stringify(one.probe)}`] : [];
      const lines = keys.filter((key) => one[key]).map((key) => `${key} = ${JSON.stringify(one[key])}`);
      return ["[[connections]]", ...lines, ...probe, `client_secret_file = "${file}"`].join("\n");
    });
    writeFileSync(join(this.base, "partner-dashboard.toml"), `
public_url = "http://127.0.0.1:${this.port}"
listen = "127.0.0.1:${this.port}"
ops_listen = "127.0.0.1:${this.operations}"
database = "sqlite:partner-dashboard.db"
[audit]
signing_key_file = "audit-key"
checkpoint_file = "kept-checkpoints.txt"
[auth]
mode = "header"
[auth.header]
user = "Remote-User"
groups = "Remote-Groups"
trusted_peers = ["127.0.0.1/32"]
[auth.roles]
admin = ["partner-admins"]
${tables.join("\n")}
`);
  }

  // A database in which somebody has done something, and what an auditor has of it.
  async fill() {
    const run = (...words) => execFileSync(program, words, { cwd: this.base, encoding: "utf8" });
    execFileSync("openssl", ["genpkey", "-algorithm", "ed25519", "-out", "audit-key"], { cwd: this.base, stdio: "ignore" });
    const server = await this.serve(this.base);
    await this.check("bookings");
    await this.check("sandbox");
    await stop(server);
    writeFileSync(join(this.base, "audit.pub"), run("audit", "key", "--config", "partner-dashboard.toml"));
    // Before the backup is recorded: the copy is then no older than the newest of them.
    cpSync(join(this.base, "kept-checkpoints.txt"), join(this.base, "checkpoints.txt"));
    run("backup", "--config", "partner-dashboard.toml", "copy.db");
    const name = "partner-dashboard-2026-11-27T020304Z.db";
    for (const to of [name, join("backups", name)]) cpSync(join(this.base, "copy.db"), join(this.base, to));
    run("audit", "export", "--config", "partner-dashboard.toml", "--format", "tlog-tiles", "tiles");
    cpSync(join(this.base, "kept-checkpoints.txt"), join(this.base, "tiles-checkpoints.txt"));
  }

  async check(name) {
    const headers = {
      "Remote-User": PERSON,
      "Remote-Groups": "partner-admins",
      Origin: `http://127.0.0.1:${this.port}`,
      "Content-Type": "application/x-www-form-urlencoded",
      Accept: "application/json",
    };
    const answer = await fetch(`http://127.0.0.1:${this.port}/api/connections/check`, { method: "POST", headers, body: `name=${name}` });
    if (!answer.ok) throw new Error(`check of ${name}: ${answer.status}`);
  }

  // A copy for the commands below one heading, so that none finds what those of another left.
  copy(name) {
    const folder = join(this.folder, name);
    cpSync(this.base, folder, { recursive: true, verbatimSymlinks: true });
    return folder;
  }

  async serve(folder) {
    const words = ["serve", "--config", "partner-dashboard.toml"];
    const server = spawn(program, words, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
    server.said = "";
    server.stderr.on("data", (text) => (server.said += text));
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const answer = await fetch(`http://127.0.0.1:${this.operations}/readyz`).catch(() => undefined);
      if (answer?.ok) return server;
      if (server.exitCode !== null) break;
      await sleep(100);
    }
    server.kill("SIGKILL");
    throw new Error(`the server did not become ready: ${server.said}`);
  }

  async end() {
    this.postgres.end();
    await stop(this.sandbox);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

// A server for `kubectl`, whose configuration is put into a folder.
export async function cluster(folder) {
  const child = spawn(process.execPath, [join(import.meta.dirname, "kubernetes.mjs")], { stdio: ["ignore", "pipe", "inherit"] });
  const [server] = await first(createInterface({ input: child.stdout }));
  const [clusters, users] = [[{ name: "test", cluster: { server } }], [{ name: "test", user: {} }]];
  const contexts = [{ name: "test", context: { cluster: "test", user: "test" } }];
  const config = { apiVersion: "v1", kind: "Config", clusters, users, contexts, "current-context": "test" };
  writeFileSync(join(folder, "kubeconfig"), JSON.stringify(config));
  return child;
}

export async function stop(child) {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}

function first(lines) {
  return new Promise((resolve, reject) => {
    lines.once("line", (line) => resolve([line]));
    lines.once("close", () => reject(new Error("a server ended before it said where it is")));
  });
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
