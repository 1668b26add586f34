#!/usr/bin/env python3
"""Make the tables of the bundled AMID example from the public facts.

Run from the root of the repository:

    python3 tools/example/make.py ../shared/data/facts internal/example/amid

Reads the facts, the postcode files (MILIEU_TESTDATA/postcodes, or
../shared/data/postcodes) and the small hand-kept tables beside this script.
Writes <target>/tables/*.csv and checks <target>/places/*.geojson. It fails
loudly, before it writes anything, when a reference does not resolve or a count
is not the expected one. Same inputs, same bytes. Needs only the standard library.
"""

import csv
import gzip
import io
import json
import os
import re
import sys
import unicodedata
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

WANT = {"organisations": 183, "ties": 226, "facilities": 53, "indicators": 122,
        "employment": 1232, "interventions": 90, "effect_evidence": 12, "needs": 15,
        "costs": 75, "outcomes": 64, "relations": 28, "risks": 17, "delivery": 35, "awards": 19}
STAGES = {"idea", "proposed", "bid", "approved", "in-delivery", "delivered", "ended", "paused"}
REGIONS = {"district", "south-yorkshire", "city-region", "scotland", "other"}
TIE_KINDS = {"member_of", "partner_in_project", "tenant_of", "trains_for", "funded_by",
             "supplies", "spin_out_of"}
GRADES = {"controlled", "compared", "reasoned", "asserted"}
ONE_OF = {  # the words of the source types, so that nothing is lost in a build
    "costs": {"status": {"spent", "committed", "asked", "expected"}, "kind": {"capital", "revenue", ""},
              "asset": {"standard-building", "non-standard-building", "standard-civil",
                        "non-standard-civil", "equipment", "outsourcing", "none"}},
    "outcomes": {"kind": {"output", "outcome"}, "per": {"once", "year", "total"},
                 "additional": {"gross", "net", "unknown"},
                 "firm_size": {"micro", "small", "medium", "large", "mixed", ""}},
    "relations": {"kind": {"needs", "excludes", "after", "adds", "part-of", "pilot-of"}},
    "risks": {"likelihood": {"low", "medium", "high"}, "impact": {"low", "medium", "high"}},
    "delivery": {"kind": {"status", "spend", "milestone", "output", "outcome", "evaluation"},
                 "design": {"controlled", "compared", "monitored", ""},
                 "finding": {"positive", "none", "negative", ""}},
}
DELIVERED = {"on-track", "at-risk", "late", "stopped", "done"}
INDICATOR_STATUS = {"fact", "target", "claim", "estimate", "forecast", "flag", "nominal"}
CLASSIFIED_BY = "Milieu team, by hand, 2026-11"
WITHOUT_PAGE = {"knowledge-transfer-and-innovation-fund"}  # the facts name a private file
NO_PAGE = "no public address in the facts: find the page before quoting"
BRITAIN = (-8.7, 49.8, 1.8, 60.9)  # west, south, east, north, without the outer isles
POSTCODE = re.compile(r"\bpostcode ([A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2})\b")


class Wrong(Exception):
    """A fault in the data, said so that the reader can mend it."""


def check(ok, message):
    if not ok:
        raise Wrong(message)


