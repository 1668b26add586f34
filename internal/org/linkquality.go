package org

import (
	"context"
	"database/sql"
	"fmt"
	"math"

	"milieu/internal/lake"
	"milieu/internal/stat"
)

// Measures of linkage.
const (
	MeasurePrecision = "precision.expected" // of the pairs joined by evidence, the share that are the same
	MeasureRecall    = "recall.expected"    // of the pairs that are the same and were compared, the share that are joined
	MeasureDecided   = "precision.decided"  // the same as the first, from what people decided
	MeasureJoined    = "pairs.joined"
	MeasureReview    = "pairs.review"
)

// bands are the bounds of probability within which verdicts of people are counted.
var bands = []float64{0, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 1}

const qualityQuery = `select probability, verdict in ('joined', 'decided-same') and joined as followed, verdict from link_edge where scored order by a, b`

// qualityStage reckons how good the linkage is.
//
// Expected precision and recall take the probabilities at their word: each pair is the
// same organisation by its own chance, independently, so that the number of true pairs among
// those joined is a sum of Bernoulli variables (Poisson binomial) with mean Σp and
// variance Σp(1−p); the interval is the normal one of 95 %, kept within 0 and 1. Recall has
// the true pairs among all that were compared and kept as its base; pairs that no blocking
// rule brought together are not in it, so it is an upper bound.
//
// Where people decided pairs, each band of probability gets the share that they called
// the same with Wilson's interval (stat.WilsonInterval), and precision is the mean of those shares
// weighted by the pairs joined in each band; its interval weights the half widths
// likewise in squares. Bands in which nobody decided count with their mean probability. People
// see the least certain pairs first, so within a band it is not a random sample.
func qualityStage(l Linkage) lake.Stage {
	return lake.Stage{Name: "link_quality", Inputs: []string{"link_edge"}, Grain: "one row a measure of the linkage", Key: []string{"measure"},
		Version: fmt.Sprintf("1 %v %v %v %s", l.Accept, l.Review, bands, qualityQuery), Run: func(ctx context.Context, w lake.Work) error {
			var t tallies
			err := each(ctx, w.DB, qualityQuery, func(r *sql.Rows) error {
				var p float64
				var joined bool
				var verdict string
				err := r.Scan(&p, &joined, &verdict)
				t.add(p, joined, verdict)
				return err
			})
			if err != nil {
				return err
			}
			return writeTable(ctx, w, "nth bigint, measure varchar, value double, lo double, hi double, n bigint, note varchar", "nth", false, func(r *rowWriter) error {
				for i, m := range t.measures() {
					r.row(i+1, m.Name, optional(m.Value), optional(m.Lo), optional(m.Hi), m.N, m.Note)
				}
				return nil
			})
		}}
}

func optional(v sql.NullFloat64) any {
	if !v.Valid {
		return nil
	}
	return v.Float64
}

// bandTally is what is known of the pairs of one band.
type bandTally struct {
	joined        int
	sum, spread   float64 // Σp and Σp(1−p) of those joined
	same, decided int
}

type tallies struct {
	bands       [8]bandTally
	all, spread float64 // Σp and Σp(1−p) of all pairs
	n, review   int
}

func bandOf(p float64) int {
	k := 0
	for k+2 < len(bands) && p >= bands[k+1] {
		k++
	}
	return k
}

func (t *tallies) add(p float64, joined bool, verdict string) {
	b := &t.bands[bandOf(p)]
	switch verdict {
	case VerdictSame:
		b.same++
		b.decided++
	case VerdictDifferent:
		b.decided++
	case VerdictReview:
		t.review++
	}
	if verdict == VerdictRefused || verdict == VerdictApart {
		return // a rule or a number says that they are not the same
	}
	t.n++
	t.all += p
	t.spread += p * (1 - p)
	if joined {
		b.joined++
		b.sum += p
		b.spread += p * (1 - p)
	}
}

func value(v, half float64) (mid, lo, hi sql.NullFloat64) {
	at := func(v float64) sql.NullFloat64 {
		return sql.NullFloat64{Float64: math.Round(min(1, max(0, v))*1e6) / 1e6, Valid: !math.IsNaN(v)}
	}
	return at(v), at(v - half), at(v + half)
}

const z95 = 1.959963984540054

func (t *tallies) measures() []Measure {
	joined, sum, spread := 0, 0.0, 0.0
	for _, b := range t.bands {
		joined, sum, spread = joined+b.joined, sum+b.sum, spread+b.spread
	}
	count := func(name string, n int, note string) Measure {
		return Measure{Name: name, Value: sql.NullFloat64{Float64: float64(n), Valid: true}, N: n, Note: note}
	}
	out := []Measure{count(MeasureJoined, joined, "pairs that evidence joins"), count(MeasureReview, t.review, "pairs that wait for a decision")}
	if joined > 0 {
		m := Measure{Name: MeasurePrecision, N: joined, Note: "mean probability of the pairs that evidence joins"}
		m.Value, m.Lo, m.Hi = value(sum/float64(joined), z95*math.Sqrt(spread)/float64(joined))
		out = append(out, m)
	}
	if t.all > 0 {
		// Var of J/(J+R) by the delta method, J and R independent.
		rest, restSpread := t.all-sum, max(0, t.spread-spread)
		half := z95 * math.Sqrt(rest*rest*spread+sum*sum*restSpread) / (t.all * t.all)
		m := Measure{Name: MeasureRecall, N: t.n, Note: "of the pairs that were compared; pairs that no rule brings together are not in it"}
		m.Value, m.Lo, m.Hi = value(sum/t.all, half)
		out = append(out, m)
	}
	return append(out, t.decided(joined)...)
}

// decided are the measures from what people said.
func (t *tallies) decided(joined int) []Measure {
	var out []Measure
	share, square, asked := 0.0, 0.0, 0
	for k := range bands[:len(bands)-1] {
		b := t.bands[k]
		weight := float64(b.joined) / max(1, float64(joined))
		if b.decided == 0 {
			if b.joined > 0 {
				share += weight * b.sum / float64(b.joined)
			}
			continue
		}
		w, part := stat.WilsonInterval(b.same, b.decided, 0.95), float64(b.same)/float64(b.decided)
		m := Measure{Name: fmt.Sprintf("band.%v-%v", bands[k], bands[k+1]), N: b.decided, Note: "share of the pairs decided by people that they called the same"}
		m.Value, _, _ = value(part, 0)
		m.Lo, _, _ = value(w.Lo, 0)
		m.Hi, _, _ = value(w.Hi, 0)
		out = append(out, m)
		asked += b.decided
		share += weight * part
		half := (w.Hi - w.Lo) / 2
		square += weight * weight * half * half
	}
	if asked > 0 && joined > 0 {
		m := Measure{Name: MeasureDecided, N: asked, Note: "shares by band of probability, weighted by the pairs that evidence joins"}
		m.Value, m.Lo, m.Hi = value(share, math.Sqrt(square))
		out = append([]Measure{m}, out...)
	}
	return out
}
