"""Links two lists of organisations with Splink on DuckDB: names, addresses, towns and postcodes, no identifiers.

Usage: python splink_orgs.py LEFT RIGHT -o pairs.csv [--model tuned|trained|documented] [--threads N] [--memory GB]

All models follow Splink's own example for companies ("Matching businesses", business_rates_match): names are cut
into words with their shares in the data, the rarest words block, shared words are worth the more the rarer they are,
addresses count by postcode and first number.

documented: the example as it stands (its comparison by the product of the shares of shared words, u from random pairs,
            its defaults for m), with the data cleaning that it recommends and blocking that survives a million records.
trained:    what the example's last section proposes and more: misspelt words (Damerau-Levenshtein and Jaro-Winkler of
            the whole name), words left out, the part of a name's information that is shared rather than its bare amount,
            numbers that differ, towns, crowded postcodes apart from quiet ones; trained as Splink advises, the prior
            from strict rules, u from random pairs, m by EM over two blockings (of those tried, the best).
tuned:      the same comparisons, but m and u are handed to Splink: --fit counts them with the truth of another set from
            the same generator, which is more than training without labels can find (EM takes sisters at one address for
            matches). The run itself trains nothing.

Blocking, the same for all: a pair is scored when it shares any of
  1 a rare word (one that at most CAP records of either list have) of the name,
  2 two of its three rarest words, when at most CAP records have both,
  3 the postcode; where more than CAP records have it, also the first two letters of the name,
  4 the first four letters of the name and the postcode district,
  5 the first seven letters of the name without spaces, when at most CAP records have them.
"""

import argparse
import json
import math
import os
import re
import time

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

CAP = 100

# What people write for a word.
ALIASES = {
    "SVCS": "SERVICES", "SERV": "SERVICES", "MGMT": "MANAGEMENT", "MANGT": "MANAGEMENT", "ENG": "ENGINEERING", "ENGG": "ENGINEERING",
    "INTL": "INTERNATIONAL", "INT": "INTERNATIONAL", "MFG": "MANUFACTURING", "CO": "COMPANY", "GRP": "GROUP", "HLDGS": "HOLDINGS",
    "TECH": "TECHNOLOGY", "BROS": "BROTHERS", "DEVS": "DEVELOPMENTS", "DEVELOPMENT": "DEVELOPMENTS", "CONST": "CONSTRUCTION",
    "PROPS": "PROPERTIES", "ASSOC": "ASSOCIATES", "ASSOCS": "ASSOCIATES", "ELEC": "ELECTRICAL", "ACCTS": "ACCOUNTANTS",
    "PHARMA": "PHARMACEUTICALS", "NATL": "NATIONAL", "FDN": "FOUNDATION", "PRODS": "PRODUCTIONS", "SUPPLY": "SUPPLIES", "INVS": "INVESTMENTS",
    "RD": "ROAD", "ST": "STREET", "AVE": "AVENUE", "LN": "LANE", "DR": "DRIVE", "CT": "COURT", "EST": "ESTATE", "CTR": "CENTRE",
}

FORMS = "LIMITED|LTD|PLC|LLP|CIC|COMPANY LIMITED|CO LTD|LTD CO|COMPANY LTD|INC|CORP|LLC"


