package workshop

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/typed"
)

// Weights are the swing weights of one stakeholder: how much the step from worst to best in each criterion is worth to
// them, the most wanted step 100.
type Weights struct {
	ID      string
	Name    string // under which they stand
	Person  string // id of the person whose own they are; "" where somebody entered them for a person in the room
	Swings  Swings
	Version int64
	MadeAt  string
	MadeBy  string
	Changed string
	By      string
	Deleted string // "" while they are there
}

// Swings are points by criterion.
type Swings struct {
	Points map[string]float64 `json:"points"` // by key of the criterion, 0 to 100
	Doubt  float64            `json:"doubt"`  // share of each point by which it may be more or less; 0 where the stakeholder is sure
	Note   string             `json:"note,omitempty"`
}

// Doubts are how sure stakeholders can say they are.
var Doubts = []float64{0, 0.2, 0.5}

// kept is what a version of weights holds.
type kept struct {
	Name string `json:"name"`
	Swings
}

const (
	weightWrite = `insert into workshop_weight (workspace, workshop_id, stakeholder_id, name, person_id, swings, version, made_at, made_by, changed_at, changed_by, deleted_at)
values ($1, $2, $3, $4, $5, $6, 1, $7, $8, $7, $8, '')`
	weightChange = `update workshop_weight set version = version + 1, name = $5, swings = $6, changed_at = $7, changed_by = $8, deleted_at = $9
where workspace = $1 and workshop_id = $2 and stakeholder_id = $3 and version = $4 returning version`
	weightAll = `select stakeholder_id, name, person_id, swings, version, made_at, made_by, changed_at, changed_by, deleted_at from workshop_weight
where workspace = $1 and workshop_id = $2 order by name, stakeholder_id`
)

func (b Book) weights(ctx context.Context, q store.Querier, id string) ([]Weights, error) {
	var out []Weights
	err := store.Each(ctx, q, weightAll, []any{b.Workspace, id}, func(scan func(...any) error) error {
		var w Weights
		var swings string
		if err := scan(&w.ID, &w.Name, &w.Person, &swings, &w.Version, &w.MadeAt, &w.MadeBy, &w.Changed, &w.By, &w.Deleted); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(swings), &w.Swings); err != nil {
			return fmt.Errorf("weights %s: %w", w.ID, err)
		}
		out = append(out, w)
		return nil
	})
	return out, err
}

// check cleans weights and holds them against the criteria.
func (w Weights) check(s Setup) (Weights, error) {
	f := typed.Faults{}
	if w.Name = typed.Line(f.Text("name", w.Name, MostName)); w.Name == "" {
		f.Add("name", "is missing: weights always stand under a name")
	}
	w.Swings.Note = f.Text("note", w.Swings.Note, MostText)
	points, most := map[string]float64{}, 0.0
	for _, c := range s.Criteria {
		p, given := w.Swings.Points[c.Key]
		if !given {
			f.Add("p."+c.Key, "are missing for %q: give 0 if the step is worth nothing", c.Name)
		}
		if !(p >= 0 && p <= 100) {
			f.Add("p."+c.Key, "for %q must be between 0 and 100", c.Name)
		}
		points[c.Key], most = p, max(most, p)
	}
	switch {
	case len(s.Criteria) == 0:
		f.Add("", "there are no criteria to weigh yet")
	case most == 0 && len(f) == 0:
		f.Add("", "no criterion has points: give the most wanted step 100")
	}
	if !(w.Swings.Doubt >= 0 && w.Swings.Doubt < 1) {
		f.Add("doubt", "must be a share from 0 to less than 1")
	}
	w.Swings.Points = points
	return w, f.Err()
}

// Weigh keeps a stakeholder's weights: new ones where there is no ID, else those of that id if they still have the version
// that was shown. One's own need auth.Weigh, those of somebody else auth.RunWorkshop. Whoever has weighed before changes what
// they have: a second set of one's own is a *ConflictError. Other errors are an *typed.InputError, ErrNotFound, auth.ErrDenied, or of the store.
func (b Book) Weigh(ctx context.Context, a auth.Actor, workshop string, w Weights) (string, error) {
	action := auth.RunWorkshop
	if w.Person == a.PersonID && w.Person != "" {
		action = auth.Weigh
	}
	err := b.change(ctx, a, action, func(q store.Querier, now time.Time) (audit.Event, error) {
		s, before, err := b.standing(ctx, q, workshop, w)
		if err != nil {
			return audit.Event{}, err
		}
		if w, err = w.check(s); err != nil {
			return audit.Event{}, err
		}
		if before == nil || before.Name != w.Name {
			taken, err := b.taken(ctx, q, workshop, w)
			if err != nil {
				return audit.Event{}, err
			}
			if taken {
				f := typed.Faults{}
				f.Add("name", "stands over other weights already: change those, or say who is meant, such as %q", w.Name+", second")
				return audit.Event{}, f.Err()
			}
		}
		if before == nil {
			w.ID = store.NewID("s")
		}
		return b.keepWeights(ctx, q, now, a, workshop, w, before == nil, false)
	})
	return w.ID, err
}

