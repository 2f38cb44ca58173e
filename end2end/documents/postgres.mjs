// A PostgreSQL server on a socket in a folder of its own, with the role and the database that docs/high-availability.md makes.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blocks } from "./blocks.mjs";

const DEBIAN = "/usr/lib/postgresql";
// PostgreSQL refuses to run as root: then it runs as the account that Debian makes for it.
const AS_ITS_ACCOUNT = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", "--"];

export class Postgres {
  constructor() {
    this.programs = newest();
    // Not below a folder that its account may not enter.
    this.folder = mkdtempSync(join(tmpdir(), "documents-postgres-"));
    if (process.getuid() === 0) execFileSync("chown", ["postgres", this.folder]);
    this.#serve("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync");
    const options = `-c listen_addresses='' -c unix_socket_directories='${this.folder}'`;
    this.#serve("pg_ctl", "--wait", "--silent", "--log", join(this.folder, "log"), "--options", options, "start");
    for (const { text } of blocks().filter(({ language }) => language === "sql")) {
      // Each statement by itself: a database is made in no transaction.
      for (const statement of text.split(";").filter((one) => one.trim())) this.#run(statement);
    }
  }

  // What stands in a URL for the host of the server.
  get host() {
    return encodeURIComponent(this.folder);
  }

  // Makes a database anew, for the role of the dashboard.
  empty(name) {
    this.#run(`DROP DATABASE IF EXISTS ${name}`);
    this.#run(`CREATE DATABASE ${name} OWNER dashboard ENCODING 'UTF8' TEMPLATE template0`);
  }

  end() {
    this.#serve("pg_ctl", "--mode", "immediate", "--silent", "stop");
    rmSync(this.folder, { recursive: true, force: true });
  }

  #serve(program, ...words) {
    const command = [join(this.programs, program), "--pgdata", join(this.folder, "data"), ...words];
    const [first, ...rest] = process.getuid() === 0 ? [...AS_ITS_ACCOUNT, ...command] : command;
    // What it starts would keep an output open.
    execFileSync(first, rest, { cwd: this.folder, stdio: "ignore" });
  }

  #run(statement) {
    const words = ["--host", this.folder, "--username", "postgres", "--quiet", "--set", "ON_ERROR_STOP=1", "--command", statement];
    execFileSync(join(this.programs, "psql"), words, { stdio: ["ignore", "ignore", "inherit"] });
  }
}

// The folder with the programs of the newest server that Debian installed.
function newest() {
  const folders = existsSync(DEBIAN) ? readdirSync(DEBIAN).map((version) => join(DEBIAN, version, "bin")) : [];
  const found = folders.filter((folder) => existsSync(join(folder, "initdb"))).sort().at(-1);
  if (!found) throw new Error("PostgreSQL is missing: run .make/setup test");
  return found;
}
