package sector

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// ErrNotFound says that a release has no such sector.
var ErrNotFound = fmt.Errorf("there is no such sector in this release: %w", fs.ErrNotExist)

// Row is a sector of a release with how many it holds.
type Row struct {
	Definition
	Position                 int
	Origin, Hash             string
	Record                   evidence.Record // of the team's table; empty for others
	File                     string
	Organisations, Known     int
	Of                       int // organisations of the release
	Employees                int64
	KeptOut                  int
	ByCode, ByWords, ByNames int // members by the kind of rule that took them in
}

// Share is the part of all organisations that is in the sector, in per cent.
func (s Row) Share() float64 { return 100 * float64(s.Organisations) / float64(max(1, s.Of)) }

const listQuery = `with m as (
  select m.sector, count(*) as n, count(o.employees) as known, coalesce(sum(o.employees), 0) as employees,
    count(*) filter (where m.kind in ('code', 'code and words')) as by_code, count(*) filter (where m.kind = 'words') as by_words, count(*) filter (where m.kind = 'organisation') as by_names
  from sector_member m join organisation o on o.org_id = m.org_id where $1 = '' or m.sector = $1 group by m.sector
),
k as (select sector, count(*) as n from sector_near where $1 = '' or sector = $1 group by sector)
select s.sector, s.definition, s.position, s.origin, s.hash, coalesce(s.file, ''), coalesce(s.source, ''), s.line, coalesce(m.n, 0), coalesce(m.known, 0), coalesce(m.employees, 0), coalesce(k.n, 0), coalesce(m.by_code, 0), coalesce(m.by_words, 0), coalesce(m.by_names, 0), (select count(*) from organisation)
from sector s left join m on m.sector = s.sector left join k on k.sector = s.sector
where $1 = '' or s.sector = $1 order by s.position`

// List reads the sectors of a release, by position.
func List(ctx context.Context, q lake.Querier) ([]Row, error) { return list(ctx, q, "") }

// Find reads one sector. The error is ErrNotFound where there is none.
func Find(ctx context.Context, q lake.Querier, id string) (Row, error) {
	if id != "" {
		rows, err := list(ctx, q, id)
		if err != nil || len(rows) > 0 {
			return append(rows, Row{})[0], err
		}
	}
	return Row{}, fmt.Errorf("sector %q: %w", id, ErrNotFound)
}

func list(ctx context.Context, q lake.Querier, id string) ([]Row, error) {
	rows, err := q.QueryContext(ctx, listQuery, id)
	if err != nil {
		return nil, fmt.Errorf("sectors: %w", err)
	}
	defer rows.Close()
	var out []Row
	for rows.Next() {
		var s Row
		var sector, text string
		if err := rows.Scan(&sector, &text, &s.Position, &s.Origin, &s.Hash, &s.File, &s.Record.Source, &s.Record.Line, &s.Organisations, &s.Known, &s.Employees, &s.KeptOut, &s.ByCode, &s.ByWords, &s.ByNames, &s.Of); err != nil {
			return nil, fmt.Errorf("sectors: %w", err)
		}
		if s.Definition, err = Parse("sector "+sector, text); err != nil {
			return nil, err
		}
		s.Record.File = s.File
		out = append(out, s)
	}
	return out, rows.Err()
}

// Member is an organisation in a sector, or kept out of it, with why.
type Member struct {
	Sector, ID, Name string
	Code, Activity   string // first industry code with its label
	Employees        sql.NullInt64
	Rule             int // of the inclusion list, from 1
	Kind, Matched    string
	Reason           string // of the rule
	Out              *Exclusion
	Record           evidence.Record // the row that fits the rule
}

// Exclusion is the rule that keeps an organisation out.
type Exclusion struct {
	Rule                  int
	Kind, Matched, Reason string
}

const memberColumns = `m.sector, o.org_id, o.name, coalesce(o.main_code, ''), coalesce(i.label, ''), o.employees, m.rule, m.kind, m.matched, m.source, m.file, m.line`

// A class without subclasses has four digits in the classification and a 0 more in the register.
const memberJoin = ` m join organisation o on o.org_id = m.org_id left join profile_industry i on i.code = o.main_code `