def read(path):
    """Rows of a CSV file as dicts; every row must have every column."""
    with open(path, encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    for n, row in enumerate(rows, 2):
        check(None not in row and None not in row.values(),
              f"{Path(path).name}: row {n}: wrong number of cells")
    return rows


def render(columns, rows):
    """CSV bytes: UTF-8, LF, RFC 4180 quoting, exactly these columns."""
    out = io.StringIO()
    w = csv.DictWriter(out, columns, lineterminator="\n")
    w.writeheader()
    for row in rows:
        w.writerow({c: row[c] for c in columns})
    return out.getvalue().encode("utf-8")


def slug(name):
    """Lower-case ASCII words joined by hyphens."""
    s = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    s = s.lower().replace("&", " and ").replace("'", "")
    return re.sub(r"[^a-z0-9]+", "-", s).strip("-")


# A bracketed short form at the end or in the middle: AMRC, RiDO, StarGB. Two capitals or more.
ACRONYM = re.compile(r"\s*\((?=[A-Za-z]{2,6}\))[A-Za-z]*[A-Z][A-Za-z]*[A-Z][A-Za-z]*\)")


def organisation_ids(names):
    """Name -> id. The bracketed acronym goes only where the short id stays unique."""
    short = [slug(ACRONYM.sub("", n)) for n in names]
    full = [slug(n) for n in names]
    taken = {}
    for s in short + full:
        taken[s] = taken.get(s, 0) + 1
    ids = {}
    for n, s, f in zip(names, short, full):
        uses = sum(1 for other in short if other == s)
        clash = any(o == s for o, m in zip(full, names) if m != n)
        ids[n] = f if uses > 1 or clash else s
    unique(ids.values(), "organisation id")
    return ids


def unique(values, what):
    seen = set()
    for v in values:
        check(v and v not in seen, f"{what}: empty or twice: {v!r}")
        seen.add(v)


def postcodes(folder, wanted):
    """Postcode without spaces -> (lon, lat), for the wanted ones.

    The files pad to seven characters, so that a long outward code has no space.
    A terminated postcode without a place has an empty or zero position: left out.
    """
    want = {p.replace(" ", "") for p in wanted}
    found = {}
    for path in sorted(folder.glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as f:
            for row in csv.DictReader(f):
                key = row["Postcode"].replace(" ", "")
                if key in want and row["lat"] and row["long"] and float(row["long"]):
                    found[key] = (row["long"], row["lat"])
    for p in sorted(wanted):
        check(p.replace(" ", "") in found, f"postcode {p}: not in {folder.name}/*.csv.gz")
    return found


def hand_places(path, key):
    """A hand-kept table of places: key -> row; coordinates may be empty (not located)."""
    rows = read(path)
    unique((r[key] for r in rows), f"{path.name} {key}")
    for r in rows:
        check(r["basis"], f"{path.name}: {r[key]}: no basis")
        check(bool(r["lon"]) == bool(r["lat"]) == bool(r["precision_m"]),
              f"{path.name}: {r[key]}: a position needs lon, lat and precision_m")
    return {r[key]: r for r in rows}


def check_basis(table, codes):
    """A basis that names a postcode must carry the coordinates of that postcode."""
    for key, r in table.items():
        m = POSTCODE.search(r["basis"])
        if m and r["lon"]:
            at = codes[m[1].replace(" ", "")]
            check((r["lon"], r["lat"]) == at, f"{key}: says postcode {m[1]} but is not at {at}")


def located(row):
    """The four columns of a hand-kept position."""
    by = "hand" if row and row["lon"] else ""
    if not by:
        return {"lon": "", "lat": "", "located_by": "", "precision_m": ""}
    return {"lon": row["lon"], "lat": row["lat"], "located_by": by,
            "precision_m": row["precision_m"]}


def with_source(row, notes="notes"):
    """Keep the source address; a path of a private file is not an address and is not passed on."""
    row = dict(row)
    if not row["source_url"].startswith(("http://", "https://")):
        row["source_url"] = ""
        if notes in row:
            row[notes] = "; ".join(x for x in (row[notes], NO_PAGE) if x)
    return row


def organisations(facts, ids, codes, sites, spots):
    out = []
    for r in map(with_source, facts):
        row = dict(r, id=ids[r["name"]], activities=r["sectors_technologies"])
        if r["postcode"]:
            lon, lat = codes[r["postcode"].replace(" ", "")]
            row |= {"lon": lon, "lat": lat, "located_by": "postcode", "precision_m": "100"}
        else:
            check(r["site"] in sites, f"sites.csv: no row for site {r['site']!r} of {r['name']}")
            row |= located(spots.get(r["name"], sites[r["site"]]))
        out.append(row)
    return out


def ties(facts, ids):
    out = []
    for n, r in enumerate(map(with_source, facts), 1):
        for end in ("from_name", "to_name"):
            check(r[end] in ids, f"tie {n}: {end} {r[end]!r} is not an organisation")
        out.append(dict(r, id=f"t{n:03d}", kind=r["link_type"],
                        from_id=ids[r["from_name"]], to_id=ids[r["to_name"]]))
    return out


def facilities(facts, ids, aliases, sites, spots):
    out = []
    for r in map(with_source, facts):
        host = aliases.get(r["host"], r["host"])
        check(r["place"] in sites, f"sites.csv: no row for place {r['place']!r} of {r['name']}")
        row = dict(r, id=slug(r["name"]), host_id=ids.get(host, ""),
                   tags=r["capability_tags"], description=r["what_it_does"])
        row |= located(spots.get(r["name"], sites[r["place"]]))
        out.append(row)
    return out


def indicator_status(r):
    """Status by the words of notes and unit; a plain figure is a fact."""
    words = f"{r['notes']} {r['unit']}".lower()
    for status, word in (("flag", "flag"), ("nominal", "year nominal"), ("target", "target"),
                         ("claim", "claim"), ("forecast", "forecast"), ("estimate", "estimate")):
        if word in words:
            return status
    return "fact"


def indicators(facts, judged):
    out = []
    for n, r in enumerate(map(with_source, facts), 1):
        status = indicator_status(r)
        notes = r["notes"]
        j = judged.pop((r["indicator"], r["place"], r["year"]), None)
        if j:
            check(status != j["status"], f"indicator_status.csv: {r['indicator']}: says {status} anyway")
            status = j["status"]
            notes = "; ".join(x for x in (notes, "status is our reading: " + j["basis"]) if x)
        check(status in INDICATOR_STATUS, f"indicator {n}: status {status!r}")
        out.append(dict(r, id=f"i{n:03d}", status=status, notes=notes))
    check(not judged, f"indicator_status.csv: no such indicator: {sorted(judged)}")
    return out


def interventions(facts, classes, stages, regions, effects, problems):
    out = []
    classes, problems = dict(classes), dict(problems)
    for r in map(with_source, facts):
        id_ = slug(r["name"])
        check(id_ in classes, f"classification.csv: no row for {id_}")
        c = classes.pop(id_)
        check(r["status"] in stages, f"stages.csv: no row for status {r['status']!r}")
        check(r["place"] in regions, f"regions.csv: no row for place {r['place']!r}")
        row = dict(r, id=id_, stage=c["stage"] or stages[r["status"]],
                   region=regions[r["place"]], classified_by=CLASSIFIED_BY)
        row |= {k: c[k] for k in ("benefits", "scope", "effect_type", "demand_kinds", "basis")}
        check(row["stage"] in STAGES, f"{id_}: stage {row['stage']!r}")
        check(row["region"] in REGIONS, f"{id_}: region {row['region']!r}")
        check(row["benefits"] in {"existing", "new", "both"}, f"{id_}: benefits {row['benefits']!r}")
        check(row["scope"] in {"cluster", "general"}, f"{id_}: scope {row['scope']!r}")
        check(row["effect_type"] in effects | {""}, f"{id_}: effect_type {row['effect_type']!r}")
        check(set(filter(None, row["demand_kinds"].split(";"))) <= TIE_KINDS,
              f"{id_}: demand_kinds {row['demand_kinds']!r}")
        check(row["basis"], f"{id_}: no basis")
        p = problems.pop(id_, {})
        row |= {k: p.get(k, "") for k in ("problem", "problem_url", "partners", "grade", "classes")}
        check(bool(row["problem"]) == is_web(row["problem_url"]), f"{id_}: a problem needs its page")
        check(row["grade"] in GRADES | {""}, f"{id_}: grade {row['grade']!r}")
        out.append(row)
    check(not classes, f"classification.csv: no such intervention: {sorted(classes)}")
    check(not problems, f"register.csv: no such intervention: {sorted(problems)}")
    return out


def is_web(address):
    return address.startswith(("http://", "https://"))


def register(name, known):
    """A hand-kept table of the register: every intervention is known, every row names its page."""
    rows = read(HERE / f"{name}.csv")
    for r in rows:
        for column in ("intervention_id", "from_id", "to_id"):
            check(r.get(column, "") in known | {""}, f"{name}.csv: {r['id']}: {column} {r.get(column)!r}")
        check(is_web(r["source_url"]), f"{name}.csv: {r['id']}: no page")
        for column, words in ONE_OF[name].items():
            check(r[column] in words, f"{name}.csv: {r['id']}: {column} {r[column]!r}")
        for first, last in (("from_year", "to_year"), ("low", "quantity"), ("quantity", "high")):
            if r.get(first) and r.get(last):
                check(float(r[first]) <= float(r[last]), f"{name}.csv: {r['id']}: {first} after {last}")
        if r.get("kind") == "status":
            check(r["what"] in DELIVERED, f"{name}.csv: {r['id']}: status {r['what']!r}")
    return rows


def check_costs(costs, plans):
    """What the costs of an intervention add up to is what its own row states."""
    total = {}
    for c in costs:
        i = c["intervention_id"]
        total[i] = total.get(i, 0) + float(c["amount_gbp"])
    for i in plans:
        if i["id"] in total:
            check(i["cost_gbp"] and total[i["id"]] == float(i["cost_gbp"]),
                  f"costs.csv: {i['id']}: {total[i['id']]:.0f} in all, its row states {i['cost_gbp']!r}")


def awards(facts, ids, known):
    """Awards from public funds to organisations of the table, joined by hand: only real matches."""
    links = {(r["fund"], r["recipient"], r["project"]): r for r in read(HERE / "awards.csv")}
    out = []
    for r in map(with_source, facts):
        a = links.pop((r["fund"], r["recipient"], r["project"]), None)
        if a is None:
            continue
        check(a["organisation"] in ids, f"awards.csv: {a['organisation']!r} is not an organisation")
        check(a["intervention_id"] in known | {""}, f"awards.csv: {a['intervention_id']!r}")
        notes = "; ".join(x for x in (r["notes"], a["note"], "year of the page, day not known") if x)
        out.append({"id": f"a{len(out) + 1:03d}", "organisation": ids[a["organisation"]],
                    "granter": a["granter"], "scheme": r["fund"], "amount_gbp": r["amount_gbp"],
                    "day": "", "year": r["year"], "basis": a["basis"], "published": "unknown",
                    "intervention_id": a["intervention_id"], "note": notes,
                    "source_url": r["source_url"], "source_year": ""})
    check(not links, f"awards.csv: no such award in the facts: {sorted(links)}")
    return out


def offers(facts, ids, providers):
    """Support that organisations of the place offer, as rows of the table of needs and offers.

    An offer of which the facts say that it is closed or only planned is none. Of those that differ
    by the size of the firm alone the first is taken. The facts hold no needs of organisations.
    """
    out, seen = [], set()
    for r in map(with_source, facts):
        name = providers.get(r["provider"])
        if name is None or r["status"] not in ("open", "check"):
            continue
        check(name in ids, f"providers.csv: {r['provider']!r} -> {name!r} is not an organisation")
        words = [w.strip() for c in ("sectors", "stage_maturity") for w in r[c].split(";")]
        theme = "; ".join(dict.fromkeys(w for w in words if w and not w.startswith("any")))
        theme = theme or "business support"
        if (name, theme) in seen:
            continue
        seen.add((name, theme))
        what = f"{r['name']} ({r['kind']}, {r['places']})"
        if r["status"] == "check":
            what += "; check that it is still open before a firm is told of it"
        out.append({"id": f"n{len(out) + 1:03d}", "org_id": ids[name], "org_name": name,
                    "kind": "offer", "theme": theme, "what": what,
                    "source_url": r["source_url"], "source_year": r["source_year"]})
    return out


def inside(lon, lat, ring):
    """Ray casting; a point on the edge may go either way."""
    hit = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:]):
        if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
            hit = not hit
    return hit


