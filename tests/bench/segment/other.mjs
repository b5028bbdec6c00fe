#!/usr/bin/env node
// other.mjs -- other segmenters behind calque's command line, for treebank.py to score.
//
//     OTHER=icu|sentencex other.mjs segment -l LANG --format json -
//
// icu is Intl.Segmenter, ICU's sentence iterator (node --version, process.versions.icu);
// sentencex is Wikimedia's: npm install sentencex, where node finds it. Every line of standard
// input is a paragraph; prints {"start", "end", "paragraph"} a sentence, byte offsets.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const lang = process.argv[process.argv.indexOf("-l") + 1];
const other = process.env.OTHER ?? "icu";
const text = readFileSync(0, "utf8");

const iterator = new Intl.Segmenter(lang, { granularity: "sentence" });
const ways = {
  icu: (line) => [...iterator.segment(line)].map((s) => s.segment),
  sentencex: (line) => sentencex.segment(lang, line),
};
const sentencex = other === "sentencex" ? createRequire(process.cwd() + "/")("sentencex") : null;

let base = 0;
text.split("\n").forEach((line, paragraph) => {
  let at = 0;
  for (const sentence of line ? ways[other](line) : []) {
    const trimmed = sentence.trim();
    const start = trimmed ? line.indexOf(trimmed, at) : -1;
    if (start < 0) continue;
    at = start + trimmed.length;
    console.log(JSON.stringify({
      start: base + Buffer.byteLength(line.slice(0, start)),
      end: base + Buffer.byteLength(line.slice(0, at)),
      paragraph,
    }));
  }
  base += Buffer.byteLength(line) + 1;
});
