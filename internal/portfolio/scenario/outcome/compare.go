package outcome

import (
	"cmp"
	"slices"
	"strings"
)

// Difference is how two outcomes differ; B is held against A.
type Difference struct {
	OnlyA    []Item        `json:"only_first"`  // chosen in one alone, by name
	OnlyB    []Item        `json:"only_second"` // likewise
	Both     []Item        `json:"both"`        // chosen in both, as in B, by name
	Dearer   []Recosted    `json:"other_cost,omitempty"`
	Moved    []Move        `json:"other_start,omitempty"`
	Spend    []SpendPair   `json:"spend,omitempty"`
	Measures []MeasurePair `json:"measures"`
}

// Recosted is an intervention of both whose stated cost differs.
type Recosted struct {
	Name   string `json:"name"`
	AP     int64  `json:"first_p"`
	BP     int64  `json:"second_p"`
	KnownA bool   `json:"first_known"`
	KnownB bool   `json:"second_known"`
}

// Move is an intervention of both that starts in another year.
type Move struct {
	Name string `json:"name"`
	A    int    `json:"first"`  // 0: not stated
	B    int    `json:"second"` // likewise
}

// SpendPair is a year's money of a funder in both.
type SpendPair struct {
	Year   int    `json:"year"`
	Funder string `json:"funder"`
	AP     int64  `json:"first_p"`
	BP     int64  `json:"second_p"`
}

// MeasurePair is a figure of both; one of them may be missing.
type MeasurePair struct {
	Label    string  `json:"label"`
	A        Measure `json:"first"`
	B        Measure `json:"second"`
	HasA     bool    `json:"first_has_it"`
	HasB     bool    `json:"second_has_it"`
	Overlaps bool    `json:"ranges_overlap"` // the ranges overlap, so that the difference may be none
}

// Same says that nothing differs.
func (d Difference) Same() bool {
	if len(d.OnlyA)+len(d.OnlyB)+len(d.Dearer)+len(d.Moved) > 0 {
		return false
	}
	for _, s := range d.Spend {
		if s.AP != s.BP {
			return false
		}
	}
	for _, m := range d.Measures {
		if m.HasA != m.HasB || m.A.Known != m.B.Known || m.A.Value != m.B.Value || m.A.Lo != m.B.Lo || m.A.Hi != m.B.Hi {
			return false
		}
	}
	return true
}

// Compare says how two outcomes differ.
func Compare(a, b Outcome) Difference {
	var d Difference
	inA, inB := map[string]Item{}, map[string]Item{}
	for _, i := range a.Chosen {
		inA[i.ID] = i
	}
	for _, i := range b.Chosen {
		inB[i.ID] = i
		old, both := inA[i.ID]
		if !both {
			d.OnlyB = append(d.OnlyB, i)
			continue
		}
		d.Both = append(d.Both, i)
		if old.CostP != i.CostP || old.Known != i.Known {
			d.Dearer = append(d.Dearer, Recosted{i.Name, old.CostP, i.CostP, old.Known, i.Known})
		}
		if old.Start != i.Start {
			d.Moved = append(d.Moved, Move{i.Name, old.Start, i.Start})
		}
	}
	for _, i := range a.Chosen {
		if _, both := inB[i.ID]; !both {
			d.OnlyA = append(d.OnlyA, i)
		}
	}
	for _, list := range [][]Item{d.OnlyA, d.OnlyB, d.Both} {
		slices.SortFunc(list, func(x, y Item) int { return cmp.Or(strings.Compare(x.Name, y.Name), strings.Compare(x.ID, y.ID)) })
	}
	d.Spend, d.Measures = spendPairs(a.Spend, b.Spend), measurePairs(a.Measures, b.Measures)
	return d
}

func spendPairs(a, b []Spend) []SpendPair {
	type key struct {
		year   int
		funder string
	}
	pairs := map[key]*SpendPair{}
	at := func(s Spend) *SpendPair {
		k := key{s.Year, s.Funder}
		if pairs[k] == nil {
			pairs[k] = &SpendPair{Year: s.Year, Funder: s.Funder}
		}
		return pairs[k]
	}
	for _, s := range a {
		at(s).AP += s.AmountP
	}
	for _, s := range b {
		at(s).BP += s.AmountP
	}
	out := make([]SpendPair, 0, len(pairs))
	for _, p := range pairs {
		out = append(out, *p)
	}
	slices.SortFunc(out, func(x, y SpendPair) int {
		return cmp.Or(cmp.Compare(x.Year, y.Year), strings.Compare(x.Funder, y.Funder))
	})
	return out
}

// measurePairs keeps the order of A, then what only B has.
func measurePairs(a, b []Measure) []MeasurePair {
	var out []MeasurePair
	for _, m := range a {
		p := MeasurePair{Label: m.Label, A: m, HasA: true}
		for _, o := range b {
			if o.Key == m.Key && o.Unit == m.Unit {
				p.B, p.HasB = o, true
			}
		}
		p.Overlaps = overlap(p)
		out = append(out, p)
	}
	for _, m := range b {
		if !slices.ContainsFunc(a, func(o Measure) bool { return o.Key == m.Key && o.Unit == m.Unit }) {
			out = append(out, MeasurePair{Label: m.Label, B: m, HasB: true})
		}
	}
	return out
}

// Unlike says why the two figures are of different things though they stand under one key, such as a cost of all years
// and one of some; empty where they are alike.
func (p MeasurePair) Unlike() string {
	if !p.HasA || !p.HasB || p.A.Label == p.B.Label {
		return ""
	}
	of := func(side string, m Measure) string {
		text := "the " + side + " is “" + m.Label + "”"
		if m.Why != "" {
			text += " (" + m.Why + ")"
		}
		return text
	}
	return "different things: " + of("first", p.A) + ", " + of("second", p.B)
}

func overlap(p MeasurePair) bool {
	return p.HasA && p.HasB && p.A.Known && p.B.Known && p.A.Ranged && p.B.Ranged && p.A.Lo <= p.B.Hi && p.B.Lo <= p.A.Hi
}

func sortSpend(list []Spend) {
	slices.SortFunc(list, func(x, y Spend) int { return cmp.Or(cmp.Compare(x.Year, y.Year), strings.Compare(x.Funder, y.Funder)) })
}