def crosses(a, b, c, d):
    def side(p, q, r):
        v = (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])
        return (v > 0) - (v < 0)
    return side(a, b, c) != side(a, b, d) and side(c, d, a) != side(c, d, b)


def check_ring(id_, ring):
    check(ring[0] == ring[-1], f"{id_}: ring is not closed")
    check(10 <= len(ring) - 1 <= 25, f"{id_}: {len(ring) - 1} vertices, want 10 to 25")
    area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:]))
    check(area > 0, f"{id_}: ring is not counter-clockwise")
    edges = list(zip(ring, ring[1:]))
    for i, (a, b) in enumerate(edges):
        for j in range(i + 2, len(edges)):
            if i == 0 and j == len(edges) - 1:
                continue
            check(not crosses(a, b, *edges[j]), f"{id_}: edges {i} and {j} cross")


def load_places(path):
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    lines = [s for s in path.read_text(encoding="utf-8").splitlines() if '"type":"Feature"' in s]
    check(len(lines) == len(features), f"{path.name}: keep one feature a line")
    return features


def check_team(features, orgs):
    areas = {f["properties"]["id"]: f["geometry"]["coordinates"][0] for f in features}
    check(set(areas) == {"amp", "sbp", "nucleus", "corridor", "city-centre"},
          f"team.geojson: areas {sorted(areas)}")
    for id_, ring in areas.items():
        check_ring(id_, ring)
    expected = (("AMP Waverley", ("amp", "nucleus", "corridor")),
                ("Sheffield Business Park", ("sbp", "nucleus", "corridor")),
                ("Sheffield city centre", ("corridor",)))
    outside = {"University of Sheffield"}  # Western Bank is west of the centre
    for o in orgs:
        for site, wanted in expected:
            if o["site"].startswith(site) and o["lon"] and o["name"] not in outside:
                for a in wanted:
                    check(inside(float(o["lon"]), float(o["lat"]), areas[a]),
                          f"{o['name']} ({o['site']}) is not inside {a}")
    for small, large in (("amp", "nucleus"), ("sbp", "nucleus"), ("nucleus", "corridor"),
                         ("city-centre", "corridor")):
        for x, y in areas[small]:
            check(inside(x, y, areas[large]), f"vertex {x},{y} of {small} is outside {large}")


