package result

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"milieu/internal/sampling"
	"milieu/internal/survey"
)

// furthest is how many times raking may multiply, or divide, a weight. Where it would go further, margins are left out.
const furthest = 5

// sample is the answers made ready: in an order that hangs on what they say alone, settled, and weighted.
type sample struct {
	in       Input
	rule     rule
	rows     []Row // answers settled by their own version
	firms    map[string]int
	design   sampling.Design
	weighing Weighting
	margins  []string // keys of the groupings that are known of all answers
}

func newSample(in Input, r rule) (sample, error) {
	s := sample{in: in, rule: r, firms: in.strata()}
	keys := make([]string, len(in.Rows))
	order := make([]int, len(in.Rows))
	s.rows = make([]Row, len(in.Rows))
	for i, r := range in.Rows {
		r.Answers = in.Instruments[r.N].Settle(r.Answers)
		text, err := json.Marshal(r.Answers)
		if err != nil {
			return sample{}, fmt.Errorf("survey %s: answer %d: %w", in.SurveyID, i+1, err)
		}
		order[i], keys[i] = i, groupKey(r.Stratum, r.Groups)+"\x02"+string(text)
		s.rows[i] = r
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case keys[a] < keys[b]:
			return -1
		case keys[a] > keys[b]:
			return 1
		}
		return 0
	})
	sorted := make([]Row, len(order))
	for i, k := range order {
		sorted[i] = s.rows[k]
	}
	s.rows = sorted
	s.margins = s.known()
	return s, s.weigh()
}

// known are the groupings of the frame of which the category of each answer is known.
func (s sample) known() []string {
	var out []string
	for _, g := range s.in.Groupings {
		firms := map[string]int{}
		for _, c := range s.in.Cells {
			firms[c.Groups[g.Key]] += c.Firms
		}
		unknown := slices.ContainsFunc(s.rows, func(r Row) bool { return r.Groups[g.Key] == "" || firms[r.Groups[g.Key]] == 0 })
		if !unknown && len(firms) > 1 && len(s.rows) > 0 {
			out = append(out, g.Key)
		}
	}
	return out
}

// weigh gives each answer the number of firms of its stratum that it stands for, and rakes these weights to the strata and the
// groupings of the frame.
func (s *sample) weigh() error {
	if len(s.rows) == 0 {
		return nil
	}
	design := sampling.Sampled{Strata: make([]string, len(s.rows)), Sizes: map[string]float64{}}
	answers := map[string]int{}
	for i, r := range s.rows {
		design.Strata[i] = r.Stratum
		answers[r.Stratum]++
	}
	for key, n := range s.firms {
		// More answers than firms come from firms that answered twice, which nobody can see in an anonymous survey.
		design.Sizes[key] = float64(max(n, answers[key]))
	}
	if len(s.in.Cells) == 0 { // without a frame, answers stand for themselves
		design.Sizes = nil
		design.Weights = make([]float64, len(s.rows))
		for i := range design.Weights {
			design.Weights[i] = 1
		}
	}
	d, err := sampling.NewDesign(design)
	if err != nil {
		return fmt.Errorf("survey %s: weights: %w", s.in.SurveyID, err)
	}
	return s.rake(d, s.raked(design.Strata))
}

// rake fits the weights to as many margins as they bear, the last one left out first.
func (s *sample) rake(before sampling.Design, margins []sampling.Margin) error {
	for {
		d, told, err := before.Rake(margins, sampling.RakeRule{Tolerance: 1e-6, Residuals: sampling.Levered})
		if err != nil {
			return fmt.Errorf("survey %s: weights: %w", s.in.SurveyID, err)
		}
		lowest, highest := math.Inf(1), 0.0
		first := before.Weights()
		for i, w := range d.Weights() {
			lowest, highest = min(lowest, w/first[i]), max(highest, w/first[i])
		}
		if last := len(margins) - 1; last > 0 && (!told.Converged || lowest < 1.0/furthest || highest > furthest) {
			s.weighing.LeftOut = append([]string{s.groupingLabel(margins[last].Name)}, s.weighing.LeftOut...)
			margins = margins[:last]
			continue
		}
		s.design = d
		w := &s.weighing
		w.Converged, w.Rounds, w.Gap, w.Unmet = told.Converged, told.Rounds, told.Gap, s.named(told.Unmet)
		w.Kish, w.Effective, w.Lowest, w.Highest = round(d.Kish(nil), 1), significant(d.Effective(nil), 2), significant(lowest, 1), significant(highest, 1)
		for _, m := range margins {
			if m.Name != strataMargin {
				w.Margins = append(w.Margins, s.groupingLabel(m.Name))
			}
		}
		return nil
	}
}