def prepare(con, left, right):
    """Makes the tables left_list and right_list from both files."""
    con.execute("create table aliases (short varchar, long varchar)")
    con.executemany("insert into aliases values (?, ?)", list(ALIASES.items()))
    columns = "id, name, address, town, postcode"
    con.execute(f"""create table raw as
        select 'left' as source_dataset, {columns} from read_csv('{left}', header=true, all_varchar=true)
        union all select 'right', {columns} from read_csv('{right}', header=true, all_varchar=true)""")
    con.execute(f"""create table cleaned as select source_dataset, id as unique_id,
            nullif(trim(regexp_replace(regexp_replace(trim(regexp_replace(regexp_replace(replace(regexp_replace(
                upper(strip_accents(name)), '\\s+(T/A|TRADING AS)\\s.*$', ''), '&', ' AND '), '[.'']', '', 'g'), '[^A-Z0-9]+', ' ', 'g')),
                ' ({FORMS})$', ''), '^THE ', '')), '') as name,
            nullif(upper(address), '') as address, nullif(upper(trim(town)), '') as town,
            nullif(upper(replace(postcode, ' ', '')), '') as postcode
        from raw""")
    con.execute("drop table raw")
    con.execute("""create table words as
        select unique_id, source_dataset, coalesce(a.long, word) as word, place
        from (select unique_id, source_dataset, unnest(string_split(name, ' ')) as word, generate_subscripts(string_split(name, ' '), 1) as place from cleaned) w
        left join aliases a on a.short = w.word""")
    con.execute("""create table shares as select word, count(*)::double / (select count(*) from words) as share,
            greatest(count(distinct unique_id) filter (source_dataset = 'left'), count(distinct unique_id) filter (source_dataset = 'right')) as records
        from words group by word""")
    con.execute("""create table names as select unique_id,
            list({'token': word, 'bits': -log2(share)} order by place) as tokens, sum(-log2(share)) as bits,
            list({'token': word, 'rel_freq': share} order by place) as tokens_with_freq,
            list(distinct word order by word) filter (regexp_matches(word, '[0-9]')) as numbers,
            list(word order by place) as all_words, list(distinct word order by word) as words
        from words w join shares using (word) group by unique_id""")
    con.execute(f"""create table rare as select unique_id, list(word order by share, word)[:3] as rarest,
            nullif(list(word order by share, word) filter (records <= {CAP})[:2], []) as rare_words
        from (select distinct unique_id, word from words) join shares using (word) group by unique_id""")
    con.execute("drop table words")
    con.execute("""create table blocks as select c.*, n.tokens, n.bits, n.tokens_with_freq, n.numbers, n.words, array_to_string(n.all_words, ' ') as clean_name,
            array_to_string(n.all_words, '') as squeezed, r.rarest, r.rare_words,
            regexp_extract(address, '[0-9]+[A-Z]?') as first_num,
            case when len(postcode) > 4 then postcode[:len(postcode) - 3] end as district,
            case when len(postcode) > 4 then postcode[:len(postcode) - 2] end as sector
        from cleaned c left join names n using (unique_id) left join rare r using (unique_id)""")
    # Keys whose blocks must be counted before they are used.
    con.execute(f"""create table pairs_of_words as
        with p as (select unique_id, source_dataset, unnest(list_filter([
                case when len(rarest) > 1 then list_aggregate(list_sort([rarest[1], rarest[2]]), 'string_agg', ' ') end,
                case when len(rarest) > 2 then list_aggregate(list_sort([rarest[1], rarest[3]]), 'string_agg', ' ') end,
                case when len(rarest) > 2 then list_aggregate(list_sort([rarest[2], rarest[3]]), 'string_agg', ' ') end], lambda x: x is not null)) as pair from blocks),
            good as (select pair from p group by pair having greatest(count(*) filter (source_dataset = 'left'), count(*) filter (source_dataset = 'right')) <= {CAP})
        select unique_id, list(pair order by pair) as word_pairs from p join good using (pair) group by unique_id""")
    con.execute(f"""create table data_for_matching as select b.*, w.word_pairs,
            case when count(*) over (partition by b.source_dataset, b.postcode) > {CAP} then null else b.postcode end as quiet_postcode,
            case when count(*) over (partition by b.source_dataset, b.postcode) <= 8 then b.postcode end as lone_postcode,
            b.postcode || b.squeezed[:2] as postcode_letters,
            b.district || b.squeezed[:4] as district_letters,
            case when len(b.squeezed) >= 7 and count(*) over (partition by b.source_dataset, b.squeezed[:7]) <= {CAP} then b.squeezed[:7] end as seven
        from blocks b left join pairs_of_words w using (unique_id)""")
    for side in ["left", "right"]:
        con.execute(f"create table {side}_list as select * exclude (source_dataset) from data_for_matching where source_dataset = '{side}'")
    for t in ["cleaned", "names", "rare", "blocks", "pairs_of_words", "data_for_matching"]:
        con.execute(f"drop table {t}")


BLOCKING = [
    block_on("rare_words", arrays_to_explode=["rare_words"]),
    block_on("word_pairs", arrays_to_explode=["word_pairs"]),
    block_on("quiet_postcode"),
    block_on("postcode_letters"),
    block_on("district_letters"),
    block_on("seven"),
]


def product(threshold):
    """The shared words' shares multiplied, as in Splink's example."""
    return {"sql_condition": "list_reduce(list_concat([1.0::double], list_transform(list_intersect(tokens_with_freq_l, tokens_with_freq_r), "
                             f"lambda t: t.rel_freq::double)), lambda p, q: p * q) < {threshold}",
            "label_for_charts": f"shares of shared words multiply to less than {threshold}"}


def shared(least):
    """The information in shared words is this part of that in both names."""
    return ("2 * coalesce(list_sum(list_transform(list_intersect(tokens_l, tokens_r), lambda t: t.bits)), 0) "
            f">= {least} * (bits_l + bits_r)")


