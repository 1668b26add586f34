"""The Investment Zone of the bundled district, appraised anew with numpy: other code, other random numbers, the same model.

Prints what TestDraws_asNumpy in internal/portfolio/appraisal holds its figures against. Run: python3 draws.py (numpy 1.26 or newer)."""
import numpy as np

n = 4_000_000
g = np.random.default_rng(1)


def tri(low, mode, high):
    return g.triangular(low, mode, high, n) if high > low else np.full(n, mode)


def two_piece(low, centre, high):
    x = g.triangular(-1, 0, 1, n)
    return np.where(x < 0, centre + x * (centre - low), centre + x * (high - centre))


def factor(year):  # Green Book, to 2026; years that have passed are neither discounted nor compounded
    return 1.035 ** -max(year - 2026, 0)


# 160 m in ten even years from 2024, cash of the years in which it is spent, brought to prices of 2026 at 2 % a year.
cost = sum(16e6 * 1.02 ** (2026 - y) * factor(y) for y in range(2024, 2034))
dead, leak, disp, subst, mult = tri(0.25, 0.5, 0.75), tri(0.1, 0.25, 0.5), tri(0, 0.25, 0.5), tri(0, 0, 0.1), tri(1.05, 1.1, 1.15)
wide_leak, wide_disp = tri(0, 0, 0.1), tri(0.5, 0.75, 1)
jobs = two_piece(4000, 8000, 9600)
net = jobs * (1 - dead) * (1 - leak) * (1 - disp) * (1 - subst) * mult
# Effects: a year of delay, five years of rise to 2030, tri(5, 10, 15) years in full, then a loss of tri(.05, .1, .2) a year, up to 30 years.
full, decay = tri(5, 10, 15), tri(0.05, 0.1, 0.2)


def course(whole_years, lost):
    out = []
    for t in range(30):
        s = t - 1
        if s < 0:
            out.append(0.0)
        elif s < 5:
            out.append((s + 1) / 6)
        elif s < 5 + whole_years:
            out.append(1.0)
        else:
            out.append((1 - lost) ** (s - 5 - whole_years + 1))
    return sum(c * factor(2024 + t) for t, c in enumerate(out))


table = np.array([[course(f, d) for f in range(5, 16)] for d in (0.05, 0.1, 0.2)])
k = np.minimum((full - 5).astype(int), 9)
along = table[:, k] + (full - 5 - k) * (table[:, k + 1] - table[:, k])
w = np.where(decay < 0.1, (0.1 - decay) / 0.05, (decay - 0.1) / 0.1)
pv = np.where(decay < 0.1, w * along[0], w * along[2]) + (1 - w) * along[1]
wide = jobs * (1 - dead) * (1 - wide_leak) * (1 - wide_disp) * (1 - subst) * pv
p = g.beta(1 + 15, 1 + 12, n)
works = g.random(n) < p


def say(name, x):
    print(f"{name}: mean {x.mean():.4f}, 5 % {np.quantile(x, 0.05):.4f}, 95 % {np.quantile(x, 0.95):.4f}")


print(f"cost {cost:.2f}; central year of a job for the country {cost / (8000 * 0.5 * 0.25 * course(10, 0.1)):.4f}")
say("net jobs", net)
say("cost of a net job", cost / net)
say("net jobs, chance counted", net * works)
counted = np.where(works, cost / net, np.inf)
print(f"cost of a net job, chance counted: 5 % {np.quantile(counted, 0.05, method='higher'):.4f}; no job in {100 * np.mean(~works):.3f} of 100 draws")
value = np.where(works, 20000 * wide, 0) / cost
say("ratio at 20,000 a job and year, chance counted", value)
say("job-year of the country", cost / wide)
