// Measures the pages of a demo with Lighthouse, on a simulated phone, and fails where a score is less than 100.
import { spawn } from "node:child_process";
import lighthouse from "lighthouse";
import { launch } from "chrome-launcher";

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

/** One page of each kind that needs no form to be sent before. */
async function pages(address) {
  const organisation = await linked(address, "/sandbox/organisations?view=list", /\/sandbox\/organisations\/[0-9a-f-]{36}$/);
  const client = await linked(address, "/sandbox/clients", /\/sandbox\/clients\/[0-9a-f-]{36}$/);
  const entry = await linked(address, "/audit?action=changes", /^\/audit\/\d+$/);
  return [
    "/", "/connections", "/connections/share-now", "/sandbox/organisations", "/sandbox/clients", "/production/clients",
    "/sandbox/organisations/new", "/sandbox/clients/new", organisation, `${organisation}/edit`, `${organisation}/history`,
    `${organisation}/clients/new`, client, `${client}/edit`, `${client}/journey`, `${client}/history`,
    "/find?q=harbour", "/audit", entry, "/account", "/tour", "/styleguide",
  ];
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
  for (const path of only.length > 0 ? only : await pages(address)) {
    const { lhr } = await lighthouse(address + path, { port: browser.port, onlyCategories: CATEGORIES, logLevel: "error" });
    const scores = CATEGORIES.map((name) => Math.round((lhr.categories[name].score ?? 0) * 100));
    const short = Object.values(lhr.audits).filter(({ score, scoreDisplayMode }) => score !== null && score < 0.9 && scoreDisplayMode !== "informative");
    const why = scores.every((score) => score === 100) ? "" : ` ${short.map(({ id }) => id).join(", ")}`;
    if (why) failed += 1;
    console.log(`${scores.join(" ")} ${path}${why}`);
  }
} finally {
  browser?.kill();
  demo.kill("SIGTERM");
}
console.log(`lighthouse: ${failed} pages below 100`);
process.exitCode = failed > 0 ? 1 : 0;
