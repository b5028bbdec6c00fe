#!/usr/bin/env python3
"""Make a large memory out of a small one: distinct units spliced at shared words.

usage: splice.py PAIRS.tsv UNITS OUT-PREFIX [--characters] [--seed=N]

PAIRS.tsv has source<TAB>target lines. A new source is the beginning of one paragraph and the
end of another that has the same word (with --characters: the same character) there; the target
is spliced at the same proportion. Writes OUT.tsv (UNITS lines), OUT.edits (1,000 queries: a
unit's source with one to five words replaced, dropped, added or swapped) and OUT.spread (200:
30 % of the words replaced at even distances).
"""
import random
import sys


def read_pairs(path, cut):
    pairs = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            source, _, target = line.rstrip("\n").partition("\t")
            words = cut(source)
            if 3 <= len(words) <= 120 and target:
                pairs.append((words, cut(target)))
    return pairs


def make_places(pairs):
    places = {}
    for k, (words, _) in enumerate(pairs):
        for i, word in enumerate(words):
            places.setdefault(word, []).append((k, i))
    return places


def splice(rng, pairs, places):
    """A new (source words, target words)."""
    words, target = pairs[rng.randrange(len(pairs))]
    at = rng.randrange(1, len(words) - 1)
    k, i = rng.choice(places[words[at]])
    other, other_target = pairs[k]
    head = len(target) * at // len(words)
    tail = len(other_target) * i // len(other)
    return words[:at] + other[i:], target[:head] + other_target[tail:]


def edit(rng, words, vocabulary):
    words = list(words)
    for _ in range(rng.randint(1, 5)):
        at = rng.randrange(len(words))
        kind = rng.randrange(4)
        if kind == 0:
            words[at] = rng.choice(vocabulary)
        elif kind == 1 and len(words) > 2:
            del words[at]
        elif kind == 2:
            words.insert(at, rng.choice(vocabulary))
        elif at + 1 < len(words):
            words[at], words[at + 1] = words[at + 1], words[at]
    return words


def spread(rng, words, vocabulary):
    words = list(words)
    count = max(1, len(words) * 3 // 10)
    for n in range(count):
        words[(2 * n + 1) * len(words) // (2 * count)] = rng.choice(vocabulary)
    return words


def main():
    names = [a for a in sys.argv[1:] if not a.startswith("--")]
    seed = next((int(a[7:]) for a in sys.argv if a.startswith("--seed=")), 1)
    by_character = "--characters" in sys.argv
    cut, glue = (list, "") if by_character else (str.split, " ")
    rng = random.Random(seed)
    pairs = read_pairs(names[0], cut)
    places = make_places(pairs)
    vocabulary = [w for words, _ in pairs for w in words]
    units, out = int(names[1]), names[2]
    seen, picked = set(), []
    with open(out + ".tsv", "w", encoding="utf-8") as file:
        while len(seen) < units:
            source, target = splice(rng, pairs, places)
            text = glue.join(source)
            if len(source) > 200 or hash(text) in seen:
                continue
            seen.add(hash(text))
            file.write(text + "\t" + (glue if by_character else " ").join(target) + "\n")
            if len(source) >= 5 and rng.randrange(units) < 4000:
                picked.append(source)
    rng.shuffle(picked)
    with open(out + ".edits", "w", encoding="utf-8") as file:
        for words in picked[:1000]:
            file.write(glue.join(edit(rng, words, vocabulary)) + "\n")
    with open(out + ".spread", "w", encoding="utf-8") as file:
        for words in picked[1000:1200]:
            file.write(glue.join(spread(rng, words, vocabulary)) + "\n")


main()