def check_context(features, codes):
    for f in features:
        p, g = f["properties"], f["geometry"]
        kinds = {"LineString": {"motorway", "road", "river", "rail", "tram"},
                 "Point": {"town", "station", "landmark"}}
        check(p["kind"] in kinds.get(g["type"], ()), f"context.geojson: {p['name']}: {p['kind']}")
        check(p["name"] and "by hand" in p["note"], f"context.geojson: {p['name']}: no note")
        m = POSTCODE.search(p["note"])
        if g["type"] == "Point" and m:
            lon, lat = codes[m[1].replace(" ", "")]
            check(g["coordinates"] == [float(lon), float(lat)],
                  f"context.geojson: {p['name']}: not at postcode {m[1]}")


def check_positions(rows):
    w, s, e, n = BRITAIN
    for r in rows:
        if r["lon"]:
            check(w < float(r["lon"]) < e and s < float(r["lat"]) < n,
                  f"{r['name']}: {r['lon']}, {r['lat']} is not in Britain")


COLUMNS = {
    "organisations": "id name role kind site postcode company_number ror_id activities lon lat "
                     "located_by precision_m source_url source_year notes",
    "ties": "id from_id from_name to_id to_name kind start_year end_year amount_gbp project "
            "source_url source_year",
    "facilities": "id name host host_id place tags description access lon lat located_by "
                  "precision_m source_url source_year",
    "indicators": "id indicator place year value unit source_url notes status",
    "employment": "area year division division_name jobs lower upper source_url",
    "interventions": "id name place lead category cost_gbp start_year end_year expected_outputs "
                     "status horizon source_url source_year notes stage region benefits scope "
                     "effect_type demand_kinds classified_by basis problem problem_url partners "
                     "grade classes",
    "costs": "id intervention_id amount_gbp from_year to_year funder status kind asset price_year "
             "note source_url source_year",
    "outcomes": "id intervention_id kind outcome quantity low high unit per additional from_year "
                "to_year place firm_size note source_url source_year",
    "relations": "id from_id to_id kind lag_years bonus reason classified_by note source_url "
                 "source_year",
    "risks": "id intervention_id risk likelihood impact mitigation owner note source_url "
             "source_year",
    "delivery": "id intervention_id kind what day year planned actual planned_day actual_day funder "
                "design finding note source_url source_year",
    "awards": "id organisation granter scheme amount_gbp day year basis published intervention_id "
              "note source_url source_year",
    "effect_evidence": "type label positive studies source source_url note",
    "needs": "id org_id org_name kind theme what source_url source_year",
}


