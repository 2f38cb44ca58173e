import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, type Page } from "@playwright/test";
import type * as Axe from "axe-core";
import { HtmlValidate, StaticConfigLoader } from "html-validate";

declare global {
  interface Window {
    axe: typeof Axe;
  }
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** No violation that axe can find, in the light theme or in the dark one. */
export async function expectAccessible(page: Page): Promise<void> {
  // Without JavaScript a page runs no timers, and axe waits for some: they become promises.
  await page.evaluate(() => {
    const atOnce = (callback: () => void) => (void Promise.resolve().then(callback), 0);
    if (window.axe === undefined) Object.assign(window, { setTimeout: atOnce });
  });
  await page.evaluate(axeSource);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const violations = await page.evaluate(async () => {
      const { violations } = await window.axe.run(document, { preload: false, resultTypes: ["violations"] });
      return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html}`));
    });
    expect.soft(violations, `axe, ${colorScheme}, ${page.url()}`).toEqual([]);
  }
}

/** Where somebody asks for more contrast, texts have the enhanced one (WCAG 2.2, 1.4.6). */
export async function expectMoreContrast(page: Page): Promise<void> {
  await page.evaluate(axeSource);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, contrast: "more", reducedMotion: "reduce" });
    const violations = await page.evaluate(async () => {
      const runOnly = { type: "rule" as const, values: ["color-contrast-enhanced"] };
      const { violations } = await window.axe.run(document, { preload: false, runOnly, resultTypes: ["violations"] });
      return violations.flatMap(({ nodes }) => nodes.map(({ html, failureSummary }) => `${html}: ${failureSummary}`));
    });
    expect.soft(violations, `contrast, ${colorScheme}, ${page.url()}`).toEqual([]);
  }
  await page.emulateMedia({ contrast: null });
}

/** Every column of a list is within its card, at each of these widths: what is beyond cannot be scrolled to. */
export async function expectWholeTables(page: Page, ...widths: number[]): Promise<void> {
  const before = page.viewportSize();
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    const cut = await page.locator(".table").evaluateAll((tables) =>
      tables.map((table) => table.getBoundingClientRect().right - table.parentElement!.getBoundingClientRect().right).filter((beyond) => beyond > 1),
    );
    expect.soft(cut, `pixels of tables that are cut off at ${width}, ${page.url()}`).toEqual([]);
  }
  if (before) await page.setViewportSize(before);
}

const htmlValidate = new HtmlValidate(
  new StaticConfigLoader({
    extends: ["html-validate:standard", "html-validate:a11y"],
    rules: {
      "no-inline-style": "error",
      "no-implicit-button-type": "error",
      // The server writes its attributes and void elements in one consistent way of its own.
      "attribute-boolean-style": "off",
      "attribute-empty-style": "off",
      "void-style": "off",
      "no-trailing-whitespace": "off",
      // Names in titles are as long as partners make them.
      "long-title": "off",
      // A filter of several values repeats its name: the form is the address.
      "form-dup-name": "off",
      // Everything comes from the dashboard's own origin.
      "require-sri": "off",
    },
  }),
);

/** The HTML as the server sends it is valid. */
export async function expectValidHtml(html: string, where: string): Promise<void> {
  const report = await htmlValidate.validateString(html);
  const problems = report.results.flatMap(({ messages }) =>
    messages.map(({ line, column, ruleId, message }) => `${line}:${column} ${ruleId}: ${message}`),
  );
  expect.soft(problems, `HTML of ${where}`).toEqual([]);
}

/** The page never scrolls sideways; names what sticks out when it does. */
export async function expectNoSidewaysScroll(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: 800 });
  const outside = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const sticking = [...document.body.querySelectorAll("*")].filter(
      (element) => element.getBoundingClientRect().right > clientWidth + 0.5,
    );
    return [`${scrollWidth} > ${clientWidth}`, ...sticking.map((element) => element.outerHTML.slice(0, 120))];
  });
  expect.soft(outside, `wider than ${width} px: ${page.url()}`).toEqual([]);
}
