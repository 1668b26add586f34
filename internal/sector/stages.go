package sector

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"

	"milieu/internal/lake"
)

// Stages make the tables sector, sector_member and sector_near. The definitions are those of
// Load; what the team keeps in its table of sectors goes before them.
func Stages(list []Kept, wanted []string) []lake.Stage {
	return []lake.Stage{
		{Name: "sector", Inputs: []string{"ev_sector_definition"}, Grain: "one row a sector", Key: []string{"sector"},
			Version: "2 " + digest(list, wanted), Run: func(ctx context.Context, w lake.Work) error { return writeSectors(ctx, w, list, wanted) }},
		{Name: "sector_fault", Inputs: []string{"ev_sector_definition"}, Grain: "one row a row of the team's table of sectors that cannot be used",
			Version: "1 " + digest(list, wanted), Run: func(ctx context.Context, w lake.Work) error { return writeFaults(ctx, w, list, wanted) }},
		{Name: "sector_hit", Inputs: []string{"sector", "organisation", "activity", "alias"}, Grain: "one row a rule that an organisation meets", Private: true,
			Version: "1 " + hitsVersion(), Run: writeHits},
		{Name: "sector_member", Inputs: []string{"sector_hit"}, Grain: "one row an organisation in a sector", Key: []string{"sector", "org_id"}, Sorted: []string{"sector", "org_id"}, SQL: memberSQL},
		{Name: "sector_near", Inputs: []string{"sector_hit"}, Grain: "one row an organisation that an exclusion keeps out of a sector", Key: []string{"sector", "org_id"}, Sorted: []string{"sector", "org_id"}, SQL: nearSQL},
	}
}

func digest(list []Kept, wanted []string) string {
	h := sha256.New()
	for _, k := range list {
		fmt.Fprintf(h, "%s\x1f%s\x1f%s\x1e", k.Origin, k.File, k.Text)
	}
	fmt.Fprintf(h, "%q", wanted)
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// writeSectors puts the definitions in force into a table.
func writeSectors(ctx context.Context, w lake.Work, list []Kept, wanted []string) error {
	list, err := choose(append([]Kept{}, list...), wanted)
	if err != nil {
		return err
	}
	if err := check(list); err != nil {
		return err
	}
	team, _, err := teamDefinitions(ctx, w.DB, list)
	if err != nil {
		return err
	}
	lines, sources := map[string]int{}, map[string]string{}
	for _, k := range team {
		// What the team made in the browser is wanted without being named.
		list = put(list, k.Kept)
		lines[k.ID], sources[k.ID] = k.record.Line, k.record.Source
	}
	var values []string
	for i, k := range list {
		sum := sha256.Sum256([]byte(k.Text))
		cells := []string{lake.Literal(k.ID), fmt.Sprint(i)}
		for _, s := range []string{k.Name, k.Summary, k.Version, k.Reference, k.URL, k.Reading, k.Origin, k.File, sources[k.ID]} {
			cells = append(cells, "nullif("+lake.Literal(s)+", '')")
		}
		values = append(values, "("+strings.Join(append(cells, fmt.Sprint(lines[k.ID]), lake.Literal(k.Text), lake.Literal(hex.EncodeToString(sum[:6]))), ", ")+")")
	}
	query := "select null::varchar as sector, 0 as position, null::varchar as name, null::varchar as summary, null::varchar as version, null::varchar as reference, null::varchar as url, null::varchar as reading, " +
		"null::varchar as origin, null::varchar as file, null::varchar as source, 0::bigint as line, null::varchar as definition, null::varchar as hash where false"
	if len(values) > 0 {
		query = "select sector::varchar as sector, position::integer as position, name::varchar as name, summary::varchar as summary, version::varchar as version, reference::varchar as reference, url::varchar as url, reading::varchar as reading, " +
			"origin::varchar as origin, file::varchar as file, source::varchar as source, line::bigint as line, definition::varchar as definition, hash::varchar as hash from (values " + strings.Join(values, ", ") +
			") v(sector, position, name, summary, version, reference, url, reading, origin, file, source, line, definition, hash) order by position"
	}
	return w.DB.Copy(ctx, query, filepath.Join(w.Dir, lake.TableFile))
}

// hitsVersion changes with the statements: it is the digest of those for one definition
// that has every kind of rule.
func hitsVersion() string {
	rules := []Rule{{Codes: []string{"25"}}, {Codes: []string{"25"}, Words: []string{"steel*"}, In: fields}, {Organisations: []string{"1"}}}
	sum := sha256.Sum256([]byte(hitsSQL([]Definition{{ID: "a", Include: rules, Exclude: rules}}, "alias")))
	return hex.EncodeToString(sum[:6])
}

// writeHits finds which rules of which sectors each organisation meets.
func writeHits(ctx context.Context, w lake.Work) error {
	list, err := readDefinitions(ctx, w.DB)
	if err != nil {
		return err
	}
	return w.DB.Copy(ctx, hitsSQL(list, "alias")+" order by sector, org_id, side, rule", filepath.Join(w.Dir, lake.TableFile))
}

// readDefinitions reads the definitions of a release, by position.
func readDefinitions(ctx context.Context, q lake.Querier) ([]Definition, error) {
	rows, err := q.QueryContext(ctx, "select sector, definition from sector order by position")
	if err != nil {
		return nil, fmt.Errorf("sectors: %w", err)
	}
	defer rows.Close()
	var out []Definition
	for rows.Next() {
		var id, text string
		if err := rows.Scan(&id, &text); err != nil {
			return nil, err
		}
		d, err := Parse("sector "+id, text)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, rows.Err()
}

// A named organisation stands before all other rules; else the first rule of the list counts.
const (
	includedCTE = `with best as (
  select sector, org_id, side, rule, kind, matched, source, file, line,
    row_number() over (partition by sector, org_id, side order by kind <> 'organisation', rule) as nth
  from sector_hit
),
inside as (select sector, org_id, rule, kind, matched, source, file, line from best where side = 'include' and nth = 1),
outside as (select sector, org_id, rule, kind, matched from best where side = 'exclude' and nth = 1)
`
	memberSQL = includedCTE + `select i.sector, i.org_id, i.rule, i.kind, i.matched, i.source, i.file, i.line
from inside i
left join outside o on o.sector = i.sector and o.org_id = i.org_id
where o.org_id is null or (i.kind = 'organisation' and o.kind <> 'organisation')`
	nearSQL = includedCTE + `select i.sector, i.org_id, i.rule, i.kind, i.matched, o.rule as excluded_by, o.kind as excluded_kind, o.matched as excluded_match, i.source, i.file, i.line
from inside i
join outside o on o.sector = i.sector and o.org_id = i.org_id
where not (i.kind = 'organisation' and o.kind <> 'organisation')`
)