def documented():
    name = {
        "output_column_name": "name_words",
        "comparison_levels": [
            {"sql_condition": "tokens_with_freq_l is null or tokens_with_freq_r is null", "label_for_charts": "null", "is_null_level": True},
            *[product(t) for t in ("1e-12", "1e-10", "1e-8", "1e-6", "1e-4")],
            {"sql_condition": "ELSE", "label_for_charts": "all other"},
        ],
    }
    return SettingsCreator(link_type="link_only", probability_two_random_records_match=1e-6,
                           comparisons=[name, cl.PostcodeComparison("postcode"), cl.ExactMatch("first_num")],
                           blocking_rules_to_generate_predictions=BLOCKING, retain_matching_columns=False)


def comparisons():
    """Comparisons of the tuned model: name, [(label, condition)]; a null level comes first, "all other" last."""
    slips = "damerau_levenshtein(squeezed_l, squeezed_r)"
    close = "jaro_winkler_similarity(squeezed_l, squeezed_r)"
    within = "(list_has_all(words_l, words_r) or list_has_all(words_r, words_l))"
    line = "jaro_winkler_similarity(address_l, address_r) >= 0.85"
    return {
        "organisation_name": [
            ("null", "squeezed_l is null or squeezed_r is null"),
            ("same", "squeezed_l = squeezed_r"),
            ("numbers differ", "numbers_l is distinct from numbers_r"),
            ("same words, another order", "words_l = words_r"),
            # The cheap similarity comes first: the distance takes ten times as long.
            ("one slip", f"len(squeezed_l) > 5 and {close} >= 0.9 and {slips} <= 1"),
            ("two slips", f"len(squeezed_l) > 9 and {close} >= 0.9 and {slips} <= 2"),
            ("words left out, few", f"{within} and {shared(0.8)}"),
            ("words left out", f"{within} and {shared(0.5)}"),
            ("same but for some letters", f"len(words_l) = len(words_r) and {close} >= 0.94"),
            ("most information shared", shared(0.65)),
            ("some information shared", shared(0.4)),
            ("alike", f"{close} >= 0.86"),
        ],
        "postcode": [
            ("null", "postcode_l is null or postcode_r is null"),
            ("same, of few", "postcode_l = postcode_r and lone_postcode_l is not null"),
            ("same", "postcode_l = postcode_r"),
            ("one slip", "levenshtein(postcode_l, postcode_r) <= 1"),
            ("sector", "sector_l = sector_r"),
            ("district", "district_l = district_r"),
        ],
        "address": [
            ("null", "address_l is null or address_r is null"),
            ("number and line", f"first_num_l = first_num_r and {line}"),
            ("line", line),
            ("number", "first_num_l = first_num_r"),
        ],
        "town": [
            ("null", "town_l is null or town_r is null"),
            ("same", "town_l = town_r"),
        ],
    }


def made(weights=None):
    """The tuned model with m and u from a file that --fit wrote, or without them."""
    out = []
    for name, levels in comparisons().items():
        conditions = [{"sql_condition": c, "label_for_charts": label} for label, c in levels[1:] + [("all other", "ELSE")]]
        if weights:
            for level, (m, u) in zip(conditions, weights[name]):
                level |= {"m_probability": m, "u_probability": u}
        null = {"sql_condition": levels[0][1], "label_for_charts": "null", "is_null_level": True}
        out.append({"output_column_name": name, "comparison_levels": [null, *conditions]})
    prior = {"probability_two_random_records_match": weights["prior"]} if weights else {}
    return SettingsCreator(link_type="link_only", comparisons=out, blocking_rules_to_generate_predictions=BLOCKING,
                           retain_matching_columns=False, **prior)


def model(kind, weights, tables, log):
    """A linker with its numbers, trained as its kind is."""
    if kind == "tuned":
        with open(weights, encoding="utf-8") as f:
            return Linker(tables, made(json.load(f)), log_level=log)
    linker = Linker(tables, made() if kind == "trained" else documented(), log_level=log)
    t = linker.training
    if kind == "trained":
        t.estimate_probability_two_random_records_match([block_on("squeezed", "district"), block_on("lone_postcode", "seven")], recall=0.6)
    t.estimate_u_using_random_sampling(max_pairs=1e7, seed=1)
    if kind == "trained":
        for column in ("seven", "lone_postcode"):
            t.estimate_parameters_using_expectation_maximisation(block_on(column), estimate_without_term_frequencies=True)
    return linker


def sided(condition):
    """The condition with l.column and r.column for column_l and column_r."""
    return re.sub(r"([a-z_]+)_([lr])(?![a-z_])", r"\2.\1", condition)


