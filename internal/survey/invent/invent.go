package invent

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"

	"milieu/internal/survey"
)

// Firm is somebody who is asked. Key tells firms apart and enters every draw, so that the order of firms changes nothing.
type Firm struct {
	Key, Stratum string
	Groups       map[string]string
	Employees    int // 0 or less: not known
}

// Outcome is what became of asking a firm.
type Outcome string

// The outcomes.
const (
	Done    Outcome = "done"    // answered to the end
	Begun   Outcome = "begun"   // began and left; Answers holds what there is
	Refused Outcome = "refused" // said no
	Silent  Outcome = "silent"
)

// Reply is what a firm did. Firm is its place in the list.
type Reply struct {
	Firm    int
	Outcome Outcome
	Answers survey.Answers
}

// Replies makes up what each firm does when it is asked. The same instrument, firms, model and seed give the same replies.
func Replies(in survey.Instrument, firms []Firm, m Model, seed uint64) ([]Reply, error) {
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("invent: %w", err)
	}
	g := generator{in: in, m: m, seed: seed}
	out := make([]Reply, 0, len(firms))
	for i, f := range firms {
		r := Reply{Firm: i, Outcome: g.outcome(f)}
		if r.Outcome == Done || r.Outcome == Begun {
			a, err := g.answers(f, r.Outcome == Begun)
			if err != nil {
				return nil, fmt.Errorf("invent: %w", err)
			}
			r.Answers = a
		}
		out = append(out, r)
	}
	return out, nil
}

type generator struct {
	in   survey.Instrument
	m    Model
	seed uint64
}

// chance is a stream of random numbers that belongs to the parts, whatever else is drawn.
func (g generator) chance(parts ...string) *rand.Rand { return stream(g.seed, parts) }

// drawn is a stream of what the model itself draws, the same for every survey.
func (g generator) drawn(parts ...string) *rand.Rand { return stream(g.m.Seed, parts) }

// mind is a stream that belongs to what a firm thinks of a subject: mostly the same in every survey by the model, now and then another.
func (g generator) mind(f Firm, subject string, parts ...string) *rand.Rand {
	parts = append([]string{"mind", f.Key, subject}, parts...)
	if g.chance("changed", f.Key, subject).Float64() < g.m.Change {
		return g.chance(parts...)
	}
	return g.drawn(parts...)
}

