package growth

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"milieu/internal/stat"
)

// closest is how many areas count as the nearest ones when their stability is told.
const closest = 5

// reasons is how many industries are given for and against likeness.
const reasons = 3

// Reason is an industry that makes two areas alike or apart.
type Reason struct {
	Code, Name    string
	Own, Other    float64 // shares of jobs
	Part          float64 // of the square of the distance, 0 to 1; for likeness the lesser of the two quotients
	OwnQ, OtherQ  float64 // location quotients
	OwnMoreOfThis bool
}

// Like is an area with how far its mix of industries is from the table's area.
type Like struct {
	Area               Area
	Hellinger, Krugman float64
	Cosine             float64
	RankLo, RankHi     int     // range of its place in nine draws of ten
	Stays              float64 // share of draws in which it is among the nearest
	Alike, Apart       []Reason
	Ref                string
}

// Alikes are the areas of the table from the most to the least alike.
type Alikes struct {
	Table   Table
	Areas   []Like
	Draws   int
	Seed    uint64
	Closest int // areas that Stays speaks of
}

// Similar orders the other areas of the table by Hellinger's distance of their mix of
// industries from that of the table's area.
func Similar(t Table, draws int) (Alikes, error) {
	out := Alikes{Table: t, Draws: draws, Seed: Seed, Closest: closest}
	values := t.grid.Values()
	own := t.row(values, t.Own)
	ownQ, _ := t.quotients(t.Own)
	at := map[int]int{}
	for r, a := range t.Areas {
		if r == t.Own {
			continue
		}
		s, err := stat.StructuralDistance(own, t.row(values, r))
		if err != nil {
			return out, fmt.Errorf("mix of %s and %s: %w", t.area().Name, a.Name, err)
		}
		l := Like{Area: a, Hellinger: s.Hellinger, Krugman: s.Krugman, Cosine: s.Cosine, Ref: t.ref("similar", a.Code, fmt.Sprint(t.Year))}
		otherQ, wider := t.quotients(r)
		l.Alike, l.Apart = t.reasons(own, t.row(values, r), ownQ, otherQ, wider, s)
		at[r] = len(out.Areas)
		out.Areas = append(out.Areas, l)
	}
	t.places(out.Areas, at, draws)
	slices.SortStableFunc(out.Areas, func(a, b Like) int { return cmp.Compare(a.Hellinger, b.Hellinger) })
	return out, nil
}

func (t Table) row(values []float64, r int) []float64 {
	n := len(t.grid.Industries)
	return values[r*n : (r+1)*n]
}

// places says how the order moves when the table is drawn anew.
func (t Table) places(areas []Like, at map[int]int, draws int) {
	ranks := make([][]float64, len(areas))
	for _, order := range stat.Repeated(draws, Seed, workers(), func(_ int, rng *rand.Rand) []int { return t.order(t.grid.Resample(rng)) }) {
		for place, r := range order {
			k := at[r]
			ranks[k] = append(ranks[k], float64(place+1))
			if place < closest {
				areas[k].Stays++
			}
		}
	}
	for k := range areas {
		areas[k].Stays /= float64(max(1, draws))
		lo, hi := middle(ranks[k])
		if !math.IsNaN(lo) {
			areas[k].RankLo, areas[k].RankHi = int(lo), int(hi)
		}
	}
}

// order lists the other areas from the most to the least alike.
func (t Table) order(values []float64) []int {
	own := t.row(values, t.Own)
	distance := make([]float64, len(t.Areas))
	var out []int
	for r := range t.Areas {
		if r == t.Own {
			continue
		}
		s, err := stat.StructuralDistance(own, t.row(values, r))
		if err != nil {
			continue
		}
		distance[r] = s.Hellinger
		out = append(out, r)
	}
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(distance[a], distance[b]) })
	return out
}

// reasons are the industries that both areas have more of than others, the greatest lesser share
// beyond the usual first; and those that make most of the distance.
func (t Table) reasons(own, other []float64, ownQ, otherQ []stat.Quotient, wider []stat.Estimate, s stat.Structure) (alike, apart []Reason) {
	to, tt, tw := total(own), total(other), 0.0
	for _, w := range wider {
		tw += w.Value
	}
	var all []Reason
	excess := map[string]float64{}
	for i, code := range t.grid.Industries {
		if own[i] == 0 && other[i] == 0 {
			continue
		}
		r := Reason{Code: code, Name: t.Name(code), Own: own[i] / to, Other: other[i] / tt, OwnQ: ownQ[i].Value, OtherQ: otherQ[i].Value}
		r.Part, r.OwnMoreOfThis = s.Apart[i]/max(s.Hellinger*s.Hellinger, math.SmallestNonzeroFloat64), r.Own > r.Other
		excess[code] = min(r.Own, r.Other) - wider[i].Value/tw
		all = append(all, r)
	}
	slices.SortStableFunc(all, func(a, b Reason) int { return cmp.Compare(b.Part, a.Part) })
	apart = slices.Clone(all[:min(reasons, len(all))])
	slices.SortStableFunc(all, func(a, b Reason) int { return cmp.Compare(excess[b.Code], excess[a.Code]) })
	for _, r := range all {
		if len(alike) == reasons || excess[r.Code] <= 0 {
			break
		}
		alike = append(alike, r)
	}
	return alike, apart
}

func total(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum
}
