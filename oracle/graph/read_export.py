"""Reads the files that internal/network/export writes with networkx, and compares them with each other.

    python oracle/graph/read_export.py internal/network/export/testdata/hostile.graphml internal/network/export/testdata/hostile.gexf
    milieu export network --format graphml --out n.graphml && milieu export network --format gexf --out n.gexf && \
        python oracle/graph/read_export.py n.graphml n.gexf

Fails when a file cannot be read, when the two differ in a node, a tie or a value, or when a value has another type than
its column says. networkx 3.
"""

import sys

import networkx as nx


def plain(attrs, drop):
    """Attributes without what is of one format, absent where not known."""
    return {k: v for k, v in attrs.items() if k not in drop and v is not None and v != ""}


def main(graphml, gexf):
    a = nx.read_graphml(graphml, force_multigraph=True)
    b = nx.read_gexf(gexf)
    assert set(a) == set(b), set(a) ^ set(b)
    assert a.number_of_edges() == b.number_of_edges(), (a.number_of_edges(), b.number_of_edges())
    for v in a:
        x, y = plain(a.nodes[v], {"x", "y"}), plain(b.nodes[v], {"viz"})
        assert x == y, (v, x, y)
        if "viz" in b.nodes[v]:
            at = b.nodes[v]["viz"]["position"]
            assert abs(at["x"] - 2000 * (a.nodes[v]["x"] - 0.5)) < 1e-6 and abs(at["y"] - 2000 * (0.5 - a.nodes[v]["y"])) < 1e-6, v
    left = {str(k): plain(d, set()) for _, _, k, d in a.edges(keys=True, data=True)}
    right = {}
    for _, _, k, d in b.edges(keys=True, data=True):
        d = plain(d, {"id"})
        for name in ("start", "end"):
            if name + "_year" in d:
                d[name] = d.pop(name + "_year")
        right[str(k)] = d
    assert left == right, [(k, left[k], right.get(k)) for k in left if left[k] != right.get(k)][:3]
    kinds = sorted({(k, type(v).__name__) for _, d in a.nodes(data=True) for k, v in d.items()})
    print(f"{graphml} = {gexf}: {a.number_of_nodes()} nodes, {a.number_of_edges()} ties")
    print("columns of nodes:", ", ".join(f"{k} {t}" for k, t in kinds))


main(*sys.argv[1:3])
