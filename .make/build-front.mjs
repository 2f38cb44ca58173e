// Started by ./build-front. Builds WebAssembly, JavaScript, styles and assets into the site folder,
// each only when something it is made of has changed.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const require = createRequire(new URL("../end2end/package.json", import.meta.url));
const TARGET = "wasm32-unknown-unknown";
// What Rust's WebAssembly uses; all of it is in every browser since 2023.
const WASM_FEATURES = ["bulk-memory", "multivalue", "mutable-globals", "nontrapping-float-to-int", "reference-types", "sign-ext"];
const COMPRESSIBLE = new Set([".css", ".html", ".ico", ".js", ".json", ".svg", ".txt", ".wasm", ".webmanifest", ".xml"]);

const release = process.argv[2] === "--release";
const cargo = process.env.CARGO ?? "cargo";
const { leptos, library, target } = readManifest();
const site = leptos["site-root"];
const pkg = join(site, leptos["site-pkg-dir"]);
const stampsFile = join(target, "front", "stamps.json");

if (process.argv[2] === "--check-styles") {
  bundleStyles();
} else {
  const stamps = readStamps();
  const kept = [...buildWasm(stamps), ...buildStyles(stamps), ...copyAssets(stamps)];
  removeOthers(kept);
  compressAll(stamps, kept);
  mkdirSync(dirname(stampsFile), { recursive: true });
  writeFileSync(stampsFile, JSON.stringify(stamps, null, 1));
  printSizes(kept);
}

function run(command, args, options = {}) {
  try {
    return execFileSync(command, args, { stdio: ["ignore", "pipe", "inherit"], encoding: "utf8", maxBuffer: 1 << 26, ...options });
  } catch (error) {
    console.error(`build-front: ${basename(command)} failed${error.code === "ENOENT" ? " (not found: run .make/setup run)" : ""}`);
    process.exit(1);
  }
}

function readManifest() {
  const metadata = JSON.parse(run(cargo, ["metadata", "--no-deps", "--format-version", "1", "--locked"]));
  const [found] = metadata.packages;
  return {
    leptos: found.metadata.leptos,
    library: found.targets.find((each) => each.crate_types.includes("cdylib")).name.replaceAll("-", "_"),
    target: relative(process.cwd(), metadata.target_directory) || ".",
  };
}

// --- WebAssembly and its JavaScript -------------------------------------------------------------

function buildWasm(stamps) {
  const profile = release ? (leptos["lib-profile-release"] ?? "release") : "dev";
  const folder = join(target, "front");
  const features = leptos["lib-features"].join(",");
  console.log(`front: cargo build (${profile})`);
  run(cargo, [
    "build", "--lib", "--target", TARGET, "--target-dir", folder, "--profile", profile, "--features", features,
    ...(leptos["lib-default-features"] === false ? ["--no-default-features"] : []),
    ...(leptos["lib-cargo-args"] ?? []),
  ]);
  const built = join(folder, TARGET, profile === "dev" ? "debug" : profile, `${library}.wasm`);
  const name = leptos["output-name"];
  const outputs = [join(pkg, `${name}.wasm`), join(pkg, `${name}.js`)];
  onChange(stamps, "wasm", [built], outputs, () => bindWasm(built, name, outputs));
  return outputs;
}

function bindWasm(built, name, [wasm, js]) {
  const scratch = join(target, "front", "bindgen");
  rmSync(scratch, { recursive: true, force: true });
  console.log("front: wasm-bindgen");
  run("wasm-bindgen", [
    built, "--target", "web", "--no-typescript", "--omit-default-module-path",
    "--out-dir", scratch, "--out-name", name,
    ...(release ? ["--remove-name-section", "--remove-producers-section"] : []),
  ]);
  mkdirSync(pkg, { recursive: true });
  const bound = join(scratch, `${name}_bg.wasm`);
  if (release) {
    console.log("front: wasm-opt");
    run("wasm-opt", ["-Oz", ...WASM_FEATURES.map((feature) => `--enable-${feature}`), bound, "-o", wasm]);
  } else {
    writeFileSync(wasm, readFileSync(bound));
  }
  // One file, whatever snippets the glue imports.
  require("esbuild").buildSync({
    entryPoints: [join(scratch, `${name}.js`)],
    outfile: js, bundle: true, format: "esm", target: "es2022", minify: release, legalComments: "none", logLevel: "warning",
  });
}

// --- Styles -------------------------------------------------------------------------------------

function buildStyles(stamps) {
  const output = join(pkg, `${leptos["output-name"]}.css`);
  onChange(stamps, "styles", filesBelow(dirname(leptos["style-file"])), [output], () => {
    console.log("front: styles");
    write(output, bundleStyles());
  });
  return [output];
}

// No browser targets: oklch, light-dark, layers and nesting stay as they are written.
function bundleStyles() {
  const { bundle } = require("lightningcss");
  try {
    const { code, warnings } = bundle({ filename: leptos["style-file"], minify: release });
    if (warnings.length === 0) return code;
    warnings.forEach(reportStyle);
  } catch (error) {
    reportStyle({ message: error.message, loc: { filename: error.fileName, ...error.loc } });
  }
  return process.exit(1);
}

function reportStyle({ message, loc }) {
  console.error(`${relative("", loc?.filename ?? leptos["style-file"])}:${loc?.line ?? "?"}:${loc?.column ?? "?"}: ${message}`);
}

// --- Assets, compression, sizes -----------------------------------------------------------------

function copyAssets(stamps) {
  const from = leptos["assets-dir"];
  return filesBelow(from).map((file) => {
    const output = join(site, relative(from, file));
    onChange(stamps, file, [file], [output], () => write(output, readFileSync(file)));
    return output;
  });
}

function removeOthers(kept) {
  const wanted = new Set(kept.flatMap((file) => [file, ...(release ? [`${file}.br`, `${file}.gz`] : [])]));
  filesBelow(site).filter((file) => !wanted.has(file)).forEach((file) => rmSync(file));
}

function compressAll(stamps, files) {
  if (!release) return;
  for (const file of files.filter((each) => COMPRESSIBLE.has(extname(each)))) {
    onChange(stamps, `compressed ${file}`, [file], [`${file}.br`, `${file}.gz`], () => {
      const bytes = readFileSync(file);
      const brotli = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
      write(`${file}.br`, brotliCompressSync(bytes, { params: brotli }));
      write(`${file}.gz`, gzipSync(bytes, { level: 9 }));
    });
  }
}

function printSizes(files) {
  const size = (file) => (existsSync(file) ? (statSync(file).size / 1024).toFixed(1) : "-").padStart(9);
  console.log(`front: ${"KiB".padStart(11)}${"brotli".padStart(10)}`);
  for (const file of files) console.log(`${size(file).padStart(18)} ${size(`${file}.br`)}  ${relative(site, file)}`);
}

// --- What has changed ---------------------------------------------------------------------------

// Runs `make` unless it ran before on the same inputs and its outputs are still as it left them.
function onChange(stamps, name, inputs, outputs, make) {
  const before = digest([...inputs, fileURLToPath(import.meta.url), "end2end/package-lock.json"]);
  const stamp = () => `${release} ${before} ${digest(outputs)}`;
  if (outputs.every((file) => existsSync(file)) && stamps[name] === stamp()) return;
  make();
  stamps[name] = stamp();
}

function readStamps() {
  return existsSync(stampsFile) ? JSON.parse(readFileSync(stampsFile, "utf8")) : {};
}

function digest(files) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update("\0").update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function write(file, bytes) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}