// Members reads those in a sector, the largest first, from offset on; a rule above 0 narrows
// to those that it takes in. No limit is all.
func (s Row) Members(ctx context.Context, q lake.Querier, rule, limit, offset int) ([]Member, error) {
	return s.members(ctx, q, "select "+memberColumns+", 0, '', '' from sector_member"+memberJoin+"where m.sector = $1 and ($2 = 0 or m.rule = $2) order by o.employees desc nulls last, o.name, o.org_id limit $3 offset $4", rule, limit, offset)
}

// Near reads those that an exclusion keeps out.
func (s Row) Near(ctx context.Context, q lake.Querier, limit int) ([]Member, error) {
	return s.members(ctx, q, "select "+memberColumns+", m.excluded_by, m.excluded_kind, m.excluded_match from sector_near"+memberJoin+"where m.sector = $1 and $2 = 0 order by o.employees desc nulls last, o.name, o.org_id limit $3 offset $4", 0, limit, 0)
}

func (s Row) members(ctx context.Context, q lake.Querier, query string, rule, limit, offset int) ([]Member, error) {
	if limit <= 0 {
		limit = 1 << 40
	}
	rows, err := q.QueryContext(ctx, query, s.ID, rule, limit, offset)
	if err != nil {
		return nil, fmt.Errorf("members of the sector %s: %w", s.ID, err)
	}
	defer rows.Close()
	var out []Member
	for rows.Next() {
		m, err := s.member(rows)
		if err != nil {
			return nil, fmt.Errorf("members of the sector %s: %w", s.ID, err)
		}
		out = append(out, m)
	}
	return out, rows.Err()
}

func (s Row) member(rows *sql.Rows) (Member, error) {
	m, out, err := scanMember(rows)
	if out.Rule > 0 {
		m.Out = &out
	}
	return s.withReasons(m), err
}

func scanMember(rows *sql.Rows) (m Member, out Exclusion, err error) {
	err = rows.Scan(&m.Sector, &m.ID, &m.Name, &m.Code, &m.Activity, &m.Employees, &m.Rule, &m.Kind, &m.Matched, &m.Record.Source, &m.Record.File, &m.Record.Line, &out.Rule, &out.Kind, &out.Matched)
	return m, out, err
}

// withReasons gives the reasons of the sector's rules.
func (s Row) withReasons(m Member) Member {
	if m.Rule >= 1 && m.Rule <= len(s.Include) {
		m.Reason = s.Include[m.Rule-1].Reason
	}
	if m.Out != nil && m.Out.Rule <= len(s.Exclude) {
		m.Out.Reason = s.Exclude[m.Out.Rule-1].Reason
	}
	return m
}

// RuleCounts is how many members each inclusion rule takes in; a member counts with the
// first rule that fits.
func (s Row) RuleCounts(ctx context.Context, q lake.Querier) ([]int, error) {
	out := make([]int, len(s.Include))
	rows, err := q.QueryContext(ctx, "select rule, count(*) from sector_member where sector = $1 group by rule order by rule", s.ID)
	if err != nil {
		return nil, fmt.Errorf("rules of the sector %s: %w", s.ID, err)
	}
	defer rows.Close()
	for rows.Next() {
		var rule, n int
		if err := rows.Scan(&rule, &n); err != nil {
			return nil, err
		}
		if rule >= 1 && rule <= len(out) {
			out[rule-1] = n
		}
	}
	return out, rows.Err()
}

