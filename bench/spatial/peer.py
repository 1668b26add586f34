# Peers of internal/spatial on the points that main.go wrote: M over SciPy's cKDTree, Moran and local Moran by esda.
# Prints "name seconds value" lines. See README.md.
import sys
import time
import warnings

import numpy as np
from scipy.spatial import cKDTree

warnings.filterwarnings("ignore")


def m_function(xy, w, kind, radii):
    """M of type 0 among all, each radius by counting with weights; what there is beside R dbmss."""
    ref = kind == 0
    all_tree, own_tree, ref_xy = cKDTree(xy), cKDTree(xy[ref]), xy[ref]
    wr = w[ref]
    share = (wr.sum() - wr) / (w.sum() - wr)
    out = []
    for r in radii:
        near = all_tree.query_ball_point(ref_xy, r, workers=2)
        total = np.array([w[i].sum() for i in near]) - wr
        own = np.array([wr[i].sum() for i in own_tree.query_ball_point(ref_xy, r, workers=2)]) - wr
        ok = total > 0
        out.append((own[ok] / total[ok]).sum() / share[ok].sum())
    return out


def brute(xy, w, kind, radii):
    """M by distances of all pairs in blocks, as dbmss does it, with NumPy."""
    ref = np.flatnonzero(kind == 0)
    isref = (kind == 0).astype(float) * w
    share = (w[ref].sum() - w[ref]) / (w.sum() - w[ref])
    local, glob = np.zeros(len(radii)), np.zeros(len(radii))
    r2 = np.square(radii)
    for b in range(0, len(ref), 64):
        i = ref[b : b + 64]
        d2 = np.square(xy[i, 0][:, None] - xy[:, 0]) + np.square(xy[i, 1][:, None] - xy[:, 1])
        bin_ = np.where(d2 > 0, np.searchsorted(r2, d2), len(radii))
        rows = np.arange(len(i))[:, None] * (len(radii) + 1) + bin_
        shape = (len(i), len(radii) + 1)
        size = shape[0] * shape[1]
        total = np.bincount(rows.ravel(), np.broadcast_to(w, d2.shape).ravel(), size).reshape(shape)[:, :-1].cumsum(1)
        own = np.bincount(rows.ravel(), np.broadcast_to(isref, d2.shape).ravel(), size).reshape(shape)[:, :-1].cumsum(1)
        ok = total > 0
        local += np.where(ok, own / np.where(ok, total, 1), 0).sum(0)
        glob += np.where(ok, share[b : b + 64][:, None], 0).sum(0)
    return list(local / glob)


def timed(name, f):
    start = time.perf_counter()
    values = f()
    print(name, f"{time.perf_counter() - start:.3f}", *(f"{v:.12g}" for v in np.atleast_1d(values)), flush=True)


def main(path, radii, what):
    data = np.loadtxt(path, delimiter=",", skiprows=1)
    xy, kind, w, value = data[:, :2], data[:, 2].astype(int), data[:, 3], data[:, 4]
    radii = np.array([float(r) for r in radii.split(",")])
    if "kdtree" in what:
        timed("m-kdtree", lambda: m_function(xy, w, kind, radii))
    if "brute" in what:
        timed("m-brute", lambda: brute(xy, w, kind, radii))
    if "esda" in what:
        from esda import Moran, Moran_Local
        from libpysal.weights import KNN

        n = 7000  # about the lower layer areas of a region
        k = KNN.from_array(xy[:n], k=6)
        k.transform = "r"
        Moran_Local(value[:50], KNN.from_array(xy[:50], k=6), permutations=9)  # compile first
        timed("moran", lambda: Moran(value[:n], k, permutations=0).I)
        timed("lisa-999", lambda: Moran_Local(value[:n], k, permutations=999, n_jobs=2).Is[:3] * n / (n - 1))


main(sys.argv[1], sys.argv[2], sys.argv[3])
