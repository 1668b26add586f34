package cli

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"milieu/internal/graph"
)

func networkBrokerage(_ context.Context, n networkRun) ([]string, [][]string, error) {
	names, err := readLookup(n.groups, "node", "group", csvTable.text)
	if err != nil {
		return nil, nil, err
	}
	number := map[string]int{}
	for _, name := range slices.Sorted(maps.Values(names)) {
		if _, again := number[name]; !again {
			number[name] = len(number)
		}
	}
	groups, without := make([]int, n.g.Len()), 0
	for v := range groups {
		name, ok := names[n.g.Name(v)]
		groups[v] = -1
		if ok {
			groups[v] = number[name]
		} else {
			without++
		}
	}
	if without > 0 {
		n.t.warn("%d nodes have no group in %s and count on no path", without, n.groups)
	}
	roles, err := graph.Brokerage(n.g, groups)
	if err != nil {
		return nil, nil, err
	}
	out := make([][]string, len(roles))
	for v, r := range roles {
		out[v] = []string{n.g.Name(v), names[n.g.Name(v)]}
		for _, c := range []int64{r.Coordinator, r.Gatekeeper, r.Representative, r.Consultant, r.Liaison, r.Total()} {
			out[v] = append(out[v], strconv.FormatInt(c, 10))
		}
	}
	return []string{"node", "group", "coordinator", "gatekeeper", "representative", "consultant", "liaison", "total"}, out, nil
}
