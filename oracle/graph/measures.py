"""Expected values of internal/graph by networkx 3.6: every measure but betweenness and communities on known graphs.

Run: python3 oracle/graph/measures.py > internal/graph/testdata/measures.json (needs networkx, numpy, scipy)
Eigenvectors are by numpy's dense solver, projected from equal values where several pieces share the greatest
eigenvalue. Brokerage is counted path by path. Values have 13 digits.
"""
import json
import math
import random

import networkx as nx
import numpy as np


def weigh(g, seed):
    r = random.Random(seed)
    for _, _, d in sorted(g.edges(data=True), key=lambda e: (str(e[0]), str(e[1]))):
        d["weight"] = round(r.uniform(0.1, 5), 3)
    return g


def plain(g):
    h = g.__class__()
    h.add_nodes_from(g.nodes)
    h.add_edges_from((a, b) for a, b in g.edges if a != b)
    return h


def simple_digraph(g):
    return plain(nx.DiGraph(g))


def graphs():
    yield "karate", plain(nx.karate_club_graph())
    yield "karate weighted", nx.karate_club_graph()
    yield "florentine", nx.florentine_families_graph()
    yield "les miserables", nx.les_miserables_graph()
    yield "davis", plain(nx.davis_southern_women_graph())
    yield "krackhardt kite", nx.krackhardt_kite_graph()
    yield "path of 9", nx.path_graph(9)
    yield "star of 7", nx.star_graph(7)
    yield "cycle of 8", nx.cycle_graph(8)
    yield "complete 6", nx.complete_graph(6)
    yield "barbell", nx.barbell_graph(5, 2)
    yield "grid", nx.convert_node_labels_to_integers(nx.grid_2d_graph(4, 5), ordering="sorted")
    yield "tree", nx.balanced_tree(2, 3)
    yield "bipartite", nx.complete_bipartite_graph(3, 5)
    yield "pieces", nx.disjoint_union_all([nx.path_graph(4), nx.complete_graph(4), nx.cycle_graph(5), nx.empty_graph(2)])
    yield "equal pieces", nx.disjoint_union(nx.complete_graph(4), nx.complete_graph(4))
    yield "caveman", nx.connected_caveman_graph(4, 4)
    yield "power law weighted", weigh(nx.barabasi_albert_graph(40, 2, seed=7), 8)
    yield "directed 30", nx.gnp_random_graph(30, 0.1, seed=4, directed=True)
    yield "directed 25 weighted", weigh(nx.gnp_random_graph(25, 0.15, seed=5, directed=True), 6)
    yield "directed scale free", simple_digraph(nx.scale_free_graph(30, seed=3))
    yield "directed cycle", nx.cycle_graph(5, create_using=nx.DiGraph)
    yield "tournament", nx.random_tournament(8, seed=2) if hasattr(nx, "random_tournament") else nx.tournament.random_tournament(8, seed=2)


def eigenvector(g, weight, nodes):
    a = nx.to_numpy_array(g, nodelist=nodes, weight=weight)
    if not a.any():
        return [1 / math.sqrt(len(nodes))] * len(nodes)
    start = np.ones(len(nodes))
    if not g.is_directed():
        values, vectors = np.linalg.eigh(a)
        top = vectors[:, values > values[-1] - 1e-9]
        x = top @ (top.T @ start)
        return list(np.abs(x / np.linalg.norm(x)))
    values, vectors = np.linalg.eig(a.T)
    best = int(np.argmax(values.real))
    if sum(abs(values - values[best]) < 1e-6) > 1 or values[best].real < 1e-6:
        return None
    x = vectors[:, best].real
    return list(np.abs(x / np.linalg.norm(x)))


def brokerage(g, nodes, group):
    d = g if g.is_directed() else g.to_directed()
    out = []
    for b in nodes:
        r = dict.fromkeys(["coordinator", "gatekeeper", "representative", "consultant", "liaison"], 0)
        for a in d.predecessors(b):
            for c in d.successors(b):
                if a == c or d.has_edge(a, c):
                    continue
                x, y, z = group[a], group[b], group[c]
                if x == y == z:
                    r["coordinator"] += 1
                elif y == z:
                    r["gatekeeper"] += 1
                elif x == y:
                    r["representative"] += 1
                elif x == z:
                    r["consultant"] += 1
                else:
                    r["liaison"] += 1
        out.append(list(r.values()))
    return out


