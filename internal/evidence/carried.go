package evidence

import (
	"slices"
	"strings"

	"milieu/internal/lake"
)

// carriedPrefix begins the names of tables that come from the release before.
const carriedPrefix = "previous_"

// Carried is the stage previous_<table>: columns of a table of the release that was
// current when the build began, and no rows where there is none. Sources and
// decisions do not make such rows, so only stages that are always run may read it
// (lake.Stage.Always): building again with nothing changed must give the same release.
func Carried(table string, columns ...NounColumn) lake.Stage {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return lake.Stage{Name: carriedPrefix + table, View: true, Private: true, Grain: "one row a row of " + table + " of the release before",
		SQL: "select " + strings.Join(names, ", ") + " from (" + noRows(columns) + ")"}
}

// carry lets the carried stages read the current release, where there is one that
// this program reads.
func carry(ws *Workspace, stages []lake.Stage) []lake.Stage {
	before, err := Current(ws)
	if err != nil {
		return stages
	}
	out := slices.Clone(stages)
	for i, s := range out {
		name, carried := strings.CutPrefix(s.Name, carriedPrefix)
		k := slices.IndexFunc(before.Manifest.Tables, func(t Table) bool { return t.Name == name && t.isTable() })
		if !carried || k < 0 {
			continue
		}
		// The empty form goes on to name and type the columns.
		out[i].SQL = strings.TrimSuffix(s.SQL, ")") + " union all by name from read_parquet(" + lake.Literal(before.Path(before.Manifest.Tables[k].File)) + "))"
	}
	return out
}
