"""Agreement of partitions by scikit-learn. Run: python3 oracle/graph/agreement.py > internal/graph/testdata/agreement.json"""
import json
import random

import numpy as np
from sklearn import metrics


def draw(n, groups, seed, noise=None, base=None):
    r = random.Random(seed)
    if base is None:
        return [int(groups * r.random() ** 2) for _ in range(n)]
    return [c if r.random() > noise else r.randrange(groups) for c in base]


a = draw(300, 8, 1)
cases = {
    "same": (a, a),
    "renamed": (a, [10 - c for c in a]),
    "noisy": (a, draw(300, 8, 2, 0.2, a)),
    "noisier": (a, draw(300, 12, 3, 0.6, a)),
    "chance": (a, draw(300, 8, 4)),
    "one and many": ([0] * 50, draw(50, 6, 5)),
    "single nodes": (list(range(60)), draw(60, 5, 6)),
    "all alone": (list(range(20)), list(range(20))),
    "one group": ([3] * 20, [7] * 20),
    "nested": ([i // 10 for i in range(200)], [i // 20 for i in range(200)]),
    "large groups": ([i // 5000 for i in range(20000)], draw(20000, 3, 7, 0.3, [i // 7000 for i in range(20000)])),
    "small": ([0, 0, 1], [0, 1, 1]),
}


def entropy(x):
    p = np.unique(x, return_counts=True)[1] / len(x)
    return float(-(p * np.log(p)).sum())


def vi(x, y):
    """Variation of information in nats."""
    return entropy(x) + entropy(y) - 2 * metrics.mutual_info_score(x, y)


print("[\n" + ",\n".join(json.dumps({
    "name": name,
    "a": x if len(x) <= 300 else None,
    "b": y if len(y) <= 300 else None,
    "runs": None if len(x) <= 300 else [[int(c), int(k)] for c, k in zip(*np.unique(np.array(x) * 100 + np.array(y), return_counts=True))],
    "nmi": metrics.normalized_mutual_info_score(x, y),
    "ami": metrics.adjusted_mutual_info_score(x, y),
    "ari": metrics.adjusted_rand_score(x, y),
    "vi": vi(x, y),
}, separators=(",", ":")) for name, (x, y) in cases.items()) + "\n]")
