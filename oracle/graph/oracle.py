"""Expected values of internal/graph by networkx. Run: python3 oracle/graph/oracle.py > internal/graph/testdata/oracle.json"""
import json
import random
from fractions import Fraction

import networkx as nx


def planted(n, groups, inside, between, seed):
    r = random.Random(seed)
    g = nx.Graph()
    g.add_nodes_from(range(n))
    for a in range(n):
        for b in range(a + 1, n):
            if r.random() < (inside if a % groups == b % groups else between):
                g.add_edge(a, b)
    return g


def weigh(g, seed):
    """Weights from 0.1 to 5 that give no two paths of nearly the same length."""
    r = random.Random(seed)
    for _, _, d in sorted(g.edges(data=True), key=lambda e: (e[0], e[1])):
        d["weight"] = round(r.uniform(0.1, 5), 6)
    return g


def two_k5():
    g = nx.disjoint_union(nx.complete_graph(5), nx.complete_graph(5))
    g.add_edges_from([(0, 10), (5, 10)])
    return g


def plain(g):
    for _, _, d in g.edges(data=True):
        d.clear()
    return g


def ladder():
    """Equal weights: many paths of exactly the same weighted length."""
    g = nx.grid_2d_graph(4, 5)
    g = nx.convert_node_labels_to_integers(g, ordering="sorted")
    nx.set_edge_attributes(g, 0.5, "weight")
    return g


def pieces():
    g = nx.disjoint_union_all([nx.path_graph(3), nx.complete_graph(4), nx.cycle_graph(4), nx.empty_graph(2)])
    return g


graphs = {
    "karate": plain(nx.karate_club_graph()),
    "karate weighted": nx.karate_club_graph(),
    "path of 5": nx.path_graph(5),
    "star of 6": nx.star_graph(6),
    "two K5": two_k5(),
    "pieces": pieces(),
    "grid of equal weights": ladder(),
    "one node": nx.empty_graph(1),
    "pair": nx.path_graph(2),
    "planted 120": planted(120, 6, 0.25, 0.01, 1),
    "planted 80 weighted": weigh(planted(80, 4, 0.25, 0.03, 2), 3),
    "directed 60": nx.gnp_random_graph(60, 0.06, seed=4, directed=True),
    "directed 60 weighted": weigh(nx.gnp_random_graph(60, 0.08, seed=5, directed=True), 6),
    "directed path": nx.DiGraph([(0, 1), (1, 2), (2, 3)]),
}

out = []
for name, g in graphs.items():
    weighted = any("weight" in d for _, _, d in g.edges(data=True))
    h = g.copy()
    for _, _, d in h.edges(data=True):
        # Exact, so that paths of equal length count as equal whatever the order of their ties.
        d["length"] = 1 / Fraction(str(d.get("weight", 1)))
    nodes = sorted(g.nodes)
    label = {v: "n%03d" % v for v in nodes}

    def by(values):
        return [values[v] for v in nodes]

    groups = sorted((sorted(c) for c in (nx.weakly_connected_components(g) if g.is_directed() else nx.connected_components(g))),
                    key=lambda c: (-len(c), c[0]))
    component = {v: i for i, c in enumerate(groups) for v in c}
    out.append({
        "name": name,
        "directed": g.is_directed(),
        "nodes": [label[v] for v in nodes],
        "edges": [[label[a], label[b], d.get("weight", 1)] for a, b, d in sorted(g.edges(data=True), key=lambda e: (e[0], e[1]))],
        "degree": by(dict(g.degree())),
        "strength": by(dict(g.degree(weight="weight"))),
        "betweenness": by(nx.betweenness_centrality(g, normalized=False)),
        "normalised": by(nx.betweenness_centrality(g, normalized=True)),
        "weighted": by(nx.betweenness_centrality(h, normalized=False, weight="length")) if weighted else None,
        "components": by(component),
    })
print("[\n" + ",\n".join(json.dumps(o, separators=(",", ":")) for o in out) + "\n]")
