import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BrowserContext, Response } from "@playwright/test";

/** Where the pages of a run are kept, for the one run of the validator at its end. */
const FOLDER = fileURLToPath(new URL("../test-results/served", import.meta.url));

/** A page as the server sent it. */
export interface ServedPage {
  address: string;
  file: string;
}

/** Keeps every page that a browser is sent from one origin, before scripts change it. */
export class ServedPages {
  private readonly reading: Promise<void>[] = [];

  constructor(
    context: BrowserContext,
    private readonly origin: string,
  ) {
    context.on("response", (response) => {
      if (this.isPage(response)) this.reading.push(keepBody(response));
    });
  }

  /** Until all that was sent so far is kept. */
  async kept(): Promise<void> {
    await Promise.all(this.reading);
  }

  private isPage(response: Response): boolean {
    const isHtml = response.headers()["content-type"]?.startsWith("text/html") ?? false;
    return isHtml && response.request().isNavigationRequest() && new URL(response.url()).origin === this.origin;
  }
}

async function keepBody(response: Response): Promise<void> {
  // A browser that has moved on may no longer have it.
  const html = await response.text().catch(() => undefined);
  if (html !== undefined) keep(html, response.url());
}

/** Keeps a page; of pages that differ only in numbers and ids, the last. */
export function keep(html: string, url: string): void {
  const { pathname, search } = new URL(url);
  const name = createHash("sha256").update(shapeOf(html)).digest("hex").slice(0, 32);
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, `${name}.address`), pathname + search);
  writeFileSync(join(FOLDER, `${name}.html`), html);
}

function shapeOf(html: string): string {
  return html.replace(/ nonce="[^"]*"/g, "").replace(/[\w+/-]{20,}=*|[0-9a-f-]*\d[0-9a-f-]*/g, "0");
}

/** All pages that were kept. */
export function servedPages(): ServedPage[] {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(".html"));
  return names.map((name) => {
    const file = join(FOLDER, name);
    return { file, address: readFileSync(file.replace(/html$/, "address"), "utf8") };
  });
}

/** Forgets the pages of another run. */
export function forgetServedPages(): void {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
}
