package facts_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"milieu/internal/bizcase"
	"milieu/internal/report"
)

func plainRows(rows [][]report.Text) [][]string {
	var out [][]string
	for _, row := range rows {
		var cells []string
		for _, c := range row {
			cells = append(cells, c.Plain())
		}
		out = append(out, cells)
	}
	return out
}

// A workspace of which nearly nothing is known has a case too: what is not known is a gap or said to be unknown, and nothing fails.
func TestAlmostEmpty(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "place")
	run(t, "init", dir)
	run(t, "build", dir)
	f := of(t, dir)
	names, err := f.Names(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for _, n := range names {
		switch n.Kind {
		case "table", "chart":
			text += "{{" + n.Source + "}}\n\n"
		default:
			if strings.Contains(n.Value, "not known") {
				t.Errorf("%s is listed and comes to %q", n.Source, n.Value)
			}
		}
	}
	made, err := bizcase.Make(t.Context(), bizcase.Content{Title: "Nothing", Stage: bizcase.Outline, Sections: []bizcase.Section{{ID: "all", Text: text}}}, f)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range append(made.Problems, bizcase.Loose(made.Doc)...) {
		t.Errorf("%s %s: %s", p.Kind, p.Source, p.Message)
	}
	for _, name := range []string{"special 1 name", "broker 1 name", "asked x"} {
		_, err := f.Figure(t.Context(), strings.Fields(name))
		var unknown *bizcase.UnknownError
		if !errors.As(err, &unknown) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if made.Doc.Gaps() < 5 {
		t.Errorf("%d gaps in the case of an empty place", made.Doc.Gaps())
	}
}
