# Run: python3 oracle/stat/lq.py [FILE.csv]   (standard library only; region,industry,value in, exact-fraction LQs out; no file: fixture A)
import csv
import sys
from collections import defaultdict
from fractions import Fraction

FIXTURE_A = [[44, 63, 8, 83], [48, 42, 10, 1], [74, 54, 96, 16], [39, 26, 28, 13], [89, 61, 45, 76]]


def rows():
    if len(sys.argv) > 1:
        with open(sys.argv[1], newline="", encoding="utf-8") as f:
            for r in csv.DictReader(f):
                yield r["region"], r["industry"], Fraction(r["value"])
    else:
        for i, row in enumerate(FIXTURE_A):
            for j, v in enumerate(row):
                yield f"R{i + 1}", f"I{j + 1}", Fraction(v)


cell, region, industry = defaultdict(Fraction), defaultdict(Fraction), defaultdict(Fraction)
for r, s, v in rows():
    cell[r, s] += v
    region[r] += v
    industry[s] += v
total = sum(region.values(), Fraction(0))

print("region,industry,value,lq")
for (r, s), v in sorted(cell.items()):
    defined = region[r] and industry[s]
    lq = f"{float(v * total / (region[r] * industry[s])):.10f}" if defined else ""
    print(f"{r},{s},{float(v):g},{lq}")
