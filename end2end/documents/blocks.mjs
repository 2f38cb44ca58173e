// The blocks of code in the documents, and the commands in them.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));

// The README, SECURITY.md, and everything below docs.
export function documents() {
  const pages = readdirSync(join(root, "docs"), { recursive: true }).filter((file) => file.endsWith(".md"));
  return ["README.md", "SECURITY.md", ...pages.map((file) => join("docs", file)).sort()];
}

// Each block with its language, its text without the indentation of a list, where it stands, and below which heading.
export function blocks() {
  return documents().flatMap((file) => {
    const found = [];
    let open;
    let section = file;
    readFileSync(join(root, file), "utf8").split("\n").forEach((line, number) => {
      const fence = /^\s*(?:\d+\.\s+)?```(\w*)\s*$/.exec(line);
      if (!open && line.startsWith("#")) section = `${file}: ${line.replace(/^#+ /, "")}`;
      if (!open && fence) open = { language: fence[1], lines: [], place: `${file}:${number + 1}` };
      else if (open && /^\s*```\s*$/.test(line)) {
        found.push({ language: open.language, place: open.place, section, text: unindented(open.lines) });
        open = undefined;
      } else if (open) open.lines.push(line);
    });
    if (open) throw new Error(`${open.place}: this block has no end`);
    return found;
  });
}

// A document without its blocks.
export function sentencesOf(file) {
  return readFileSync(join(root, file), "utf8").replaceAll(/^\s*(?:\d+\.\s+)?```[^]*?^\s*```\s*$/gm, "");
}

// Programs that a sentence tells a reader to run. A name alone is none: it may be spoken of.
const PROGRAMS =
  /^(sudo|partner-dashboard|make|openssl|echo|ss|kill|systemctl|journalctl|usermod|userdel|groupdel|apt-get|rm|docker|kubectl|curl|cargo|npm|psql|dpkg|runuser|chown|chmod|cat|node|python3|promtool) /;

// The commands that stand in a sentence, each once with where it stands first.
export function inlineCommands() {
  const found = new Map();
  for (const file of documents()) {
    for (const [, code] of sentencesOf(file).matchAll(/`([^`]+)`/g)) {
      const command = code.replaceAll(/\s+/g, " ");
      if (PROGRAMS.test(command) && !found.has(command)) found.set(command, { command, place: file });
    }
  }
  return [...found.values()];
}

// The commands of a block: lines that go on are joined, and so is a loop. What is said beside a command is left out.
export function commandsOf(text) {
  const joined = text.replace(/\\\n\s*/g, "").split("\n").map((line) => line.replace(/\s+#\s.*$/, ""));
  const commands = [];
  let loop;
  for (const line of joined.filter((one) => one.trim() && !one.startsWith("#"))) {
    if (/^for .*; do$/.test(line)) loop = [line];
    else if (loop) {
      loop.push(line);
      if (line !== "done") continue;
      commands.push(loop.join("\n"));
      loop = undefined;
    } else commands.push(line);
  }
  if (loop) throw new Error("a loop has no end");
  return commands;
}

function unindented(lines) {
  const depth = Math.min(...lines.filter((line) => line.trim()).map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(depth)).join("\n");
}