// standing reads what weights are held against, and those that are to be changed; nil for new ones.
func (b Book) standing(ctx context.Context, q store.Querier, workshop string, w Weights) (Setup, *Weights, error) {
	s, _, err := b.there(ctx, q, workshop)
	if err != nil {
		return s, nil, err
	}
	all, err := b.weights(ctx, q, workshop)
	if err != nil {
		return s, nil, err
	}
	for _, x := range all {
		switch {
		case x.ID == w.ID && w.ID != "":
			if x.Person != w.Person {
				return s, nil, ErrNotFound // somebody's own are changed by nobody else
			}
			return s, &x, nil
		case w.ID == "" && w.Person != "" && x.Person == w.Person:
			return s, nil, &ConflictError{What: "weights", Version: x.Version}
		}
	}
	if w.ID != "" {
		return s, nil, ErrNotFound
	}
	if len(all) >= MostStakeholders {
		return s, nil, typed.Whole("there are %d stakeholders already, which is the most that are compared", len(all))
	}
	return s, nil, nil
}

// taken says that the name of weights stands over others: two columns of one name tell nobody whose they are.
func (b Book) taken(ctx context.Context, q store.Querier, workshop string, w Weights) (bool, error) {
	all, err := b.weights(ctx, q, workshop)
	return slices.ContainsFunc(all, func(x Weights) bool {
		return x.ID != w.ID && x.Deleted == "" && strings.EqualFold(x.Name, w.Name)
	}), err
}

func (b Book) keepWeights(ctx context.Context, q store.Querier, now time.Time, a auth.Actor, workshop string, w Weights, isNew, remove bool) (audit.Event, error) {
	swings, err := json.Marshal(w.Swings)
	if err != nil {
		return audit.Event{}, fmt.Errorf("weights: %w", err)
	}
	content, err := json.Marshal(kept{w.Name, w.Swings})
	if err != nil {
		return audit.Event{}, fmt.Errorf("weights: %w", err)
	}
	at, gone, what := store.Time(now), "", "weighed"
	if remove {
		gone, what = at, "taken out"
	}
	n := int64(1)
	if isNew {
		_, err = q.ExecContext(ctx, weightWrite, b.Workspace, workshop, w.ID, w.Name, w.Person, string(swings), at, a.PersonID)
	} else {
		err = q.QueryRowContext(ctx, weightChange, b.Workspace, workshop, w.ID, w.Version, w.Name, string(swings), at, a.PersonID, gone).Scan(&n)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return audit.Event{}, &ConflictError{What: "weights"}
	}
	if err != nil {
		return audit.Event{}, err
	}
	_, err = q.ExecContext(ctx, versionWrite, b.Workspace, workshop, w.ID, n, string(content), what, at, a.PersonID)
	// How somebody weighs is not for the log: it says that they did, and whose weights they were.
	return audit.Event{Action: "workshop.weigh", Subject: workshop, Detail: map[string]string{"stakeholder": w.ID, "what": what}}, err
}

// TakeOut leaves a stakeholder's weights out of the workshop, if they still have the version that was shown; PutBack brings
// them back. One's own need auth.Weigh, others' auth.RunWorkshop.
func (b Book) TakeOut(ctx context.Context, a auth.Actor, workshop, stakeholder string, version int64) error {
	return b.again(ctx, a, workshop, stakeholder, version, true, nil)
}

// PutBack brings back weights that were taken out.
func (b Book) PutBack(ctx context.Context, a auth.Actor, workshop, stakeholder string, version int64) error {
	return b.again(ctx, a, workshop, stakeholder, version, false, nil)
}

// BackWeights makes a stakeholder's weights what they were at an earlier version, as a new version.
func (b Book) BackWeights(ctx context.Context, a auth.Actor, workshop, stakeholder string, version, to int64) error {
	all, err := b.Versions(ctx, a, workshop, stakeholder)
	if err != nil {
		return err
	}
	for _, v := range all {
		if v.N == to {
			var k kept
			if err := json.Unmarshal([]byte(v.Content), &k); err != nil {
				return fmt.Errorf("version %d of weights %s: %w", to, stakeholder, err)
			}
			return b.again(ctx, a, workshop, stakeholder, version, false, &k)
		}
	}
	return ErrNotFound
}

// again writes weights as they stand, taken out or put back, or as they once were. What comes back needs a name that no others have.
func (b Book) again(ctx context.Context, a auth.Actor, workshop, stakeholder string, version int64, remove bool, was *kept) error {
	w, err := b.Get(ctx, a, workshop)
	if err != nil {
		return err
	}
	for _, x := range append(w.Weights, w.Gone...) {
		if x.ID != stakeholder {
			continue
		}
		if was != nil && x.Person != "" && x.Person != a.PersonID {
			return ErrNotFound // what somebody said themselves is changed by nobody else
		}
		action := auth.RunWorkshop
		if x.Person == a.PersonID && x.Person != "" {
			action = auth.Weigh
		}
		if x.Version = version; was != nil {
			x.Name, x.Swings = was.Name, was.Swings
		}
		return b.change(ctx, a, action, func(q store.Querier, now time.Time) (audit.Event, error) {
			if _, _, err := b.there(ctx, q, workshop); err != nil {
				return audit.Event{}, err
			}
			if !remove {
				switch taken, err := b.taken(ctx, q, workshop, x); {
				case err != nil:
					return audit.Event{}, err
				case taken:
					return audit.Event{}, typed.Whole("the name %q stands over other weights now: change that of those first", x.Name)
				}
			}
			return b.keepWeights(ctx, q, now, a, workshop, x, false, remove)
		})
	}
	return ErrNotFound
}
