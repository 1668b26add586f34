# Run: python3 oracle/predict/logit.py > internal/stat/testdata/logit.json   (numpy, statsmodels, scikit-learn)
# A logistic regression on all pairs of 40 made-up organisations: coefficients, standard errors and likelihoods of statsmodels' Logit,
# coefficients with a ridge of scikit-learn's LogisticRegression (C = 1/ridge, liblinear is not used: it penalises the constant), the
# dyadic variance of Aronow, Samii & Assenova (2015) by its definition, as a sum over all pairs of pairs with a member in common,
# and AUC and average precision of scikit-learn on scores without ties.
import itertools
import json
import sys

import numpy as np
import statsmodels.api as sm
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score

rng = np.random.default_rng(6)
n = 40
kind, place = rng.integers(0, 3, n), rng.random((n, 2))
taste = rng.normal(0, 0.7, n)
groups = list(itertools.combinations(range(n), 2))
x, y = [], []
for a, b in groups:
    d = float(np.hypot(*(place[a] - place[b])))
    same = float(kind[a] == kind[b])
    x.append([round(d, 6), same, round(d * same, 6)])
    y.append(bool(rng.random() < 1 / (1 + np.exp(1.2 + 2 * d - same - taste[a] - taste[b]))))
x, y = np.array(x), np.array(y)
full = sm.add_constant(x)
fit = sm.Logit(y.astype(float), full).fit(disp=0, tol=1e-12, maxiter=100)
p = fit.predict(full)
scores = (y - p)[:, None] * full
bread = np.linalg.inv((full * (p * (1 - p))[:, None]).T @ full)
meat = np.zeros((4, 4))
for i, (a, b) in enumerate(groups):
    for j, (c, d) in enumerate(groups):
        if {a, b} & {c, d}:
            meat += np.outer(scores[i], scores[j])
ridge = 3.0
pen = LogisticRegression(C=1 / ridge, solver="lbfgs", tol=1e-12, max_iter=100000).fit(x, y)
json.dump({
    "x": x.tolist(), "y": y.tolist(), "groups": groups, "coef": fit.params.tolist(), "se": fit.bse.tolist(), "llf": float(fit.llf), "llnull": float(fit.llnull),
    "dyadic": np.sqrt(np.maximum(0, np.diag(bread @ meat @ bread))).tolist(), "ridge": ridge, "penalised": [float(pen.intercept_[0])] + pen.coef_[0].tolist(),
    "auc": float(roc_auc_score(y, p)), "ap": float(average_precision_score(y, p)), "p": p.tolist(),
}, sys.stdout)
print()
