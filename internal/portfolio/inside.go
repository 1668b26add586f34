package portfolio

import (
	"slices"
	"strings"
)

// Inside finds, of interventions whose costs are to be added, those that are part of another of them, each with that other: the cost of
// the whole holds theirs already. Wholes of one part are tried in the order of their ids. Where a circle of parts is on record one of it
// stays, the last in the order of ids given, so that its money does not vanish.
func (r Register) Inside(ids []string) map[string]string {
	wholes := map[string][]string{}
	for _, l := range r.Relations {
		if l.Kind == PartOf && l.From != l.To && slices.Contains(ids, l.To) {
			wholes[l.From] = append(wholes[l.From], l.To)
		}
	}
	out := map[string]string{}
	for _, id := range ids {
		slices.SortFunc(wholes[id], strings.Compare)
		for _, whole := range wholes[id] {
			end := whole
			for up, is := out[end]; is && end != id; up, is = out[end] {
				end = up
			}
			if end != id {
				out[id] = whole
				break
			}
		}
	}
	return out
}
