import type { FullResult, Reporter, Suite } from "@playwright/test/reporter";

/** Closes a run with one plain line that any tool can read. */
export default class ClosingLine implements Reporter {
  private suite: Suite | undefined;

  onBegin(_config: unknown, suite: Suite): void {
    this.suite = suite;
  }

  onEnd(_result: FullResult): void {
    const outcomes = (this.suite?.allTests() ?? []).map((test) => test.outcome());
    const count = (wanted: string[]) => outcomes.filter((outcome) => wanted.includes(outcome)).length;
    const skipped = count(["skipped"]);
    const ending = skipped > 0 ? `, ${skipped} skipped` : "";
    console.log(`playwright: ${count(["expected", "flaky"])} passed, ${count(["unexpected"])} failed${ending}`);
  }

  printsToStdio(): boolean {
    return true;
  }
}
