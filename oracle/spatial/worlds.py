# Run by spdep.R: writes the worlds of autocorrelation.json as R.
import json
import sys


def vector(values):
    return "c(" + ",".join(repr(v) for v in values) + ")"


print("worlds <- list()")
for k, c in enumerate(json.load(open(sys.argv[1], encoding="utf-8"))):
    i, j, w = zip(*c["links"])
    a = c["plain"]
    print(f"worlds[[{k + 1}]] <- list(y={vector(c['y'])}, i={vector(i)}, j={vector(j)}, w={vector(w)}, moran={vector(a['moran'])}, geary={vector(a['geary'])})")
