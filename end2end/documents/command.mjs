// Prints the one command of the documents that begins with the given words, for the tests of packages, which run it as it stands.
//   node end2end/documents/command.mjs WORDS
import { blocks, commandsOf, inlineCommands } from "./blocks.mjs";

const [words] = process.argv.slice(2);
const shown = blocks().filter(({ language }) => language === "sh").flatMap(({ text }) => commandsOf(text));
const all = [...new Set([...shown, ...inlineCommands().map(({ command }) => command)])];
const found = all.includes(words) ? [words] : all.filter((command) => words && command.startsWith(words));
if (found.length !== 1) {
  console.error([`The documents have ${found.length} commands that begin with ${JSON.stringify(words)}:`, ...found].join("\n"));
  process.exit(1);
}
console.log(found[0]);
