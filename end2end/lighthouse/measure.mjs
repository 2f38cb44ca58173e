// Measures the pages of a demo with Lighthouse, on a simulated phone, and fails where a score is less than 100.
import { spawn } from "node:child_process";
import { navigation } from "lighthouse";
import { launch } from "chrome-launcher";
import puppeteer from "puppeteer-core";
import { steps } from "./behind-forms.mjs";

const CATEGORIES = ["performance", "accessibility", "best-practices"];
const PROGRAM = process.env.PROGRAM ?? "../../target/release/partner-dashboard";

/** Starts the demo on a port of its own choice. Resolves with its address once it serves. */
function started(demo) {
  return new Promise((resolve, reject) => {
    let said = "";
    demo.stdout.on("data", (text) => {
      said += text;
      const address = /demo: (http:\S+?)\/?\n/.exec(said);
      if (address && said.includes("Press Ctrl-C")) resolve(address[1]);
    });
    demo.on("exit", () => reject(new Error(`the demo ended: ${said}`)));
  });
}

/** The first link of a page whose path matches. */
async function linked(address, page, pattern) {
  const text = await (await fetch(address + page, { headers: { accept: "text/html" } })).text();
  const paths = [...text.matchAll(/href="([^"]+)"/g)].map(([, path]) => path.replaceAll("&amp;", "&"));
  const found = paths.find((path) => pattern.test(path));
  if (!found) throw new Error(`${page} has no link like ${pattern}`);
  return found;
}

/** The objects of the demo that the pages are about. */
async function subjects(address) {
  return {
    organisation: await linked(address, "/sandbox/organisations?view=list", /\/sandbox\/organisations\/[0-9a-f-]{36}$/),
    client: await linked(address, "/sandbox/clients", /\/sandbox\/clients\/[0-9a-f-]{36}$/),
    entry: await linked(address, "/audit?action=changes&outcome=applied", /^\/audit\/\d+$/),
    unknown: await linked(address, "/", /\/unknown\/\d+$/),
  };
}

/** One page of each kind that needs no form to be sent before. */
function pages({ organisation, client, entry }) {
  return [
    "/", "/connections", "/connections/share-now", "/sandbox/organisations", "/sandbox/clients", "/production/clients",
    "/sandbox/organisations/new", "/sandbox/clients/new", organisation, `${organisation}/edit`, `${organisation}/history`,
    `${organisation}/clients/new`, client, `${client}/edit`, `${client}/journey`, `${client}/history`,
    "/find?q=harbour", "/audit", entry, "/account", "/tour", "/styleguide",
  ];
}

/**
 * Measures the page to which a step leads: an address, or what is done on the page before. Returns whether all is 100.
 * A browser writes into its console that the page itself answered an error, so an error page is not asked about that.
 */
async function measured(page, { name, before, last, isError = false }) {
  await before?.(page);
  const requestor = typeof last === "string" ? last : () => last(page);
  const flags = { onlyCategories: CATEGORIES, logLevel: "error", disableStorageReset: true, ignoreStatusCode: isError };
  const { lhr } = await navigation(page, requestor, { flags: isError ? { ...flags, skipAudits: ["errors-in-console"] } : flags });
  const scores = CATEGORIES.map((category) => Math.round((lhr.categories[category].score ?? 0) * 100));
  const isWhole = scores.every((score) => score === 100);
  const short = Object.values(lhr.audits).filter(({ score, scoreDisplayMode }) => score !== null && score < 0.9 && scoreDisplayMode !== "informative");
  console.log(`${scores.join(" ")} ${name}${isWhole ? "" : ` ${short.map(({ id }) => id).join(", ")}`}`);
  return isWhole;
}

const demo = spawn(PROGRAM, ["demo", "--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "inherit"] });
const only = process.argv.slice(2);
let failed = 0;
let browser;
try {
  const address = await started(demo);
  browser = await launch({
    chromePath: process.env.CHROME_PATH ?? "/usr/bin/chromium",
    chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu"],
  });
  const known = await subjects(address);
  const everything = [...pages(known).map((path) => ({ name: path, last: address + path })), ...steps(address, known)];
  const connected = await puppeteer.connect({ browserURL: `http://127.0.0.1:${browser.port}`, defaultViewport: null });
  for (const step of everything.filter(({ name }) => only.length === 0 || only.includes(name))) {
    const page = await connected.newPage();
    if (!(await measured(page, step))) failed += 1;
    await page.close();
  }
  await connected.disconnect();
} finally {
  browser?.kill();
  demo.kill("SIGTERM");
}
console.log(`lighthouse: ${failed} pages below 100`);
process.exitCode = failed > 0 ? 1 : 0;