def build(facts, target):
    data = Path(os.environ.get("MILIEU_TESTDATA", ROOT.parent / "shared" / "data"))
    orgs = read(facts / "amid_organisations.csv")
    sites = hand_places(HERE / "sites.csv", "site")
    spots = hand_places(HERE / "spots.csv", "name")
    team = load_places(target / "places" / "team.geojson")
    context = load_places(target / "places" / "context.geojson")
    notes = [r["basis"] for t in (sites, spots) for r in t.values()]
    notes += [f["properties"]["note"] for f in context]
    wanted = {m[1] for m in map(POSTCODE.search, notes) if m}
    codes = postcodes(data / "postcodes", wanted | {r["postcode"] for r in orgs if r["postcode"]})
    check_basis(sites, codes)
    check_basis(spots, codes)

    ids = organisation_ids([r["name"] for r in orgs])
    aliases = {r["alias"]: r["name"] for r in read(HERE / "aliases.csv")}
    for a, n in aliases.items():
        check(n in ids, f"aliases.csv: {a!r} -> {n!r} is not an organisation")
    facility_facts = read(facts / "amid_facilities.csv")
    known = set(ids) | {r["name"] for r in facility_facts}
    check(set(spots) <= known, f"spots.csv: no such name: {sorted(set(spots) - known)}")

    effects = read(HERE / "effect_evidence.csv")
    classes = {r["id"]: r for r in read(HERE / "classification.csv")}
    stages = {r["status"]: r["stage"] for r in read(HERE / "stages.csv")}
    regions = {r["place"]: r["region"] for r in read(HERE / "regions.csv")}
    judged = {(r["indicator"], r["place"], r["year"]): r for r in read(HERE / "indicator_status.csv")}

    plans = interventions(read(facts / "interventions.csv"), classes, stages, regions,
                          {e["type"] for e in effects},
                          {r["id"]: r for r in read(HERE / "register.csv")})
    known = {p["id"] for p in plans}
    parts = {name: register(name, known) for name in ONE_OF}
    check_costs(parts["costs"], plans)

    tables = {
        "organisations": organisations(orgs, ids, codes, sites, spots),
        "ties": ties(read(facts / "amid_links.csv"), ids),
        "facilities": facilities(facility_facts, ids, aliases, sites, spots),
        "indicators": indicators(read(facts / "amid_indicators.csv"), judged),
        "employment": [with_source(r) for r in read(facts / "employment_divisions.csv")],
        "interventions": plans,
        "effect_evidence": effects,
        "needs": offers(read(facts / "support_offers.csv"), ids,
                        {r["provider"]: r["name"] for r in read(HERE / "providers.csv")}),
        "awards": awards(read(facts / "awards.csv"), ids, known),
    } | parts
    for name, rows in tables.items():
        check(len(rows) == WANT[name], f"{name}: {len(rows)} rows, want {WANT[name]}")
        if name not in ("employment", "effect_evidence"):
            unique((r["id"] for r in rows), f"{name} id")
    blank = {r.get("id", name) for name, rows in tables.items() for r in rows if not r["source_url"]}
    check(blank == WITHOUT_PAGE, f"rows without a source address: {sorted(blank)}")
    check_positions(tables["organisations"] + tables["facilities"])
    check_team(team, tables["organisations"])
    check_context(context, codes)
    return tables


