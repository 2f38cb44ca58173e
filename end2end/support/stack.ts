import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Faults } from "./faults.ts";
import { freePorts, Server } from "./server.ts";

/** A connection as the sandbox announces it. */
interface Connection {
  name: string;
  system: string;
  kind: string;
  environment: string;
  base_url: string;
  client_id: string;
  client_secret: string;
  token_url?: string;
  scope?: string;
  integration_id?: string;
  probe?: string;
}

interface Announcement {
  control_url: string;
  connections: Connection[];
}

/** The person in front of the browser, as the proxy in front of the dashboard would name them. */
export const ADMIN = { user: "ada.lindqvist", name: /ada.lindqvist/i, email: "ada.lindqvist@partner.example", group: "partner-admins" };

export const ADMIN_HEADERS = {
  "X-Forwarded-User": ADMIN.user,
  "X-Forwarded-Email": ADMIN.email,
  "X-Forwarded-Groups": ADMIN.group,
};

/** Somebody who may look and change nothing. */
export const VIEWER_HEADERS = {
  "X-Forwarded-User": "vito.hallgren",
  "X-Forwarded-Email": "vito.hallgren@partner.example",
  "X-Forwarded-Groups": "partner-viewers",
};

/** Somebody who may change one branch of the sandbox's tree, and sees nothing else of it. */
export const LIMITED_HEADERS = {
  "X-Forwarded-User": "hana.okafor",
  "X-Forwarded-Email": "hana.okafor@partner.example",
  "X-Forwarded-Groups": "harbour-editors",
};

/** The branch that is theirs. */
export const LIMITED_TO = "Harbour & Vale Property Group";

/** The tables that say how people are known, and the secret that they speak of. */
export interface Authentication {
  authentication: string;
  secret?: string;
}

/** Identity from the headers of a proxy on this machine. */
const behindAProxy = async ({ organisation }: Place): Promise<Authentication> => ({
  authentication: `
[auth]
mode = "header"

[auth.header]
user = "X-Forwarded-User"
email = "X-Forwarded-Email"
groups = "X-Forwarded-Groups"
trusted_peers = ["127.0.0.1/32"]

[auth.roles]
admin = ["${ADMIN.group}"]
viewer = ["${VIEWER_HEADERS["X-Forwarded-Groups"]}"]
editor = [{ group = "${LIMITED_HEADERS["X-Forwarded-Groups"]}", connection = "sandbox", organisation = "${await organisation(LIMITED_TO)}" }]
`,
});

/** Where things are when a dashboard is configured. */
export interface Place {
  /** The dashboard's own address. */
  url: string;
  /** The file that the secret will be in. */
  secretFile: string;
  /** The ID that an organisation has at the partner. */
  organisation: (name: string) => Promise<string>;
}

/** A connection whose partner is not there: nothing listens on port 1. */
export const BROKEN = "broken";

/** How much is made up at the partner. */
export interface Size {
  organisations: number;
  clients: number;
}

/** The partner's sandbox and a dashboard that is configured for it, each a process of its own. */
export class Stack {
  private constructor(
    readonly url: string,
    readonly faults: Faults,
    private readonly folder: string,
    private readonly dashboard: Server,
    private readonly sandbox: Server,
  ) {}

  /** Starts both. `authenticate` says how people are known, `size` how large the partner is besides the sample data. */
  static async start(
    authenticate: (place: Place) => Promise<Authentication> = behindAProxy,
    size?: Size,
  ): Promise<Stack> {
    const made = size ? ["--organisations", `${size.organisations}`, "--clients", `${size.clients}`] : [];
    const sandbox = new Server("sandbox", "--listen", "127.0.0.1:0", ...made);
    const announcement = JSON.parse(await sandbox.printed(/^\{.*\}$/m)) as Announcement;
    const [port, opsPort] = await freePorts(2);
    const folder = mkdtempSync(join(tmpdir(), "partner-dashboard-"));
    const url = `http://127.0.0.1:${port}`;
    const secretFile = join(folder, "authentication.secret");
    const { authentication, secret } = await authenticate({
      url,
      secretFile,
      organisation: (name) => organisationId(announcement.connections, name),
    });
    if (secret !== undefined) writeFileSync(secretFile, secret, { mode: 0o600 });
    const listeners = `listen = "127.0.0.1:${port}"\nops_listen = "127.0.0.1:${opsPort}"`;
    const database = `database = "sqlite:${join(folder, "dashboard.db")}"`;
    const settings = [`public_url = "${url}"`, listeners, database, authentication].join("\n");
    const file = writeConfiguration(folder, settings, announcement.connections);
    const dashboard = new Server("serve", "--config", file);
    const stack = new Stack(url, new Faults(announcement.control_url), folder, dashboard, sandbox);
    await dashboard.ready(`http://127.0.0.1:${opsPort}/readyz`).catch(async (error: unknown) => {
      await stack.stop();
      throw error;
    });
    return stack;
  }

