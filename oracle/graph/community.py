"""Communities of the graphs built into networkx and some made ones, by leidenalg; modularity by networkx.

Needs networkx, python-igraph and leidenalg. Run: python3 oracle/graph/community.py > internal/graph/testdata/community.json
Each quality is the best of 10 seeds run until nothing improves, which no optimiser of ours may fall short of.
"""
import json
import random

import igraph
import leidenalg
import networkx as nx


def weigh(g, seed):
    r = random.Random(seed)
    for a, b in sorted(g.edges):
        g[a][b]["weight"] = round(r.uniform(0.1, 5), 3)
    return g


def lfr():
    g = nx.LFR_benchmark_graph(250, 3, 1.5, 0.1, average_degree=5, min_community=20, seed=10)
    return nx.Graph(g)


def pieces():
    return nx.disjoint_union_all([nx.path_graph(3), nx.complete_graph(4), nx.cycle_graph(9), nx.empty_graph(3), nx.path_graph(2)])


graphs = {
    "karate": nx.karate_club_graph(),
    "les miserables": nx.les_miserables_graph(),
    "florentine families": nx.florentine_families_graph(),
    "davis southern women": nx.davis_southern_women_graph(),
    "krackhardt kite": nx.krackhardt_kite_graph(),
    "bull": nx.bull_graph(),
    "chvatal": nx.chvatal_graph(),
    "cubical": nx.cubical_graph(),
    "desargues": nx.desargues_graph(),
    "diamond": nx.diamond_graph(),
    "dodecahedral": nx.dodecahedral_graph(),
    "frucht": nx.frucht_graph(),
    "heawood": nx.heawood_graph(),
    "hoffman singleton": nx.hoffman_singleton_graph(),
    "house": nx.house_graph(),
    "house x": nx.house_x_graph(),
    "icosahedral": nx.icosahedral_graph(),
    "moebius kantor": nx.moebius_kantor_graph(),
    "octahedral": nx.octahedral_graph(),
    "pappus": nx.pappus_graph(),
    "petersen": nx.petersen_graph(),
    "sedgewick maze": nx.sedgewick_maze_graph(),
    "tetrahedral": nx.tetrahedral_graph(),
    "truncated cube": nx.truncated_cube_graph(),
    "truncated tetrahedron": nx.truncated_tetrahedron_graph(),
    "tutte": nx.tutte_graph(),
    "ring of 30 cliques": nx.ring_of_cliques(30, 5),
    "caveman": nx.connected_caveman_graph(12, 6),
    "barbell": nx.barbell_graph(7, 3),
    "grid": nx.grid_2d_graph(12, 12),
    "small world": nx.watts_strogatz_graph(150, 6, 0.1, seed=1),
    "attachment": nx.barabasi_albert_graph(200, 2, seed=1),
    "blocks": nx.stochastic_block_model([40] * 4, [[0.25 if a == b else 0.03 for b in range(4)] for a in range(4)], seed=2),
    "lfr": lfr(),
    "pieces": pieces(),
    "gnp weighted": weigh(nx.gnp_random_graph(80, 0.08, seed=3), 4),
    "directed gnp": nx.gnp_random_graph(60, 0.06, seed=4, directed=True),
    "directed gnp weighted": weigh(nx.gnp_random_graph(60, 0.08, seed=5, directed=True), 6),
    "directed scale free": nx.DiGraph(nx.scale_free_graph(100, seed=7)),
}


def quality(g, nodes, weights, resolution):
    number = {v: i for i, v in enumerate(nodes)}
    h = igraph.Graph(n=len(nodes), edges=[(number[a], number[b]) for a, b in g.edges], directed=g.is_directed())
    best = None
    for seed in range(10):
        p = leidenalg.find_partition(h, leidenalg.RBConfigurationVertexPartition, weights=weights, n_iterations=-1, seed=seed, resolution_parameter=resolution)
        parts = {}
        for v, c in zip(nodes, p.membership):
            parts.setdefault(c, set()).add(v)
        q = nx.community.modularity(g, parts.values(), weight="w", resolution=resolution)
        best = q if best is None else max(best, q)
    return best


out = []
for name, g in graphs.items():
    g.remove_edges_from(list(nx.selfloop_edges(g)))
    nodes = list(g.nodes)
    weighted = any("weight" in d for _, _, d in g.edges(data=True))
    weights = [d.get("weight", 1) for _, _, d in g.edges(data=True)]
    number = {v: i for i, v in enumerate(nodes)}
    r = random.Random(9)
    labels = [r.randrange(4) for _ in nodes]
    case = {
        "name": name,
        "directed": g.is_directed(),
        "nodes": len(nodes),
        "edges": [[number[a], number[b], d.get("weight", 1)] for a, b, d in g.edges(data=True)],
        "weighted": weighted,
        "labels": labels,
        "modularity": {},
        "best": {},
    }
    for kind in ["plain"] + ["weighted"] * weighted:
        for (_, _, d), w in zip(g.edges(data=True), weights):
            d["w"] = w if kind == "weighted" else 1
        parts = [{v for v, c in zip(nodes, labels) if c == k} for k in sorted(set(labels))]
        for resolution in (0.5, 1, 2):
            key = f"{kind} {resolution}"
            case["modularity"][key] = nx.community.modularity(g, parts, weight="w", resolution=resolution)
            case["best"][key] = quality(g, nodes, weights if kind == "weighted" else None, resolution)
    out.append(case)
print("[\n" + ",\n".join(json.dumps(o, separators=(",", ":")) for o in out) + "\n]")