def summary(tables):
    def count(name, column):
        tally = {}
        for r in tables[name]:
            tally[r[column]] = tally.get(r[column], 0) + 1
        return ", ".join(f"{k or 'none'} {v}" for k, v in sorted(tally.items()))
    for name, rows in tables.items():
        print(f"{name}: {len(rows)} rows")
    print("organisations located by:", count("organisations", "located_by"))
    print("facilities located by:", count("facilities", "located_by"))
    print("facilities with a host organisation:", sum(1 for r in tables["facilities"] if r["host_id"]))
    print("indicators by status:", count("indicators", "status"))
    for column in ("benefits", "scope", "effect_type", "stage", "region"):
        print(f"interventions by {column}:", count("interventions", column))
    print("costs by status:", count("costs", "status"))
    print("outcomes by additional:", count("outcomes", "additional"))
    print("relations by kind:", count("relations", "kind"))
    print("interventions by grade:", count("interventions", "grade"))
    todo = [r for r in tables["interventions"]
            if r["cost_gbp"] and r["stage"] not in ("delivered", "ended")]
    print("interventions with a cost, not delivered or ended:", len(todo))
    blank = [f"{n} {r.get('id', '')}" for n, rows in tables.items() for r in rows if not r["source_url"]]
    print("rows without a source address:", ", ".join(blank) or "none")


def main(argv):
    if len(argv) != 3:
        print("usage: python3 tools/example/make.py FACTS TARGET", file=sys.stderr)
        return 2
    facts, target = Path(argv[1]), Path(argv[2])
    try:
        tables = build(facts, target)
    except (Wrong, OSError) as e:
        print(f"make.py: {e}", file=sys.stderr)
        return 1
    for name, rows in tables.items():
        (target / "tables" / f"{name}.csv").write_bytes(render(COLUMNS[name].split(), rows))
    summary(tables)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
