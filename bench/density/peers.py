# One run of a peer on a file of float64 pairs: python3 peers.py METHOD PEER FILE MIN_POINTS EPS; prints seconds and clusters.
# Each is warmed up on a few points first, so that compiling and loading do not count.
import sys
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")
method, peer, file, least, eps = sys.argv[1:]
least, eps = int(least), float(eps)
if peer == "sklearn":
    from sklearn.cluster import DBSCAN, HDBSCAN

    def fit(x):
        if method == "dbscan":
            return DBSCAN(eps=eps, min_samples=least, n_jobs=-1).fit(x).labels_
        return HDBSCAN(min_samples=least, min_cluster_size=least, n_jobs=-1, copy=True).fit(x).labels_
elif peer == "hdbscan":
    import hdbscan

    def fit(x):
        return hdbscan.HDBSCAN(min_samples=least - 1, min_cluster_size=least, core_dist_n_jobs=-1).fit(x).labels_
else:
    import fast_hdbscan

    def fit(x):
        return fast_hdbscan.HDBSCAN(min_samples=least - 1, min_cluster_size=least).fit(x).labels_

x = np.fromfile(file, dtype="<f8").reshape(-1, 2)
fit(np.random.default_rng(1).normal(size=(200, 2)))
start = time.perf_counter()
label = fit(x)
print(time.perf_counter() - start, int(max(label)) + 1)
