package org

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"milieu/internal/lake"
	"milieu/internal/link"
)

// Names of the tables that hold no organisation twice, beside the sources that say so.
const (
	teamTable     = "team"
	registerTable = "register"
)

const scoredColumns = "kind varchar, a varchar, b varchar, a_table varchar, b_table varchar, weight double, probability double, why varchar"

// scoredStage compares records: the pairs that may be one organisation, with what
// speaks for and against it, and the blocks that were too large to be looked at.
func scoredStage(l Linkage) lake.Stage {
	return lake.Stage{Name: "link_scored", Inputs: []string{"ev_organisation", "ev_name", "ev_site", "ev_identifier", "postcode"}, Private: true,
		Grain:   "one row a pair of records that may be one organisation, or a block of records that was too large",
		Version: fmt.Sprintf("2 %s %s %v %v %q", link.Version, l.Model.Hash(), l.Review, l.Unique, registerQuery+othersQuery),
		Run: func(ctx context.Context, w lake.Work) error {
			return writeTable(ctx, w, scoredColumns, "kind, a, b, weight, probability", true, func(r *rowWriter) error { return score(ctx, w, l, r) })
		}}
}

// score writes nothing where there is nothing to compare with, and looks at the
// register only where there is.
func score(ctx context.Context, w lake.Work, l Linkage, r *rowWriter) error {
	tables, err := linkTables(ctx, w, l)
	if err != nil || !worth(tables) {
		return err
	}
	if l.Dir != "" {
		if err := os.MkdirAll(l.Dir, 0o755); err != nil {
			return err
		}
	}
	o := link.Options{Dir: l.Dir, MemoryMB: l.MemoryMB, Seed: 1, Keep: l.Review, Threshold: l.Accept, Parts: true, Progress: w.Progress}
	report, err := link.Run(ctx, l.Model, tables, o, func(p link.Pair) error {
		left, right := tables[p.Left.Table], tables[p.Right.Table]
		a, b, ta, tb := left.ID(p.Left.Row), right.ID(p.Right.Row), left.Name(), right.Name()
		if a == b {
			return nil
		}
		if a > b {
			a, b, ta, tb = b, a, tb, ta
		}
		why, err := json.Marshal(spoken(p))
		r.row("pair", a, b, ta, tb, p.Weight, p.Probability, string(why))
		return err
	})
	if err != nil {
		return fmt.Errorf("compare records: %w", err)
	}
	for _, rule := range report.Rules {
		rest := rule.RefusedPairs
		for _, b := range rule.Refused {
			rest -= b.Pairs
			r.row("refused", rule.Name, b.Key, nil, nil, float64(b.Records), float64(b.Pairs), nil)
		}
		if more := rule.RefusedBlocks - int64(len(rule.Refused)); more > 0 {
			r.row("refused", rule.Name, fmt.Sprintf("(%d further blocks)", more), nil, nil, float64(0), float64(rest), nil)
		}
	}
	return nil
}

// spoken are the parts of a pair that say something: not those whose values are missing.
func spoken(p link.Pair) []link.Part {
	var out []link.Part
	for i, part := range p.Parts {
		if i == 0 || i > len(p.Levels) || p.Levels[i-1] >= 0 {
			out = append(out, part)
		}
	}
	return out
}

// worth says that there are two records that could be one organisation.
func worth(tables []*link.Table) bool {
	held := 0
	for _, t := range tables {
		if t.Len() > 0 {
			held++
		}
		if !t.Unique() && t.Len() > 1 {
			return true
		}
	}
	return held > 1
}

// linkColumns are what records are compared by, in the order of the queries.
var linkColumns = []string{"name", "alt_names", "address", "town", "postcode", "lon", "lat", "company_number", "charity_number", "ror", "vat", "ids", "country"}

// registerQuery gives the register's records.
const registerQuery = `select o.key, o.name, null, s.address, s.town, s.postcode, round(coalesce(s.lon, p.lon), 5), round(coalesce(s.lat, p.lat), 5),
  case when starts_with(o.key, 'GB-COH-') then substr(o.key, 8) end, null, null, null, null, null
from ev_organisation o
left join (select key, min(address) as address, min(town) as town, min(postcode) as postcode, min(lon) as lon, min(lat) as lat from ev_site where kind = 'registered-office' group by key) s on s.key = o.key
left join postcode p on p.postcode = s.postcode
where o.origin = 'register'
order by o.key`