def effective_size(g, weight):
    """By the definition. networkx.effective_size(g, weight=...) of all nodes divides by the strongest tie of the wrong
    node (3.6.1, differs from its own value with nodes=...), and with nodes=... leaves out nodes with ties in only."""
    nmw = nx.algorithms.structuralholes.normalized_mutual_weight
    out = {}
    for v in g:
        contacts = set(nx.all_neighbors(g, v))
        out[v] = sum(1 - sum(nmw(g, v, w, weight=weight) * nmw(g, u, w, norm=max, weight=weight) for w in contacts) for u in contacts) if contacts else math.nan
    return out


def tidy(v):
    if v is None:
        return None
    if isinstance(v, (list, tuple)):
        return [tidy(x) for x in v]
    if isinstance(v, (float, np.floating)):
        return None if math.isnan(v) else float("%.13g" % v)
    return int(v) if isinstance(v, np.integer) else v


def main():
    cases = []
    for name, g in graphs():
        g = nx.relabel_nodes(g, {v: "n%02d" % i for i, v in enumerate(sorted(g.nodes, key=str))})
        nodes = sorted(g.nodes)
        number = {v: i for i, v in enumerate(nodes)}
        h = g.copy()
        for _, _, d in h.edges(data=True):
            d["length"] = 1 / d.get("weight", 1)
        weighted = any("weight" in d for _, _, d in g.edges(data=True))
        both = [False, True] if weighted else [False]
        values = {}

        def put(what, found):
            values[what] = [found[v] for v in nodes] if isinstance(found, dict) else found

        for w in both:
            key, mark = ("weight", " weighted") if w else (None, "")
            put("closeness" + mark, nx.closeness_centrality(h, distance="length" if w else None))
            put("harmonic" + mark, nx.harmonic_centrality(h, distance="length" if w else None))
            put("pagerank" + mark, nx.pagerank(g, weight=key, tol=1e-15, max_iter=5000))
            put("eigenvector" + mark, eigenvector(g, key, nodes))
            put("constraint" + mark, nx.constraint(g, weight=key))
            put("effective-size" + mark, effective_size(g, key))
            put("clustering" + mark, nx.clustering(g, weight=key))
        put("core", nx.core_number(g))
        group = {v: (i * 7 + i // 5) % 3 for i, v in enumerate(nodes)}
        u = g.to_undirected()
        case = {"name": name, "directed": g.is_directed(), "nodes": nodes,
                "edges": [[number[a], number[b], d.get("weight", 1)] for a, b, d in sorted(g.edges(data=True), key=lambda e: (e[0], e[1]))],
                "density": nx.density(g), "assortativity": nx.degree_assortativity_coefficient(g), "transitivity": nx.transitivity(u),
                "articulation": sorted(number[v] for v in nx.articulation_points(u)),
                "bridges": sorted(sorted((number[a], number[b])) for a, b in nx.bridges(u)),
                "groups": [group[v] for v in nodes], "brokerage": brokerage(g, nodes, group), "values": values}
        if not g.is_directed():
            case["scores"] = scores(g, number)
        cases.append({k: tidy(v) if k != "values" else {m: tidy(x) for m, x in v.items()} for k, v in case.items()})
    print("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]")


def scores(g, number):
    """a, b and common neighbours, Jaccard, Adamic-Adar, resource allocation, preferential attachment of every 7th pair."""
    out = []
    pairs = sorted((min(a, b), max(a, b)) for a, b in nx.non_edges(g))[::7]
    for a, b in pairs:
        out.append([number[a], number[b], len(list(nx.common_neighbors(g, a, b)))] +
                   [next(iter(f(g, [(a, b)])))[2] for f in (nx.jaccard_coefficient, nx.adamic_adar_index, nx.resource_allocation_index, nx.preferential_attachment)])
    return out


if __name__ == "__main__":
    main()
