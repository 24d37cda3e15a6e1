// Builds app/web/bundles/*.js into app/web/static/dist with hashed names and a manifest.
// Entries are the files the list below names; the rest are their parts. Nothing is done when the stamp is equal.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SOURCES = join(ROOT, "app/web/bundles");
const DIST = join(ROOT, "app/web/static/dist");
const MANIFEST = join(DIST, "manifest.json");
const ENTRIES = ["beside.js", "caseworker.js", "replay.js"];

function stamp() {
  const hash = createHash("sha256");
  const sources = readdirSync(SOURCES, { recursive: true }).map((name) => join(SOURCES, name)).filter((path) => statSync(path).isFile());
  for (const path of [join(ROOT, "package-lock.json"), fileURLToPath(import.meta.url), ...sources.sort()]) {
    hash.update(relative(ROOT, path)).update("\0").update(readFileSync(path)).update("\0");
  }
  return hash.digest("hex");
}

function built(wanted) {
  if (!existsSync(MANIFEST)) return false;
  const manifest = JSON.parse(readFileSync(MANIFEST, "utf8"));
  return manifest.stamp === wanted && Object.values(manifest.files).every((name) => existsSync(join(DIST, name)));
}

async function build(wanted) {
  const { build: bundle } = await import("esbuild");
  rmSync(DIST, { recursive: true, force: true });
  mkdirSync(DIST, { recursive: true });
  const result = await bundle({
    absWorkingDir: ROOT,
    entryPoints: ENTRIES.map((name) => join(SOURCES, name)),
    outdir: DIST,
    entryNames: "[name]-[hash]",
    chunkNames: "part-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "external",
    metafile: true,
    logLevel: "warning",
  });
  const files = {};
  for (const [path, output] of Object.entries(result.metafile.outputs)) {
    if (!output.entryPoint) continue;
    files[basename(output.entryPoint)] = basename(path);
    const bytes = readFileSync(join(ROOT, path));
    console.log(`built ${basename(path)}: ${bytes.length} bytes, ${gzipSync(bytes).length} gzipped`);
  }
  writeFileSync(MANIFEST, JSON.stringify({ stamp: wanted, files }, null, 1) + "\n");
}

const wanted = stamp();
if (!built(wanted)) await build(wanted);
