package tabular

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func read(t *testing.T, in string, spec Spec) (string, []Reject, Stats, error) {
	t.Helper()
	var out bytes.Buffer
	var rejects []Reject
	st, err := Read(context.Background(), strings.NewReader(in), &out, spec, func(r Reject) { rejects = append(rejects, r) })
	if err == nil && st.Read != st.Accepted+st.Rejected {
		t.Errorf("read %d, accepted %d, rejected %d: rows are lost", st.Read, st.Accepted, st.Rejected)
	}
	return strings.ReplaceAll(out.String(), string(Separator), "|"), rejects, st, err
}

var two = []Column{{Name: "a", NotNull: true}, {Name: "n", Kind: Integer}}

func TestRead_dialects(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{"comma", "a,n\nx,1\n", "2|x|1\n"},
		{"no last line end", "a,n\nx,1", "2|x|1\n"},
		{"byte order mark and CRLF", "\ufeffa,n\r\nx,\"1,234\"\r\ny,\r\n", "2|x|1234\n3|y|\n"},
		{"classic Mac", "a,n\rx,1\ry,2\r", "2|x|1\n3|y|2\n"},
		{"semicolon", "a;n\nx;1\n", "2|x|1\n"},
		{"tab", "n\ta\n1\tx y\n", "2|x y|1\n"},
		{"quoted newline keeps line numbers", "a,n\n\"x\ny\",1\nz,2\n", "2|x y|1\n4|z|2\n"},
		{"doubled quotes", "a,n\n\"say \"\"yes\"\"\",1\n", "2|say \"yes\"|1\n"},
		{"quote inside bare text", "a,n\n12\" pipe,1\n9\" pipe,2\n", "2|12\" pipe|1\n3|9\" pipe|2\n"},
		{"headers with spaces and case", " A ,\" N\"\nx,1\n", "2|x|1\n"},
		{"blank lines", "\n\na,n\n\nx,1\n,\n", "5|x|1\n"},
		{"classic Mac with line feeds in a cell", "a,n\r\"x\ny\",1\rz,2\r", "2|x y|1\n3|z|2\n"},
		{"titles above the header", "Grants of the year\n\n\"Issued\",\"by\",\"whom\"\na;n\nx;1\n", "5|x|1\n"},
		{"titles padded to the width", "Grants,\n,\na,n\nx,1\n", "4|x|1\n"},
		{"Windows-1252", "a,n\ncaf\xe9 \x96 bar,1\n", "2|café – bar|1\n"},
		{"no-break spaces", "a,n\n\u00a0x\u00a0,1\u00a0000\n", "2|x|1000\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, rejects, _, err := read(t, c.in, Spec{Columns: two})
			if err != nil || len(rejects) > 0 {
				t.Fatalf("error %v, rejects %v", err, rejects)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestRead_rejects(t *testing.T) {
	in := "a,n,d,p\nx,one,01/02/2030,S60 5TZ\n,1,,\ny,1\nz,2,31/02/2020,nowhere\n"
	cols := append(two[:2:2], Column{Name: "d", Kind: Date, Past: true}, Column{Name: "p", Kind: Postcode})
	got, rejects, st, err := read(t, in, Spec{Columns: cols, AsOf: "2026-11-22"})
	if err != nil {
		t.Fatal(err)
	}
	if want := "2|x|||S60 5TZ\n5|z|2||\n"; got != want {
		t.Errorf("clean %q, want %q", got, want)
	}
	want := []Reject{
		{2, "n", "is not a number", "one", false},
		{2, "d", "2030-02-01 is after 2026-11-22, the day the source was retrieved", "01/02/2030", false},
		{3, "a", "is empty and must be filled", "", true},
		{4, "", "has 2 fields where the header has 4; is a delimiter or a quote missing or too many?", "y,1", true},
		{5, "d", "has day 31 in a month of 29 days", "31/02/2020", false},
		{5, "p", "is not a United Kingdom postcode", "nowhere", false},
	}
	if d := cmp.Diff(want, rejects); d != "" {
		t.Error(d)
	}
	if st.Read != 4 || st.Accepted != 2 || st.Rejected != 2 || st.Cells != 4 {
		t.Errorf("counts %+v", st)
	}
}

func TestRead_fatal(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{"empty", "", "the file is empty"},
		{"header only", "a,n\n", "the file has a header and no rows"},
		{"wrong columns", "b,c\n1,2\n", `column "a" is missing; the file has "b", "c"`},
		{"wrong columns below a title", "A title\n\nb,a\n1,2\n", `line 3: column "n" is missing; the file has "b", "a"`},
		{"header too far down", strings.Repeat("a title\n", 20) + "a,n\nx,1\n", `line 1: column "a" is missing; the file has "a title"`},
		{"a column twice", "a,n,A\n1,2,3\n", `column "a" stands 2 times (columns 1 and 3)`},
		{"open quote", "a,n\nx,1\n\"y,2\nz,3\n", "line 3: a quote is opened and never closed"},
		{"spreadsheet", "PK\x03\x04zzz", "is a ZIP archive or a spreadsheet"},
		{"old workbook", "\xd0\xcf\x11\xe0\xa1\xb1", "is a workbook of the old form"},
		{"UTF-16", "\xff\xfea\x00", "is UTF-16"},
		{"binary", "a\x00b,n\n", "holds zero bytes"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, _, _, err := read(t, c.in, Spec{Columns: two})
			var e *Error
			if !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

func TestRead_strictUTF8(t *testing.T) {
	_, rejects, _, err := read(t, "a,n\nok,1\nb\xff,2\n", Spec{Columns: two, Encoding: UTF8})
	if err != nil || len(rejects) != 1 || rejects[0].Line != 3 || !strings.Contains(rejects[0].Reason, "not UTF-8") {
		t.Errorf("error %v, rejects %v", err, rejects)
	}
}

// endless is a quoted field that never ends, as large as asked for.
type endless struct{ left int64 }

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, fmt.Errorf("read on after the limit")
	}
	n := int64(len(p))
	e.left -= n
	for i := range p {
		p[i] = 'x'
	}
	return int(n), nil
}

func TestRead_hugeField(t *testing.T) {
	r := &readerChain{strings.NewReader("a,n\nx,1\n\""), &endless{4 << 30}}
	_, err := Read(context.Background(), r, &bytes.Buffer{}, Spec{Columns: two}, func(Reject) {})
	if err == nil || !strings.Contains(err.Error(), "line 3: a field is longer than 1048576 bytes") {
		t.Errorf("error %v", err)
	}
}

type readerChain struct {
	first *strings.Reader
	then  *endless
}

func (c *readerChain) Read(p []byte) (int, error) {
	if c.first.Len() > 0 {
		return c.first.Read(p)
	}
	return c.then.Read(p)
}

func TestRead_longCell(t *testing.T) {
	_, rejects, _, err := read(t, "a,n\nx,1\ny"+strings.Repeat("y", 2<<20)+",2\n", Spec{Columns: two})
	if err != nil || len(rejects) != 1 || !strings.Contains(rejects[0].Reason, "bytes long") {
		t.Errorf("error %v, rejects %d", err, len(rejects))
	}
}

// Many chunks must give what one chunk gives, in the same order.
func TestRead_manyChunks(t *testing.T) {
	var in, want strings.Builder
	in.WriteString("a,n\n")
	line := 2
	for i := 0; in.Len() < 3*blockSize; i++ {
		if i%7 == 0 {
			fmt.Fprintf(&in, "\"row\n%d\",%d\n", i, i)
			fmt.Fprintf(&want, "%d|row %d|%d\n", line, i, i)
			line += 2
			continue
		}
		fmt.Fprintf(&in, "\"row, %d of a file that is longer than a block\",%d\n", i, i)
		fmt.Fprintf(&want, "%d|row, %d of a file that is longer than a block|%d\n", line, i, i)
		line++
	}
	got, _, _, err := read(t, in.String(), Spec{Columns: two, Workers: 3})
	if err != nil || got != want.String() {
		t.Errorf("error %v, %d bytes, want %d", err, len(got), want.Len())
	}
}

// A lone quote in bare text must not swallow the rest of a long file.
func TestRead_loneQuote(t *testing.T) {
	var in strings.Builder
	in.WriteString("a,n\n12\" pipe,1\n")
	rows := 1
	for in.Len() < 4*blockSize {
		in.WriteString("a row of ordinary text that says nothing much,2\n")
		rows++
	}
	_, _, st, err := read(t, in.String(), Spec{Columns: two})
	if err != nil || st.Accepted != rows {
		t.Errorf("error %v, accepted %d of %d", err, st.Accepted, rows)
	}
}

// Nor may it make line ends inside quoted fields look like ends of records.
func TestRead_loneQuoteBeforeQuotedLines(t *testing.T) {
	var in strings.Builder
	in.WriteString("a,n\n12\" pipe,1\n")
	rows := 1
	for in.Len() < 2*blockSize {
		in.WriteString("\"a \"\"quoted\"\"\nrow\",2\n\"tail\" \"of text\",3\n")
		rows += 2
	}
	_, rejects, st, err := read(t, in.String(), Spec{Columns: two})
	if err != nil || len(rejects) > 0 || st.Accepted != rows {
		t.Errorf("error %v, rejects %v, accepted %d of %d", err, rejects, st.Accepted, rows)
	}
}

func TestDate(t *testing.T) {
	for in, want := range map[string]string{"14/04/2005": "2005-04-14", "31.10.23": "2023-10-31", "2023-09-30": "2023-09-30", "25.05.2020 00:00": "2020-05-25",
		"01. Nov 15": "2015-11-01", "1 November 2015": "2015-11-01", "3. Dez 14": "2014-12-03", "29/02/2024": "2024-02-29", "01. Mrz 16": "2016-03-01", "15. Okt 15": "2015-10-15",
		"2. Mai 16": "2016-05-02", "05/06/2014": "2014-06-05", "2014-06-05T00:00:00Z": "2014-06-05", "02/5/16": "2016-05-02", "41184": "2012-10-02", "44222.75": "2021-01-26", "36526": "2000-01-01", "2019-01-02T10:00:00Z": "2019-01-02"} {
		if got, err := date(in); err != nil || got != want {
			t.Errorf("date(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"13/13/2020", "29/02/2023", "soon", "2020", "1/2", "00/01/2020", "99999", "9999", "41184,5", "201501"} {
		if got, err := date(in); err == nil {
			t.Errorf("date(%q) = %q, want an error", in, got)
		}
	}
}

func TestNumber(t *testing.T) {
	c := &Column{Kind: Number}
	for in, want := range map[string]string{"1,234,567.5": "1234567.5", "£1 234": "1234", "12%": "12", "3.4442927E7": "34442927", "(1,012)": "-1012", "-0.5": "-0.5", "2'500": "2500", "£12,000": "12000"} {
		if got, err := number(c, in); err != nil || got != want {
			t.Errorf("number(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
	// Decimal commas: taken for thousands they would be wrong by powers of ten.
	for _, in := range []string{"50,38%", "21 667,00 €", "1,2", "1.234,567", "1,2345", ",5", "1,,000", "£4.578.474", "n/a", "NaN", "1e999"} {
		if got, err := number(c, in); err == nil {
			t.Errorf("number(%q) = %q, want an error", in, got)
		}
	}
}

func TestPostcode(t *testing.T) {
	for in, want := range map[string]string{"s605tz": "S60 5TZ", "S1  1AA": "S1 1AA", "EC1A1BB": "EC1A 1BB", "gir 0aa": "GIR 0AA", "M1 1AE": "M1 1AE"} {
		if got, err := postcode(in); err != nil || got != want {
			t.Errorf("postcode(%q) = %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "S60", "605 TZ", "S60 5T", "S60-5TZ", "AAA1 1AA", "S60 5TZZ"} {
		if got, err := postcode(in); err == nil {
			t.Errorf("postcode(%q) = %q, want an error", in, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("a,n\nx,1\n"), byte(','))
	f.Add([]byte("\"a\";n\r\n\"x\";1"), byte(0))
	f.Fuzz(func(t *testing.T, in []byte, delim byte) {
		var out bytes.Buffer
		st, err := Read(context.Background(), bytes.NewReader(in), &out, Spec{Columns: two, Delimiter: delim, Workers: 1}, func(Reject) {})
		if err != nil {
			return
		}
		if st.Read != st.Accepted+st.Rejected {
			t.Errorf("rows are lost: %+v", st)
		}
		if n := bytes.Count(out.Bytes(), []byte{'\n'}); n != st.Accepted {
			t.Errorf("%d lines for %d rows", n, st.Accepted)
		}
	})
}

// TestRead_register reads the official layout in both styles of empty field.
func TestRead_register(t *testing.T) {
	root := os.Getenv("MILIEU_TESTDATA")
	if root == "" {
		root = "../../../shared/data"
	}
	b, err := os.ReadFile(filepath.Join(root, "companies_house/BasicCompanyData_verbatim_sample.csv"))
	if err != nil {
		t.Skip("real data is not here: ", err)
	}
	cols := []Column{{Name: "name", Headers: []string{"CompanyName"}}, {Name: "number", Headers: []string{"CompanyNumber"}, Kind: Code}, {Name: "founded", Headers: []string{"IncorporationDate"}, Kind: Date}}
	_, rejects, st, err := read(t, string(b), Spec{Columns: cols})
	if err != nil || len(rejects) > 0 || st.Accepted != 6 {
		t.Errorf("error %v, rejects %v, accepted %d of 6", err, rejects, st.Accepted)
	}
}

func BenchmarkRead(b *testing.B) {
	row := "\"ACME PRECISION ENGINEERING LIMITED\",\"01234567\",\"\",\"\",\"UNIT 4 ADVANCE PARK\",\"\",\"SHEFFIELD\",\"S60 5TZ\",\"14/04/2005\",\"25620 - Machining\"\n"
	in := []byte("name,number,c,d,address,e,town,postcode,founded,sic\n" + strings.Repeat(row, 200_000))
	cols := []Column{{Name: "name"}, {Name: "number", Kind: Code}, {Name: "address"}, {Name: "town"}, {Name: "postcode", Kind: Postcode}, {Name: "founded", Kind: Date}, {Name: "sic"}}
	b.SetBytes(int64(len(in)))
	for b.Loop() {
		if _, err := Read(context.Background(), bytes.NewReader(in), &bytes.Buffer{}, Spec{Columns: cols}, func(Reject) {}); err != nil {
			b.Fatal(err)
		}
	}
}
