package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"milieu/internal/auth"
	"milieu/internal/store"
)

const (
	introByPair  = `select introduction_id, version from introduction where workspace = $1 and a = $2 and b = $3`
	introVersion = `select introduction_id, version from introduction where workspace = $1 and introduction_id = $2`

	introColumns = `select introduction_id, a, b, a_name, b_name, state, reasons, release_id, assigned_to, due, version, made_at, made_by, changed_at from introduction where workspace = $1 `
	introOne     = introColumns + `and introduction_id = $2`
	introWhere   = `and ($2 = '' or state = $2) and ($3 = '' or assigned_to = $3) and ($4 = '' or a = $4 or b = $4) `
	introList    = introColumns + introWhere + `order by changed_at desc, introduction_id limit $5 offset $6`
	introCount   = `select count(introduction_id) from introduction where workspace = $1 ` + introWhere

	outcomesOf  = `select introduction_id, value from introduction_event where workspace = $1 and kind = 'outcome' and void_n = 0`
	eventsQuery = `select n, kind, value, day, note, at, by_person, void_n from introduction_event where workspace = $1 and introduction_id = $2 order by n`
)

// Filter narrows a list of introductions. Empty fields do not narrow.
type Filter struct {
	State      State
	AssignedTo string // id of a person
	Org        string // id of one of the two
	Limit      int    // default 50
	Offset     int
}

// Introductions reads introductions, those changed last first, and says how many pass the filter.
func (b Book) Introductions(ctx context.Context, a auth.Actor, f Filter) (out []Introduction, total int, err error) {
	if f.Limit <= 0 {
		f.Limit = 50
	}
	args := []any{b.Workspace, string(f.State), f.AssignedTo, f.Org}
	err = b.read(ctx, a, func(q store.Querier) error {
		if err := q.QueryRowContext(ctx, introCount, args...).Scan(&total); err != nil {
			return err
		}
		if out, err = introductions(ctx, q, introList, append(args, f.Limit, f.Offset)...); err != nil {
			return err
		}
		return b.outcomes(ctx, q, out)
	})
	return out, total, err
}

// All reads every introduction of the workspace by its pair, for what a ranking shows beside it.
func (b Book) All(ctx context.Context, a auth.Actor) (map[[2]string]Introduction, error) {
	var list []Introduction
	err := b.read(ctx, a, func(q store.Querier) (err error) {
		if list, err = introductions(ctx, q, introColumns, b.Workspace); err != nil {
			return err
		}
		return b.outcomes(ctx, q, list)
	})
	out := make(map[[2]string]Introduction, len(list))
	for _, i := range list {
		out[[2]string{i.A, i.B}] = i
	}
	return out, err
}

// Introduction reads one, with its history from the beginning.
func (b Book) Introduction(ctx context.Context, a auth.Actor, id string) (i Introduction, history []Entry, err error) {
	err = b.read(ctx, a, func(q store.Querier) error {
		if i, err = b.one(ctx, q, id); err != nil {
			return err
		}
		history, err = b.events(ctx, q, id)
		return err
	})
	return i, history, err
}

func (b Book) one(ctx context.Context, q store.Querier, id string) (Introduction, error) {
	some, err := introductions(ctx, q, introOne, b.Workspace, id)
	if err == nil && len(some) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Introduction{}, err
	}
	events, err := b.events(ctx, q, id)
	for _, e := range events {
		if e.Kind == "outcome" && !e.Void {
			some[0].further(e.Value)
		}
	}
	return some[0], err
}

// further keeps an outcome that goes beyond the one that is known.
func (i *Introduction) further(outcome string) {
	if outcomeRank(outcome) > outcomeRank(i.Outcome) {
		i.Outcome = outcome
	}
}

func introductions(ctx context.Context, q store.Querier, query string, args ...any) ([]Introduction, error) {
	var out []Introduction
	err := store.Each(ctx, q, query, args, func(scan func(...any) error) error {
		var i Introduction
		var reasons string
		if err := scan(&i.ID, &i.A, &i.B, &i.AName, &i.BName, &i.State, &reasons, &i.Release, &i.AssignedTo, &i.Due, &i.Version, &i.MadeAt, &i.MadeBy, &i.ChangedAt); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(reasons), &i.Reasons); err != nil {
			return fmt.Errorf("reasons of introduction %s: %w", i.ID, err)
		}
		out = append(out, i)
		return nil
	})
	return out, err
}

// outcomes gives each introduction of a list its furthest outcome.
func (b Book) outcomes(ctx context.Context, q store.Querier, list []Introduction) error {
	at := make(map[string]int, len(list))
	for k, i := range list {
		at[i.ID] = k
	}
	return store.Each(ctx, q, outcomesOf, []any{b.Workspace}, func(scan func(...any) error) error {
		var id, value string
		if err := scan(&id, &value); err != nil {
			return err
		}
		if k, in := at[id]; in {
			list[k].further(value)
		}
		return nil
	})
}

func (b Book) events(ctx context.Context, q store.Querier, id string) ([]Entry, error) {
	var out []Entry
	err := store.Each(ctx, q, eventsQuery, []any{b.Workspace, id}, func(scan func(...any) error) error {
		var e Entry
		var void int64
		if err := scan(&e.N, &e.Kind, &e.Value, &e.Day, &e.Note, &e.At, &e.By, &void); err != nil {
			return err
		}
		e.Void = void > 0
		out = append(out, e)
		return nil
	})
	return out, err
}

// Conversion is what came of the introductions that had one reason among those for them.
type Conversion struct {
	Accepted int // that stand as accepted
	Declined int
	Met      int // whose furthest outcome is that they met
	Project  int
	Contract int
	Nothing  int
}

// Known is how many of the accepted ones have an outcome.
func (c Conversion) Known() int { return c.Met + c.Project + c.Contract + c.Nothing }

// Conversions counts what came of all introductions, and for each key of a reason of those that it
// was given for: one with several reasons counts for each of them, with its furthest outcome.
// They are counts without names and for everybody, since the public ranking is weighed by them.
func (b Book) Conversions(ctx context.Context) (all Conversion, by map[string]Conversion, err error) {
	by = map[string]Conversion{}
	err = b.DB.View(ctx, func(q store.Querier) error {
		list, err := introductions(ctx, q, introColumns, b.Workspace)
		if err != nil {
			return err
		}
		if err := b.outcomes(ctx, q, list); err != nil {
			return err
		}
		for _, i := range list {
			all.count(i)
			seen := map[string]bool{}
			for _, r := range i.Reasons {
				if !r.Against && !seen[r.Key] {
					seen[r.Key] = true
					c := by[r.Key]
					c.count(i)
					by[r.Key] = c
				}
			}
		}
		return nil
	})
	return all, by, err
}

func (c *Conversion) count(i Introduction) {
	switch i.State {
	case Declined:
		c.Declined++
	case Accepted:
		c.Accepted++
		switch i.Outcome {
		case "met":
			c.Met++
		case "project":
			c.Project++
		case "contract":
			c.Contract++
		case "nothing":
			c.Nothing++
		}
	}
}

const stampQuery = `select count(introduction_id), coalesce(sum(version), 0) from introduction where workspace = $1`

// Stamp changes whenever an introduction does, for what is remembered of the ledger.
func (b Book) Stamp(ctx context.Context) (string, error) {
	var n, sum int64
	if err := b.DB.Read().QueryRowContext(ctx, stampQuery, b.Workspace).Scan(&n, &sum); err != nil {
		return "", fmt.Errorf("ledger: %w", err)
	}
	return strconv.FormatInt(n, 10) + "." + strconv.FormatInt(sum, 10), nil
}
