// A PostgreSQL server with TLS and passwords, in a folder of its own, with the role and the database that docs/high-availability.md
// makes.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blocks } from "./blocks.mjs";

const DEBIAN = "/usr/lib/postgresql";
// As it stands in the documents.
const PASSWORD = "…";
// PostgreSQL refuses to run as root: then it runs as the account that Debian makes for it.
const AS_ITS_ACCOUNT = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", "--"];

export class Postgres {
  constructor(port) {
    this.programs = newest();
    this.port = port;
    // Not below a folder that its account may not enter.
    this.folder = mkdtempSync(join(tmpdir(), "documents-postgres-"));
    if (process.getuid() === 0) execFileSync("chown", ["postgres", this.folder]);
    const trusted = ["--auth-local=trust", "--auth-host=scram-sha-256"];
    this.#serve("initdb", "--username=postgres", ...trusted, "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync");
    const [certificate, key] = [this.certificate, join(this.folder, "key.pem")];
    const subject = ["-subj", "/CN=database", "-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"];
    const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-days", "2"];
    this.#as("openssl", "req", ...kind, ...subject, "-keyout", key, "-out", certificate);
    const settings = { listen_addresses: "127.0.0.1", port, unix_socket_directories: this.folder, ssl: "on", ssl_cert_file: certificate, ssl_key_file: key };
    const options = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`).join(" ");
    this.#serve("pg_ctl", "--wait", "--silent", "--log", join(this.folder, "log"), "--options", options, "start");
    for (const { text } of blocks().filter(({ language }) => language === "sql")) {
      // Each statement by itself: a database is made in no transaction.
      for (const statement of text.split(";").filter((one) => one.trim())) this.#run(statement);
    }
  }

  // What stands in a URL for the host of the server.
  get host() {
    return `127.0.0.1:${this.port}`;
  }

  // The certificate by which it shows who it is.
  get certificate() {
    return join(this.folder, "certificate.pem");
  }

  // What a reader has, in a home of their own, whose command uses it: the password, in the file where the tools of PostgreSQL find it
  // and in the variable where the dashboard does, and the certificate among those of the system.
  env(home) {
    writeFileSync(join(home, ".pgpass"), `127.0.0.1:${this.port}:*:dashboard:${PASSWORD}\n`, { mode: 0o600 });
    return { PARTNER_DASHBOARD_DATABASE_PASSWORD: PASSWORD, SSL_CERT_FILE: this.certificate };
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
    this.#as(join(this.programs, program), "--pgdata", join(this.folder, "data"), ...words);
  }

  // By the account of the server.
  #as(...command) {
    const [first, ...rest] = process.getuid() === 0 ? [...AS_ITS_ACCOUNT, ...command] : command;
    // What it starts would keep an output open.
    execFileSync(first, rest, { cwd: this.folder, stdio: "ignore" });
  }

  #run(statement) {
    const words = ["--host", this.folder, "--port", String(this.port), "--username", "postgres", "--quiet", "--set", "ON_ERROR_STOP=1", "--command", statement];
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
