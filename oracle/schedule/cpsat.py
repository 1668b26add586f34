"""Random schedules against OR-Tools' CP-SAT: the value, the end of the whole and the sum of starts must be the same.

usage: cpsat.py MILIEU [PROBLEMS] [SEED]     (MILIEU is the program; needs: pip install ortools)
"""
import csv, io, random, subprocess, sys, time
from ortools.sat.python import cp_model

DISCOUNT, SCALE = 0.035, 10**9


def problem(r):
    n, horizon = r.randint(4, 14), r.randint(8, 16)
    tasks = []
    for i in range(n):
        t = dict(id=f"t{i}", duration=r.randint(1, 4), value=r.choice([0, round(r.random(), 3), round(r.random(), 3)]), earliest=r.choice(["", "", r.randint(0, 3)]),
                 latest=r.choice(["", "", "", r.randint(3, horizon)]), use=r.randint(0, 6))
        t["after"] = ";".join(f"t{j}" + r.choice(["", "+1", "-1"]) for j in range(i) if r.random() < 0.15)
        tasks.append(t)
    return tasks, horizon, r.randint(6, 14)


def ours(program, tasks, horizon, cap):
    text = io.StringIO()
    w = csv.DictWriter(text, ["id", "duration", "value", "earliest", "latest", "after", "use"])
    w.writeheader()
    w.writerows(tasks)
    p = subprocess.run([program, "calc", "schedule", "--horizon", str(horizon), "--capacity", str(cap), "--discount", str(DISCOUNT)], input=text.getvalue(), capture_output=True, text=True)
    if p.returncode:
        assert "no schedule keeps" in p.stderr, p.stderr
        return None
    return {row["id"]: int(row["start"]) for row in csv.DictReader(io.StringIO(p.stdout))}


def theirs(tasks, horizon, cap):
    m = cp_model.CpModel()
    start, worth, ivs, uses = {}, [], [], []
    for t in tasks:
        lo, hi = int(t["earliest"] or 0), min(horizon - t["duration"], horizon if t["latest"] == "" else t["latest"])
        if lo > hi:
            return None
        s = start[t["id"]] = m.NewIntVar(lo, hi, t["id"])
        table = [round(t["value"] * (1 + DISCOUNT) ** -(k + t["duration"]) * SCALE) for k in range(hi + 1)]
        v = m.NewIntVar(0, SCALE, "")
        m.AddElement(s, table, v)
        worth.append(v)
        ivs.append(m.NewFixedSizeIntervalVar(s, t["duration"], ""))
        uses.append(t["use"])
    m.AddCumulative(ivs, uses, cap)
    by = {t["id"]: t for t in tasks}
    for t in tasks:
        for part in filter(None, t["after"].split(";")):
            lag = int(part[-2:]) if part[-2] in "+-" else 0
            before = part[:-2] if part[-2] in "+-" else part
            m.Add(start[t["id"]] >= start[before] + by[before]["duration"] + lag)
    end = m.NewIntVar(0, horizon, "")
    for t in tasks:
        m.Add(end >= start[t["id"]] + t["duration"])
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    value = sum(worth)
    m.Maximize(value)
    if solver.Solve(m) != cp_model.OPTIMAL:
        return None
    best = round(solver.ObjectiveValue())
    m.Add(value >= best - 60)
    m.Minimize(end)
    solver.Solve(m)
    m.Add(end <= round(solver.ObjectiveValue()))
    m.Minimize(sum(start.values()))
    assert solver.Solve(m) == cp_model.OPTIMAL
    return {k: solver.Value(v) for k, v in start.items()}


def figures(tasks, starts):
    return (sum(t["value"] * (1 + DISCOUNT) ** -(starts[t["id"]] + t["duration"]) for t in tasks), max(starts[t["id"]] + t["duration"] for t in tasks), sum(starts.values()))


def main():
    program, count, seed = sys.argv[1], int((sys.argv + [0, 200])[2] or 200) if len(sys.argv) > 2 else 200, int(sys.argv[3]) if len(sys.argv) > 3 else 1
    r, none, spent = random.Random(seed), 0, [0.0, 0.0]
    for k in range(count):
        tasks, horizon, cap = problem(r)
        at = time.time()
        a = ours(program, tasks, horizon, cap)
        spent[0] += time.time() - at
        at = time.time()
        b = theirs(tasks, horizon, cap)
        spent[1] += time.time() - at
        if a is None or b is None:
            none += 1
            assert a is None and b is None, (k, a, b, tasks, horizon, cap)
            continue
        x, y = figures(tasks, a), figures(tasks, b)
        assert abs(x[0] - y[0]) < 1e-6 and x[1:] == y[1:], (k, x, y, tasks, horizon, cap)
    print(f"{count} problems the same, {none} of them without a schedule; {spent[0]:.1f} s here (with starting the program), {spent[1]:.1f} s CP-SAT")


main()