func stream(seed uint64, parts []string) *rand.Rand {
	h := fnv.New64a()
	for _, p := range parts {
		_, _ = h.Write([]byte(p)) // a hash takes everything
		_, _ = h.Write([]byte{0})
	}
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

func (g generator) outcome(f Firm) Outcome {
	odds := math.Log(g.m.Response.Rate / (1 - g.m.Response.Rate))
	odds += g.m.Response.StratumSpread * g.drawn("stratum", f.Stratum).NormFloat64()
	for _, s := range g.m.Response.Shift {
		if f.Groups[s.Group] == s.Category {
			odds += s.By
		}
	}
	r := g.chance("outcome", f.Key)
	if r.Float64() < logistic(odds) {
		return Done
	}
	switch u := r.Float64(); {
	case u < g.m.Response.Begin:
		return Begun
	case u < g.m.Response.Begin+g.m.Response.Refuse:
		return Refused
	}
	return Silent
}

// answers goes through the instrument as the firm would: what is asked hangs on what was answered before.
func (g generator) answers(f Firm, leaves bool) (survey.Answers, error) {
	a := survey.Answers{}
	questions := g.in.Questions()
	stop := len(questions)
	if leaves && stop > 1 {
		stop = 1 + g.chance("leaves", f.Key).IntN(stop-1)
	}
	f.Groups = copied(f.Groups)
	for _, q := range questions[:stop] {
		if !g.in.Asked(a)[q.ID] {
			continue
		}
		given := g.answer(f, q)
		if err := q.Check(given); err != nil {
			return nil, fmt.Errorf("question %s: the made up answer does not fit: %w", q.ID, err)
		}
		a[q.ID] = given
		if q.Topic == "arrival" && len(given.Choices) == 1 {
			f.Groups["arrival"] = given.Choices[0]
		}
	}
	if leaves {
		return a, nil
	}
	return g.in.Settle(a), nil
}

func copied(m map[string]string) map[string]string {
	out := make(map[string]string, len(m)+1)
	for k, v := range m {
		out[k] = v
	}
	return out
}

// answer makes up the answer to one question.
func (g generator) answer(f Firm, q survey.Question) survey.Answer {
	r := g.chance("answer", f.Key, q.ID)
	if s := g.state(r, q); s != survey.Answered {
		return survey.Answer{State: s}
	}
	a := survey.Answer{State: survey.Answered}
	own := g.mind(f, subject(q), q.ID)
	switch q.Kind {
	case survey.Single:
		a.Choices = []string{g.liked(f, q)[0].id}
	case survey.Multi:
		a.Choices = g.several(f, q)
	case survey.Rank:
		a.Choices = g.ranked(f, q)
	case survey.Budget:
		a.Points = g.points(f, q)
	case survey.Scale:
		a.Number = g.scale(f, q, own)
	case survey.Number:
		a.Number = g.number(f, q, own)
	case survey.Organisations:
		a.Orgs = named(q, own)
	default:
		a.Text = g.words(q, own)
	}
	return a
}

// state is whether there is an answer at all. Nobody's name or address is made up; most leave a box for words empty.
func (g generator) state(r *rand.Rand, q survey.Question) survey.State {
	s, u := g.m.States, r.Float64()
	person := q.Topic == "contact" || q.Kind == survey.Text && q.Prefill != ""
	options := q.Kind == survey.Single || q.Kind == survey.Multi || q.Kind == survey.Rank || q.Kind == survey.Budget
	nothing := options && len(q.Options) == 0
	silent := q.Kind == survey.Text && u < 0.75
	switch {
	case (person || silent || nothing) && q.Required:
		return survey.Refused
	case person || silent || nothing:
		return survey.Blank
	case u < s.Unknown:
		return survey.DoesntKnow
	case u < s.Unknown+s.Refused:
		return survey.Refused
	case u < s.Unknown+s.Refused+s.NA:
		return survey.NotApply
	case u < s.Unknown+s.Refused+s.NA+s.Blank && !q.Required:
		return survey.Blank
	}
	return survey.Answered
}

// liking is how much a firm likes an option, without (mean) and with its own taste.
type liking struct {
	id         string
	mean, with float64
	alone      bool
}

// liked are the options from the one that the firm likes best.
func (g generator) liked(f Firm, q survey.Question) []liking {
	var out []liking
	for _, o := range q.Options {
		mean := g.mean(f, q, o.ID)
		u := g.mind(f, subject(q), "taste", o.ID).Float64()
		out = append(out, liking{o.ID, mean, mean + g.m.Spread.Firm*gumbel(u), o.Alone})
	}
	slices.SortStableFunc(out, func(a, b liking) int {
		switch {
		case a.with > b.with:
			return -1
		case a.with < b.with:
			return 1
		}
		return 0
	})
	return out
}

// mean is how much firms of the same groups like the option.
func (g generator) mean(f Firm, q survey.Question, option string) float64 {
	v, stated := 0.0, false
	for _, p := range g.m.Prefer {
		if i := slices.Index(p.Options, option); i >= 0 && about(q, p.Question, p.Topic) {
			v, stated = p.By[i], true
		}
	}
	if !stated {
		v = g.m.Spread.Option * g.drawn("option", subject(q), option).NormFloat64()
	}
	groups := make([]string, 0, len(f.Groups))
	for key := range f.Groups {
		groups = append(groups, key)
	}
	slices.Sort(groups) // sums of the same numbers in another order differ in the last digit
	for _, key := range groups {
		v += g.shift(q, option, key, f.Groups[key])
	}
	return v
}

func (g generator) shift(q survey.Question, option, group, category string) float64 {
	for _, s := range g.m.Shift {
		if s.Option == option && s.Group == group && s.Category == category && about(q, s.Question, s.Topic) {
			return s.By
		}
	}
	return g.m.Spread.Group * g.drawn("shift", subject(q), option, group, category).NormFloat64()
}

// subject is what likings belong to: questions of one topic that offer the same option are answered in the same mind.
func subject(q survey.Question) string {
	if q.Topic != "" {
		return q.Topic
	}
	return q.ID
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// gumbel turns a number between 0 and 1 into a draw of the standard Gumbel distribution.
func gumbel(u float64) float64 { return -math.Log(-math.Log(min(max(u, 1e-12), 1-1e-12))) }
