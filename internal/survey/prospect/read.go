package prospect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"milieu/internal/auth"
	"milieu/internal/stat"
	"milieu/internal/store"
)

const (
	columns = `select prospect_id, name, org_id, stage, comes_from, sector, size, contact, version, made_at, made_by, changed_at, erased_at from prospect where workspace = $1`
	listAll = columns + ` order by changed_at desc, prospect_id`
	listOne = columns + ` and prospect_id = $2`
	listOrg = columns + ` and org_id = $2 order by made_at, prospect_id`

	stepColumns = `select prospect_id, n, stage, reasons, went_to, day, note, at, by_person from prospect_event where workspace = $1`
	stepsAll    = stepColumns + ` order by prospect_id, n`
	stepsOne    = stepColumns + ` and prospect_id = $2 order by n`
)

// Way is a prospect with its steps, the first first.
type Way struct {
	Prospect
	Steps []Step
}

// All reads every prospect of the workspace, those changed last first.
func (b Book) All(ctx context.Context, a auth.Actor) ([]Way, error) {
	return b.read(ctx, a, listAll, stepsAll, b.Workspace)
}

// Prospect reads one with its way.
func (b Book) Prospect(ctx context.Context, a auth.Actor, id string) (Way, error) {
	list, err := b.readOne(ctx, a, id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Way{}, err
	}
	return list[0], nil
}

func (b Book) readOne(ctx context.Context, a auth.Actor, id string) ([]Way, error) {
	return b.read(ctx, a, listOne, stepsOne, b.Workspace, id)
}

// Of reads the prospects that became an organisation: its way here.
func (b Book) Of(ctx context.Context, a auth.Actor, orgID string) ([]Way, error) {
	return b.read(ctx, a, listOrg, stepsAll, b.Workspace, orgID)
}

// read gives prospects with their steps, of one moment. Contacts and notes are left out for those who may not read answers.
func (b Book) read(ctx context.Context, a auth.Actor, query, steps string, args ...any) ([]Way, error) {
	var out []Way
	err := b.DB.View(ctx, func(q store.Querier) error {
		if err := auth.PermitIn(ctx, q, b.Workspace, a, auth.ReadSurveys); err != nil {
			return err
		}
		err := auth.PermitIn(ctx, q, b.Workspace, a, auth.ReadAnswers)
		closed := errors.Is(err, auth.ErrDenied)
		if err != nil && !closed {
			return err
		}
		if out, err = prospects(ctx, q, query, args...); err != nil || len(out) == 0 {
			return err
		}
		if steps == stepsAll {
			args = args[:1]
		}
		ways, err := stepsOf(ctx, q, steps, args...)
		for i := range out {
			out[i].take(ways[out[i].ID], closed)
		}
		return err
	})
	return out, err
}

// take gives a prospect its steps and what follows from them.
func (w *Way) take(steps []Step, closed bool) {
	seen := map[string]bool{}
	for _, s := range steps {
		if closed {
			s.Note = ""
		}
		for _, r := range s.Reasons {
			if !seen[r.Key()] {
				seen[r.Key()] = true
				w.Reasons = append(w.Reasons, r)
			}
		}
		w.WentTo, w.Since = s.WentTo, s.Day
		w.Steps = append(w.Steps, s)
	}
	if closed {
		w.Contact = ""
	}
}

func prospects(ctx context.Context, q store.Querier, query string, args ...any) ([]Way, error) {
	var out []Way
	err := store.Each(ctx, q, query, args, func(scan func(...any) error) error {
		var p Prospect
		err := scan(&p.ID, &p.Name, &p.OrgID, &p.Stage, &p.ComesFrom, &p.Sector, &p.Size, &p.Contact, &p.Version, &p.MadeAt, &p.MadeBy, &p.ChangedAt, &p.ErasedAt)
		out = append(out, Way{Prospect: p})
		return err
	})
	return out, err
}

func (b Book) steps(ctx context.Context, q store.Querier, id string) ([]Step, error) {
	all, err := stepsOf(ctx, q, stepsOne, b.Workspace, id)
	return all[id], err
}

