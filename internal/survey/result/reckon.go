package result

import (
	"slices"

	"milieu/internal/survey"
)

// Reckon reckons the results and hides what must not be known. With the same input the report is the same; the order of the
// answers does not matter.
func Reckon(in Input) (Report, error) { return reckon(in, rule{protect: protected, blur: true}) }

func reckon(in Input, by rule) (Report, error) {
	if err := in.check(); err != nil {
		return Report{}, err
	}
	by.threshold = in.Threshold
	s, err := newSample(in, by)
	if err != nil {
		return Report{}, err
	}
	r := s.report()
	if s.rule.small(len(s.rows)) {
		r.Answers = Count{Hidden: true}
		r.Weighting = Weighting{}
	}
	cuts, err := s.cuts(&r)
	if err != nil {
		return Report{}, err
	}
	r.Weighting.coarsen(r)
	if err := s.questions(&r, cuts); err != nil {
		return Report{}, err
	}
	r.count()
	return r, nil
}

// coarsen reckons the design effect of the weights anew from the response as it is shown where strata stand together: that of the
// weights themselves is a function of their numbers of answers, and would tell them.
func (w *Weighting) coarsen(r Report) {
	if len(r.Response) == 0 || r.Response[len(r.Response)-1].Stratum != Together {
		return
	}
	n, sum, squares := 0.0, 0.0, 0.0
	for _, s := range r.Response {
		if a := float64(s.Answers.N); a > 0 {
			n, sum, squares = n+a, sum+float64(s.Frame), squares+float64(s.Frame)*float64(s.Frame)/a
		}
	}
	kish := n * squares / (sum * sum)
	w.Kish, w.Effective, w.Lowest, w.Highest = round(kish, 1), significant(n/kish, 2), 0, 0
}

// leastHeard is the least share of those asked who answered, over the strata as they are shown.
func (r Report) leastHeard() float64 {
	least := 1.0
	for _, s := range r.Response {
		if s.Drawn > 0 {
			least = min(least, s.Rate)
		}
	}
	return least
}

// report is the report without its questions.
func (s sample) report() Report {
	in := s.in
	_, n := in.Newest()
	r := Report{SurveyID: in.SurveyID, Title: in.Title, Series: in.Series, Wave: in.Wave, Level: in.Level, Invented: in.Invented,
		Threshold: in.Threshold, Instrument: n, Answers: Count{N: len(s.rows)}, Outside: Count{N: in.Outside}, Weighting: s.weighing}
	if s.rule.small(in.Outside) {
		r.Outside = Count{Hidden: true}
	}
	for key, firms := range s.firms {
		r.Frame += firms
		r.Drawn += in.drawn(key, firms)
	}
	return r
}

// cuts protects the numbers of answers and makes what tables are broken down by.
func (s sample) cuts(r *Report) ([]cut, error) {
	if len(s.rows) < s.rule.threshold || len(s.in.Cells) == 0 {
		return nil, nil
	}
	ds := s.divisions()
	if err := s.protectDivisions(ds); err != nil {
		return nil, err
	}
	r.Response = ds[0].response()
	var out []cut
	for _, d := range ds[1:] {
		if c, ok := s.cut(d); ok {
			out = append(out, c)
		}
	}
	return out, nil
}

// asked is a question on its way into the report.
type asked struct {
	data
	whole shown
	by    map[string]shown
	fine  map[string][][]float64 // what shares of the groups are rounded to, by breakdown, row and item
}

func (s sample) questions(r *Report, cuts []cut) error {
	newest, _ := s.in.Newest()
	var qs []*asked
	for _, section := range newest.Sections {
		for _, q := range section.Questions {
			if q.Kind != survey.Note {
				qs = append(qs, &asked{data: s.data(q, section), by: map[string]shown{}})
			}
		}
	}
	route(qs)
	for _, q := range qs {
		if err := s.protectWhole(q, qs); err != nil {
			return err
		}
	}
	came, err := s.cameBy(qs, &cuts)
	if err != nil {
		return err
	}
	for _, c := range cuts {
		r.Breakdowns = append(r.Breakdowns, c.Breakdown)
	}
	for _, q := range qs {
		if q != came {
			if err := s.protectAll(q, qs, cuts); err != nil {
				return err
			}
		}
		out, err := s.question(*q, cuts, r.leastHeard())
		if err != nil {
			return err
		}
		r.Questions = append(r.Questions, out)
	}
	return nil
}

// protectAll protects a question once those before it are protected and rounded: what is hidden of them by then is hidden where it
// would follow.
func (s sample) protectAll(q *asked, all []*asked, cuts []cut) error {
	if err := s.protectWhole(q, all); err != nil {
		return err
	}
	if err := s.protectGroups(q, all, cuts); err != nil {
		return err
	}
	if !s.rule.blur {
		return nil
	}
	return s.blurred(q, cuts)
}

// cameBy adds the cut by how firms came to be here, and gives the question that asks it: it is protected first, because what it
// shows is how large the groups are. A question that not all were asked makes no groups.
func (s sample) cameBy(qs []*asked, cuts *[]cut) (*asked, error) {
	for _, q := range qs {
		if q.Topic != Arrival || q.Kind != survey.Single || len(q.routes) > 0 {
			continue
		}
		if err := s.protectAll(q, qs, *cuts); err != nil {
			return nil, err
		}
		whole, err := s.part(q.data, q.whole, 0, nil, nil)
		if err != nil {
			return nil, err
		}
		if c, ok := s.arrival(Question{Question: q.Question, Whole: whole}); ok {
			q.by[Arrival] = shown{none: true}
			*cuts = append(*cuts, c)
		}
		return q, nil
	}
	return nil, nil
}