def fit(con, truth, path):
    """Counts m over the true pairs that blocking finds and u over the false ones, for the name only those at one postcode."""
    rules = {c: f"select l.unique_id as l, r.unique_id as r from (select unique_id, unnest({c}) as k from left_list) l join (select unique_id, unnest({c}) as k from right_list) r using (k)"
             for c in ("rare_words", "word_pairs")}
    rules |= {c: f"select l.unique_id, r.unique_id from left_list l join right_list r using ({c})" for c in ("quiet_postcode", "postcode_letters", "district_letters", "seven")}
    con.execute(f"create table true_pairs as select left_id as l, right_id as r from read_csv('{truth}', header=true, all_varchar=true)")
    con.execute(f"create table candidates as select c.l, c.r, t.l is not null as hit from ({' union '.join(rules.values())}) c left join true_pairs t using (l, r)")
    for name, sql in rules.items():
        print(f"{name}: {con.execute(f'select count(*) from ({sql})').fetchone()[0]} pairs")
    hits, every, true = con.execute("select count(*) filter (hit), count(*), (select count(*) from true_pairs) from candidates").fetchone()
    print(f"{every} pairs; blocking finds {hits} of {true} true ones ({hits / true:.4f})")
    weights = {"prior": hits / every}
    for name, levels in comparisons().items():
        cases = " ".join(f"when {sided(condition)} then {i}" for i, (_, condition) in enumerate(levels))
        within = "where hit or l.postcode = r.postcode" if name == "organisation_name" else ""
        counts = dict(((c, hit), n) for c, hit, n in con.execute(f"""select case {cases} else {len(levels)} end as c, hit, count(*) from candidates p
            join left_list l on l.unique_id = p.l join right_list r on r.unique_id = p.r {within} group by 1, 2""").fetchall())
        sums = {hit: sum(counts.get((i, hit), 0) + 0.5 for i in range(1, len(levels) + 1)) for hit in (True, False)}
        weights[name] = [[(counts.get((i, hit), 0) + 0.5) / sums[hit] for hit in (True, False)] for i in range(1, len(levels) + 1)]
        for (label, _), (m, u) in zip(levels[1:] + [("all other", "")], weights[name]):
            print(f"  {name:<18} {label:<28} m {m:.6f} u {u:.6f} weight {math.log2(m / u):6.1f}")
    with open(path, "w", encoding="utf-8") as f:
        json.dump(weights, f, indent=1)
        f.write("\n")


def main():
    p = argparse.ArgumentParser(description="Link organisations with Splink.")
    p.add_argument("left")
    p.add_argument("right")
    p.add_argument("-o", required=True, metavar="PAIRS")
    p.add_argument("--model", choices=["tuned", "trained", "documented"], default="tuned")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--memory", type=int, default=10, metavar="GB", help="DuckDB's limit; it spills beyond it")
    p.add_argument("--least", type=float, default=-8, help="least match weight of pairs written")
    p.add_argument("--temp", default=None, help="folder for DuckDB to spill to")
    p.add_argument("--weights", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "splink_orgs.json"), help="m and u of the tuned model")
    p.add_argument("--fit", metavar="TRUTH", help="count m and u with these true pairs, write them to PAIRS and stop")
    p.add_argument("--verbose", action="store_true")
    a = p.parse_args()
    marks = [("start", time.perf_counter())]
    config = {"threads": a.threads, "memory_limit": f"{a.memory}GB", "preserve_insertion_order": False}
    if a.temp:
        config["temp_directory"] = a.temp
    con = duckdb.connect(config=config)
    prepare(con, a.left, a.right)
    marks.append(("prepare", time.perf_counter()))
    if a.fit:
        fit(con, a.fit, a.o)
        return
    api = DuckDBAPI(connection=con)
    sides = [api.register(f"{s}_list") for s in ("left", "right")]
    linker = model(a.model, a.weights, sides, "INFO" if a.verbose else "ERROR")
    marks.append(("train", time.perf_counter()))
    pairs = linker.inference.predict(threshold_match_weight=a.least)
    con.execute(f"""copy (select case when unique_id_l[1] = 'L' then unique_id_l else unique_id_r end as left_id,
            case when unique_id_l[1] = 'L' then unique_id_r else unique_id_l end as right_id,
            match_weight as weight, match_probability as probability from {pairs.physical_name}) to '{os.path.abspath(a.o)}' (header)""")
    marks.append(("score", time.perf_counter()))
    print(f"splink {a.model}: " + ", ".join(f"{n} {t - s:.1f} s" for (_, s), (n, t) in zip(marks, marks[1:])) + f", whole {marks[-1][1] - marks[0][1]:.1f} s")


if __name__ == "__main__":
    main()
