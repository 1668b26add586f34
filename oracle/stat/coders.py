# Run: python3 oracle/stat/coders.py > internal/stat/testdata/agreement.json   (krippendorff 0.9.0, statsmodels, scikit-learn)
# Agreement between coders on made-up ratings and on the examples of Krippendorff (2011), Fleiss (1971) and Cohen (1960).
import json
import random

import krippendorff
import numpy as np
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

rng = random.Random(20)


def alpha(rows):
    table = np.array([[np.nan if v < 0 else v for v in row] for row in rows]).T
    return float(krippendorff.alpha(reliability_data=table, level_of_measurement="nominal"))


def fleiss(rows):
    return float(fleiss_kappa(aggregate_raters(np.array(rows))[0], method="fleiss"))


def made(units, coders, categories, agree, missing):
    rows = []
    for _ in range(units):
        truth = min(int(rng.expovariate(0.9)), categories - 1)
        row = [truth if rng.random() < agree else rng.randrange(categories) for _ in range(coders)]
        rows.append([-1 if rng.random() < missing else v for v in row])
    return rows


worlds = []
for units, coders, categories, agree, missing in [(40, 2, 2, 0.9, 0), (25, 2, 5, 0.4, 0), (60, 3, 3, 0.7, 0), (30, 6, 4, 0.5, 0), (50, 4, 5, 0.8, 0.3), (80, 3, 2, 0.6, 0.2), (12, 5, 3, 0.95, 0.5)]:
    rows = made(units, coders, categories, agree, missing)
    world = {"name": f"made {units} units, {coders} coders", "ratings": rows, "alpha": alpha(rows)}
    if missing == 0:
        world["fleiss"] = fleiss(rows)
        if coders == 2:
            world["cohen"] = float(cohen_kappa_score([r[0] for r in rows], [r[1] for r in rows]))
    worlds.append(world)

# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), part C: four observers, twelve units; 0.743.
n = -1
c = [[1, 2, 3, 3, 2, 1, 4, 1, 2, n, n, n], [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, n, 3], [n, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, n], [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, n]]
rows = [[row[u] for row in c] for u in range(12)]
worlds.append({"name": "Krippendorff 2011 C", "ratings": rows, "alpha": alpha(rows), "published": 0.743})
# The same, part A: two observers, ten units, two categories; 0.095.
a = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]
rows = [[row[u] for row in a] for u in range(10)]
worlds.append({"name": "Krippendorff 2011 A", "ratings": rows, "alpha": alpha(rows), "published": 0.095, "cohen": float(cohen_kappa_score(*a)), "fleiss": fleiss(rows)})
print("{\"worlds\": [\n" + ",\n".join("  " + json.dumps(w) for w in worlds) + "\n]}")
