import type { BrowserContext, ConsoleMessage, Request, Response } from "@playwright/test";

/**
 * Hears everything that goes wrong in a browser: breaches of the content security policy, console errors and warnings,
 * uncaught errors, failed requests, and statuses from 400 up.
 */
export class Guard {
  readonly problems: string[] = [];
  /** Whether the test answers itself when a page asks before it is left. */
  asksBeforeLeaving = false;
  private readonly expected = new Set<number>();
  private readonly expectedByScripts = new Set<number>();

  constructor(
    context: BrowserContext,
    private readonly runsScripts: boolean,
  ) {
    context.on("console", (message) => this.onConsole(message));
    context.on("weberror", (error) => this.problems.push(`uncaught: ${error.error().stack ?? error.error()}`));
    context.on("requestfailed", (request) => this.onFailure(request));
    context.on("response", (response) => this.onResponse(response));
  }

  /** Has each page tell of breaches of its content security policy, those too that browsers keep to themselves. */
  static async hearBreaches(context: BrowserContext): Promise<void> {
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, disposition }) => {
        console.error(`content security policy (${disposition}): ${effectiveDirective} blocked ${blockedURI}`);
      });
    });
  }

  /** A page of this test answers with one of these statuses, and should. */
  expectStatus(...statuses: number[]): void {
    statuses.forEach((status) => this.expected.add(status));
  }

  /** A script of this test's pages is answered with one of these statuses, and should be. */
  expectStatusForScripts(...statuses: number[]): void {
    statuses.forEach((status) => this.expectedByScripts.add(status));
  }

  private onConsole(message: ConsoleMessage): void {
    // A warning is how hydration tells that the page is not as the island made it.
    if (message.type() !== "error" && message.type() !== "warning") return;
    // Without JavaScript, nothing uses what is preloaded for it.
    if (!this.runsScripts && message.text().includes("was preloaded using link preload but not used")) return;
    // Chromium's echo of a status; `onResponse` judges those.
    if (message.text().startsWith("Failed to load resource: the server responded with a status of")) return;
    this.problems.push(`console: ${message.text()} (${message.location().url})`);
  }

  private onFailure(request: Request): void {
    const reason = request.failure()?.errorText ?? "unknown";
    // Without JavaScript, Chromium refuses scripts in these words; a true breach of the policy is a console error too.
    if (!this.runsScripts && reason === "csp" && request.resourceType() === "script") return;
    // The browser drops what is under way when the page is left.
    if (reason !== "net::ERR_ABORTED") this.problems.push(`failed: ${request.method()} ${request.url()}: ${reason}`);
  }

  private onResponse(response: Response): void {
    const request = response.request();
    const expected = request.isNavigationRequest() ? this.expected : this.expectedByScripts;
    if (response.status() >= 400 && !expected.has(response.status())) {
      this.problems.push(`status: ${request.method()} ${request.url()}: ${response.status()}`);
    }
  }
}
