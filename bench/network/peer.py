"""One measure by python-igraph: MEASURE GRAPH VALUES. Prints the seconds of the call and writes the values."""
import array
import sys
import time

import igraph

measure, graph, values = sys.argv[1:]
numbers = array.array("I")
with open(graph, "rb") as f:
    numbers.frombytes(f.read())
g = igraph.Graph(n=numbers[0], edges=list(zip(numbers[1::2], numbers[2::2])))
start = time.perf_counter()
found = getattr(g, measure)()
print(time.perf_counter() - start)
with open(values, "wb") as f:
    array.array("d", found).tofile(f)
