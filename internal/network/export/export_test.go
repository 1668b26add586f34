package export

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the expected files anew")

// hostile is a network with what breaks careless writers: markup in names and ids, characters that XML cannot hold, a
// formula, several ties between two, a value that is not known, a node without a tie or a place.
func hostile() Network {
	nodes := []Node{
		{ID: "amrc", Label: `AMRC & "partners" <Factory 2050>`, Placed: true, X: 0.25, Y: 0.75, Values: []string{"driver", "2", "0.5", "true"}},
		{ID: "b/ü", Label: "=cmd|' /C calc'!A0", Placed: true, X: 1, Y: 0, Values: []string{"firm", "2", "", "false"}},
		{ID: "c]]>", Label: "bell \a end", Values: []string{"", "1", "1e-07", ""}},
		{ID: "alone", Label: "Alone", Values: []string{"firm", "0", "", ""}},
	}
	ties := []Tie{
		{ID: "1", From: "amrc", To: "b/ü", Weight: 1, Start: 2015, End: 2019, Values: []string{"supplies", "true", "tables/ties.csv:3 & more"}},
		{ID: "2", From: "b/ü", To: "amrc", Weight: 0.5, Start: 2020, Values: []string{"partner_in_project", "false", ""}},
		{ID: "3", From: "amrc", To: "c]]>", Weight: 2, Values: []string{"works_with", "false", "x"}},
	}
	return Network{Title: "A & B", About: []Fact{{"release", "0123"}, {"filter", "role=<firm>"}},
		Nodes: Table[Node]{[]Column{{"role", String, "main role"}, {"degree", Integer, "ties"}, {"betweenness", Double, ""}, {"team", Boolean, ""}}, slices.Values(nodes)},
		Ties:  Table[Tie]{[]Column{{"kind", String, "kind of tie"}, {"directed", Boolean, ""}, {"records", String, "file and line"}}, slices.Values(ties)}}
}

func written(t *testing.T, format string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, format, hostile()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The committed files were read back once with networkx 3 by oracle/graph/read_export.py, which compares every value.
func TestWrite_expected(t *testing.T) {
	for _, format := range []string{"graphml", "gexf"} {
		file, got := filepath.Join("testdata", FileName("hostile", format)), written(t, format)
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not as expected:\n%s", format, got)
		}
		wellFormed(t, got)
	}
}

func wellFormed(t *testing.T, data []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestWrite_csv(t *testing.T) {
	data := written(t, "csv")
	if !bytes.Equal(data, written(t, "csv")) {
		t.Error("the same network gives other bytes")
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][][]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if rows[f.Name], err = csv.NewReader(r).ReadAll(); err != nil {
			t.Fatal(err)
		}
	}
	for file, want := range map[string]int{"nodes.csv": 5, "ties.csv": 4, "columns.csv": 8, "about.csv": 4} {
		if len(rows[file]) != want {
			t.Errorf("%s has %d rows, want %d", file, len(rows[file]), want)
		}
	}
	if got := rows["nodes.csv"][2][1]; strings.HasPrefix(got, "=") {
		t.Errorf("a formula stays live: %q", got)
	}
	if got, want := strings.Join(rows["ties.csv"][1], "|"), "1|amrc|b/ü|1|2015|2019|supplies|true|tables/ties.csv:3 & more"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestWrite_faults(t *testing.T) {
	n := hostile()
	n.Nodes.Rows = slices.Values([]Node{{ID: "x", Values: []string{"one"}}})
	for _, format := range Formats() {
		if err := Write(io.Discard, format, n); err == nil || !strings.Contains(err.Error(), `node "x"`) {
			t.Errorf("%s: %v", format, err)
		}
	}
	if err := Write(io.Discard, "dot", hostile()); err == nil || !strings.Contains(err.Error(), "graphml, gexf, csv") {
		t.Error(err)
	}
	n = hostile()
	n.Ties.Columns = append(n.Ties.Columns, Column{"kind", String, ""})
	if err := Write(io.Discard, "gexf", n); err == nil {
		t.Error("a key may stand twice")
	}
}

func TestFileName(t *testing.T) {
	if FileName("n", "csv") != "n.zip" || FileName("n", "gexf") != "n.gexf" || MediaType("csv") != "application/zip" {
		t.Error("names of files")
	}
}
