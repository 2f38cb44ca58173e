import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const BINARY = resolve(REPOSITORY, process.env.E2E_BINARY ?? "target/debug/partner-dashboard");
const PATIENCE = 20_000;

/** One running command of the binary under test. */
export class Server {
  private output = "";
  private readonly child: ChildProcess;

  constructor(...args: string[]) {
    const settings = Object.entries(process.env).filter(([name]) => !name.startsWith("PARTNER_DASHBOARD_"));
    this.child = spawn(BINARY, args, {
      cwd: REPOSITORY,
      env: Object.fromEntries(settings),
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child.on("error", (error) => (this.output += String(error)));
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => (this.output += text));
    }
  }

  /** All that it has printed and logged. */
  get log(): string {
    return this.output;
  }

  get isRunning(): boolean {
    return this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** The first match in what it prints. */
  printed(pattern: RegExp): Promise<string> {
    return this.eventually(`print ${pattern}`, async () => this.output.match(pattern)?.[0]);
  }

  /** Until the address answers 200. */
  async ready(url: string): Promise<void> {
    await this.eventually(`answer at ${url}`, async () => {
      const response = await fetch(url).catch(() => undefined);
      return response?.status === 200 ? url : undefined;
    });
  }

  async stop(): Promise<void> {
    if (!this.isRunning) return;
    const exit = once(this.child, "exit");
    this.child.kill("SIGTERM");
    const forced = setTimeout(() => this.child.kill("SIGKILL"), 5_000);
    await exit;
    clearTimeout(forced);
  }

  private async eventually(what: string, look: () => Promise<string | undefined>): Promise<string> {
    for (const end = Date.now() + PATIENCE; Date.now() < end; await pause(25)) {
      const found = await look();
      if (found !== undefined) return found;
      if (!this.isRunning) break;
    }
    throw new Error(`${this.child.spawnargs.join(" ")} did not ${what}. It said:\n${this.output}`);
  }
}

/** Ports that are free now. No connection gets one before a server listens: they are below those that Linux hands out by default. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(10_000, 20_000);
    const listener = createServer().listen(port, "127.0.0.1");
    const isFree = await once(listener, "listening").then(() => true, () => false);
    if (isFree) {
      await once(listener.close(), "close");
      ports.add(port);
    }
  }
  return [...ports];
}
