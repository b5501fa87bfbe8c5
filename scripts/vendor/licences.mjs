// Writes down what is vendored: packages, versions, licences, copyright lines, and each licence's text once.
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";

const ALLOWED = ["MIT", "BSD-3-Clause", "ISC", "Zlib", "0BSD", "OFL-1.1"];
// Packages that ship no licence file: what their repository's licence file says.
const HOLDERS = {
  "@tabler/core": "Copyright (c) 2018-2026 The Tabler Authors",
};

async function licenceText(directory) {
  const file = (await readdir(directory)).find((name) => /^licen[cs]e(\.|$)/i.test(name));
  return file ? (await readFile(path.join(directory, file), "utf8")).replace(/\r/g, "").trim() : "";
}

async function read(modules, name) {
  const directory = path.join(modules, name);
  const meta = JSON.parse(await readFile(path.join(directory, "package.json"), "utf8"));
  if (!ALLOWED.includes(meta.license)) throw new Error(`${name} is licensed ${meta.license}: not one of ${ALLOWED.join(", ")}`);
  const text = await licenceText(directory);
  const holder = text.split("\n").find((line) => /^\W*(copyright|\(c\))\s+\S/i.test(line) && !/copyright (notice|holder|owner)/i.test(line));
  const author = String(meta.author?.name ?? meta.author ?? "its authors").replace(/\s*[<(].*$/, "");
  const cleaned = holder?.replace(/^[\s>*#]+/, "").replace(/ Inter-Italic.*/, "").replace(/\s*\((https?:[^)]*)\)/g, "").trim();
  return { name, version: meta.version, licence: meta.license, text, copyright: HOLDERS[name] ?? cleaned ?? `Copyright ${author}` };
}

// A licence's own words: its text without title and copyright lines.
function body(text) {
  const start = text.search(/Permission (is hereby granted|to use)|Redistribution and use|This software is provided|This Font Software is licensed/);
  return text.slice(Math.max(start, 0)).trim();
}

export async function licences(modules, files) {
  const found = new Map();
  for (const name of files.flatMap(([, names]) => names)) found.set(name, await read(modules, name));
  const lines = ["# Vendored files and their licences", "", "<!-- Written by scripts/vendor/build.mjs; change that, not this page. -->", ""];
  for (const [file, names] of files) {
    lines.push(`## ${file}`, "", "| package | version | licence | copyright |", "|---|---|---|---|");
    lines.push(...names.map((name) => found.get(name)).map((p) => `| ${p.name} | ${p.version} | ${p.licence} | ${p.copyright} |`), "");
  }
  lines.push("# Licence texts", "");
  for (const licence of ALLOWED) {
    const known = [...found.values()].filter((p) => p.licence === licence && p.text).sort((a, b) => a.text.length - b.text.length);
    const whole = known.find((p) => body(p.text).length > 300);
    if (![...found.values()].some((p) => p.licence === licence)) continue;
    if (!whole) throw new Error(`no text of the licence ${licence} was found`);
    lines.push(`## ${licence}`, "", "```text", body(whole.text), "```", "");
  }
  return `${lines.join("\n").trimEnd()}\n`;
}
