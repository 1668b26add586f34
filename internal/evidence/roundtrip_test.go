package evidence_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// TestSources_sheetAndJSON reads grants that two funders published both as a workbook and as JSON: the rows of all
// nouns are the same. How many there are was counted apart from this program, in Python from the JSON.
func TestSources_sheetAndJSON(t *testing.T) {
	data := realData(t, "360giving")
	publishers := []struct {
		id, file string
		grants   int
		rows     map[string]int
	}{
		{"abct", "a001p00000zgyHZAAY", 783, map[string]int{"organisation": 322, "role": 1, "identifier": 323, "site": 319, "project": 783, "participation": 1566}},
		{"alwf", "a003W000001B7PzQAK", 475, map[string]int{"organisation": 289, "role": 1, "identifier": 235, "site": 287, "project": 475, "participation": 950}},
	}
	var lists []realList
	for _, p := range publishers {
		path := "360giving/original_spreadsheets/" + p.file
		lists = append(lists, realList{id: p.id + "-sheet", kind: "360giving-sheet", path: path + ".xlsx"}, realList{id: p.id + "-json", kind: "360giving", path: path + ".json"})
	}
	nouns := []string{"organisation", "role", "identifier", "site", "project", "participation"}
	ws := realWorkspace(t, data, lists)
	res, err := evidence.Build(t.Context(), ws, evidence.BuildOptions{Stages: allNouns(nouns...), Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	db, err := res.Release.Open(t.Context(), lake.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for i, p := range publishers {
		for k, format := range []string{"sheet", "json"} {
			if r := res.Release.Manifest.Sources[2*i+k].Reading; r.Read != p.grants || r.Accepted != p.grants || r.Cells != 0 {
				t.Errorf("%s as %s: %+v, want %d grants", p.id, format, r, p.grants)
			}
		}
		for _, n := range nouns {
			rows := 0
			scan(t, db, "select count(*) from want_"+n+" where source = '"+p.id+"-sheet'", &rows)
			if rows != p.rows[n] {
				t.Errorf("%s: %d rows of %s, want %d", p.id, rows, n, p.rows[n])
			}
			var only [2][]string
			only[0] = onlyIn(t, db, n, p.id+"-sheet", p.id+"-json")
			only[1] = onlyIn(t, db, n, p.id+"-json", p.id+"-sheet")
			for k, format := range []string{"sheet", "json"} {
				if len(only[k]) > 0 {
					t.Errorf("%s %s: %d rows only as %s:\n%s", p.id, n, len(only[k]), format, strings.Join(only[k][:min(len(only[k]), 10)], "\n"))
				}
			}
		}
	}
}

// onlyIn are the rows of a noun that one source has and another has not.
func onlyIn(t *testing.T, db *lake.DB, noun, a, b string) (out []string) {
	t.Helper()
	n := evidence.Nouns[slices.IndexFunc(evidence.Nouns, func(n evidence.Noun) bool { return n.Name == noun })]
	cols := strings.Join(columns(n)[2:], ", ")
	rows, err := db.QueryContext(t.Context(), fmt.Sprintf("select r::varchar from (select %[1]s from want_%[2]s where source = '%[3]s' except all select %[1]s from want_%[2]s where source = '%[4]s') r order by 1", cols, noun, a, b))
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}
