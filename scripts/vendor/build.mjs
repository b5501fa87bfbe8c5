// Rebuilds src/onelead/web/static/vendor and static/icons.svg from the pinned packages: see README.md.
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import postcss from "postcss";
import { licences } from "./licences.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const modules = path.join(here, "node_modules");
const out = path.resolve(here, "../../src/onelead/web/static");
const stripMeta = require("plotly.js/tasks/compress_attributes.js");

// What makes code out of text is refused by the content-security policy, so it must not be in there at all.
const FORBIDDEN = /\bnew Function\b|\beval\(|[^.\w]Function\(/;

async function plotlyRules() {
  const source = await readFile(path.join(modules, "plotly.js/build/plotcss.js"), "utf8");
  const rules = [];
  // The file hands its rules to addStyleRule one by one, which puts each before those that are there.
  new Function("require", source)(() => ({ addStyleRule: (selector, style) => rules.unshift(`${selector}{${style}}`) }));
  if (rules.length < 20) throw new Error("Plotly's style rules were not found in build/plotcss.js");
  return (await transform(rules.join("\n"), { loader: "css", minify: true })).code.trim();
}

const constructedSheet = {
  name: "constructed-sheet",
  setup(builder) {
    builder.onResolve({ filter: /build\/plotcss$/ }, () => ({ path: path.join(here, "plotly-styles.js") }));
    builder.onResolve({ filter: /^plotly-rules$/ }, () => ({ path: "plotly-rules", namespace: "rules" }));
    builder.onLoad({ filter: /.*/, namespace: "rules" }, async () => ({
      contents: `export const rules = ${JSON.stringify(await plotlyRules())};`,
    }));
  },
};
const noMaps = {
  name: "no-maps", // map styles are asked for by map charts only, of which there is none
  setup(builder) {
    builder.onLoad({ filter: /\.css$/ }, () => ({ contents: "", loader: "js" }));
  },
};

async function plotly() {
  const outfile = path.join(out, "vendor/plotly.min.js");
  const result = await build({
    entryPoints: [path.join(here, "plotly.js")],
    outfile,
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2020",
    legalComments: "none", // vendor/LICENCES.md has them
    define: { global: "window", "define.amd": "false" },
    plugins: [constructedSheet, noMaps, stripMeta],
    metafile: true,
    logLevel: "warning",
  });
  const code = await readFile(outfile, "utf8");
  const found = code.match(FORBIDDEN);
  if (found) throw new Error(`the Plotly bundle makes code from text: …${code.slice(found.index - 60, found.index + 60)}…`);
  return packagesOf(result.metafile);
}

// The npm packages whose code really is in a bundle.
function packagesOf(metafile) {
  const [output] = Object.values(metafile.outputs);
  const files = Object.entries(output.inputs).filter(([, input]) => input.bytesInOutput > 0);
  const names = files.map(([file]) => file.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]).filter(Boolean);
  return [...new Set(names)].filter((name) => name !== "maplibre-gl").sort(); // only its styles are asked for, and left out
}

async function icons() {
  const names = (await readFile(path.join(here, "icons.txt"), "utf8")).split(/\s+/).filter(Boolean);
  const sorted = [...new Set(names)].sort();
  if (sorted.join() !== names.join()) throw new Error("icons.txt: keep the names sorted, each once");
  const symbols = await Promise.all(sorted.map(async (name) => {
    const svg = await readFile(path.join(modules, `@tabler/icons/icons/outline/${name}.svg`), "utf8");
    const inner = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/^[\s\S]*?<svg[\s\S]*?>/, "").replace(/<\/svg>\s*$/, "");
    const shapes = inner.replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "").replace(/\s*\n\s*/g, "").trim();
    return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
  }));
  const head = '<svg xmlns="http://www.w3.org/2000/svg" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round">';
  await writeFile(path.join(out, "icons.svg"), `${head}\n${symbols.join("\n")}\n</svg>\n`);
}

// Of Tabler the tokens and what it says about plain elements: its components are not used, and every page would wait for 600 kB of them to be read.
const TABLER_CLASSES = new Set(["d-block", "h1"]);

function isUsed(selector) {
  return (selector.match(/\.[a-z_][\w-]*/gi) ?? []).every((name) => TABLER_CLASSES.has(name.slice(1)));
}

async function tabler() {
  const sheet = postcss.parse(await readFile(path.join(modules, "@tabler/core/dist/css/tabler.min.css"), "utf8"));
  sheet.walkComments((comment) => { if (!comment.text.startsWith("!")) comment.remove(); });
  sheet.walkAtRules("keyframes", (rule) => { rule.remove(); }); // all of them move components
  sheet.walkRules((rule) => {
    const used = rule.selectors.filter(isUsed);
    if (used.length) rule.selectors = used;
    else rule.remove();
  });
  sheet.walkAtRules((rule) => { if (rule.nodes?.length === 0) rule.remove(); });
  await writeFile(path.join(out, "vendor/tabler.min.css"), `${sheet}\n`);
}

await mkdir(path.join(out, "vendor"), { recursive: true });
const inter = path.join(modules, "@fontsource-variable/inter/files");
const [bundled] = await Promise.all([
  plotly(),
  icons(),
  tabler(),
  copyFile(path.join(modules, "htmx.org/dist/htmx.min.js"), path.join(out, "vendor/htmx.min.js")),
  copyFile(path.join(inter, "inter-latin-wght-normal.woff2"), path.join(out, "inter.woff2")),
  copyFile(path.join(inter, "inter-latin-ext-wght-normal.woff2"), path.join(out, "inter-ext.woff2")),
]);
const files = [
  ["vendor/plotly.min.js", bundled],
  ["vendor/tabler.min.css", ["@tabler/core"]],
  ["vendor/htmx.min.js", ["htmx.org"]],
  ["icons.svg", ["@tabler/icons"]],
  ["inter.woff2", ["@fontsource-variable/inter"]],
  ["inter-ext.woff2", ["@fontsource-variable/inter"]],
];
await writeFile(path.join(out, "vendor/LICENCES.md"), await licences(modules, files));
