"""Compares `milieu calc network` with networkx over known graphs and generators, every measure, plain, weighted and directed.

Run: python3 oracle/graph/calc.py PATH_TO_MILIEU (needs networkx, numpy, scipy, python-igraph). Prints what differs by more
than 1e-9, relative above 1, and how many values were compared; exit code 1 when something differs. Communities are
judged by their modularity, which must not be below networkx's Louvain or igraph's Leiden by more than 1e-9.
"""
import csv
import io
import math
import random
import subprocess
import sys
import tempfile
from fractions import Fraction

import igraph
import networkx as nx

from measures import brokerage, effective_size, eigenvector, plain, simple_digraph, weigh

MILIEU = sys.argv[1]
compared, wrong = 0, []


def graphs():
    for f in (nx.karate_club_graph, nx.florentine_families_graph, nx.les_miserables_graph, nx.davis_southern_women_graph, nx.krackhardt_kite_graph,
              nx.bull_graph, nx.chvatal_graph, nx.cubical_graph, nx.desargues_graph, nx.diamond_graph, nx.dodecahedral_graph, nx.frucht_graph,
              nx.heawood_graph, nx.house_graph, nx.house_x_graph, nx.icosahedral_graph, nx.moebius_kantor_graph, nx.octahedral_graph, nx.pappus_graph,
              nx.petersen_graph, nx.sedgewick_maze_graph, nx.tetrahedral_graph, nx.truncated_cube_graph, nx.truncated_tetrahedron_graph, nx.tutte_graph, nx.hoffman_singleton_graph):
        yield f.__name__, f()
    yield "path", nx.path_graph(11)
    yield "pair", nx.path_graph(2)
    yield "star", nx.star_graph(9)
    yield "cycle", nx.cycle_graph(9)
    yield "wheel", nx.wheel_graph(8)
    yield "complete", nx.complete_graph(7)
    yield "bipartite", nx.complete_bipartite_graph(4, 6)
    yield "barbell", nx.barbell_graph(6, 3)
    yield "lollipop", nx.lollipop_graph(5, 6)
    yield "grid", nx.grid_2d_graph(5, 6)
    yield "tree", nx.balanced_tree(3, 3)
    yield "caterpillar", nx.random_lobster(12, 0.6, 0.4, seed=3)
    yield "ring of cliques", nx.ring_of_cliques(12, 5)
    yield "windmill", nx.windmill_graph(4, 4)
    yield "circulant", nx.circulant_graph(15, [1, 3])
    yield "small world", nx.watts_strogatz_graph(60, 4, 0.1, seed=1)
    yield "power law", nx.barabasi_albert_graph(80, 2, seed=2)
    yield "power law clustered", nx.powerlaw_cluster_graph(80, 3, 0.5, seed=2)
    yield "random sparse", nx.gnp_random_graph(90, 0.02, seed=3)
    yield "random dense", nx.gnp_random_graph(40, 0.3, seed=4)
    yield "geometric", nx.random_geometric_graph(70, 0.2, seed=5)
    yield "planted", nx.planted_partition_graph(5, 14, 0.5, 0.03, seed=6)
    yield "caveman", nx.connected_caveman_graph(6, 5)
    yield "duplication", nx.duplication_divergence_graph(60, 0.5, seed=7)
    yield "intersection", plain(nx.uniform_random_intersection_graph(40, 20, 0.1, seed=8))
    yield "directed random", nx.gnp_random_graph(50, 0.06, seed=9, directed=True)
    yield "directed dense", nx.gnp_random_graph(25, 0.3, seed=10, directed=True)
    yield "directed scale free", simple_digraph(nx.scale_free_graph(70, seed=11))
    yield "directed growing", nx.gn_graph(40, seed=12)
    yield "directed copying", nx.gnc_graph(40, seed=13)
    yield "directed cycle", nx.cycle_graph(7, create_using=nx.DiGraph)
    yield "directed k out", simple_digraph(nx.random_k_out_graph(30, 3, 1, seed=14))


def table(g):
    out = io.StringIO()
    w = csv.writer(out)
    w.writerow(["from", "to", "weight"])
    for a, b, d in g.edges(data=True):
        w.writerow([a, b, d.get("weight", 1)])
    return out.getvalue()


def calc(text, *args):
    p = subprocess.run([MILIEU, "calc", "network", *args], input=text, capture_output=True, text=True)
    if p.returncode:
        return p.stderr.strip()
    return list(csv.DictReader(io.StringIO(p.stdout)))


def check(where, got, want):
    global compared
    if isinstance(got, str) or set(got) != set(want):
        wrong.append((where, got if isinstance(got, str) else "other keys: %s" % sorted(set(got) ^ set(want), key=str)[:5]))
        return
    for k, w in want.items():
        compared += 1
        x = got[k]
        if (x == "") != math.isnan(w) or x != "" and abs(float(x) - w) > 1e-9 * max(1, abs(w)):
            wrong.append((where, k, x, w))
            return


def values(rows):
    return rows if isinstance(rows, str) else {r["node"]: r["value"] for r in rows}


