// What documents name in the middle of a sentence: commands, targets of make, and the texts of the program.
import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { documents, root } from "./blocks.mjs";
import { program } from "./world.mjs";

const text = (file) => readFileSync(join(root, file), "utf8").replace(/^[ \t]*(\d+\. )?```[\s\S]*?^[ \t]*```$/gm, "");
const quoted = documents().flatMap((file) => [...text(file).matchAll(/`([^`]+)`/g)].map(([, words]) => words.replace(/\s+/g, " ")));

test("every command that is named has a help", () => {
  const named = quoted.filter((words) => /^partner-dashboard [a-z]/.test(words));
  const commands = new Set(named.map((words) => /^partner-dashboard ((?:[a-z-]+ ?)+?)(?= ?(?:[A-Z[<"-]|$))/.exec(`${words} `)?.[1].trim()));
  assert.ok(commands.size > 5);
  for (const command of commands) {
    const { status, stderr } = spawnSync(program, [...command.split(" "), "--help"], { encoding: "utf8" });
    assert.equal(status, 0, `partner-dashboard ${command}: ${stderr}`);
  }
});

test("every target of make that is named is there", () => {
  const makefile = readFileSync(join(root, "Makefile"), "utf8");
  const targets = new Set(quoted.filter((words) => /^make [a-z]/.test(words)).map((words) => words.split(" ")[1]));
  assert.ok(targets.size > 5);
  for (const target of targets) assert.match(makefile, new RegExp(`^${target}:.*## `, "m"), `make ${target}`);
});

// Pieces of messages with a value in them, and those of others.
const FILLED_IN = [
  "12: auth.oidc.issuer",
  "cannot listen on 127.0.0.1:3000: Address already in use",
  "cannot be used: it is not an Ed25519 key in PEM (PKCS #8)",
  "the claim aud is missing or wrong",
  "the claim exp",
  "status 404",
  "status 5",
  "The token endpoint rejected the request (401 invalid_client)",
  "(400 invalid_scope)",
  "unavailable: timed out",
  "The token endpoint's response could not be read: it is a web page",
  "returned 401 although the token is new",
  "returned 404",
  "The check timed out after 15 s",
  "no backup was taken; it is tried again in 15 minutes",
  "Your identity provider did not say which groups you are in: the userinfo endpoint",
  // Two texts of one page.
  "Another save is in progress. Another replica of this dashboard is still saving the same thing",
  "Request blocked. This request came from another site, or a proxy changed its address",
  "The audit log cannot be written to. A change is only sent after it has been recorded",
  // Of sqlx, SQLite and an identity provider.
  "unable to open database file",
  "database is locked",
  "database or disk is full",
  "file is not a database",
  "redirect_uri mismatch",
];

test("every message that the page about trouble quotes is one of the program", () => {
  const sources = readdirSync(join(root, "src"), { recursive: true }).filter((file) => file.endsWith(".rs") && !/^tests|_test\.rs$/.test(file));
  const said = sources.map((file) => readFileSync(join(root, "src", file), "utf8").replace(/\\\n\s*/g, "")).join("\n").toLowerCase();
  const quotes = [...text("docs/troubleshooting.md").matchAll(/(?<!\*)\*([^*\n]+)\*(?!\*)/g)].map(([, words]) => words);
  const pieces = quotes.flatMap((words) => words.split("…")).map((piece) => piece.replace(/^[\s.:,]+|[\s.:,]+$/g, ""));
  const unknown = pieces.filter((piece) => piece.length > 4 && !said.includes(piece.toLowerCase()));
  assert.deepEqual(unknown.filter((piece) => !FILLED_IN.includes(piece)), []);
  assert.deepEqual(FILLED_IN.filter((piece) => !unknown.includes(piece)), [], "no longer quoted");
});
