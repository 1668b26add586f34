package sheet

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"milieu/internal/tabular"
)

// book is a workbook of given parts; those that are not given are made so that it can be read,
// those that are "-" are left out.
func book(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	all := map[string]string{
		"[Content_Types].xml":        `<Types/>`,
		"xl/workbook.xml":            `<workbook xmlns:r="r"><sheets><sheet name="Table" r:id="a"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="a" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="s" Type="x/styles" Target="/xl/styles.xml"/><Relationship Id="t" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
		"xl/styles.xml":              `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-809]dd\ mmmm\ yyyy;@"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="10"/><xf numFmtId="22"/></cellXfs></styleSheet>`,
		"xl/sharedStrings.xml":       `<sst><si><t>id</t></si><si><r><t>rich</t></r><r><t xml:space="preserve"> text</t></r><rPh><t>reading</t></rPh></si><si><t>_x000D_line_x0041_ _xyz_</t></si></sst>`,
	}
	for name, text := range parts {
		all[name] = text
		if text == "-" {
			delete(all, name)
		}
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range sorted(all) {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, all[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func sorted(m map[string]string) (names []string) {
	for n := range m {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

func onDisk(t testing.TB, b []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "book.xlsx")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// textOf is the text of the first sheet.
func textOf(t testing.TB, b []byte) (string, error) {
	t.Helper()
	w, err := Open(onDisk(t, b))
	if err != nil {
		return "", err
	}
	defer w.Close()
	names, err := w.Sheets("")
	if err != nil {
		return "", err
	}
	rows, err := w.Rows(names[0])
	if err != nil {
		return "", err
	}
	defer rows.Close()
	text, err := io.ReadAll(rows.Text())
	return string(text), err
}

const sheet1 = "xl/worksheets/sheet1.xml"

func TestText(t *testing.T) {
	cases := []struct{ name, rows, want string }{
		{"kinds of cells", `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>in "line"</t></is></c><c r="C1" t="str"><f>A1</f><v>sum</v></c><c r="D1" t="b"><v>1</v></c><c r="E1" t="e"><v>#N/A</v></c><c r="F1"><v>12</v></c></row>`,
			"\"id\",\"in \"\"line\"\"\",\"sum\",\"TRUE\",\"#N/A\",12\n"},
		{"rich and escaped text", `<row><c t="s"><v>1</v></c><c t="s"><v>2</v></c></row>`, "\"rich text\",\"lineA _xyz_\"\n"},
		{"numbers without noise", `<row><c><v>2888913.3333333335</v></c><c><v>0.30000000000000004</v></c><c><v>1E+20</v></c><c><v>1.0000000000000001E-5</v></c><c><v>-0</v></c><c><v>-7.5</v></c></row>`,
			"2888913.33333333,0.3,100000000000000000000,0.00001,0,-7.5\n"},
		{"dates and percentages", `<row><c s="1"><v>41184</v></c><c s="3"><v>41184.75</v></c><c s="2"><v>0.5038</v></c><c s="1"><v>59</v></c><c s="1"><v>60</v></c><c s="1"><v>61</v></c><c s="0"><v>41184</v></c><c s="9"><v>1</v></c></row>`,
			"\"2012-10-02\",\"2012-10-02T18:00:00\",\"50.38%\",\"1900-02-28\",60,\"1900-03-01\",41184,1\n"},
		{"rows and cells left out", `<row r="2"><c r="B2"><v>1</v></c></row><row r="5"/><row><c r="AB6"><v>2</v></c></row>`, "\n,1\n\n\n\n" + strings.Repeat(",", 27) + "2\n"},
		{"a number that is none", `<row><c><v>12 kg</v></c></row>`, "\"12 kg\"\n"},
		{"line ends in a cell", "<row><c t=\"inlineStr\"><is><t>a\nb\r\nc\td</t></is></c></row>", "\"a b c d\"\n"},
		{"no rows", ``, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := textOf(t, book(t, map[string]string{sheet1: `<x:worksheet xmlns:x="m"><sheetData>` + c.rows + `</sheetData><pageMargins/></x:worksheet>`}))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// Half a second before midnight is the next day, which has no time.
func TestDay_midnight(t *testing.T) {
	var w Workbook
	if got, ok := w.day(45000 + 1 - 0.4/secondsOfDay); !ok || got != "2023-03-16" { // 45000 is 15 March 2023
		t.Errorf("%q %v, want 2023-03-16", got, ok)
	}
	if got, ok := w.day(45000.5); !ok || got != "2023-03-15T12:00:00" {
		t.Errorf("%q %v", got, ok)
	}
}

// Workbooks of the Macintosh count days from 1904.
func TestText_1904(t *testing.T) {
	got, err := textOf(t, book(t, map[string]string{
		"xl/workbook.xml": `<workbook xmlns:r="r"><workbookPr date1904="1"/><sheets><sheet name="Table" r:id="a"/></sheets></workbook>`,
		sheet1:            `<worksheet><sheetData><row><c s="1"><v>40999</v></c></row></sheetData></worksheet>`,
	}))
	if err != nil || got != "\"2016-04-01\"\n" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestWorkbook_refused(t *testing.T) {
	row := func(s string) map[string]string {
		return map[string]string{sheet1: `<worksheet><sheetData>` + s + `</sheetData></worksheet>`}
	}
	cases := []struct {
		name  string
		parts map[string]string
		want  string
	}{
		{"cut sheet", map[string]string{sheet1: `<worksheet><sheetData><row><c><v>1</v></c></row><row><c`}, "damaged in its part xl/worksheets/sheet1.xml"},
		{"sheet that ends", map[string]string{sheet1: `<worksheet><sheetData><row><c><v>1</v></c></row>`}, "it ends too early"},
		{"no sheet", map[string]string{"xl/workbook.xml": `<workbook/>`}, "has no sheet"},
		{"broken workbook", map[string]string{"xl/workbook.xml": `<workbook`}, "damaged in its part xl/workbook.xml"},
		{"cut texts", map[string]string{"xl/sharedStrings.xml": `<sst><si><t>`, sheet1: ``}, "damaged in its part xl/sharedStrings.xml"},
		{"text that is not there", row(`<row><c t="s"><v>7</v></c></row>`), `names the text "7"`},
		{"rows back", row(`<row r="5"/><row r="4"/>`), "row that follows is numbered"},
		{"too many rows", row(`<row r="1048577"/>`), "at most 1048576 rows"},
		{"too wide", row(`<row r="3"><c r="XFD3"><v>1</v></c></row>`), "row 3 of the sheet: it has more than 1024 columns"},
		{"cells back", row(`<row><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>`), `a cell is named "A1"`},
		{"long row", row(`<row><c t="inlineStr"><is><t>` + strings.Repeat("x", mostRowText+1) + `</t></is></c></row>`), "more than a megabyte of text"},
		{"endless text", row(`<row><c><v>` + strings.Repeat("1", 40<<20) + `</v></c></row>`), "longer than any cell can be"},
		{"bomb", row(strings.Repeat(" ", 70<<20)), "which is more than is safe"},
		{"binary workbook", map[string]string{"xl/workbook.xml": "-", "xl/workbook.bin": "x"}, "not in the form of .xlsx"},
		{"lost part", map[string]string{"xl/_rels/workbook.xml.rels": "-"}, "lacks its part xl/_rels/workbook.xml.rels"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := textOf(t, book(t, c.parts))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

func TestIsWorkbook(t *testing.T) {
	if !IsWorkbook(onDisk(t, book(t, nil))) {
		t.Error("a workbook is not told")
	}
	for name, b := range map[string][]byte{"text": []byte("a,b\n"), "empty": nil, "ZIP of tables": zipped(t, "table.csv"), "cut": book(t, nil)[:100]} {
		if IsWorkbook(onDisk(t, b)) {
			t.Errorf("%s is taken for a workbook", name)
		}
	}
}

func TestSheets(t *testing.T) {
	w, err := Open(onDisk(t, book(t, map[string]string{
		"xl/workbook.xml":            `<workbook xmlns:r="r"><sheets><sheet name="Secret" state="hidden" r:id="a"/><sheet name="Chart" r:id="c"/><sheet name="Awards 2016 " r:id="a"/><sheet name="Awards 2017" r:id="b"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="a" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="b" Type="x/worksheet" Target="worksheets/sheet2.xml"/><Relationship Id="c" Type="x/chartsheet" Target="chartsheets/sheet1.xml"/></Relationships>`,
	})))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for pattern, want := range map[string][]string{"": {"Awards 2016", "Awards 2017"}, "awards*": {"Awards 2016", "Awards 2017"}, "Secret": {"Secret"}, "AWARDS 2017": {"Awards 2017"}} {
		got, err := w.Sheets(pattern)
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("%q: %v %s", pattern, err, d)
		}
	}
	if _, err := w.Sheets("Grants"); err == nil || !strings.Contains(err.Error(), `no sheet that matches "Grants"; it has "Secret", "Awards 2016", "Awards 2017"`) {
		t.Error(err)
	}
	if _, err := w.Rows("Grants"); err == nil {
		t.Error("a sheet that is not there is opened")
	}
	if _, err := w.Rows("Awards 2017"); err == nil || !strings.Contains(err.Error(), "lacks the part xl/worksheets/sheet2.xml") {
		t.Error(err)
	}
}

func TestFormatOf(t *testing.T) {
	for code, want := range map[string]format{
		"General": plain, "0.00": plain, `#,##0\ "days"`: plain, "[Red]0": plain, `_-[$£-809]* #,##0.00_-`: plain, "h:mm": plain, "0.00E+00": plain, "@": plain, `"d`: plain,
		"0%": percent, "0.0%;[Red]-0.0%": percent, `0\%`: plain, "dd/mm/yyyy": date, `[$-407]d/\ mmm/\ yy;@`: date, "yyyy": date, `0;"x"d`: plain,
	} {
		if got := formatOf(code); got != want {
			t.Errorf("%s is %d, want %d", code, got, want)
		}
	}
}

// What the library writes is read as the library reads it.
func TestText_library(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	var want strings.Builder
	for i := range 3000 {
		row := []any{fmt.Sprintf("name %d & \"co\"", i), i, float64(i) / 8, i%2 == 0}
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&want, "\"name %d & \"\"co\"\"\",%d,%v,\"%s\"\n", i, i, float64(i)/8, strings.ToUpper(fmt.Sprint(i%2 == 0)))
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	got, err := textOf(t, out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want.String(), got); d != "" {
		t.Error(d)
	}
}

// FuzzText reads any sheet: each row of the text stands on the line of its number, and the reader of sources
// loses none.
func FuzzText(f *testing.F) {
	f.Add([]byte(`<row r="1"><c t="inlineStr"><is><t>a</t></is></c></row><row r="3"><c r="A3" s="1"><v>41184</v></c><c s="2"><v>.5</v></c></row>`), []byte(`<si><t>x</t></si>`))
	f.Add([]byte("<row><c t=\"s\"><v>0</v></c></row><row r=\"9\"><c t=\"str\"><v>\"q\"\n,</v></c></row>"), []byte(`<si><r><t>a</t></r></si>`))
	f.Fuzz(func(t *testing.T, rows, texts []byte) {
		b := book(t, map[string]string{sheet1: "<worksheet><sheetData>" + string(rows) + "</sheetData></worksheet>", "xl/sharedStrings.xml": "<sst>" + string(texts) + "</sst>"})
		w, err := Open(onDisk(t, b))
		if err != nil {
			return
		}
		defer w.Close()
		again, err := w.Rows("Table")
		if err != nil {
			return
		}
		defer again.Close()
		filled := map[int]bool{}
		for {
			line, cells, err := again.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return
			}
			for _, c := range cells {
				if strings.TrimSpace(quotable(c.Text)) != "" {
					filled[line] = true
				}
			}
		}
		text, err := textOf(t, b)
		if err != nil {
			t.Fatalf("the sheet reads once and not again: %v", err)
		}
		var out bytes.Buffer
		st, err := tabular.Read(context.Background(), strings.NewReader("\"a\"\n"+text), &out, tabular.Spec{Columns: []tabular.Column{{Name: "a"}}, Delimiter: ',', Encoding: tabular.UTF8, Sheet: true, Workers: 1},
			func(r tabular.Reject) { t.Errorf("row %d is refused: %s", r.Line, r.Reason) })
		if err != nil {
			if len(filled) > 0 {
				t.Fatalf("%v; %d rows", err, len(filled))
			}
			return
		}
		if st.Read != len(filled) {
			t.Errorf("%d rows are read of %d", st.Read, len(filled))
		}
		for line := range strings.Lines(out.String()) {
			n, _, _ := strings.Cut(line, string(tabular.Separator))
			var at int
			if _, err := fmt.Sscan(n, &at); err != nil || !filled[at-1] {
				t.Errorf("row %s is not there", n)
			}
		}
	})
}

// BenchmarkText reads a sheet of 20,000 rows by 20 columns.
func BenchmarkText(b *testing.B) {
	var rows strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&rows, `<row r="%d">`, i+1)
		for c := range 20 {
			fmt.Fprintf(&rows, `<c r="%c%d" s="%d"><v>%d</v></c>`, 'A'+c, i+1, c%3, i*c)
		}
		rows.WriteString("</row>")
	}
	file := onDisk(b, book(b, map[string]string{sheet1: "<worksheet><sheetData>" + rows.String() + "</sheetData></worksheet>"}))
	b.SetBytes(int64(rows.Len()))
	for b.Loop() {
		w, err := Open(file)
		if err != nil {
			b.Fatal(err)
		}
		r, err := w.Rows("Table")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, r.Text()); err != nil {
			b.Fatal(err)
		}
		r.Close()
		w.Close()
	}
}