func stepsOf(ctx context.Context, q store.Querier, query string, args ...any) (map[string][]Step, error) {
	out := map[string][]Step{}
	err := store.Each(ctx, q, query, args, func(scan func(...any) error) error {
		var id, reasons string
		var s Step
		if err := scan(&id, &s.N, &s.Stage, &reasons, &s.WentTo, &s.Day, &s.Note, &s.At, &s.By); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(reasons), &s.Reasons); err != nil {
			return fmt.Errorf("reasons of prospect %s: %w", id, err)
		}
		out[id] = append(out[id], s)
		return nil
	})
	return out, err
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// Confidence of the intervals of Counts.
const Confidence = 0.95

// Share is a part of a number with its interval: K of N, Wilson's score interval. It takes the prospects that are known for
// a sample of the firms that might come; they are those that the team has heard of, so the interval is the least doubt.
type Share struct {
	K, N   int
	Lo, Hi float64 // 0 to 1
}

// Value is K / N; 0 of none.
func (s Share) Value() float64 {
	if s.N == 0 {
		return 0
	}
	return float64(s.K) / float64(s.N)
}

func shareOf(k, n int) Share {
	w := stat.WilsonInterval(k, n, Confidence)
	return Share{k, n, w.Lo, w.Hi}
}

// ReasonCount is how many prospects gave a reason.
type ReasonCount struct {
	Reason
	All       Share // of those that gave any reason of the topic
	Landed    int   // of All.K, those that landed
	Gone      int   // went elsewhere or were lost
	StillOpen int
}

// Counts are what the prospects came to.
type Counts struct {
	Total    int
	ByStage  map[Stage]int
	Ended    Share         // landed, of those that have come to an end
	Reached  map[Stage]int // ever at that stage or, on the way here, beyond it
	Attract  []ReasonCount // the most frequent first
	Deter    []ReasonCount
	Attracts int // prospects that gave a reason of the topic
	Deters   int
	Places   []Place // where they went
}

// Place is where prospects went instead, with how many.
type Place struct {
	Name string
	N    int
}

// Count reckons what the prospects came to. It counts those that were erased: they have no name any more.
func Count(all []Way) Counts {
	c := Counts{Total: len(all), ByStage: map[Stage]int{}, Reached: map[Stage]int{}}
	reasons, places := map[string]*ReasonCount{}, map[string]int{}
	for _, w := range all {
		c.ByStage[w.Stage]++
		furthest := 0
		for _, s := range w.Steps {
			if k := s.Stage.rank(); !s.Stage.Ended() || s.Stage == Landed {
				furthest = max(furthest, k)
			}
		}
		for k := 0; k <= furthest; k++ {
			c.Reached[Stages[k].Stage]++
		}
		if w.Stage == Elsewhere && w.WentTo != "" {
			places[w.WentTo]++
		}
		c.reasons(w, reasons)
	}
	gone := c.ByStage[Elsewhere] + c.ByStage[Lost]
	c.Ended = shareOf(c.ByStage[Landed], c.ByStage[Landed]+gone)
	for _, k := range sorted(reasons) {
		r := *reasons[k]
		if r.Topic == Attract {
			r.All = shareOf(r.All.K, c.Attracts)
			c.Attract = append(c.Attract, r)
		} else {
			r.All = shareOf(r.All.K, c.Deters)
			c.Deter = append(c.Deter, r)
		}
	}
	for _, list := range [][]ReasonCount{c.Attract, c.Deter} {
		slices.SortStableFunc(list, func(x, y ReasonCount) int { return y.All.K - x.All.K })
	}
	for _, p := range sorted(places) {
		c.Places = append(c.Places, Place{p, places[p]})
	}
	slices.SortStableFunc(c.Places, func(x, y Place) int { return y.N - x.N })
	return c
}

func (c *Counts) reasons(w Way, into map[string]*ReasonCount) {
	topics := map[string]bool{}
	for _, r := range w.Reasons {
		topics[r.Topic] = true
		x, ok := into[r.Key()]
		if !ok {
			x = &ReasonCount{Reason: r}
			into[r.Key()] = x
		}
		x.All.K++
		switch {
		case w.Stage == Landed:
			x.Landed++
		case w.Stage.Ended():
			x.Gone++
		default:
			x.StillOpen++
		}
	}
	if topics[Attract] {
		c.Attracts++
	}
	if topics[Deter] {
		c.Deters++
	}
}