// strataMargin is the name of the margin of the strata.
const strataMargin = "Stratum"

func (s sample) raked(strata []string) []sampling.Margin {
	if len(s.in.Cells) == 0 {
		return nil
	}
	var out []sampling.Margin
	margin := func(name string, of []string, category func(Cell) string) {
		m := sampling.Margin{Name: name, Of: of, Totals: map[string]float64{}}
		for _, c := range s.in.Cells {
			m.Totals[category(c)] += float64(c.Firms)
		}
		if m = pooled(m, LeastThreshold); len(m.Totals) > 1 {
			out = append(out, m)
		}
	}
	if len(s.firms) > 1 {
		margin(strataMargin, strata, func(c Cell) string { return c.Stratum })
	}
	for _, key := range s.margins {
		of := make([]string, len(s.rows))
		for i, r := range s.rows {
			of[i] = r.Groups[key]
		}
		margin(key, of, func(c Cell) string { return c.Groups[key] })
	}
	return out
}

// pooled puts the categories of a margin with fewer answers than least together, and as many of the next smallest as it takes
// for them to have as many: weights are not fitted to a handful of answers.
func pooled(m sampling.Margin, least int) sampling.Margin {
	answers := map[string]int{}
	for _, k := range m.Of {
		answers[k]++
	}
	keys := slices.Collect(maps.Keys(m.Totals))
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(answers[a]-answers[b], strings.Compare(a, b)) })
	pool, n := map[string]bool{}, 0
	for _, k := range keys {
		if answers[k] >= least && (len(pool) == 0 || n >= least) {
			break
		}
		pool[k], n = true, n+answers[k]
	}
	if len(pool) < 2 {
		return m
	}
	out := sampling.Margin{Name: m.Name, Of: slices.Clone(m.Of), Totals: map[string]float64{}}
	for i, k := range out.Of {
		if pool[k] {
			out.Of[i] = Together
		}
	}
	for k, firms := range m.Totals {
		if pool[k] {
			k = Together
		}
		out.Totals[k] += firms
	}
	return out
}

// named says margins that were not met in words.
func (s sample) named(unmet []sampling.Unmet) []sampling.Unmet {
	out := slices.Clone(unmet)
	for i, u := range out {
		switch {
		case u.Category == Together:
			out[i].Category = "smaller groups together"
		case u.Margin == strataMargin:
			out[i].Category = s.in.stratumLabel(u.Category)
			continue
		}
		if u.Margin == strataMargin {
			continue
		}
		out[i].Margin, out[i].Category = s.groupingLabel(u.Margin), s.categoryLabel(u.Margin, out[i].Category)
	}
	return out
}

func (s sample) groupingLabel(key string) string {
	for _, g := range s.in.Groupings {
		if g.Key == key {
			return g.Label
		}
	}
	return key
}

func (s sample) categoryLabel(grouping, category string) string {
	for _, g := range s.in.Groupings {
		if g.Key == grouping {
			return g.Called(category)
		}
	}
	return category
}

// strataKeys are the strata of the frame in their order.
func (s sample) strataKeys() []string {
	out := slices.Collect(maps.Keys(s.firms))
	at := func(key string) int {
		if i := slices.Index(s.in.Strata, key); i >= 0 {
			return i
		}
		return len(s.in.Strata)
	}
	slices.SortFunc(out, func(a, b string) int {
		return cmp.Or(at(a)-at(b), strings.Compare(s.in.stratumLabel(a), s.in.stratumLabel(b)), strings.Compare(a, b))
	})
	return out
}

// answer is what a row says to a question of the newest version; NotAsked where its own version asked something else.
func (s sample) answer(row int, q survey.Question) survey.Answer {
	r := s.rows[row]
	own, ok := s.in.Instruments[r.N].Find(q.ID)
	if !ok || !own.Same(q) {
		return survey.Answer{State: survey.NotAsked}
	}
	return r.Answers[q.ID]
}
