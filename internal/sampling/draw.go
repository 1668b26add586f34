package sampling

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
)

// Unit is a firm of the frame.
type Unit struct{ ID, Stratum string }

// Draw takes as many firms of each stratum as the plan says, each equally likely, without replacement, and returns their
// positions in units, ascending. The result hangs on the seed, the plan and who is in the frame, not on the order of units. A
// stratum is drawn with random numbers of its own, so that a change of one leaves the others as they are; and a larger plan
// with the same seed holds the smaller one, so that more firms can be asked later. It fails on a plan that names a stratum
// that is not there or asks more than it has, and on an id that stands twice.
func Draw(units []Unit, plan map[string]int, seed uint64) ([]int, error) {
	order := make([]int, len(units))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(units[a].Stratum, units[b].Stratum), cmp.Compare(units[a].ID, units[b].ID))
	})
	sizes, ids := map[string]int{}, make(map[string]bool, len(units))
	for _, u := range units {
		if ids[u.ID] {
			return nil, fmt.Errorf("the frame has %q twice", u.ID)
		}
		ids[u.ID] = true
		sizes[u.Stratum]++
	}
	if err := checkPlan(plan, sizes); err != nil {
		return nil, err
	}
	var out []int
	for from := 0; from < len(order); {
		key := units[order[from]].Stratum
		stratum := order[from : from+sizes[key]]
		from += sizes[key]
		rng := rand.New(rand.NewPCG(seed, stream(key)))
		for i := range plan[key] {
			j := i + rng.IntN(len(stratum)-i)
			stratum[i], stratum[j] = stratum[j], stratum[i]
			out = append(out, stratum[i])
		}
	}
	slices.Sort(out)
	return out, nil
}

// stream is the number of a stratum's own sequence of random numbers.
func stream(key string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(key)) // never fails
	return h.Sum64()
}

// checkPlan holds a plan against the sizes of strata.
func checkPlan(plan, sizes map[string]int) error {
	for _, key := range slices.Sorted(maps.Keys(plan)) {
		switch n := plan[key]; {
		case n < 0:
			return fmt.Errorf("the plan asks %d firms of stratum %q; it is not negative", n, key)
		case n > sizes[key]:
			return fmt.Errorf("the plan asks %d firms of stratum %q, which has %d in the frame", n, key, sizes[key])
		}
	}
	return nil
}