// route tells questions which of their options decide who is asked another.
func route(qs []*asked) {
	for _, q := range qs {
		for _, c := range q.routes {
			if i := slices.IndexFunc(qs, func(o *asked) bool { return o.ID == c.Question }); i >= 0 {
				for _, option := range c.Any {
					if qs[i].routing == nil {
						qs[i].routing = map[string]bool{}
					}
					qs[i].routing[option] = true
				}
			}
		}
	}
}

func (s sample) protectWhole(q *asked, all []*asked) error {
	forced := s.rule.small(len(s.rows)) || gives(q, all, func(o *asked) (shown, bool) { return o.whole, true }, 0)
	q.settle(s.rule)
	var err error
	q.whole, err = q.data.whole(s.rule, forced)
	return err
}

func (s sample) protectGroups(q *asked, all []*asked, cuts []cut) error {
	for _, c := range cuts {
		forced := make([]bool, len(c.Groups))
		for row := range forced {
			forced[row] = gives(q, all, func(o *asked) (shown, bool) { got, ok := o.by[c.Key]; return got, ok }, row)
		}
		got, err := q.data.broken(s.rule, c, q.whole, forced)
		if err != nil {
			return err
		}
		q.by[c.Key] = got
	}
	return nil
}

// gives says that how many were asked this question would give away, in that row, what is hidden of the question that decides who
// is asked.
func gives(q *asked, all []*asked, of func(*asked) (shown, bool), row int) bool {
	for _, c := range q.routes {
		i := slices.IndexFunc(all, func(o *asked) bool { return o.ID == c.Question })
		if i < 0 {
			continue
		}
		got, ok := of(all[i])
		if !ok || got.base == nil { // the groups are the answers to that question themselves
			continue
		}
		if got.base[row] {
			return true
		}
		for k, m := range all[i].items {
			if m.measure == Share && slices.Contains(c.Any, m.option) && got.items[row][k] {
				return true
			}
		}
	}
	return false
}

func (s sample) question(q asked, cuts []cut, heard float64) (Question, error) {
	out := Question{Question: q.Question, Section: q.section, SameSince: q.since, By: map[string][]Part{}}
	var err error
	if out.Whole, err = s.part(q.data, q.whole, 0, nil, nil); err != nil {
		return out, err
	}
	out.Whole.Label = "All answers"
	if err := s.rank(out.Whole.Items, q.data, q.answered); err != nil {
		return out, err
	}
	s.worst(out.Whole.Items, q.data, heard)
	for _, c := range cuts {
		if q.by[c.Key].none {
			continue
		}
		for row, g := range c.Groups {
			p, err := s.part(q.data, q.by[c.Key], row, &c, q.fine[c.Key])
			if err != nil {
				return out, err
			}
			p.Key, p.Label = g.Key, g.Label
			out.By[c.Key] = append(out.By[c.Key], p)
		}
	}
	return out, nil
}

// part is a row of a table of a question; without a cut it is the whole.
func (s sample) part(d data, hidden shown, row int, c *cut, fine [][]float64) (Part, error) {
	var p Part
	in := make([]bool, len(s.rows))
	states := make([]int, len(withoutAnswer))
	for i, a := range d.answers {
		if c != nil && c.row(i) != row {
			continue
		}
		switch {
		case d.answered[i]:
			in[i] = true
			p.Base.N++
		default:
			states[max(0, slices.Index(withoutAnswer, a.State))]++
		}
	}
	shut := func(n int, hidden bool) Count {
		if hidden {
			return Count{Hidden: true}
		}
		return Count{N: n}
	}
	base := p.Base.N
	extra := func(hidden, sensitive bool) {
		if hidden && !sensitive {
			p.protecting++
		}
	}
	p.Base = shut(base, hidden.base[row])
	extra(p.Base.Hidden, s.rule.small(base))
	for k, state := range withoutAnswer {
		extra(hidden.states[row][k], sensitiveState(state) && s.rule.small(states[k]))
		p.States = append(p.States, StateCount{state, shut(states[k], hidden.states[row][k])})
	}
	for k, m := range d.items {
		if c != nil && d.Kind == survey.Scale && m.measure == Share {
			continue
		}
		if c != nil && row < len(fine) {
			m.step = fine[row][k]
		}
		item, err := s.item(m, d, in, hidden.items[row][k])
		if err != nil {
			return p, err
		}
		extra(item.Hidden, s.rule.item(d, m, in, base))
		p.Items = append(p.Items, item)
	}
	return p, nil
}

// count counts what is hidden.
func (r *Report) count() {
	see := func(hidden bool) {
		if hidden {
			r.Hidden++
		}
	}
	part := func(p Part) {
		r.Protecting += p.protecting
		see(p.Base.Hidden)
		for _, s := range p.States {
			see(s.Count.Hidden)
		}
		for _, i := range p.Items {
			see(i.Hidden)
		}
	}
	see(r.Answers.Hidden)
	for _, q := range r.Questions {
		part(q.Whole)
		for _, parts := range q.By {
			for _, p := range parts {
				part(p)
			}
		}
	}
}