def one(name, g, weighted):
    key, flags = ("weight", ["--weighted"]) if weighted else (None, [])
    if g.is_directed():
        flags.append("--directed")
    text = table(g)
    h = g.copy()
    for _, _, d in h.edges(data=True):
        d["length"] = 1 / Fraction(str(d.get("weight", 1)))  # exact: in floating point, equal paths differ by their order
    length = "length" if weighted else None
    u = g.to_undirected()
    nodes = sorted(g.nodes)
    vector = eigenvector(g, key, nodes)
    want = {
        "degree": dict(g.degree(weight=key)), "betweenness": nx.betweenness_centrality(h, normalized=False, weight=length),
        "closeness": nx.closeness_centrality(h, distance=length), "harmonic": nx.harmonic_centrality(h, distance=length),
        "pagerank": nx.pagerank(g, weight=key, tol=1e-15, max_iter=9000), "constraint": nx.constraint(g, weight=key),
        "effective-size": effective_size(g, key), "core": nx.core_number(g), "clustering": nx.clustering(g, weight=key),
        "articulation": dict.fromkeys(nx.articulation_points(u), 1),
    }
    if vector is not None:
        want["eigenvector"] = dict(zip(nodes, vector))
    for measure, w in want.items():
        check((name, measure, weighted), values(calc(text, "--measure", measure, *flags)), w)
    check((name, "normalised", weighted), values(calc(text, "--measure", "betweenness", "--normalised", *flags)), nx.betweenness_centrality(h, weight=length))
    pieces = sorted((sorted(c) for c in nx.connected_components(u)), key=lambda c: (-len(c), c[0]))
    check((name, "components"), values(calc(text, "--measure", "components", *flags)), {v: i for i, c in enumerate(pieces) for v in c})
    bridges = calc(text, "--measure", "bridges", *flags)
    check((name, "bridges"), {(r["from"], r["to"]): 1 for r in bridges}, {(min(b), max(b)): 1 for b in nx.bridges(u)})
    for measure, w in {"density": nx.density(g), "transitivity": nx.transitivity(u), "assortativity": nx.degree_assortativity_coefficient(g)}.items():
        rows = calc(text, "--measure", measure, *flags)
        check((name, measure), {r["measure"]: r["value"] for r in rows}, {measure: w})
    communities(name, g, text, flags, key)
    if not g.is_directed() and not weighted:
        pairs(name, g, text)
    roles(name, g, text, flags, nodes)


def communities(name, g, text, flags, key):
    rows = calc(text, "--measure", "communities", *flags)
    groups = {}
    for r in rows:
        groups.setdefault(int(r["community"]), set()).add(r["node"])
    q = nx.community.modularity(g, list(groups.values()), weight=key)
    printed = calc(text, "--measure", "modularity", *flags)
    check((name, "modularity"), {r["measure"]: r["value"] for r in printed}, {"modularity": q})
    best = max(nx.community.modularity(g, nx.community.louvain_communities(g, weight=key, seed=s), weight=key) for s in range(5))
    if not g.is_directed():
        i = igraph.Graph.from_networkx(g)
        random.seed(1)
        igraph.set_random_number_generator(random)
        found = [i.community_leiden("modularity", weights=key, n_iterations=-1) for _ in range(5)]
        best = max([best] + [i.modularity(f, weights=key) for f in found])
    if q < best - 1e-9:
        wrong.append((name, "communities", key, "modularity", q, "below", best))


def pairs(name, g, text):
    non = [(min(a, b), max(a, b)) for a, b in nx.non_edges(g)]
    for measure, f in {"jaccard": nx.jaccard_coefficient, "adamic-adar": nx.adamic_adar_index, "resource-allocation": nx.resource_allocation_index,
                       "preferential-attachment": nx.preferential_attachment,
                       "common-neighbours": lambda g, e: ((a, b, len(list(nx.common_neighbors(g, a, b)))) for a, b in e)}.items():
        rows = calc(text, "--measure", measure)
        check((name, measure), {(r["from"], r["to"]): r["value"] for r in rows}, {(a, b): v for a, b, v in f(g, non) if v > 0})


def roles(name, g, text, flags, nodes):
    group = {v: "abc"[(i * 7 + i // 5) % 3] for i, v in enumerate(nodes)}
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as f:
        f.write("node,group\n" + "".join('"%s",%s\n' % p for p in group.items()))
        f.flush()
        rows = calc(text, "--measure", "brokerage", "--groups", f.name, *flags)
    names = ["coordinator", "gatekeeper", "representative", "consultant", "liaison"]
    check((name, "brokerage"), {(r["node"], k): r[k] for r in rows for k in names},
          {(v, k): x for v, row in zip(nodes, brokerage(g, nodes, group)) for k, x in zip(names, row)})


for number, (name, g) in enumerate(graphs()):
    g.remove_edges_from(list(nx.selfloop_edges(g)))
    g.remove_nodes_from(list(nx.isolates(g)))  # a list of ties names no others
    g = nx.relabel_nodes(g, str)
    bare = plain(g)
    one(name, bare, False)
    one(name, g if any("weight" in d for _, _, d in g.edges(data=True)) else weigh(g, number), True)
for w in wrong:
    print(*w)
print(compared, "values compared,", len(wrong), "tables differ")
sys.exit(bool(wrong))
