#!/usr/bin/env python3
"""How well the aligner pairs sentences (docs/alignment.md, "Measured").

usage: measure.py SENTENCES gold SHARED
       measure.py SENTENCES help PREFIX LANG [DOCUMENTS [joined]]

SENTENCES is the program built from sentences.c. `gold` aligns the three sets of
SHARED/data/align and scores them by its score_beads.py. `help` takes PREFIX.src, .tgt and
.docs as made by SHARED/data/books/help.py, drops one paragraph in twenty on either side and
counts right links; `joined` aligns the documents as one text. Both print how often beads of
each confidence are right. The draws are the same on every run.
"""
import os, random, re, subprocess, sys, tempfile

BEAD = re.compile(r"\[([\d, ]*)\]:\[([\d, ]*)\](?::([\d.]+))?")
STEPS = (0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.01)


def beads(lines):
    out = []
    for line in lines:
        m = BEAD.match(line)
        if m:
            x, y = (tuple(int(v) for v in g.split(",") if v.strip()) for g in m.groups()[:2])
            out.append((x, y, float(m[3] or 1)))
    return out


def align(program, source_lang, target_lang, source, target):
    run = subprocess.run([program, source_lang, target_lang, source, target],
                         capture_output=True, text=True, check=True)
    return run.stdout


def reliability(name, gold, found):
    table = {}
    right = {(x, y) for x, y, _ in gold}
    for x, y, confidence in found:
        row = table.setdefault(next(s for s in STEPS if confidence < s), [0, 0, 0.0])
        row[0] += 1
        row[1] += (x, y) in right
        row[2] += confidence
    for step, (n, good, said) in sorted(table.items()):
        print("%-10s below %.2f: %5d beads, said %.3f, right %.3f" %
              (name, step, n, said / n, good / n))


def gold_sets(program, shared):
    folder = os.path.join(shared, "data", "align")
    for name, s, t in (("dtm", "hu", "en"), ("tb-dev", "de", "fr"), ("steinbeck", "hu", "en")):
        at = os.path.join(folder, name)
        out = align(program, s, t, at + "/src", at + "/tgt")
        with tempfile.NamedTemporaryFile("w", suffix=".beads") as file:
            file.write(out)
            file.flush()
            print(name)
            subprocess.run([sys.executable, os.path.join(folder, "score_beads.py"),
                            at + "/gold", file.name], check=True)
        with open(at + "/gold", encoding="utf-8") as gold:
            reliability(name, beads(gold), beads(out.splitlines()))


def documents(prefix, count):
    docs = {}
    read = lambda ext: open(prefix + ext, encoding="utf-8").read().split("\n")[:-1]
    for s, t, d in zip(read(".src"), read(".tgt"), read(".docs")):
        docs.setdefault(d, []).append((s, t))
    names = [d for d in sorted(docs) if len(docs[d]) >= 4 and
             sum(s != t for s, t in docs[d]) * 2 > len(docs[d])]
    random.shuffle(names)
    return [docs[d] for d in sorted(names[:count])]


def help_documents(program, prefix, lang, count=150, joined=""):
    random.seed(7)
    docs = documents(prefix, int(count))
    if joined:
        docs = [sum(docs, [])]
    right = made = wanted = 0
    gold_all, found_all = [], []
    with tempfile.TemporaryDirectory() as folder:
        for doc in docs:
            sides, gold = ([], []), []
            for pair in doc:
                place = []
                for side in (0, 1):
                    kept = random.random() >= 0.05
                    place.append((len(sides[side]),) if kept else ())
                    if kept:
                        sides[side].append(pair[side])
                gold.append((place[0], place[1], 1))
            paths = [os.path.join(folder, n) for n in ("source", "target")]
            for path, lines in zip(paths, sides):
                with open(path, "w", encoding="utf-8") as file:
                    file.writelines(line + "\n" for line in lines)
            found = beads(align(program, "en", lang, *paths).splitlines())
            links = lambda all: {(i, j) for x, y, _ in all for i in x for j in y}
            right += len(links(gold) & links(found))
            made += len(links(found))
            wanted += len(links(gold))
            base = 1000000 * len(gold_all)  # so that documents do not mix
            shift = lambda all: [(tuple(i + base for i in x), tuple(j + base for j in y), c)
                                 for x, y, c in all]
            gold_all, found_all = gold_all + shift(gold), found_all + shift(found)
    print("%s: link P %.4f R %.4f F1 %.4f" %
          (lang, right / made, right / wanted, 2 * right / (made + wanted)))
    reliability(lang, gold_all, found_all)


if __name__ == "__main__":
    if len(sys.argv) < 4 or sys.argv[2] not in ("gold", "help"):
        sys.exit(__doc__)
    (gold_sets if sys.argv[2] == "gold" else help_documents)(sys.argv[1], *sys.argv[3:])
