"""Blocks of numpy's Philox for internal/chance. numpy counts one up before the first block."""
import numpy as np

for key, counter in [((0, 0), (0, 0, 0, 0)), ((42, 7), (1000000, 17, 3, 0))]:
    g = np.random.Philox(key=np.array(key, dtype=np.uint64), counter=np.array(counter, dtype=np.uint64))
    print(key, counter, [hex(int(v)) for v in g.random_raw(4)])
