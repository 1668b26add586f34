package sheet

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"milieu/internal/tabular"
)

var cols = []tabular.Column{{Name: "id"}, {Name: "name", Headers: []string{"name", "Organisation"}}, {Name: "jobs", Kind: tabular.Number}}

func read(t *testing.T, data []byte) Table {
	t.Helper()
	got, err := Read(context.Background(), data, cols)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestRead_csv(t *testing.T) {
	for name, text := range map[string]string{
		"plain":        "id,name,jobs\na,Acme,12\nb,\"Bolt, Ltd\",\n",
		"excel":        "\ufeffid;Organisation;jobs\r\na;Acme;12\r\nb;Bolt, Ltd;\r\n",
		"windows-1252": "id,name,jobs\na,Acme,12\nb,\"Bolt, Ltd\",",
	} {
		got := read(t, []byte(text))
		want := []Row{{2, []string{"a", "Acme", "12"}}, {3, []string{"b", "Bolt, Ltd", ""}}}
		if d := cmp.Diff(want, got.Rows); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	got := read(t, []byte("id,colour\na,red\n"))
	if d := cmp.Diff(Table{Present: []bool{true, false, false}, Unused: []string{"colour"}, Rows: []Row{{2, []string{"a", "", ""}}}}, got); d != "" {
		t.Error(d)
	}
}

// TestRoundTrip takes a table away in both forms and brings it back: nothing may
// have changed, formulas and apostrophes least of all.
func TestRoundTrip(t *testing.T) {
	rows := [][]string{{"a", "=1+1", "12"}, {"b", "+44 114", "-3.5"}, {"c", "-cmd|' /C calc'!A0", "1e3"}, {"d", "@sum(a1)", ""}, {"e", "'quoted'", "0"}, {"f", "'=kept", "7"}, {"g", "Ångström & <b>", "100000000000"}}
	var want []Row
	for i, r := range rows {
		want = append(want, Row{i + 2, r})
	}
	header := []string{"id", "name", "jobs"}
	var c, x bytes.Buffer
	if err := WriteCSV(&c, header, rows); err != nil {
		t.Fatal(err)
	}
	if err := WriteXLSX(&x, "table", header, []bool{false, false, true}, rows); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, read(t, c.Bytes()).Rows); d != "" {
		t.Errorf("CSV: %s", d)
	}
	want[2].Cells = []string{"c", "-cmd|' /C calc'!A0", "1000"} // a number has one form in a workbook
	if d := cmp.Diff(want, read(t, x.Bytes()).Rows); d != "" {
		t.Errorf("XLSX: %s", d)
	}
	for line := range strings.Lines(c.String()) {
		for _, cell := range strings.Split(strings.TrimSpace(line), ",") {
			cell = strings.Trim(cell, `"`)
			if cell != "" && strings.ContainsRune("=+@", rune(cell[0])) || strings.HasPrefix(cell, "-cmd") {
				t.Errorf("the CSV has a live cell %q", cell)
			}
		}
	}
	for name, text := range parts(t, x.Bytes()) {
		if strings.Contains(text, "<f>") || strings.Contains(text, "<f ") {
			t.Errorf("the workbook has a formula in %s", name)
		}
	}
}

func parts(t *testing.T, data []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(b)
	}
	return out
}

// workbook is a small good one, with the text of its first sheet put in the place of its own.
func workbook(t testing.TB, sheet string) []byte {
	t.Helper()
	var good bytes.Buffer
	if err := WriteXLSX(&good, "table", []string{"id", "name"}, []bool{false, false}, [][]string{{"a", "Acme"}}); err != nil {
		t.Fatal(err)
	}
	in, err := zip.NewReader(bytes.NewReader(good.Bytes()), int64(good.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range in.File {
		w, err := z.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == "xl/worksheets/sheet1.xml" && sheet != "" {
			if _, err := io.WriteString(w, sheet); err != nil {
				t.Fatal(err)
			}
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(w, r); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestRead_refused(t *testing.T) {
	bomb := workbook(t, `<worksheet><sheetData>`+strings.Repeat("<row><c><v>1</v></c></row>", 1_000_000)+`</sheetData></worksheet>`)
	laughs := `<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>` +
		`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>&c;</t></is></c></row></sheetData></worksheet>`
	wide := "id" + strings.Repeat(",x", 10)
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":       {nil, "is empty"},
		"binary":      {[]byte("id,name\n\x00\x01"), "neither CSV"},
		"old form":    {[]byte("\xd0\xcf\x11\xe0\xa1\xb1"), ".xls"},
		"cut":         {workbook(t, "")[:400], "cut or damaged"},
		"no workbook": {zipped(t, "a.txt"), "cannot be read"},
		"bomb":        {bomb, "unpacks to"},
		"too large":   {make([]byte, MostBytes+1), "more than 10 MB"},
		"twice":       {[]byte("id,id\na,b\n"), "stands 2 times"},
		"too ragged":  {[]byte("id,name\n" + strings.Repeat("a,b,c,d\n", MostRows+1)), "more than 20000 rows"},
		"too long":    {[]byte("id\n" + strings.Repeat("a\n", MostRows+1)), "more than 20000 rows"},
		"many parts":  {zipped(t, manyNames()...), "parts"},
	} {
		_, err := Read(context.Background(), c.data, cols)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want something with %q", name, err, c.want)
		}
	}
	// Entities are not followed: the file is refused or read without them, and stays small.
	if got, err := Read(context.Background(), workbook(t, laughs), cols); err == nil {
		for _, r := range got.Rows {
			if len(strings.Join(r.Cells, "")) > 100 {
				t.Errorf("an entity was followed: %q", r.Cells)
			}
		}
	}
	if got := read(t, []byte(wide+"\na\n")); len(got.Rejects)+len(got.Rows) != 1 {
		t.Errorf("a short row is lost: %+v", got)
	}
}

func manyNames() (names []string) {
	for i := range mostMembers + 1 {
		names = append(names, fmt.Sprint(i))
	}
	return names
}

func zipped(t *testing.T, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names {
		if _, err := z.Create(n); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestRead_formula takes what a formula came to, as the reader of the workbook saw it.
func TestRead_formula(t *testing.T) {
	f := excelize.NewFile()
	for cell, v := range map[string]any{"A1": "id", "B1": "name", "A2": "a"} {
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SetCellFormula("Sheet1", "B2", `=HYPERLINK("http://evil.example","x")`); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	if got := read(t, b.Bytes()).Rows[0].Cells[1]; strings.Contains(got, "HYPERLINK") {
		t.Errorf("a formula was taken as text: %q", got)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("id,name\na,b\n"))
	f.Add([]byte("id;name\r\n\"a\nb\";'=c\r\n"))
	f.Add(workbook(f, ""))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := Read(context.Background(), data, cols)
		if err != nil {
			return
		}
		for _, r := range got.Rows {
			if len(r.Cells) != len(cols) {
				t.Fatalf("row %d has %d cells", r.Line, len(r.Cells))
			}
			for _, c := range r.Cells {
				if Bare(Safe(c)) != c {
					t.Fatalf("%q does not come back: %q", c, Bare(Safe(c)))
				}
			}
		}
	})
}
