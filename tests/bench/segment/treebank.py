#!/usr/bin/env python3
"""Score a segmenter on a Universal Dependencies treebank.

usage: treebank.py PROGRAM LANG FILE.conllu

PROGRAM is run as `PROGRAM segment -l LANG --format json -`. Sentences of one paragraph
(# newpar, # newdoc; ten where the treebank marks none) are joined by a space unless their last
token says SpaceAfter=No; one without a final mark ends its paragraph, as a line end did in the
source. Prints F1 of whole sentences and of their ends.
"""
import json
import re
import subprocess
import sys

FINAL = re.compile(r"[.!?:;\u2026\u3002\uff01\uff1f\u061f\u06d4\u0964\u0589\u1362]['\"\u00bb\u201c\u201d\u2019\u300d)\]]*$")


def read(path):
    """Sentences as (starts a paragraph, text, no space after)."""
    fresh, text, last = False, None, ""
    for line in open(path, encoding="utf-8"):
        line = line.rstrip("\n")
        if line.startswith(("# newpar", "# newdoc")):
            fresh = True
        elif line.startswith("# text = "):
            text = line[9:].strip()
        elif line[:1].isdigit() and re.match(r"\d+(-\d+)?\t", line):
            last = line
        elif not line and text is not None:
            yield fresh, text, "SpaceAfter=No" in last
            fresh, text, last = False, None, ""


def paragraphs(rows):
    marked = sum(fresh for fresh, _, _ in rows) > len(rows) / 30
    text, spans = b"", []
    glue = b""
    for k, (fresh, sentence, no_space) in enumerate(rows):
        if spans and ((fresh if marked else k % 10 == 0) or not FINAL.search(rows[k - 1][1])):
            yield text, spans
            text, spans, glue = b"", [], b""
        raw = sentence.encode()
        text += glue
        spans.append((len(text), len(text) + len(raw)))
        text += raw
        glue = b"" if no_space else b" "
    yield text, spans


def main():
    program, lang, path = sys.argv[1:]
    want, text = set(), b""
    for paragraph, spans in paragraphs(list(read(path))):
        want |= {(len(text) + a, len(text) + b) for a, b in spans}
        text += paragraph + b"\n"
    run = subprocess.run([program, "segment", "-l", lang, "--format", "json", "-"], input=text,
                         stdout=subprocess.PIPE, check=True)
    got = {(o["start"], o["end"]) for o in map(json.loads, run.stdout.splitlines())}
    for name, a, b in (("sentences", want, got),
                       ("ends", {e for _, e in want}, {e for _, e in got})):
        print(f"{lang} {name}: {len(a)}, F1 {2 * len(a & b) / (len(a) + len(b)):.4f}")


main()
