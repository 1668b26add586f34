package fieldwork

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/sampling"
	"milieu/internal/store"
	"milieu/internal/survey"
	"milieu/internal/survey/frame"
	"milieu/internal/typed"
)

// MostDrawn is the most firms that one survey asks.
const MostDrawn = 20_000

// facts are what the frame says of a drawn firm.
type facts struct {
	Known  map[string]string `json:"known,omitempty"`
	Source map[string]string `json:"source,omitempty"`
	Groups map[string]string `json:"groups,omitempty"`
}

const (
	unitWrite = `insert into survey_unit (workspace, survey_id, unit_id, org_id, name, stratum, email, contact, facts, state, note, sent_at, reminded, reminded_at, opened_at, started_at, done_at, version)
values ($1, $2, $3, $4, $5, $6, '', '', $7, 'drawn', '', '', 0, '', '', '', '', 1)`
	unitDelete = `delete from survey_unit where workspace = $1 and survey_id = $2 and unit_id = $3`
	drawWrite  = `update survey_frame set strata = $3, seed = $4, drawn_at = $5 where workspace = $1 and survey_id = $2`
)

// Draw draws firms from the frozen frame, each stratum by itself and all firms of a stratum with the same chance. The same frame,
// plan and seed draw the same firms, and a larger plan holds the smaller one. What is drawn anew replaces what was drawn before,
// with the addresses of those who are drawn again; once firms have been asked it can only add to them.
func (b Book) Draw(ctx context.Context, a auth.Actor, id string, version int64, plan map[string]int, seed uint64) error {
	return b.edit(ctx, a, id, version, func(q store.Querier, now time.Time, s Survey) (audit.Event, error) {
		if s.ExpiredAt != "" {
			return audit.Event{}, typed.Whole("what names firms has been erased from this survey; make a new wave of it")
		}
		f, err := b.frameIn(ctx, q, id)
		if err != nil {
			return audit.Event{}, err
		}
		drawn, err := drawFrom(f, s, plan, seed)
		if err != nil {
			return audit.Event{}, err
		}
		added, removed, err := b.putDrawn(ctx, q, id, drawn)
		if err != nil {
			return audit.Event{}, err
		}
		text, err := json.Marshal(plan)
		if err != nil {
			return audit.Event{}, fmt.Errorf("plan of a draw: %w", err)
		}
		_, err = q.ExecContext(ctx, drawWrite, b.Workspace, id, string(text), int64(seed), store.Time(now))
		return audit.Event{Action: "survey.draw", Detail: map[string]string{"drawn": fmt.Sprint(len(drawn)), "added": fmt.Sprint(added), "removed": fmt.Sprint(removed), "seed": fmt.Sprint(seed)}}, err
	})
}

// drawFrom is the firms that the plan draws.
func drawFrom(f frame.Frame, s Survey, plan map[string]int, seed uint64) ([]frame.Unit, error) {
	if seed > math.MaxInt64 {
		return nil, &typed.InputError{Fields: map[string]string{"seed": fmt.Sprintf("is larger than %d", int64(math.MaxInt64))}}
	}
	total := 0
	in := f.ByStratum()
	for _, key := range sortedKeys(plan) {
		n := plan[key]
		switch {
		case in[key] == 0 && n != 0:
			return nil, typed.Whole("the frame has no stratum %q", key)
		case n < 0 || n > in[key]:
			return nil, typed.Whole("%d firms cannot be drawn from the %d of stratum %q", n, in[key], f.StratumLabel(key))
		case s.Level == survey.Anonymous && n > 0 && n < s.Threshold:
			return nil, typed.Whole("%d firms are too few to be drawn from stratum %q of an anonymous survey: draw %d or more, or none", n, f.StratumLabel(key), s.Threshold)
		}
		total += n
	}
	if total == 0 || total > MostDrawn {
		return nil, typed.Whole("the plan draws %d firms: draw from 1 to %d", total, MostDrawn)
	}
	units := make([]sampling.Unit, len(f.Units))
	for i, u := range f.Units {
		units[i] = sampling.Unit{ID: u.OrgID, Stratum: u.Stratum}
	}
	at, err := sampling.Draw(units, plan, seed)
	if err != nil {
		return nil, err
	}
	out := make([]frame.Unit, len(at))
	for i, k := range at {
		out[i] = f.Units[k]
	}
	return out, nil
}

// putDrawn makes the units those that were drawn, and leaves those that stay as they are.
func (b Book) putDrawn(ctx context.Context, q store.Querier, id string, drawn []frame.Unit) (added, removed int, err error) {
	there, err := b.unitsIn(ctx, q, id)
	if err != nil {
		return 0, 0, err
	}
	wanted, has := map[string]bool{}, map[string]bool{}
	for _, u := range drawn {
		wanted[u.OrgID] = true
	}
	asked := 0
	for _, u := range there {
		has[u.OrgID] = true
		if wanted[u.OrgID] {
			continue
		}
		if u.SentAt != "" || u.State != UnitDrawn {
			asked++
			continue
		}
		if _, err := q.ExecContext(ctx, unitDelete, b.Workspace, id, u.ID); err != nil {
			return 0, 0, err
		}
		removed++
	}
	if asked > 0 {
		return 0, 0, typed.Whole("this draw leaves out %d firms that have been asked already: draw with the same seed, and as many or more from each stratum", asked)
	}
	for _, u := range drawn {
		if has[u.OrgID] {
			continue
		}
		if err := b.putUnit(ctx, q, id, u); err != nil {
			return 0, 0, err
		}
		added++
	}
	return added, removed, nil
}

func (b Book) putUnit(ctx context.Context, q store.Querier, id string, u frame.Unit) error {
	if len(u.OrgID) > mostID {
		return fmt.Errorf("the id of %s is longer than %d bytes and cannot be kept", u.Name, mostID)
	}
	text, err := json.Marshal(facts{u.Known, u.Source, u.Groups})
	if err != nil {
		return fmt.Errorf("facts of a firm: %w", err)
	}
	_, err = q.ExecContext(ctx, unitWrite, b.Workspace, id, store.NewID("u"), u.OrgID, typed.Cut(store.Storable(u.Name), MostName), u.Stratum, store.Storable(string(text)))
	return err
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
