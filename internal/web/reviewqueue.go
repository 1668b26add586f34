package web

import (
	"context"
	"net/http"
	"slices"

	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/live"
	"milieu/internal/org"
)

const (
	// queueMost is how many pairs are asked about: the first of the queue, on which most
	// depends. What comes after is reached when those are decided and built.
	queueMost  = 20_000
	queueChunk = 5000
)

// queued is a pair that waits for a decision, with what the list of them shows.
type queued struct {
	A, B, AName, BName, AOrg, BOrg, ASource, BSource string
	Probability, Effect                              float64
	Content                                          string
}

func (q queued) subject() string { return decision.PairSubject(q.A, q.B) }

// releaseQueue is the pairs of a release that wait, those first on which an answer is worth most.
type releaseQueue struct {
	pairs []queued
	at    map[string]int // place by subject
	total int            // with those after the first queueMost
}

func reviewQueue(ctx context.Context, snap *live.Snapshot) (releaseQueue, error) {
	return live.Remember(&snap.Cache, "review/queue", func() (releaseQueue, error) {
		q := releaseQueue{at: map[string]int{}}
		var err error
		if q.total, err = org.QueueLength(ctx, snap.DB); err != nil {
			return q, err
		}
		for len(q.pairs) < min(q.total, queueMost) {
			some, err := org.Queue(ctx, snap.DB, queueChunk, len(q.pairs))
			if err != nil || len(some) == 0 {
				return q, err
			}
			for _, p := range some {
				v := queued{p.A, p.B, p.AName, p.BName, p.AOrg, p.BOrg, p.ASource, p.BSource, p.Probability, p.Effect, contentOf(p)}
				q.at[v.subject()] = len(q.pairs)
				q.pairs = append(q.pairs, v)
			}
		}
		return q, nil
	})
}

// openQueue is what of the queue is left for one person.
type openQueue struct {
	pairs    []queued
	total    int                          // in the release
	decided  int                          // by anybody, since it was built
	implied  int                          // answered by what was decided on others
	later    int                          // put off by this person
	held     map[string]decision.Decision // by subject
	versions map[string]int64
	undo     undoable
}

// undoable is the last thing that this person did in the queue.
type undoable struct {
	Decision decision.Decision // Seq is 0 where it is no decision
	Subject  string            // "" where there is nothing to take back
}

// openPairs leaves out what has been decided since the release was built, what follows from
// that, and what this person has put off.
func (s *Server) openPairs(r *http.Request, snap *live.Snapshot, source string) (openQueue, error) {
	q, err := reviewQueue(r.Context(), snap)
	if err != nil {
		return openQueue{}, err
	}
	out := openQueue{total: q.total, held: map[string]decision.Decision{}}
	put := map[string]decision.PutOff{}
	if a := actorOf(r); a.May(auth.ReadDecisions) {
		var ds []decision.Decision
		if ds, out.versions, err = s.cfg.Team.Book.Holding(r.Context(), a, decision.Pairs); err != nil {
			return out, err
		}
		all, err := s.cfg.Team.Book.PuttingOff(r.Context(), a)
		if err != nil {
			return out, err
		}
		for _, p := range all {
			if k, in := q.at[p.Subject]; in && q.pairs[k].Content == p.Content {
				put[p.Subject] = p
			}
		}
		out.note(q, a, ds, put)
	}
	one := out.joins(q)
	for _, p := range q.pairs {
		_, decided := out.held[p.subject()]
		_, later := put[p.subject()]
		switch {
		case source != "" && p.ASource != source && p.BSource != source:
		case decided:
			out.decided++
		case p.AOrg != p.BOrg && one.find(p.AOrg) == one.find(p.BOrg):
			out.implied++
		case later:
			out.later++
		default:
			out.pairs = append(out.pairs, p)
		}
	}
	return out, nil
}

// note keeps the decisions on pairs of the queue, and what this person did last.
func (o *openQueue) note(q releaseQueue, a auth.Actor, ds []decision.Decision, put map[string]decision.PutOff) {
	at := ""
	for _, d := range ds {
		if _, in := q.at[d.Subject]; !in || d.Kind != decision.Same && d.Kind != decision.Different {
			continue
		}
		o.held[d.Subject] = d
		if d.By == a.PersonID && fromReview(d) && d.At >= at {
			o.undo, at = undoable{d, d.Subject}, d.At
		}
	}
	for _, p := range put {
		if p.At > at {
			o.undo, at = undoable{Subject: p.Subject}, p.At
		}
	}
}

// joins are the organisations that decisions on the queue make one: a pair of two of them
// need not be asked about any more.
func (o *openQueue) joins(q releaseQueue) joined {
	one := joined{}
	for subject, d := range o.held {
		if d.Kind == decision.Same {
			p := q.pairs[q.at[subject]]
			one.join(p.AOrg, p.BOrg)
		}
	}
	return one
}

// joined says which organisations are one (a forest of parents).
type joined map[string]string

func (j joined) find(id string) string {
	for {
		up, ok := j[id]
		if !ok {
			return id
		}
		id = up
	}
}

func (j joined) join(a, b string) {
	if a, b = j.find(a), j.find(b); a != b {
		j[b] = a
	}
}

// place is where a pair stands in what is left; false when it is not there.
func (o openQueue) place(subject string) (int, bool) {
	k := slices.IndexFunc(o.pairs, func(p queued) bool { return p.subject() == subject })
	return k, k >= 0
}

// sourcesOf are the sources of the queue, for its filter.
func sourcesOf(q releaseQueue, titles map[string]string, current string) []Choice {
	n := map[string]int{}
	var ids []string
	for _, p := range q.pairs {
		for _, s := range slices.Compact([]string{p.ASource, p.BSource}) {
			if n[s] == 0 {
				ids = append(ids, s)
			}
			n[s]++
		}
	}
	slices.Sort(ids)
	var out []Choice
	for _, id := range ids {
		out = append(out, Choice{Value: id, Label: orText(titles[id], id), N: n[id], Current: id == current})
	}
	return out
}