// Of reads, of the sectors of a list, those that an organisation is in or kept out of, by position.
func Of(ctx context.Context, q lake.Querier, list []Row, org string) ([]Member, error) {
	rows, err := q.QueryContext(ctx, "select "+memberColumns+", 0, '', '' from sector_member"+memberJoin+"where m.org_id = $1 union all select "+memberColumns+", m.excluded_by, m.excluded_kind, m.excluded_match from sector_near"+memberJoin+"where m.org_id = $1", org)
	if err != nil {
		return nil, fmt.Errorf("sectors of %s: %w", org, err)
	}
	defer rows.Close()
	found := map[string]Member{}
	for rows.Next() {
		m, err := Row{}.member(rows)
		if err != nil {
			return nil, fmt.Errorf("sectors of %s: %w", org, err)
		}
		found[m.Sector] = m
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	var out []Member
	for _, s := range list {
		if m, ok := found[s.ID]; ok {
			out = append(out, s.withReasons(m))
		}
	}
	return out, nil
}

// Why says why an organisation is in the sector or kept out of it. The error is ErrNotFound
// where no rule speaks of it.
func (s Row) Why(ctx context.Context, q lake.Querier, org string) (Member, error) {
	in, err := s.one(ctx, q, "select "+memberColumns+", 0, '', '' from sector_member"+memberJoin+"where m.sector = $1 and m.org_id = $2", org)
	if !errors.Is(err, ErrNotFound) {
		return in, err
	}
	return s.one(ctx, q, "select "+memberColumns+", m.excluded_by, m.excluded_kind, m.excluded_match from sector_near"+memberJoin+"where m.sector = $1 and m.org_id = $2", org)
}

func (s Row) one(ctx context.Context, q lake.Querier, query, org string) (Member, error) {
	rows, err := q.QueryContext(ctx, query, s.ID, org)
	if err != nil {
		return Member{}, fmt.Errorf("sector %s: %w", s.ID, err)
	}
	defer rows.Close()
	if rows.Next() {
		return s.member(rows)
	}
	if err := rows.Err(); err != nil {
		return Member{}, err
	}
	return Member{}, fmt.Errorf("no rule of the sector %s takes %s in: %w", s.ID, org, ErrNotFound)
}

// Change is what another version of a sector would change.
type Change struct {
	Enter, Leave []Member // the largest first
	Stay         int
}

// Compare holds another definition against the members of a release: who would enter, by
// which of its rules, and who would leave. The sector need not be in the release.
func Compare(ctx context.Context, q lake.Querier, d Definition) (Change, error) {
	d.ID = strings.ToLower(d.ID)
	now := Row{Definition: d}
	if kept, err := Find(ctx, q, d.ID); err == nil {
		now = kept
	} else if !errors.Is(err, ErrNotFound) {
		return Change{}, err
	}
	// The same statements as in the build, over the rules of this definition alone; those who leave
	// are marked with a rule below 0.
	query := "with sector_hit as materialized (" + hitsSQL([]Definition{d}, "record") + "), made as materialized (" + memberSQL + `),
changed as (
  select n.sector, n.org_id, n.rule, n.kind, n.matched, n.source, n.file, n.line, 0 as mark from made n where n.org_id not in (select org_id from sector_member where sector = $1)
  union all
  select n.sector, n.org_id, n.rule, n.kind, n.matched, n.source, n.file, n.line, -1 from sector_member n where n.sector = $1 and n.org_id not in (select org_id from made)
)
select ` + memberColumns + ", m.mark, '', '' from changed" + memberJoin + "order by o.employees desc nulls last, o.name, o.org_id"
	rows, err := q.QueryContext(ctx, query, d.ID)
	if err != nil {
		return Change{}, fmt.Errorf("comparing the sector %s: %w", d.ID, err)
	}
	defer rows.Close()
	var c Change
	for rows.Next() {
		m, mark, err := scanMember(rows)
		if err != nil {
			return Change{}, fmt.Errorf("comparing the sector %s: %w", d.ID, err)
		}
		if mark.Rule < 0 {
			c.Leave = append(c.Leave, now.withReasons(m))
		} else {
			c.Enter = append(c.Enter, Row{Definition: d}.withReasons(m))
		}
	}
	c.Stay = now.Organisations - len(c.Leave)
	return c, rows.Err()
}

// Differences says in words how one definition differs from another, rule by rule; nothing
// where they are the same but for the way they are written.
func Differences(from, to Definition) []string {
	var out []string
	if from.AnyCode != to.AnyCode {
		out = append(out, map[bool]string{true: "any of a firm's codes counts", false: "only the first code counts"}[to.AnyCode])
	}
	for _, side := range []struct {
		word     string
		from, to []Rule
	}{{"includes", from.Include, to.Include}, {"excludes", from.Exclude, to.Exclude}} {
		has := func(list []Rule, r Rule) bool {
			return slices.ContainsFunc(list, func(o Rule) bool { return o.Phrase() == r.Phrase() })
		}
		for _, r := range side.to {
			if !has(side.from, r) {
				out = append(out, side.word+" "+r.Phrase())
			}
		}
		for _, r := range side.from {
			if !has(side.to, r) {
				out = append(out, "no longer "+side.word+" "+r.Phrase())
			}
		}
	}
	return out
}
