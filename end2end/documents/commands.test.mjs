// Every command that a document shows: it runs, or it is checked as far as table.mjs says.
import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { blocks, commandsOf, root } from "./blocks.mjs";
import { TABLE, replaced } from "./table.mjs";
import { World, cluster, program, stop } from "./world.mjs";

const LONGEST = 60_000;
let world;

// The commands below one heading, in a folder of their own, with the server that they need.
class Block {
  constructor(folder) {
    this.folder = folder;
  }

  get postgres() {
    return world.postgres;
  }

  async started() {
    this.server ??= await world.serve(this.folder);
  }

  async cluster() {
    this.kubernetes ??= await cluster(this.folder);
  }

  async ended() {
    for (const server of [this.server, this.kubernetes]) if (server) await stop(server);
  }

  spawn(command, input = "") {
    const text = replaced(world).reduce((said, [theirs, ours]) => said.replaceAll(theirs, ours), command);
    const programs = [join(world.folder, "bin"), world.postgres.programs, join(root, "target/tools/kubernetes/usr/bin")];
    // `kubectl` remembers in its home what a server has.
    const own = { HOME: this.folder, KUBECONFIG: join(this.folder, "kubeconfig") };
    const env = { ...process.env, ...own, ...(text.includes("postgres://") ? world.postgres.env(this.folder) : {}), PATH: [...programs, process.env.PATH].join(":") };
    return spawnSync("bash", ["-euo", "pipefail", "-c", text], { cwd: this.folder, env, input, encoding: "utf8", timeout: LONGEST });
  }

  run(command, input) {
    const { status, stdout, stderr, signal } = this.spawn(command, input);
    assert.equal(status, 0, `${command}\nexit code ${status ?? signal}\n${stdout}${stderr}`);
    return stdout;
  }
}

before(async () => {
  assert.ok(existsSync(program), `${program} is not there: build it, or name it in PROGRAM`);
  world = await World.make();
});
after(() => world?.end());

const commands = blocks()
  .filter(({ language }) => language === "sh")
  .flatMap(({ place, section, text }) => commandsOf(text).map((command) => ({ command, place, section })));

// What stands below one heading is done one after the other, as a reader would.
[...new Set(commands.map(({ section }) => section))].forEach((section, number) => {
  test(section, async (context) => {
    const block = new Block(world.copy(`section-${number}`));
    try {
      for (const { command, place } of commands.filter((one) => one.section === section)) {
        const row = rowOf(command);
        await context.test(`${row?.how ?? "UNKNOWN"}: ${command.split("\n")[0]} (${place})`, async () => {
          assert.ok(row, "no row of table.mjs says how this command is checked");
          await row.check(block, command);
        });
      }
    } finally {
      await block.ended();
    }
  });
});

test("every row of the table is of use", () => {
  const idle = TABLE.filter((row) => !commands.some(({ command }) => rowOf(command) === row));
  assert.deepEqual(idle.map(({ command }) => String(command)), []);
});

function rowOf(command) {
  return TABLE.find((row) => row.command.test(command));
}
