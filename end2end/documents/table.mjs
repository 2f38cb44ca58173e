// Every program that a document names, and how its commands are checked. A command that no row fits fails the test.
//
// How far each check goes, the furthest first:
//   runs      the command itself runs, in a folder made for it, with the few names replaced that are in `replaced`
//   package   packaging/test, packaging/container/test or packaging/compose/test runs the command itself, on a machine of its own or
//             in containers
//   covered   a script or a test does the same; its text is looked for there
//   read      bash can read the command, and the files and targets that it names are there
import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./blocks.mjs";
import { inTestOfPackages } from "./packages.mjs";

const read = (file) => readFileSync(join(root, file), "utf8");

export const TABLE = [
  { how: "runs", command: /^partner-dashboard serve /, check: (block) => block.started() },
  { how: "runs", command: /^curl http:\/\/127\.0\.0\.1:3001\/readyz$/, check: curl },
  { how: "runs", command: /^PARTNER_DASHBOARD_DATABASE_PASSWORD=\S+ partner-dashboard migrate-database /, check: carryOver },
  { how: "runs", command: /^partner-dashboard audit verify --database "postgres:.*\/restored\?/, check: (block, command) => block.run(command) },
  { how: "runs", command: /^(partner-dashboard audit verify --database "postgres:|pg_dump )/, check: onServer },
  { how: "runs", command: /^pg_restore /, check: restored },
  { how: "runs", command: /^partner-dashboard audit continue /, check: continued },
  { how: "runs", command: /^partner-dashboard init /, check: init },
  { how: "runs", command: /^partner-dashboard (audit|backup|config|restore) /, check: (block, command) => block.run(command) },
  { how: "runs", command: /^python3 docs\/verify_audit_log\.py /, check: verify },
  { how: "runs", command: /^sudo runuser -u partner-dashboard -- partner-dashboard check /, check: asTheService },
  { how: "read", command: /^make [a-z-]+$/, check: target },
  { how: "runs", command: /^(cd packaging\/compose|mkdir -m 0700 secrets|openssl (genpkey|rand) .*secrets\/[a-z-]+)$/, check: compose },
  { how: "package", command: /^cat >secrets\/[a-z0-9-]+$/, check: packaged },
  { how: "package", command: /^sudo chown 65532 secrets\/\* && sudo chmod 0400 secrets\/\*$/, check: packaged },
  { how: "package", command: /^(sudo (apt-get|install|openssl|systemctl|partner-dashboard)|systemctl|journalctl|runuser|rm) /, check: packaged },
  { how: "package", command: /^for secret in /, check: packaged },
  { how: "package", command: /^(tar |cd partner-dashboard-|sudo systemd-sysusers )/, check: packaged },
  { how: "package", command: /^docker (build|run|compose) /, check: packaged },
  { how: "read", command: /^umask 077$/, check: syntax },
  { how: "runs", command: /^kubectl /, check: kubectl },
  { how: "runs", command: /^(cd packaging\/prometheus|promtool (check|test) rules [a-z_]+\.yml)$/, check: rules },
  { how: "covered", command: /^node \.make\/advisories\.mjs \.\.\/advisory-db$/, check: advisories },
];

// What stands in a document for something of the reader's.
export const replaced = (world) => [
  ["/var/backups/dashboard", "backups"],
  ["/var/lib/partner-dashboard/", ""],
  ["/etc/partner-dashboard/partner-dashboard.toml", "partner-dashboard.toml"],
  ["db.example.com", world.postgres.host],
  ["/etc/ssl/certs/db-ca.pem", world.postgres.certificate],
  ["127.0.0.1:3001", `127.0.0.1:${world.operations}`],
  ["tiles FOLDER", "tiles tiles"],
];

async function curl(block, command) {
  await block.started();
  assert.equal(JSON.parse(block.run(command)).ready, true);
}

// Everything that it asks is answered, and nobody is called.
function init(block, command) {
  const answers = ["https://partners.example.com", "header", "x-user", "x-groups", "", "", "", "", "", "client-1", "a secret"];
  const said = block.run(`${command} --offline`, answers.map((answer) => `${answer}\n`).join(""));
  assert.match(said, /Next: partner-dashboard serve --config /);
}

const CARRY_OVER =
  'partner-dashboard migrate-database --from sqlite:partner-dashboard.db ' +
  '--to "postgres://dashboard@db.example.com/dashboard?sslmode=verify-full" --public-key audit.pub';

// Into an empty database.
function carryOver(block, command) {
  block.postgres.empty("dashboard");
  block.run(command);
}

// On a server that has what SQLite had.
function onServer(block, command) {
  carryOver(block, CARRY_OVER);
  block.run(command);
}

function restored(block, command) {
  block.postgres.empty("restored");
  block.run(command);
}

// On the database that was restored, in which somebody is signed in.
function continued(block, command) {
  const url = "postgres://dashboard@db.example.com/restored?sslmode=verify-full";
  const ask = (statement) => block.run(`psql --tuples-only --no-align --command="${statement}" "${url}&sslrootcert=/etc/ssl/certs/db-ca.pem"`).trim();
  assert.notEqual(ask("SELECT count(*) FROM sessions"), "0");
  const said = block.run(`PARTNER_DASHBOARD_DATABASE="${url}" PARTNER_DASHBOARD_SEALING_KEY=${"k".repeat(32)} ${command}`);
  assert.match(said, /The audit log goes on after \d+ records, as \S+\/2 /);
  assert.equal(ask("SELECT count(*) FROM sessions"), "0");
}

// In the document the file is made by a command of another block.
function verify(block, command) {
  if (command.includes("audit.jsonl") && !existsSync(join(block.folder, "audit.jsonl"))) {
    block.run("partner-dashboard audit export --config partner-dashboard.toml --format jsonl audit.jsonl");
  }
  block.run(command.replace(/(tiles FOLDER .*)checkpoints\.txt/, "$1tiles-checkpoints.txt"));
}

function asTheService(block, command) {
  block.run(command.replace("sudo runuser -u partner-dashboard -- ", ""));
}

function target(block, command) {
  const name = command.split(" ")[1];
  assert.match(read("Makefile"), new RegExp(`^${name}:.*## `, "m"));
}

// The folder of the block stands for packaging/compose.
function compose(block, command) {
  if (command === "cd packaging/compose") assert.ok(existsSync(join(root, "packaging/compose/compose.yaml")));
  else block.run(command);
  const secret = /secrets\/([a-z-]+)$/.exec(command)?.[1];
  if (secret) assert.ok(read("packaging/compose/compose.yaml").includes(`./secrets/${secret}`), secret);
}

function packaged(block, command) {
  inTestOfPackages(command);
}

function named(command, file) {
  syntax(undefined, command);
  assert.ok(existsSync(join(root, file)), file);
  for (const secret of command.match(/--from-file=\S+/g) ?? []) {
    assert.ok(read(file).includes(secret.replace("--from-file=", "")), secret);
  }
  for (const path of command.match(/(?:packaging|\.make)\/\S+/g) ?? []) assert.ok(existsSync(join(root, path)), path);
}

// Against a server that keeps what it is given. Each secret is in a file of its name, as the document says.
async function kubectl(block, command) {
  named(command, "packaging/kubernetes/partner-dashboard.yaml");
  await block.cluster();
  for (const [, secret] of command.matchAll(/--from-file=(\S+)/g)) writeFileSync(join(block.folder, secret), "a secret\n");
  assert.match(block.run(command), / created$/m);
}

// In that folder, by the promtool that set-up brings or the one of the machine.
function rules(block, command) {
  if (command.startsWith("cd ")) return;
  const cwd = join(root, "packaging/prometheus");
  const path = `${join(root, "target/tools/prometheus/usr/bin")}:${process.env.PATH}`;
  const { status, stdout, stderr } = spawnSync("bash", ["-c", command], { cwd, encoding: "utf8", env: { ...process.env, PATH: path } });
  assert.equal(status, 0, `${command}: ${stdout} ${stderr}`);
}

// In the tests of the scripts, which keep what it makes elsewhere.
function advisories(block, command) {
  named(command, ".make/advisories.mjs");
  assert.match(read(".make/check-advisories.test.mjs"), /made\(checkout\)/);
}

function syntax(block, command) {
  const { status, stderr } = spawnSync("bash", ["-n", "-c", command], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
}
