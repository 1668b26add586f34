"""Scores name comparisons on labelled pairs of organisation names and prints the best F1 that any cut of each reaches.

Usage: python names_peers.py LABELLED.csv [--scored NAME=FILE.csv] [--kinds] [--slow]

LABELLED has the columns left, right, same (1 or 0), kind. --scored adds a file left, right, score, match in the same
order, such as milieu calc names writes; its F1 at its own decision is printed as well. Every peer gets the names in
lower case without punctuation (RapidFuzz's default process); "base" is after cleanco has taken the legal form off.
A best cut is chosen with the labels in hand: no peer could choose it so well on new names.
"""

import argparse
import csv
import logging
import time

from rapidfuzz import distance, fuzz, utils


def read(path):
    with open(path, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def f1(tp, given, true):
    return 2 * tp / (given + true) if given + true else 0.0


def best_cut(scores, same):
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    true, tp, best = sum(same), 0, (0.0, 1.0, 0, 0)
    for given, i in enumerate(order, 1):
        tp += same[i]
        if given == len(order) or scores[order[given]] < scores[i]:
            best = max(best, (f1(tp, given, true), scores[i], tp, given))
    return best


def rapidfuzz_peers():
    from cleanco import basename

    def base(s):
        return utils.default_process(basename(s) or s)
    ways = {
        "Levenshtein": distance.Levenshtein.normalized_similarity, "Jaro-Winkler": distance.JaroWinkler.similarity,
        "token_sort_ratio": fuzz.token_sort_ratio, "token_set_ratio": fuzz.token_set_ratio, "WRatio": fuzz.WRatio,
    }
    for name, way in ways.items():
        yield f"RapidFuzz {name}", lambda rows, way=way: [way(utils.default_process(r["left"]), utils.default_process(r["right"])) for r in rows]
        yield f"RapidFuzz {name}, base", lambda rows, way=way: [way(base(r["left"]), base(r["right"])) for r in rows]


def opensanctions(rows, algorithm):
    from followthemoney import model

    # The comparison remembers entities by id, so each name has its own.
    def entity(name, i):
        return model.get_proxy({"id": str(i), "schema": "Organization", "properties": {"name": [name]}})
    config = algorithm.default_config()
    return [algorithm.compare(entity(r["left"], 2 * i), entity(r["right"], 2 * i + 1), config).score for i, r in enumerate(rows)]


def opensanctions_peers():
    from nomenklatura.matching import LogicV1, LogicV2, NameMatcher
    for algorithm in (LogicV1, LogicV2, NameMatcher):
        yield f"nomenklatura {algorithm.__name__}", lambda rows, algorithm=algorithm: opensanctions(rows, algorithm)


def name_matching(rows):
    """De Nederlandsche Bank's name_matching seeks names in a list: it gets all right names and may return five for each
    left one; a pair has the score with which its right name came back, or nothing."""
    import pandas as pd
    from name_matching.name_matcher import NameMatcher
    rights = sorted({r["right"] for r in rows})
    lefts = sorted({r["left"] for r in rows})
    m = NameMatcher(number_of_matches=5, legal_suffixes=True, common_words=True, top_n=50, verbose=False)
    m.load_and_process_master_data("name", pd.DataFrame({"name": rights}))
    found = m.match_names(to_be_matched=pd.DataFrame({"name": lefts}), column_matching="name")
    score = {}
    for left, row in zip(lefts, found.to_dict("records")):
        for k in range(5):
            at = row.get(f"match_index_{k}")
            if at is not None and at == at:
                score[left, rights[int(at)]] = float(row[f"score_{k}"])
    return [score.get((r["left"], r["right"]), 0.0) for r in rows]


def peers(slow):
    yield "everything is the same", lambda rows: [1.0] * len(rows)
    yield from rapidfuzz_peers()
    yield from opensanctions_peers()
    if slow:
        yield "name_matching (DNB)", name_matching


def report(name, scores, same, seconds):
    f, cut, tp, given = best_cut(scores, same)
    speed = f"{seconds / len(same) * 1e6:9.1f}" if seconds else " " * 9
    print(f"{name:<38} {f:>8.4f} {tp / given if given else 0:>10.4f} {tp / sum(same):>8.4f} {cut:>8.3f} {speed}", flush=True)


def main():
    p = argparse.ArgumentParser(description="Score name comparisons on labelled pairs.")
    p.add_argument("labelled")
    p.add_argument("--scored", action="append", default=[], metavar="NAME=FILE")
    p.add_argument("--slow", action="store_true", help="also name_matching, which takes minutes")
    p.add_argument("--kinds", action="store_true", help="print what a --scored file gets wrong, by kind")
    a = p.parse_args()
    logging.disable(logging.WARNING)
    rows = read(a.labelled)
    same = [int(r["same"]) for r in rows]
    print(f"{len(rows)} pairs, {sum(same)} of them the same organisation")
    print(f"{'':<38} {'best F1':>8} {'precision':>10} {'recall':>8} {'cut':>8} {'us/pair':>9}")
    for s in a.scored:
        name, path = s.split("=", 1)
        scored = read(path)
        report(name, [float(r["score"]) for r in scored], same, 0)
        said = [r["match"] in ("1", "true") for r in scored]
        tp = sum(1 for d, y in zip(said, same) if d and y)
        print(f"{name + ', its own decision':<38} {f1(tp, sum(said), sum(same)):>8.4f} {tp / max(1, sum(said)):>10.4f} {tp / sum(same):>8.4f}")
        if a.kinds:
            for kind in sorted({(r["same"], r["kind"]) for r in rows}):
                of = [d == bool(y) for d, y, r in zip(said, same, rows) if (r["same"], r["kind"]) == kind]
                print(f"    {'same' if kind[0] == '1' else 'different':<10} {kind[1]:<22} {sum(of)}/{len(of)}")
    for name, way in peers(a.slow):
        start = time.perf_counter()
        scores = way(rows)
        report(name, scores, same, time.perf_counter() - start)


if __name__ == "__main__":
    main()
