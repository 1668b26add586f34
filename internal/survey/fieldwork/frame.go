package fieldwork

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/survey"
	"milieu/internal/survey/frame"
	"milieu/internal/typed"
)

// Counts are the firms of a frame, without any name.
type Counts struct {
	Firms     int             `json:"firms"`
	Strata    []StratumCount  `json:"strata"`
	Groupings []GroupingCount `json:"groupings"`
	Cells     []CellCount     `json:"cells"`
}

// CellCount is the firms that are in one stratum and in the same category of each grouping.
type CellCount struct {
	Stratum string   `json:"stratum"`
	Groups  []string `json:"groups"` // categories in the order of Counts.Groupings
	Frame   int      `json:"frame"`
}

// StratumCount is the firms of a stratum in the frame.
type StratumCount struct {
	Key   string `json:"key"`
	Label string `json:"label"`
	Frame int    `json:"frame"`
}

// GroupingCount is the firms of a frame by the categories of a grouping.
type GroupingCount struct {
	Key        string          `json:"key"`
	Label      string          `json:"label"`
	Categories []CategoryCount `json:"categories"`
}

// CategoryCount is the firms of one category, in all and by stratum.
type CategoryCount struct {
	Key       string         `json:"key"`
	Label     string         `json:"label"`
	Frame     int            `json:"frame"`
	ByStratum map[string]int `json:"by_stratum"`
}

// CountsOf counts the firms of a frame.
func CountsOf(f frame.Frame) Counts {
	c := Counts{Firms: len(f.Units), Strata: []StratumCount{}, Groupings: []GroupingCount{}}
	in := f.ByStratum()
	for _, s := range f.Strata {
		c.Strata = append(c.Strata, StratumCount{s.Key, s.Label, in[s.Key]})
	}
	for _, g := range f.Groupings {
		out := GroupingCount{Key: g.Key, Label: g.Label}
		at := map[string]int{}
		for i, k := range g.Categories {
			at[k.Key] = i
			out.Categories = append(out.Categories, CategoryCount{Key: k.Key, Label: k.Label, ByStratum: map[string]int{}})
		}
		for _, u := range f.Units {
			if i, ok := at[u.Groups[g.Key]]; ok {
				out.Categories[i].Frame++
				out.Categories[i].ByStratum[u.Stratum]++
			}
		}
		c.Groupings = append(c.Groupings, out)
	}
	c.Cells = crossed(f)
	return c
}

// crossed counts the firms by stratum and all groupings at once, in the order of their keys.
func crossed(f frame.Frame) []CellCount {
	by := map[string]*CellCount{}
	for _, u := range f.Units {
		groups := make([]string, len(f.Groupings))
		for i, g := range f.Groupings {
			groups[i] = u.Groups[g.Key]
		}
		key := u.Stratum + "\x00" + strings.Join(groups, "\x00")
		if by[key] == nil {
			by[key] = &CellCount{Stratum: u.Stratum, Groups: groups}
		}
		by[key].Frame++
	}
	out := []CellCount{}
	for _, key := range sortedKeys(by) {
		out = append(out, *by[key])
	}
	return out
}

// groupsOf are the groups that all firms of a stratum have in common: what is known of an answer of which only the stratum is.
func (c Counts) groupsOf(stratum string) map[string]string {
	n := 0
	for _, s := range c.Strata {
		if s.Key == stratum {
			n = s.Frame
		}
	}
	out := map[string]string{}
	for _, g := range c.Groupings {
		for _, k := range g.Categories {
			if n > 0 && k.ByStratum[stratum] == n {
				out[g.Key] = k.Key
			}
		}
	}
	return out
}

// stratum is how a stratum is called; false where the frame has none of that key.
func (c Counts) stratum(key string) (StratumCount, bool) {
	for _, s := range c.Strata {
		if s.Key == key {
			return s, true
		}
	}
	return StratumCount{}, false
}

// Frozen says what was frozen and drawn, without the firms.
type Frozen struct {
	Query     frame.Query
	ReleaseID string
	Hash      string // SHA-256 of the frame's bytes
	Counts    Counts
	At, By    string
	Plan      map[string]int // firms to draw by stratum; nil before a draw
	Seed      uint64
	DrawnAt   string // "" before a draw
}

const (
	frameWrite = `insert into survey_frame (workspace, survey_id, query, release_id, units, hash, content, counts, strata, seed, drawn_at, frozen_at, frozen_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, '', 0, '', $9, $10)
on conflict (workspace, survey_id) do update set query = excluded.query, release_id = excluded.release_id, units = excluded.units, hash = excluded.hash, content = excluded.content,
  counts = excluded.counts, strata = '', seed = 0, drawn_at = '', frozen_at = excluded.frozen_at, frozen_by = excluded.frozen_by`
	frameContent = `select content from survey_frame where workspace = $1 and survey_id = $2`
	frameAbout   = `select query, release_id, hash, counts, strata, seed, drawn_at, frozen_at, frozen_by from survey_frame where workspace = $1 and survey_id = $2`
	unitsSent    = `select count(unit_id) from survey_unit where workspace = $1 and survey_id = $2 and sent_at <> ''`
	responsesAll = `select count(response_id) from survey_response where workspace = $1 and survey_id = $2`
	unitsDelete  = `delete from survey_unit where workspace = $1 and survey_id = $2`
)

