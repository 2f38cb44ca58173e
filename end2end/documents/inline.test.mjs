// The commands that stand in a sentence: each runs, `make` says what it would do, or a test does the same.
import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { inlineCommands, root } from "./blocks.mjs";
import { inTestOfPackages } from "./packages.mjs";
import { deleted, discovers, ends, ours, reloads, runs, signingKey, starts } from "./sentences.mjs";
import { World, program } from "./world.mjs";

const read = (file) => readFileSync(join(root, file), "utf8");

const TABLE = [
  // What a sentence only names: nothing is said of the file or the database that it needs.
  [/^partner-dashboard (audit (key|verify)|backup|check)$/, ours],
  [/^partner-dashboard (--version|init --help|((config )?check|health) --config FILE( \[--json\])?)$/, ends],
  [/^partner-dashboard (demo|sandbox|serve)( --[a-z-]+( FILE| \d+)?)*$/, starts],
  [/^make [a-z-]+( ARGS=("[a-z]+ \d+"|[a-z]+))?$/, planned],
  [/^openssl (rand -base64 48|genpkey -algorithm ed25519)$/, (command) => runs(command)],
  [/^echo "whsec_/, signingKey],
  [/^ss --listening --tcp --processes$/, (command) => runs(command)],
  [/^kill -HUP$/, reloads],
  [/^(sudo (systemctl|usermod|apt-get|rm|userdel|groupdel)|systemctl|journalctl) .*partner-dashboard/, inTestOfPackages],
  [/^kubectl delete namespace partner-dashboard$/, deleted],
  [/^docker (kill|compose) /, inTestOfPackages],
  [/^curl \{issuer\}\/\.well-known\/openid-configuration$/, discovers],
  [/^npm ci$/, covered(".make/setup", "npm ci --ignore-scripts")],
  // In documents for developers: each asks a registry, or does nothing that the tests do not do otherwise.
  [/^(npm audit|cargo (audit bin|leptos build))$/, () => {}],
];

let world;
before(async () => {
  assert.ok(existsSync(program), `${program} is not there: build it, or name it in PROGRAM`);
  world = await World.make();
});
after(() => world?.end());

for (const { command, place } of inlineCommands()) {
  test(`${command} (${place})`, async () => {
    const row = TABLE.find(([pattern]) => pattern.test(command));
    assert.ok(row, "no row of this file says how this command is checked");
    await row[1](command, world);
  });
}

test("every row is of use", () => {
  const idle = TABLE.filter((row) => !inlineCommands().some(({ command }) => TABLE.find(([pattern]) => pattern.test(command)) === row));
  assert.deepEqual(idle.map(([pattern]) => String(pattern)), []);
});

// `make` says what it would do. The argument reaches the measurement of that name; what is none is the name of a page.
function planned(command) {
  const [, argument] = / ARGS="?([a-z]+)/.exec(command) ?? [];
  const { status, stdout, stderr } = spawnSync("bash", ["-c", `${command} --dry-run`], { cwd: root, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  assert.match(stdout, new RegExp(argument ?? "."));
  assert.match(read("Makefile"), new RegExp(`^${command.split(" ")[1]}:.*## `, "m"));
  if (argument) assert.match(read("src/tests/benches/main.rs") + read("src/tests/benches/pages.rs"), new RegExp(`"${argument}"`));
}

function covered(file, ...texts) {
  return () => {
    for (const text of texts) assert.ok(read(file).includes(text), `${file} has no ${text}`);
  };
}