  /** The demo: both in one process, after two weeks of changes. */
  static async demo(): Promise<Stack> {
    const demo = new Server("demo", "--listen", "127.0.0.1:0");
    const url = await demo.printed(/http:\/\/127\.0\.0\.1:\d+(?=\/\n)/);
    const faults = new Faults(await demo.printed(/http:\S+(?<=_sandbox)/));
    return new Stack(url, faults, mkdtempSync(join(tmpdir(), "partner-dashboard-")), demo, demo);
  }

  get log(): string {
    return `${this.sandbox.log}\n${this.dashboard.log}`;
  }

  /** Everything that the dashboard keeps: its database and what it has logged. */
  kept(): Buffer {
    const files = readdirSync(this.folder).filter((name) => name.startsWith("dashboard."));
    return Buffer.concat([Buffer.from(this.dashboard.log), ...files.map((name) => readFileSync(join(this.folder, name)))]);
  }

  /** The secrets that it was configured with. */
  secrets(): string[] {
    const files = readdirSync(this.folder).filter((name) => name.endsWith(".secret"));
    return files.map((name) => readFileSync(join(this.folder, name), "utf8"));
  }

  get isRunning(): boolean {
    return this.sandbox.isRunning && this.dashboard.isRunning;
  }

  async stop(): Promise<void> {
    await Promise.all([this.dashboard.stop(), this.sandbox.stop()]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function organisationId(connections: Connection[], name: string): Promise<string> {
  const sandbox = connections.find((each) => each.name === "sandbox");
  if (sandbox?.token_url === undefined) throw new Error("the sandbox announced no connection of this name");
  const credentials = { client_id: sandbox.client_id, client_secret: sandbox.client_secret };
  const body = new URLSearchParams({ grant_type: "client_credentials", ...credentials });
  const { access_token } = (await (await fetch(sandbox.token_url, { method: "POST", body })).json()) as { access_token: string };
  const authorization = `Bearer ${access_token}`;
  const listed = await fetch(`${sandbox.base_url}/v1/organisations`, { headers: { authorization } });
  const organisations = (await listed.json()) as { id: string; name: string }[];
  const found = organisations.find((each) => each.name === name);
  if (found === undefined) throw new Error(`the partner has no organisation ${name}`);
  return found.id;
}

function writeConfiguration(folder: string, settings: string, announced: Connection[]): string {
  const [like] = announced;
  if (like === undefined) throw new Error("the sandbox announced no connection");
  const nowhere = "http://127.0.0.1:1";
  const broken = { ...like, name: BROKEN, kind: "oneid", environment: "sandbox", base_url: nowhere, token_url: nowhere };
  const connections = [...announced, broken];
  const file = join(folder, "configuration.toml");
  writeFileSync(file, [settings, ...connections.map((each) => section(folder, each))].join("\n"));
  return file;
}

function section(folder: string, { system: _, client_secret, ...settings }: Connection): string {
  const secretFile = join(folder, `${settings.name}.secret`);
  writeFileSync(secretFile, client_secret, { mode: 0o600 });
  const keys = Object.entries({ ...settings, client_secret_file: secretFile });
  return ["", "[[connections]]", ...keys.map(([key, value]) => `${key} = "${value}"`), ""].join("\n");
}
