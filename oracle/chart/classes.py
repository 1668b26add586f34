# Run: python3 oracle/chart/classes.py > internal/chart/testdata/classes.json   (needs mapclassify, PySAL's classifiers; written with 2.10.0)
# Upper bounds and counts of map classes for the library's own example (calemp) and for made-up values with ties, skew and noise.
import json
import random
import warnings

import mapclassify

warnings.simplefilter("ignore")
rng = random.Random(5)
inputs = {
    "calemp": [float(v) for v in mapclassify.load_example()],
    "uniform": [round(rng.random() * 100, 3) for _ in range(200)],
    "skewed": [round(rng.lognormvariate(1, 1.2), 4) for _ in range(374)],
    "ties": [float(rng.randint(0, 12)) for _ in range(150)],
    "far": [round(1e6 + rng.gauss(0, 3), 4) for _ in range(120)],
    "negative": [round(rng.gauss(0, 10), 3) for _ in range(99)],
}
kinds = {"natural": mapclassify.FisherJenks, "quantiles": mapclassify.Quantiles, "equal": mapclassify.EqualInterval}
cases = []
for name, values in inputs.items():
    for method, make in kinds.items():
        for k in (3, 5, 7):
            r = make(values, k=k)
            cases.append({"input": name, "method": method, "k": k, "upper": [float(b) for b in r.bins], "counts": [int(c) for c in r.counts], "adcm": float(r.adcm)})
print(json.dumps({"inputs": inputs, "cases": cases}, separators=(",", ":")))
