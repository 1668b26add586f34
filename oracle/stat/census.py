# Run: python3 oracle/stat/census.py   (standard library only; prints the rows of census_test.go)
# Binomial tails by exact sums of rationals; the variances of sums by their definition, one unit at a time.
from fractions import Fraction
from math import comb, exp, log, sqrt
from statistics import NormalDist

z = NormalDist().inv_cdf(0.975)


def wilson(k, n):
    p = k / n
    mid = (k + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * sqrt(n * p * (1 - p) + z * z / 4)
    return mid - half, mid + half


for k, n, wider, of in [(12, 60, 40, 1000), (0, 30, 5, 100), (3, 200, 60, 1000), (45, 50, 700, 1000)]:
    p = Fraction(wider, of)
    mass = [comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(n + 1)]
    two = min(Fraction(1), 2 * min(sum(mass[k:]), sum(mass[: k + 1])))
    lo, hi = wilson(k, n)
    q = float(p)
    print(f"{{{k}, {n}, {wider}, {of}, {k / n / q:.10f}, {lo / q:.10f}, {hi / q:.10f}, {float(two):.12g}}},")

# Employees of the firms of an area, and whether each is of the industry.
firms = [(3, 1), (250, 1), (12, 0), (40, 0), (7, 1), (1, 0), (90, 0), (15, 0), (4, 1), (33, 0)]
whole = sum(e for e, _ in firms)
part = sum(e for e, i in firms if i)
share = part / whole
variance = sum((e * i - share * e) ** 2 for e, i in firms) / whole**2
value = share / (500 / 4000)
half = z * sqrt(variance) / share
print(f"sum quotient: {value:.10f}, {value * exp(-half):.10f}, {value * exp(half):.10f}")

before, after = [3, 200, 12, 45, 7, 2, 80], [4, 250, 10, 45, 9, 0, 95]
n, x, y = len(before), sum(before), sum(after)
r = y / x
s2 = sum((b - r * a) ** 2 for a, b in zip(before, after)) / (n - 1)
half = z * sqrt(n * s2) / x / r
print(f"sum change: {r - 1:.10f}, {exp(log(r) - half) - 1:.10f}, {exp(log(r) + half) - 1:.10f}")
