# leidenalg on the ties that main.go wrote, a pair of numbers a line. Writes the community of each node, a line each, and prints the seconds.
# See README.md.
import sys
import time

import igraph
import leidenalg

ties, nodes, seed, out = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
with open(ties) as f:
    g = igraph.Graph(n=nodes, edges=[tuple(map(int, line.split())) for line in f])
start = time.perf_counter()
p = leidenalg.find_partition(g, leidenalg.ModularityVertexPartition, seed=seed)
print(f"{time.perf_counter() - start:.3f}")
with open(out, "w") as f:
    f.writelines(f"{c}\n" for c in p.membership)
