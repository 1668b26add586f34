package network

// Groups gives each organisation the lowest number among those that are part of one another, directly or in steps, whatever the
// years: organisations with the same number are one group.
func (b *Book) Groups() []int32 {
	of := make([]int32, len(b.nodes))
	for v := range of {
		of[v] = int32(v)
	}
	top := func(v int32) int32 {
		for of[v] != v {
			of[v] = of[of[v]]
			v = of[v]
		}
		return v
	}
	for _, l := range b.links {
		if b.kinds[l.Kind].Key == "part_of" {
			p, q := top(l.A), top(l.B)
			of[max(p, q)] = min(p, q)
		}
	}
	for v := range of {
		of[v] = top(int32(v))
	}
	return of
}
