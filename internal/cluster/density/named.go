package density

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// naming is what a cluster may be called: whole is unique in its sector.
type naming struct{ whole, districts string }

// membership sums up who is in a cluster.
type membership struct {
	organisations int
	x, y          float64 // mean of the firms' positions
}

// members names the clusters of a sector after the postcode districts and the town of most of their firms, and counts
// the organisations in each. Clusters that would share a name are numbered.
func (b *book) members(k int, f *found) ([]naming, []membership) {
	n := len(f.tested)
	out := make([]membership, n)
	districts, towns := make([]map[string]int, n), make([]map[string]int, n)
	last, places := make([]int32, n), make([]float64, n)
	for c := range n {
		districts[c], towns[c], last[c] = map[string]int{}, map[string]int{}, -1
	}
	for _, p := range b.placed[k] {
		c := f.cluster[p.at]
		if c < 0 {
			continue
		}
		if last[c] != p.org {
			out[c].organisations++
			last[c] = p.org
		}
		out[c].x, out[c].y = out[c].x+b.x[p.at], out[c].y+b.y[p.at]
		places[c]++
		if d, _, _ := strings.Cut(p.postcode, " "); d != "" {
			districts[c][d]++
		}
		if p.town != "" {
			towns[c][titled(p.town)]++
		}
	}
	names, used := make([]naming, n), map[string]int{}
	for c := range n {
		out[c].x, out[c].y = out[c].x/places[c], out[c].y/places[c]
		most := frequent(districts[c], places[c]/5, 2)
		names[c] = naming{called(most, frequent(towns[c], places[c]/3, 1)), strings.Join(most, " and ")}
		used[names[c].whole]++
	}
	again := map[string]int{}
	for c, name := range names {
		if again[name.whole]++; used[name.whole] > 1 {
			names[c].whole = fmt.Sprintf("%s (%d)", name.whole, again[name.whole])
		}
	}
	return names, out
}

// called is "S9 and S4, Sheffield".
func called(districts, towns []string) string {
	switch {
	case len(districts) == 0 && len(towns) == 0:
		return "Place without a postcode"
	case len(districts) == 0:
		return towns[0]
	case len(towns) == 0:
		return strings.Join(districts, " and ")
	}
	return strings.Join(districts, " and ") + ", " + towns[0]
}

// frequent is the most frequent words above a count, the most frequent first, then by name.
func frequent(count map[string]int, above float64, most int) []string {
	words := make([]string, 0, len(count))
	for w, n := range count {
		if float64(n) > above {
			words = append(words, w)
		}
	}
	slices.SortFunc(words, func(a, b string) int {
		if c := cmp.Compare(count[b], count[a]); c != 0 {
			return c
		}
		return strings.Compare(a, b)
	})
	return words[:min(most, len(words))]
}

// titled writes a town that stands in capitals as a name.
func titled(town string) string {
	if town != strings.ToUpper(town) {
		return town
	}
	words := strings.Fields(strings.ToLower(town))
	for i, w := range words {
		words[i] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, " ")
}
