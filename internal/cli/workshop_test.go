package cli

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"strings"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/portfolio/workshop"
)

// TestWorkshop: a workshop that was held on the pages is listed, shown, explained and exported.
func TestWorkshop(t *testing.T) {
	t.Setenv(databaseEnv, "")
	ws := testPlace(t)
	run := func(want int, args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if code := testProgram(&out, &errs).Run(t.Context(), args); code != want {
			t.Fatalf("%v: exit code %d, want %d\n%s%s", args, code, want, &out, &errs)
		}
		return out.String() + errs.String()
	}
	if out := run(0, "workshop", "list", "--dir", ws.Dir); !strings.Contains(out, "There is no workshop") {
		t.Errorf("empty list: %s", out)
	}
	p := testProgram(io.Discard, os.Stderr)
	db, err := p.openStore(t.Context(), ws)
	if err != nil {
		t.Fatal(err)
	}
	b := workshop.Book{DB: db, Workspace: ws.ID, Now: p.Now}
	setup := workshop.Setup{Question: "Which comes first?", Options: []workshop.Option{{ID: "factory-2050", Name: "Factory 2050"}, {ID: "=1+1", Name: "=1+1"}},
		Criteria: []workshop.Criterion{{Key: "c1", Name: "Growth", Source: "growth", Unit: "%", Worst: 0, Best: 100}, {Key: "c2", Name: "Reach", Worst: 0, Best: 10}}}
	id, err := b.Make(t.Context(), auth.Machine(ws.ID), setup)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Weigh(t.Context(), auth.Machine(ws.ID), id, workshop.Weights{Name: "Firms", Swings: workshop.Swings{Points: map[string]float64{"c1": 100, "c2": 50}}}); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if out := run(0, "workshop", "--dir", ws.Dir); !strings.Contains(out, id) || !strings.Contains(out, "Which comes first?") {
		t.Errorf("list: %s", out)
	}
	if out := run(0, "workshop", "show", id, "--dir", ws.Dir); !strings.Contains(out, "Factory 2050") || !strings.Contains(out, "Only Firms has weighed") || !strings.Contains(out, "Not known") {
		t.Errorf("show: %s", out)
	}
	var e workshop.Export
	if err := json.Unmarshal([]byte(run(0, "workshop", "export", id, "--dir", ws.Dir)), &e); err != nil || len(e.Views) != 2 || e.Stakeholders[0].Name != "Firms" {
		t.Errorf("export: %v %+v", err, e)
	}
	if out := run(0, "workshop", "export", id, "--csv", "--dir", ws.Dir); !strings.Contains(out, "\nfactory-2050,Factory 2050,all weights,") || strings.Contains(out, "\n=1+1") {
		t.Errorf("CSV: %s", out)
	}
	if out := run(0, "why", "--dir", ws.Dir, "workshop/"+id); !strings.Contains(out, "Weights of Firms") {
		t.Errorf("why: %s", out)
	}
	for _, c := range []struct {
		code int
		says string
		args []string
	}{
		{1, "no workshop", []string{"workshop", "show", "w-none", "--dir", ws.Dir}},
		{2, "there are list, show, export", []string{"workshop", "weigh", "--dir", ws.Dir}},
		{2, "takes the id", []string{"workshop", "show", "--dir", ws.Dir}},
		{2, "takes no id", []string{"workshop", "list", id, "--dir", ws.Dir}},
		{2, "--csv is for", []string{"workshop", "show", id, "--csv", "--dir", ws.Dir}},
	} {
		if out := run(c.code, c.args...); !strings.Contains(out, c.says) {
			t.Errorf("%v does not say %q: %s", c.args, c.says, out)
		}
	}
}
