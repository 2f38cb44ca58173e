import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { basename } from "node:path";
import type { ServedPage } from "./served.ts";

const VNU = createRequire(import.meta.url).resolve("vnu-jar/build/dist/vnu.jar");

/** One thing that the W3C's validator says of a file; `info` without `subType` is no more than a remark. */
interface Message {
  type: "error" | "info" | "non-document-error";
  subType?: "warning" | "fatal" | "schema" | "io" | "internal";
  url?: string;
  lastLine?: number;
  lastColumn?: number;
  message: string;
  extract?: string;
}

/** What the validator finds in pages; each kind of finding once, with an address where it can be seen. */
export interface Findings {
  errors: string[];
  warnings: string[];
}

/** Validates all pages in one go: a start of Java for each would take longer than all of them. */
export function validate(pages: ServedPage[]): Findings {
  const files = pages.map(({ file }) => file);
  const vnu = ["-Xss1m", "-jar", VNU, "--format", "json", "--stdout", "--exit-zero-always", ...files];
  const run = spawnSync("java", vnu, { encoding: "utf8", maxBuffer: 1 << 28 });
  if (run.error !== undefined) throw new Error(`vnu did not run: ${run.error.message}. .make/setup test installs Java.`);
  if (run.status !== 0) throw new Error(`vnu ended with ${run.status ?? run.signal}:\n${run.stderr}`);
  const { messages } = JSON.parse(run.stdout) as { messages: Message[] };
  const addresses = new Map(pages.map(({ file, address }) => [basename(file), address]));
  return {
    errors: summary(messages.filter(({ type }) => type !== "info"), addresses),
    warnings: summary(messages.filter(({ subType }) => subType === "warning"), addresses),
  };
}

function summary(messages: Message[], addresses: Map<string, string>): string[] {
  const kindOf = ({ message }: Message) => message.replace(/“[^”]{20,}”/g, "“…”");
  return [...new Set(messages.map(kindOf))].map((kind) => {
    const found = messages.filter((message) => kindOf(message) === kind);
    const [first] = found;
    const pages = new Set(found.map(({ url }) => url)).size;
    const where = `${addresses.get(basename(first?.url ?? "")) ?? "?"} ${first?.lastLine ?? 0}:${first?.lastColumn ?? 0}`;
    return `${kind} (${found.length} on ${pages} pages, for example ${where}: ${first?.extract?.trim() ?? ""})`;
  });
}
