"""One-mode networks by networkx: Newman's weights. Run: python3 oracle/graph/projection.py > internal/graph/testdata/projection.json"""
import json
import random

import networkx as nx
from networkx.algorithms import bipartite


def drawn(projects, members, seed):
    r = random.Random(seed)
    return [[p, int(members * r.random() ** 2)] for p in range(projects) for _ in range(r.choice([1, 1, 2, 3, 5, 12]))]


davis = nx.davis_southern_women_graph()
women = [v for v, d in davis.nodes(data=True) if d["bipartite"] == 0]
events = [v for v, d in davis.nodes(data=True) if d["bipartite"] == 1]
cases = {
    "davis southern women": [[events.index(e), women.index(w)] for w, e in davis.edges],
    "drawn": drawn(60, 40, 1),
    "drawn with doubles": drawn(30, 12, 2) * 2,
    "one large": [[0, m] for m in range(25)] + [[1, 3], [1, 4], [2, 5]],
}
out = []
for name, list_ in cases.items():
    projects, members = 1 + max(p for p, _ in list_), 1 + max(m for _, m in list_)
    b = nx.Graph()
    b.add_nodes_from([("m", m) for m in range(members)], bipartite=0)
    b.add_nodes_from([("p", p) for p in range(projects)], bipartite=1)
    b.add_edges_from((("p", p), ("m", m)) for p, m in list_)
    top = [("m", m) for m in range(members)]
    # networkx divides by the members less one and would fail on a project of one, which gives no tie.
    b.remove_nodes_from([("p", p) for p in range(projects) if b.degree(("p", p)) < 2])
    newman = bipartite.collaboration_weighted_projected_graph(b, top)
    shared = bipartite.weighted_projected_graph(b, top)
    ties = sorted([min(a[1], c[1]), max(a[1], c[1]), shared[a][c]["weight"], d["weight"]] for a, c, d in newman.edges(data=True))
    out.append({"name": name, "projects": projects, "members": members, "list": list_, "ties": ties})
print("[\n" + ",\n".join(json.dumps(o, separators=(",", ":")) for o in out) + "\n]")
