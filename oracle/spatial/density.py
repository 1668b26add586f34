# Labels of density clusters by scikit-learn, hdbscan and R's dbscan on test inputs made here.
#
# Run: python3 oracle/spatial/density.py OUT.csv      (pip install scikit-learn hdbscan; Rscript with the package dbscan)
# Writes internal/spatial/density/testdata/peers.csv: set,min_points,eps,x,y and one column of labels for each peer;
# noise is -1. Also: python3 oracle/spatial/density.py --check MILIEU  compares "milieu calc density-clusters" on the
# same inputs and prints, for each peer, how many points lie in another cluster after matching the clusters.
import csv
import subprocess
import sys
import tempfile
import warnings
from collections import Counter

import hdbscan
import numpy as np
from sklearn.cluster import DBSCAN, HDBSCAN
from sklearn.datasets import make_blobs, make_moons

warnings.filterwarnings("ignore")

FIXTURE_B = np.array(list(zip(
    [0, 1, 0, 1, .5, .2, .8, .4, 10, 11, 10, 11, 10.5, 10.2, 10.8, 10.4, 5, 5.4, 5.8, 6.2, 5, 5.4, 5.8, 6.2, 3, 20, -8, 14],
    [0, 0, 1, 1, .5, .7, .3, .9, 0, 0, 1, 1, .5, .7, .3, .9, 9, 9, 9, 9, 9.4, 9.4, 9.4, 9.4, 4, 20, 5, -7])))

R = """suppressMessages(library(dbscan)); a <- commandArgs(TRUE); d <- read.csv(a[1]); m <- as.integer(a[2])
cat(hdbscan(d, minPts = m)$cluster - 1, "\\n"); cat(dbscan(d, eps = as.numeric(a[3]), minPts = m)$cluster - 1, "\\n")"""


def inputs():
    """Name, positions, least points, eps. Names with a plus hold many equal distances, which each peer breaks its own way."""
    yield "fixture-b", FIXTURE_B, 4, 1.0
    for seed in range(3):
        r = np.random.default_rng(seed)
        yield f"blobs-{seed}", make_blobs(150, centers=3 + seed, random_state=seed)[0].round(6), 5 + 2 * seed, .7
        yield f"moons-{seed}", make_moons(150, noise=.08, random_state=seed)[0].round(6), 4 + 3 * seed, .15
        yield f"even-{seed}", r.uniform(0, 1000, (150, 2)).round(3), 5 + seed, 70.0
    r = np.random.default_rng(9)
    yield "metres+", np.round(np.vstack([r.normal((430000, 390000), 300, (80, 2)), r.normal((436000, 393000), 500, (70, 2))]), -2), 6, 250.0
    yield "lattice+", r.integers(0, 14, (150, 2)).astype(float), 5, 1.0
    yield "postcodes+", np.round(make_blobs(60, centers=3, random_state=4)[0], 3)[r.integers(0, 60, 150)], 6, .6


def peers(x, m, eps):
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as f, tempfile.NamedTemporaryFile("w", suffix=".R") as s:
        csv.writer(f).writerows([("x", "y"), *x.tolist()])
        s.write(R)
        f.flush(), s.flush()
        out = subprocess.run(["Rscript", s.name, f.name, str(m), repr(eps)], capture_output=True, text=True, check=True).stdout
    r_h, r_d = ([int(v) for v in line.split()] for line in out.strip().split("\n"))
    return {
        "sklearn_dbscan": DBSCAN(eps=eps, min_samples=m).fit(x).labels_.tolist(),
        "r_dbscan": r_d,
        "sklearn_hdbscan": HDBSCAN(min_cluster_size=m, min_samples=m, copy=True).fit(x).labels_.tolist(),
        # this package leaves the point itself out of min_samples
        "contrib_hdbscan": hdbscan.HDBSCAN(min_cluster_size=m, min_samples=m - 1, approx_min_span_tree=False).fit(x).labels_.tolist(),
        "r_hdbscan": r_h,
    }


def differ(a, b):
    """Points in another cluster, the clusters matched by the points they share, the most first."""
    same, left, right = 0, set(), set()
    for (x, y), n in Counter(zip(a, b)).most_common():
        if x == y == -1:
            same += n
        elif x != -1 and y != -1 and x not in left and y not in right:
            same += n
            left.add(x), right.add(y)
    return len(a) - same


def write(path):
    with open(path, "w", newline="", encoding="utf-8") as f:
        out = csv.writer(f, lineterminator="\n")
        head = None
        for name, x, m, eps in inputs():
            found = peers(x, m, eps)
            if head is None:
                head = list(found)
                out.writerow(["set", "min_points", "eps", "x", "y", *head])
            out.writerows([name, m, eps, a, b, *(found[h][i] for h in head)] for i, (a, b) in enumerate(x.tolist()))


def check(milieu):
    for name, x, m, eps in inputs():
        text = "id,x,y\n" + "".join(f"{i},{a!r},{b!r}\n" for i, (a, b) in enumerate(x.tolist()))
        for method, flags in (("dbscan", ["--eps", repr(eps)]), ("hdbscan", [])):
            run = subprocess.run([milieu, "calc", "density-clusters", "--method", method, "--min-points", str(m), *flags], input=text, capture_output=True, text=True, check=True)
            ours = [int(r["cluster"]) for r in csv.DictReader(run.stdout.splitlines())]
            theirs = {k: v for k, v in peers(x, m, eps).items() if k.endswith("_" + method)}
            print(name, method, f"{len(ours)} points:", ", ".join(f"{k} {differ(ours, v)}" for k, v in theirs.items()))


if __name__ == "__main__":
    if sys.argv[1] == "--check":
        check(sys.argv[2])
    else:
        write(sys.argv[1])
