"""Scores linked pairs against the truth: precision, recall and F1 at the best threshold and at fixed ones.

Usage: python score.py people DATASET PAIRS [--data FOLDER] [--json]
       python score.py truth TRUTH PAIRS [--one-to-one] [--json]

PAIRS has the columns left_id, right_id, weight, probability and, where a program decides itself, match. TRUTH has
left_id, right_id. People: the truth of febrl is the number in the record id (rec-N-org, rec-N-dup-K), that of
fake_1000 its cluster column; every true pair counts, also those that no blocking rule found. A pair given in both
orders counts once. --one-to-one keeps only the best pair of each left and of each right record first, which is what
somebody does who knows that neither table holds duplicates.
"""

import argparse
import json
import os

import duckdb

FIXED = [0.5, 0.95]


def truth_of_people(con, dataset, data):
    def rec(files):
        return " union all ".join(f"select trim(rec_id) as id, regexp_extract(rec_id, 'rec-(\\d+)', 1) as who, {i} as side from "
                                  f"read_csv('{os.path.join(data, 'febrl', f)}', header=true, all_varchar=true, normalize_names=true)"
                                  for i, f in enumerate(files))
    if dataset == "fake_1000":
        people = f"select unique_id as id, cluster as who, 0 as side from read_csv('{os.path.join(data, 'fake_1000.csv')}', header=true, all_varchar=true)"
    elif dataset == "febrl4":
        people = rec(["dataset4a.csv", "dataset4b.csv"])
    else:
        people = rec([f"dataset{dataset[-1]}.csv"])
    con.execute(f"create table people as {people}")
    # In febrl4 a true pair has one record of each file; in the others each pair counts once, in order of the ids.
    once = "l.side < r.side" if dataset == "febrl4" else "l.id < r.id"
    con.execute(f"create table truth as select least(l.id, r.id) as a, greatest(l.id, r.id) as b from people l join people r on l.who = r.who and {once}")


def truth_of_file(con, path):
    con.execute(f"create table truth as select distinct left_id as a, right_id as b from read_csv('{path}', header=true, all_varchar=true)")


def load_pairs(con, path, ordered, one_to_one):
    a, b = ("left_id", "right_id") if ordered else ("least(left_id, right_id)", "greatest(left_id, right_id)")
    columns = [c[0] for c in con.execute(f"select * from read_csv('{path}', header=true, all_varchar=true) limit 0").description]
    match = "max(lower(match) in ('true', 'yes', '1'))" if "match" in columns else "null::boolean"
    con.execute(f"create table given as select {a} as a, {b} as b, max(weight::double) as weight, max(probability::double) as probability, {match} as match "
            f"from read_csv('{path}', header=true, all_varchar=true) group by 1, 2")
    keep = "qualify row_number() over (partition by a order by weight desc, b) = 1 and row_number() over (partition by b order by weight desc, a) = 1" if one_to_one else ""
    con.execute(f"create table pairs as select g.*, t.a is not null as hit from (select * from given {keep}) g left join truth t using (a, b)")


def measure(hits, given, true):
    p, r = (hits / given if given else 0.0), (hits / true if true else 0.0)
    return {"precision": p, "recall": r, "f1": 2 * p * r / (p + r) if p + r else 0.0, "given": given, "hits": hits}


def score(con):
    true = con.execute("select count(*) from truth").fetchone()[0]
    out = {"true": true}
    best = con.execute(f"""select w, given, hits from (
            select weight as w, sum(n) over o as given, sum(h) over o as hits
            from (select round(weight, 3) as weight, count(*) as n, count(*) filter (hit) as h from pairs group by 1)
            window o as (order by weight desc))
        order by 2.0 * hits / (given + {true}) desc, w desc limit 1""").fetchone()
    if best:
        out["best"] = measure(best[2], best[1], true) | {"weight": best[0]}
    for t in FIXED:
        given, hits = con.execute(f"select count(*), count(*) filter (hit) from pairs where probability >= {t}").fetchone()
        out[str(t)] = measure(hits, given, true)
    given, hits, said = con.execute("select count(*) filter (match), count(*) filter (match and hit), count(match) from pairs").fetchone()
    if said:
        out["match"] = measure(hits, given, true)
    found, every = con.execute("select count(*) filter (hit), count(*) from pairs").fetchone()
    out["all pairs"] = measure(found, every, true)
    return out


def main():
    p = argparse.ArgumentParser(description="Score linked pairs against the truth.")
    p.add_argument("kind", choices=["people", "truth"])
    p.add_argument("truth", help="name of the set, or CSV of the true pairs")
    p.add_argument("pairs")
    p.add_argument("--data", default=os.path.join(os.environ.get("MILIEU_TESTDATA", "../shared/data"), "entity_resolution", "splink"))
    p.add_argument("--one-to-one", action="store_true")
    p.add_argument("--json", action="store_true", help="print one line of JSON")
    a = p.parse_args()
    con = duckdb.connect()
    if a.kind == "people":
        truth_of_people(con, a.truth, a.data)
    else:
        truth_of_file(con, a.truth)
    load_pairs(con, a.pairs, a.kind == "truth", a.one_to_one)
    result = score(con)
    if a.json:
        print(json.dumps(result))
        return
    print(f"{result['true']} true pairs, {result['all pairs']['given']} pairs given")
    print(f"{'threshold':<16} {'precision':>9} {'recall':>8} {'F1':>8} {'given':>9} {'right':>9}")
    for name, m in result.items():
        if name != "true":
            label = f"best ({m['weight']:.2f})" if name == "best" else f"p >= {name}" if name[0] == "0" else name
            print(f"{label:<16} {m['precision']:>9.4f} {m['recall']:>8.4f} {m['f1']:>8.4f} {m['given']:>9} {m['hits']:>9}")


if __name__ == "__main__":
    main()