// othersQuery gives the records of the team and of lists, by the table in which they
// are compared. What the team says of a company of the register is the register's
// record, and a record that several sources hold under one key stands once. Points that are off by more than
// half a kilometre say no more than the town does.
const othersQuery = `with held as (
  select case when o.origin = 'team' then 'team' else o.source end as place, o.key, o.name from ev_organisation o
  where o.origin <> 'register'
  qualify row_number() over (partition by o.key order by o.origin <> 'team', o.source, o.file, o.line) = 1
),
mine as (
  select h.place, h.key, h.name from held h
  anti join (select key from ev_organisation where origin = 'register' and key in (select key from held where starts_with(key, 'GB-COH-'))) r on r.key = h.key
),
names as (select n.key, string_agg(distinct replace(n.name, '|', ' '), '|' order by replace(n.name, '|', ' ')) as names from ev_name n semi join mine m on m.key = n.key group by n.key),
site as (
  select s.key, min({'rank': case s.kind when 'address' then 0 when 'registered-office' then 1 else 2 end, 'none': s.postcode is null, 'source': s.source, 'line': s.line,
    'address': nullif(s.address, ''), 'town': s.town, 'postcode': s.postcode,
    'lon': case when s.precision_m is null or s.precision_m <= 500 then s.lon end, 'lat': case when s.precision_m is null or s.precision_m <= 500 then s.lat end}) as at
  from ev_site s semi join mine m on m.key = s.key group by s.key
),
number as (
  select i.key, string_agg(distinct i.value, '|' order by i.value) filter (where i.scheme = 'GB-COH') as company, string_agg(distinct i.value, '|' order by i.value) filter (where i.scheme = 'GB-CHC') as charity,
    string_agg(distinct i.value, '|' order by i.value) filter (where i.scheme = 'ROR') as ror, string_agg(distinct i.value, '|' order by i.value) filter (where starts_with(i.scheme, 'VAT')) as vat,
    string_agg(distinct i.scheme || ':' || i.value, '|' order by i.scheme || ':' || i.value) filter (where i.scheme not in ('GB-COH', 'GB-CHC', 'ROR', 'WIKIDATA', 'CROSSREF') and not starts_with(i.scheme, 'VAT')) as ids
  from ev_identifier i semi join mine m on m.key = i.key group by i.key
)
select m.place, m.key, m.name, n.names, s.at.address, s.at.town, s.at.postcode, round(coalesce(s.at.lon, p.lon), 5), round(coalesce(s.at.lat, p.lat), 5),
  i.company, i.charity, i.ror, i.vat, i.ids, null
from mine m
left join names n on n.key = m.key
left join site s on s.key = m.key
left join number i on i.key = m.key
left join postcode p on p.postcode = s.at.postcode
order by m.place <> 'team', m.place, m.key`

// records reads a query of linkColumns after leading columns into calls of add, which
// gets the leading cells and those of the model's columns.
type records struct {
	w       lake.Work
	columns []string // names in the model
	take    []int    // their places in linkColumns
}

func newRecords(w lake.Work, m link.Model) records {
	r := records{w: w}
	for _, c := range m.Columns() {
		for _, name := range append([]string{c.Name}, c.Also...) {
			if k := slices.Index(linkColumns, strings.ToLower(name)); k >= 0 {
				r.columns, r.take = append(r.columns, c.Name), append(r.take, k)
				break
			}
		}
	}
	return r
}

func (r records) read(ctx context.Context, query string, leading []string, add func(leading, cells []string) error) error {
	var cols []string
	for _, c := range append(slices.Clone(leading), linkColumns...) {
		cols = append(cols, "translate("+c+"::varchar, chr(10) || chr(13) || chr(31), '   ')")
	}
	spool := filepath.Join(r.w.Dir, "records.txt")
	query = "select " + strings.Join(cols, ", ") + " from (" + query + ") t(" + strings.Join(append(slices.Clone(leading), linkColumns...), ", ") + ")"
	if err := r.w.DB.Spool(ctx, query, spool); err != nil {
		return err
	}
	cells := make([]string, len(r.take))
	err := eachLine(ctx, spool, len(cols), func(f []string) error {
		for i, k := range r.take {
			cells[i] = f[len(leading)+k]
		}
		return add(f[:len(leading)], cells)
	})
	if err != nil {
		return err
	}
	return os.Remove(spool)
}

// linkTables loads the records: the team's, those of each list, and the register's
// where there are others. The register comes first.
func linkTables(ctx context.Context, w lake.Work, l Linkage) ([]*link.Table, error) {
	var n int
	if err := w.DB.QueryRowContext(ctx, "select count(*) from (select 1 from ev_organisation where origin <> 'register' limit 1)").Scan(&n); err != nil || n == 0 {
		return nil, err
	}
	r := newRecords(w, l.Model)
	var tables []*link.Table
	err := r.read(ctx, othersQuery, []string{"place", "key"}, func(lead, cells []string) error {
		if n := len(tables); n == 0 || tables[n-1].Name() != lead[0] {
			tables = append(tables, link.NewTable(lead[0], r.columns, lead[0] == teamTable || slices.Contains(l.Unique, lead[0])))
		}
		return tables[len(tables)-1].Add(lead[1], cells)
	})
	if err != nil {
		return nil, err
	}
	register := link.NewTable(registerTable, r.columns, true)
	err = r.read(ctx, registerQuery, []string{"key"}, func(lead, cells []string) error { return register.Add(lead[0], cells) })
	return append([]*link.Table{register}, tables...), err
}
