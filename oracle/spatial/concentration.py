# Run: python3 oracle/spatial/concentration.py > internal/spatial/testdata/concentration.json   (numpy)
# M (Marcon & Puech 2010) and K_d (Duranton & Overman 2005) by brute force over all pairs, written from the papers;
# the reference implementation, dbmss for R, is on CRAN only. The bandwidth is R's bw.nrd0 on distances up to twice
# the largest radius, as dbmss takes it.
import json
import sys

import numpy as np

rng = np.random.default_rng(8)


def m_function(x, y, w, kind, ref, nei, radii, outside):
    d = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
    total, wanted = w.sum(), w[kind == nei].sum()
    out = []
    for r in radii:
        local = share = 0.0
        for i in np.flatnonzero((kind == ref) & ~outside):
            near = (d[i] > 0) & (d[i] <= r)
            if w[near].sum() == 0:
                continue
            local += w[near & (kind == nei)].sum() / w[near].sum()
            share += (wanted - (w[i] if ref == nei else 0)) / (total - w[i])
        out.append(local / share if share > 0 else None)
    return out


def nrd0(d):
    sd = d.std(ddof=1)
    q = np.quantile(d, 0.75) - np.quantile(d, 0.25)
    lo = min(sd, q / 1.34) or sd or d[0] or 1
    return 0.9 * lo * len(d) ** -0.2


def k_density(x, y, w, mark, radii, weighted, outside):
    at = np.flatnonzero(mark)
    d, v = [], []
    for a, i in enumerate(at):
        for j in at[a + 1 :]:
            if outside[i] and outside[j]:
                continue
            d.append(np.hypot(x[i] - x[j], y[i] - y[j]))
            v.append(w[i] * w[j] if weighted else 1.0)
    d, v = np.array(d), np.array(v)
    h = nrd0(d[d <= 2 * max(radii)])
    phi = lambda z: np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    return h, [float((v * (phi((r - d) / h) + phi((r + d) / h))).sum() / (h * v.sum())) for r in radii]


def case(n, types, grid, weighted, buffer, far):
    x, y = rng.uniform(0, 10, n), rng.uniform(0, 10, n)
    if grid:  # many points on one position, and distances of exactly the radii
        x, y = np.round(x), np.round(y)
    w = rng.integers(0, 9, n).astype(float) if weighted else np.ones(n)
    kind = np.array([chr(65 + k) for k in rng.integers(0, types, n)])
    kind[:3] = ["A", "A", "B"]
    outside = (x > 7) if buffer else np.zeros(n, bool)
    radii = sorted({0.0, 0.05, 1.0, 2.0, 5.0, far})
    out = {"x": x.tolist(), "y": y.tolist(), "weight": w.tolist(), "type": kind.tolist(), "outside": outside.tolist(), "radii": radii}
    out["aa"] = m_function(x, y, w, kind, "A", "A", radii, outside)
    out["ab"] = m_function(x, y, w, kind, "A", "B", radii, outside)
    out["h"], out["kd"] = k_density(x, y, w, kind == "A", radii, weighted, outside)
    return out


cases = [
    case(8, 2, False, False, False, 12),
    case(60, 3, False, True, False, 15),
    case(60, 2, True, True, False, 3),
    case(300, 4, True, False, True, 7),
    case(300, 5, False, True, True, 20),
    case(40, 2, False, False, False, 0.3),
]
json.dump(cases, sys.stdout, separators=(",", ":"))
