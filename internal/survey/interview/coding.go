package interview

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/typed"
)

// Coding is what one person said an excerpt is about. None of the codes is an answer too.
type Coding struct {
	Coder string // id of a person
	Codes []string
	First []string // as they were given before anything of others was seen; agreement is reckoned from these
	Since string   // when they were first given, as store.Time writes it
	At    string   // when they were last changed
}

// kept is how a coding stands in the store.
type kept struct {
	Codes []string `json:"codes"`
	First []string `json:"first"`
	Since string   `json:"since"`
}

const (
	codingPut = `insert into coding (workspace, excerpt_id, coder, codes, at) values ($1, $2, $3, $4, $5)
on conflict (workspace, excerpt_id, coder) do update set codes = excluded.codes, at = excluded.at`
	codingMine  = `select codes from coding where workspace = $1 and excerpt_id = $2 and coder = $3`
	codingCount = `select count(coder) from coding where workspace = $1 and excerpt_id = $2 and coder <> $3`
	codingsAll  = `select c.excerpt_id, c.coder, c.codes, c.at from coding c join excerpt e on e.workspace = c.workspace and e.excerpt_id = c.excerpt_id
where c.workspace = $1 and e.erased_at = '' order by c.excerpt_id, c.at, c.coder`
)

// Code keeps which codes the actor gives to an excerpt, in the place of what they gave before; no code at all says that
// none fits. What is changed once others' codes can be seen does not count towards agreement.
func (b Book) Code(ctx context.Context, a auth.Actor, excerptID string, given []string) error {
	return b.change(ctx, a, auth.RunSurvey, func(q store.Querier, now time.Time) (audit.Event, error) {
		if _, err := b.excerpt(ctx, q, excerptID); err != nil {
			return audit.Event{}, err
		}
		mine, coded, err := b.mine(ctx, q, excerptID, a.PersonID)
		if err != nil {
			return audit.Event{}, err
		}
		there, err := codes(ctx, q, b.Workspace)
		if err != nil {
			return audit.Event{}, err
		}
		set, err := chosen(given, there, mine.Codes)
		if err != nil {
			return audit.Event{}, err
		}
		var others int
		if err := q.QueryRowContext(ctx, codingCount, b.Workspace, excerptID, a.PersonID).Scan(&others); err != nil {
			return audit.Event{}, err
		}
		if mine.Codes = set; !coded || others == 0 {
			mine.First, mine.Since = set, store.Time(now)
		}
		text, err := json.Marshal(mine)
		if err != nil {
			return audit.Event{}, fmt.Errorf("codes of excerpt %s: %w", excerptID, err)
		}
		_, err = q.ExecContext(ctx, codingPut, b.Workspace, excerptID, a.PersonID, string(text), store.Time(now))
		return audit.Event{Action: "excerpt.code", Subject: excerptID}, err
	})
}

// chosen are codes of the book, each once and in its order; one that is retired only where it was given before.
func chosen(given []string, there []Code, before []string) ([]string, error) {
	set := []string{}
	for _, c := range there {
		if slices.Contains(given, c.ID) && (c.RetiredAt == "" || slices.Contains(before, c.ID)) {
			set = append(set, c.ID)
		}
	}
	for _, id := range given {
		if !slices.Contains(set, id) {
			return nil, &typed.InputError{Fields: map[string]string{"codes": "are not all in use any more: load the page again and choose from those that are"}}
		}
	}
	return set, nil
}

func (b Book) mine(ctx context.Context, q store.Querier, excerptID, coder string) (k kept, coded bool, err error) {
	var text string
	err = q.QueryRowContext(ctx, codingMine, b.Workspace, excerptID, coder).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return kept{}, false, nil
	}
	if err != nil {
		return kept{}, false, err
	}
	if err := json.Unmarshal([]byte(text), &k); err != nil {
		return kept{}, false, fmt.Errorf("codes of excerpt %s: %w", excerptID, err)
	}
	return k, true, nil
}

// codings reads who gave which codes to which excerpt that is still there.
func (b Book) codings(ctx context.Context, q store.Querier) (map[string][]Coding, error) {
	out := map[string][]Coding{}
	err := store.Each(ctx, q, codingsAll, []any{b.Workspace}, func(scan func(...any) error) error {
		var id, text string
		var c Coding
		if err := scan(&id, &c.Coder, &text, &c.At); err != nil {
			return err
		}
		var k kept
		if err := json.Unmarshal([]byte(text), &k); err != nil {
			return fmt.Errorf("codes of excerpt %s: %w", id, err)
		}
		c.Codes, c.First, c.Since = k.Codes, k.First, k.Since
		out[id] = append(out[id], c)
		return nil
	})
	return out, err
}

// agreed are the codes that at least half of those who coded an excerpt give it now, in the order of the book.
func agreed(given []Coding, book []Code) []Code {
	var out []Code
	for _, c := range book {
		n := 0
		for _, g := range given {
			if slices.Contains(g.Codes, c.ID) {
				n++
			}
		}
		if n > 0 && 2*n >= len(given) {
			out = append(out, c)
		}
	}
	return out
}