// Freeze keeps the firms that could be asked. It replaces a frame from which nobody has been asked yet, with what was drawn from
// that. A stratum of an anonymous survey holds frame.LeastAnonymous firms or more.
func (b Book) Freeze(ctx context.Context, a auth.Actor, id string, version int64, f frame.Frame) error {
	if len(f.Units) == 0 {
		return &typed.InputError{Fields: map[string]string{"": frame.ErrEmpty.Error()}}
	}
	content, err := f.Encode()
	if err != nil {
		return err
	}
	query, err := json.Marshal(f.Query)
	if err != nil {
		return fmt.Errorf("query of a frame: %w", err)
	}
	counts, err := json.Marshal(CountsOf(f))
	if err != nil {
		return fmt.Errorf("counts of a frame: %w", err)
	}
	return b.edit(ctx, a, id, version, func(q store.Querier, now time.Time, s Survey) (audit.Event, error) {
		if small := f.Small(frame.LeastAnonymous); s.Level == survey.Anonymous && len(small) > 0 {
			var names []string
			for _, t := range small {
				names = append(names, fmt.Sprintf("%s (%d)", t.Label, t.Units))
			}
			return audit.Event{}, typed.Whole("a stratum of an anonymous survey holds %d firms or more, so that nobody is found by it; put together: %s", frame.LeastAnonymous, strings.Join(names, ", "))
		}
		if err := b.untouched(ctx, q, id); err != nil {
			return audit.Event{}, err
		}
		if _, err := q.ExecContext(ctx, unitsDelete, b.Workspace, id); err != nil {
			return audit.Event{}, err
		}
		hash := store.Hash(string(content))
		_, err := q.ExecContext(ctx, frameWrite, b.Workspace, id, string(query), f.ReleaseID, len(f.Units), hash, content, string(counts), store.Time(now), a.PersonID)
		return audit.Event{Action: "survey.freeze", Detail: map[string]string{"firms": fmt.Sprint(len(f.Units)), "release": f.ReleaseID, "hash": hash}}, err
	})
}

// untouched says that nobody has been asked and nothing has been answered.
func (b Book) untouched(ctx context.Context, q store.Querier, id string) error {
	for _, query := range []string{unitsSent, responsesAll} {
		var n int
		if err := q.QueryRowContext(ctx, query, b.Workspace, id).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			return typed.Whole("firms of this frame have been asked already, and it stays as it is; make a new wave for another frame")
		}
	}
	return nil
}

// Frame is the frozen frame with its firms; ErrNotFound where none is frozen. It takes as long as the frame is large: Frozen says
// what is in it without reading it.
func (b Book) Frame(ctx context.Context, a auth.Actor, id string) (frame.Frame, error) {
	var f frame.Frame
	err := b.read(ctx, a, auth.ReadSurveys, func(q store.Querier) error {
		var err error
		f, err = b.frameIn(ctx, q, id)
		return err
	})
	return f, err
}

func (b Book) frameIn(ctx context.Context, q store.Querier, id string) (frame.Frame, error) {
	var content []byte
	if err := none(q.QueryRowContext(ctx, frameContent, b.Workspace, id).Scan(&content)); err != nil {
		return frame.Frame{}, err
	}
	if len(content) == 0 {
		return frame.Frame{}, ErrNotFound // its time was over
	}
	f, err := frame.Decode(content)
	if err != nil {
		return f, fmt.Errorf("frame of survey %s: %w", id, err)
	}
	return f, nil
}

// Frozen says what was frozen and drawn; ErrNotFound where nothing is. It names no firm and is for those who may read the survey; the
// seed, by which with a release the draw could be made again, is for those who may see whom it asks.
func (b Book) Frozen(ctx context.Context, a auth.Actor, id string) (Frozen, error) {
	var f Frozen
	if _, err := b.Survey(ctx, a, id); err != nil {
		return f, err
	}
	err := b.DB.View(ctx, func(q store.Querier) error {
		team, err := b.isTeam(ctx, q, a)
		if err != nil {
			return err
		}
		if f, err = b.frozenIn(ctx, q, id); err == nil && !team {
			f = f.forAll()
		}
		return err
	})
	return f, err
}

// forAll is what everybody may know of a draw.
func (f Frozen) forAll() Frozen {
	f.By, f.Seed = "", 0
	return f
}

func (b Book) frozenIn(ctx context.Context, q store.Querier, id string) (Frozen, error) {
	var f Frozen
	var query, counts, plan string
	var seed int64
	err := none(q.QueryRowContext(ctx, frameAbout, b.Workspace, id).Scan(&query, &f.ReleaseID, &f.Hash, &counts, &plan, &seed, &f.DrawnAt, &f.At, &f.By))
	if err != nil {
		return f, err
	}
	f.Seed = uint64(seed)
	for _, part := range []struct {
		text string
		to   any
	}{{query, &f.Query}, {counts, &f.Counts}, {plan, &f.Plan}} {
		if part.text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(part.text), part.to); err != nil {
			return f, fmt.Errorf("frame of survey %s: %w", id, err)
		}
	}
	return f, nil
}
