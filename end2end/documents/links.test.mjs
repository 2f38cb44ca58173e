// Every link of a document leads somewhere: in the repository, and among the documents that the Debian package has.
import { strict as assert } from "node:assert";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { parse } from "smol-toml";
import { documents, root, sentencesOf } from "./blocks.mjs";

const FILES = [...documents(), "CHANGELOG.md"];

// The links of a document that lead to a file of the repository, with the part after "#".
function linksOf(file) {
  const links = [...sentencesOf(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link);
  return links.filter((link) => !/^(https?|mailto):/.test(link)).map((link) => {
    const [path, anchor] = link.split("#");
    return { link, anchor, target: path ? normalize(join(dirname(file), path)) : file };
  });
}

// As GitHub and Gitea make them from headings.
function anchorsOf(file) {
  const headings = [...sentencesOf(file).matchAll(/^#+ (.*)$/gm)].map(([, text]) => text);
  return headings.map((text) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}_\- ]/gu, "").trim().replaceAll(" ", "-"));
}

for (const file of FILES) {
  test(`the links of ${file} lead somewhere`, () => {
    for (const { link, anchor, target } of linksOf(file)) {
      assert.ok(existsSync(join(root, target)), link);
      if (anchor) assert.ok(anchorsOf(target).includes(anchor), link);
    }
  });
}

test("the documents of the Debian package lie as they do in the repository, and link to nothing that is not in it", () => {
  const shipped = new Map();
  for (const [source, folder] of parse(readFileSync(join(root, "Cargo.toml"), "utf8")).package.metadata.deb.assets) {
    const files = source.endsWith("/*.md") ? readdirSync(join(root, dirname(source))).map((one) => join(dirname(source), one)) : [source];
    for (const file of files.filter((one) => one.endsWith(".md"))) shipped.set(file, folder);
  }
  assert.ok(shipped.size > 20);
  for (const [file, folder] of shipped) {
    assert.equal(normalize(folder), normalize(join("usr/share/doc/partner-dashboard", dirname(file), "/")), file);
    for (const { link, target } of linksOf(file)) assert.ok(shipped.has(target), `${file}: ${link}`);
  }
});
