package sector

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// Fault is a row of the team's table of sectors that cannot be used, and what is wrong with
// it. The build goes on with the definition that there was before.
type Fault struct {
	ID, What string
	Record   evidence.Record
}

// teamKept is a definition of the team's table with its row.
type teamKept struct {
	Kept
	record evidence.Record
}

// teamDefinitions reads the team's table of sectors over the list of the workspace. A person may
// keep any text there, so what cannot be read is a fault and does not stop the build.
func teamDefinitions(ctx context.Context, q lake.Querier, list []Kept) (good []teamKept, faults []Fault, err error) {
	rows, err := q.QueryContext(ctx, "select id, definition, source, file, line from ev_sector_definition order by source, file, line")
	if err != nil {
		return nil, nil, fmt.Errorf("definitions of the team: %w", err)
	}
	defer rows.Close()
	list = append([]Kept{}, list...)
	for rows.Next() {
		var id, text string
		var from evidence.Record
		if err := rows.Scan(&id, &text, &from.Source, &from.File, &from.Line); err != nil {
			return nil, nil, err
		}
		d, err := Parse("definition", text)
		next := put(append([]Kept{}, list...), Kept{Definition: d})
		switch {
		case err == nil && d.ID != id:
			err = fmt.Errorf("the row is of the sector %q, its definition of %q; make them the same", id, d.ID)
		case err == nil:
			err = check(next)
		}
		if err != nil {
			faults = append(faults, Fault{id, err.Error(), from})
			continue
		}
		list = next
		good = slices.DeleteFunc(good, func(k teamKept) bool { return k.ID == id })
		good = append(good, teamKept{Kept{d, FromDecision, from.File}, from})
	}
	return good, faults, rows.Err()
}

// writeFaults keeps what is wrong with rows of the team's table.
func writeFaults(ctx context.Context, w lake.Work, list []Kept, wanted []string) error {
	list, err := choose(append([]Kept{}, list...), wanted)
	if err != nil {
		return err
	}
	_, faults, err := teamDefinitions(ctx, w.DB, list)
	if err != nil {
		return err
	}
	var rows []string
	for _, f := range faults {
		rows = append(rows, fmt.Sprintf("(%s, %s, %s, %s, %d)", lake.Literal(f.ID), lake.Literal(f.What), lake.Literal(f.Record.Source), lake.Literal(f.Record.File), f.Record.Line))
	}
	query := "select sector::varchar as sector, what::varchar as what, source::varchar as source, file::varchar as file, line::bigint as line from " +
		values(rows, "sector, what, source, file, line") + " order by source, file, line"
	return w.DB.Copy(ctx, query, filepath.Join(w.Dir, lake.TableFile))
}

// Faults reads the rows of the team's table that a release could not use.
func Faults(ctx context.Context, q lake.Querier) ([]Fault, error) {
	rows, err := q.QueryContext(ctx, "select sector, what, source, file, line from sector_fault order by source, file, line")
	if err != nil {
		return nil, fmt.Errorf("faults of sectors: %w", err)
	}
	defer rows.Close()
	var out []Fault
	for rows.Next() {
		var f Fault
		if err := rows.Scan(&f.ID, &f.What, &f.Record.Source, &f.Record.File, &f.Record.Line); err != nil {
			return nil, err
		}
		f.What = strings.TrimSpace(f.What)
		out = append(out, f)
	}
	return out, rows.Err()
}
