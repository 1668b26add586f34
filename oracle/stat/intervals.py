# Run: python3 oracle/stat/intervals.py   (standard library only; prints the rows of share_test.go)
from math import comb, sqrt
from statistics import NormalDist


def wilson(k, n, level):
    if n == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf(0.5 + level / 2)
    p = k / n
    mid = (k + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * sqrt(n * p * (1 - p) + z * z / 4)
    return mid - half, mid + half


for k, n, level in [(7, 9, 0.95), (0, 10, 0.95), (10, 10, 0.95), (15, 27, 0.90), (0, 0, 0.95)]:
    lo, hi = wilson(k, n, level)
    print(f"{{{k}, {n}, {level:.2f}, {lo:.10f}, {hi:.10f}}},")


def beta_cdf(k, n, x):
    """P(Beta(1+k, 1+n-k) <= x) = P(Binomial(n+1, x) >= k+1) for whole numbers."""
    return sum(comb(n + 1, i) * x**i * (1 - x) ** (n + 1 - i) for i in range(k + 1, n + 2))


def beta_quantile(k, n, p):
    lo, hi = 0.0, 1.0
    for _ in range(200):
        mid = (lo + hi) / 2
        lo, hi = (mid, hi) if beta_cdf(k, n, mid) < p else (lo, mid)
    return (lo + hi) / 2


for k, n in [(7, 9), (6, 10), (15, 27), (6, 11), (33, 65), (5, 10), (8, 17), (5, 11), (2, 6), (1, 5), (4, 16), (0, 0)]:
    print(f"{{{k}, {n}, {(k + 1) / (n + 2):.10f}, {beta_quantile(k, n, 0.05):.10f}, {beta_quantile(k, n, 0.95):.10f}}},")
