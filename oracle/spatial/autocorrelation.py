# Run: python3 oracle/spatial/autocorrelation.py > internal/spatial/testdata/autocorrelation.json   (requirements.txt)
# Random small worlds with the answers of esda: global Moran, Geary and Getis-Ord, local Moran, Gi and Gi*.
# Weights are of every kind that our own inputs have: symmetric or not, 0/1 or real, with islands, pairs given
# twice and places that are their own neighbours. esda reads them from a sparse matrix, so that nothing is dropped.
import json
import sys
import warnings

import numpy as np
from esda import G, G_Local, Geary, Moran, Moran_Local
from libpysal.weights import W, WSP
from scipy import sparse

warnings.filterwarnings("ignore")
rng = np.random.default_rng(5)


def numbers(a):
    return [None if not np.isfinite(v) else float(v) for v in np.atleast_1d(a)]


def links(n, kind):
    out = []
    for i in range(n):
        for j in range(n):
            if i == j or rng.random() > 3 / n:
                continue
            w = 1.0 if kind in ("binary", "band") else round(float(rng.random()) + 0.1, 3)
            out.append((i, j, w))
            if kind == "band":
                out.append((j, i, w))
    if kind == "band":
        out = sorted(set(out))
    if kind == "island":
        out = [(i, j, w) for i, j, w in out if i != 2]
    if kind == "twice":
        out += out[: n // 2]
    if kind == "self":
        out += [(i, i, 0.7) for i in range(0, n, 3)]
    return out


def weights(n, ls):
    i, j, w = zip(*ls)
    m = sparse.csr_matrix((w, (i, j)), shape=(n, n))
    return m


class Plain:
    """What the analytical formulas of esda ask of weights, from the matrix alone."""

    def __init__(self, m, n):
        self.sparse, self.n = m, n
        self.s0 = m.sum()
        t = m + m.T
        self.s1 = t.multiply(t).sum() / 2
        self.s2 = np.square(np.asarray(m.sum(1)).ravel() + np.asarray(m.sum(0)).ravel()).sum()


def standardised(m):
    s = np.asarray(m.sum(1)).ravel()
    s[s == 0] = 1
    return sparse.diags(1 / s) @ m


def as_w(m):
    """An esda W that keeps every entry of the matrix."""
    n = m.shape[0]
    m = m.tocsr()
    nb = {i: list(map(int, m.indices[m.indptr[i] : m.indptr[i + 1]])) for i in range(n)}
    ws = {i: list(map(float, m.data[m.indptr[i] : m.indptr[i + 1]])) for i in range(n)}
    return W(nb, ws, silence_warnings=True)


def case(n, kind):
    ls = links(n, kind)
    y = np.round(rng.lognormal(1, 0.7, n), 3)
    m = weights(n, ls)
    out = {"kind": kind, "y": y.tolist(), "links": ls}
    for name, mat in (("plain", m), ("standardised", standardised(m))):
        w = as_w(mat)
        mo = Moran(y, w, transformation="O", permutations=0)
        out[name] = {"moran": numbers([mo.I, mo.EI, mo.VI_norm, mo.VI_rand, mo.z_norm, mo.p_norm, mo.p_rand])}
        ge = Geary(y, w, transformation="O", permutations=0)
        out[name]["geary"] = numbers([ge.C, ge.VC_norm, ge.VC_rand, ge.z_norm])
        z = y - y.mean()
        # esda divides by z'z/(n-1); ours by z'z/n (Anselin 1995).
        lm = Moran_Local(y, w, transformation="O", permutations=0)
        out[name]["local"] = numbers(lm.Is * n / (n - 1))
        out[name]["quadrant"] = [int(q) for q in lm.q]
    if kind == "band":
        w = as_w(m)
        g = G(y, w, permutations=0)
        out["g"] = numbers([g.G, g.EG, g.VG, g.z_norm, g.p_norm])
        out["gi"] = numbers(G_Local(y, w, transform="B", permutations=0, star=False).Zs)
        out["gistar"] = numbers(G_Local(y, w, transform="B", permutations=0, star=True).Zs)
        out["girow"] = numbers(G_Local(y, w, transform="R", permutations=0, star=False).Zs)
    return out


cases = [case(n, kind) for n in (5, 12, 30) for kind in ("binary", "band", "real", "island", "twice", "self")]
json.dump(cases, sys.stdout, separators=(",", ":"))
