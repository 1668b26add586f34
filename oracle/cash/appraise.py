# Run: python3 oracle/cash/appraise.py > internal/cash/testdata/appraise.json   (standard library only)
# Made-up cases appraised in exact rational arithmetic, one year at a time: the factor of a year is that of the year before over
# one plus the rate of its own band. Nothing is shared with package cash but the rule.
import json
import random
from fractions import Fraction

SCHEDULES = {
    "green-book": [(0, "0.035"), (31, "0.03"), (76, "0.025"), (126, "0.02"), (201, "0.015"), (301, "0.01")],
    "green-book-health": [(0, "0.015"), (31, "0.0129"), (76, "0.0107"), (126, "0.0086"), (201, "0.0064"), (301, "0.0043")],
    "green-book-2026-sensitivity": [(0, "0.03"), (31, "0.0257"), (76, "0.0214"), (126, "0.0171"), (201, "0.0129"), (301, "0.0086")],
    "0.0123": [(0, "0.0123")],
}


def factors(bands, n):
    out, f = [Fraction(1)], Fraction(1)
    for year in range(1, n):
        rate = [Fraction(r) for start, r in bands if start <= year][-1]
        f /= 1 + rate
        out.append(f)
    return out


draw = random.Random(20261127)
cases = []
for k in range(60):
    name = draw.choice(list(SCHEDULES))
    last = draw.choice([0, 5, 15, 40, 80, 140, 320])
    df = factors(SCHEDULES[name], last + 1)
    base = draw.choice([0, 2026])

    def flows(n):
        return [[draw.randint(0, last), round(draw.uniform(-1e5, 1e7), 2)] for _ in range(n)]

    costs, benefits = flows(draw.randint(1, 6)), flows(draw.randint(0, 12))
    shares = [round(draw.random(), 3) for _ in range(4)]
    multiplier, bias = round(draw.uniform(1, 1.7), 2), round(draw.uniform(0, 2), 2)
    factor = Fraction(str(multiplier))
    for s in shares:
        factor *= 1 - Fraction(str(s))
    pv = [sum((Fraction(str(a)) * df[y] for y, a in side), Fraction(0)) for side in (costs, benefits)]
    net = [pv[0] * (1 + Fraction(str(bias))), pv[1] * factor]
    cases.append({
        "schedule": name, "base": base, "bias": bias, "shares": shares, "multiplier": multiplier,
        "costs": [[base + y, a] for y, a in costs], "benefits": [[base + y, a] for y, a in benefits],
        "gross": [float(pv[0]), float(pv[1]), float(pv[1] - pv[0]), float(pv[1] / pv[0]) if pv[0] > 0 else None],
        "net": [float(net[0]), float(net[1]), float(net[1] - net[0]), float(net[1] / net[0]) if net[0] > 0 else None],
    })
print("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]")
