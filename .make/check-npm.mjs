// Whether a package of npm that is used to build or to test has a known vulnerability, by the registry. None is in the program.
// Fails from `high` on. Where the registry cannot be asked, that is said, and is no failure. Started by ./check-dependencies.
//   node .make/check-npm.mjs FOLDER…
import { spawnSync } from "node:child_process";

let failed = false;
for (const folder of process.argv.slice(2)) {
  const { stdout } = spawnSync("npm", ["audit", "--json", "--include=dev"], { cwd: folder, encoding: "utf8", timeout: 60_000 });
  const answer = readable(stdout);
  const counts = answer?.metadata?.vulnerabilities;
  if (!counts) {
    console.log(`npm audit, ${folder}: the registry could not be asked`);
    continue;
  }
  console.log(`npm audit, ${folder}: ${counts.total} found`);
  for (const { severity, name, range } of Object.values(answer.vulnerabilities)) console.log(`  ${severity}  ${name} ${range}`);
  failed ||= counts.high + counts.critical > 0;
}
process.exit(failed ? 1 : 0);

function readable(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
