package tabular

import (
	"math"
	"strconv"
	"strings"
	"testing"
)

func TestAmount(t *testing.T) {
	money, point, comma, percent := &Column{Kind: Money}, &Column{Kind: Money, Decimal: "."}, &Column{Kind: Money, Decimal: ","}, &Column{Kind: Percent}
	cases := []struct {
		c        *Column
		in, want string // want "!" for a refusal
	}{
		{money, "1234", "1234"}, {money, "007", "7"}, {money, "0", "0"}, {money, "-0.00", "0"}, {money, ".5", "0.5"}, {money, "12.", "12"},
		{money, "£4.578.474", "4578474"}, {money, "1,234.56", "1234.56"}, {money, "1.234,56", "1234.56"}, {money, "1,234,567.891", "1234567.891"},
		{money, "£1 234", "1234"}, {money, "21\u00a0667,00\u00a0€", "21667"}, {money, "21\u202f667,50 EUR", "21667.5"}, {money, "1'234'567", "1234567"},
		{money, "667,5", "667.5"}, {money, "1,234", "1234"}, {money, "12,345,678", "12345678"}, {money, "0.125", "0.125"}, {money, "1234.567", "1234.567"},
		{money, "3.4442927E7", "34442927"}, {money, "1E+2", "100"}, {money, "4.4E-17", "0"}, {money, "9E15", "!"},
		{money, "(1,000)", "-1000"}, {money, "(£1,000)", "-1000"}, {money, "£(1,000.50)", "-1000.5"}, {money, "-£5", "-5"}, {money, "£-5", "-5"}, {money, "\u22125", "-5"}, {money, "+5", "5"},
		{money, "-", ""}, {money, " – ", ""}, {money, "n/a", ""}, {money, "N/A", ""}, {money, "#N/A", ""}, {money, "£ -", ""}, {money, "£-", ""},
		{money, "1.234", "!"}, {money, "£578.474", "!"}, {money, "0,125", "!"}, {money, "1234,567", "!"}, {money, "1 234,567", "!"}, {money, "1 234.567", "!"},
		{money, "1,2345", "!"}, {money, "12,", "!"}, {money, "1,23,456", "!"}, {money, "1.23.456", "!"}, {money, "1,234.567,89", "!"}, {money, "1,234 567", "!"},
		{money, "£", "!"}, {money, "££5", "!"}, {money, "£5m", "!"}, {money, "5 to 6", "!"}, {money, "--5", "!"}, {money, "-(5)", "!"}, {money, "0x1p4", "!"}, {money, "1e", "!"}, {money, "Infinity", "!"},
		{money, "50%", "!"}, {money, ",", "!"}, {money, ".", "!"}, {money, "tbc", "!"}, {money, "#REF!", "!"}, {money, "1234567890123456", "!"},
		{comma, "£578.474", "578474"}, {comma, "1.234.567,891", "1234567.891"}, {comma, "0,125", "0.125"}, {comma, "12.34", "!"}, {comma, "1,234,567", "!"},
		{point, "1.234", "1.234"}, {point, "1,234", "1234"}, {point, "667,00", "!"}, {point, "1.234.567", "!"},
		{percent, "50,38%", "50.38"}, {percent, "50.38 %", "50.38"}, {percent, "50,385%", "50.385"}, {percent, "0.4", "0.4"}, {percent, "-3%", "-3"}, {percent, "n/a", ""},
		{percent, "1.250,5%", "1250.5"}, {percent, "%", "!"}, {percent, "£5", "!"}, {percent, "half", "!"},
	}
	for _, c := range cases {
		got, err := amount(c.c, c.in)
		if err != nil {
			got = "!"
		}
		if got != c.want {
			t.Errorf("%s (decimal %q): %q = %q (%v), want %q", c.c.Kind, c.c.Decimal, c.in, got, err, c.want)
		}
	}
}

// A cell of an amount ends in a row as clean text, in a reject, or empty; bounds hold.
func TestRead_money(t *testing.T) {
	most := 100.0
	cols := []Column{{Name: "a"}, {Name: "m", Kind: Money, NotNull: true}, {Name: "p", Kind: Percent, Max: &most}}
	got, rejects, _, err := read(t, "a;m;p\nx;£4.578.474;\"50,38%\"\ny;-;1\nz;1.234;1\nw;5;101%\n", Spec{Columns: cols})
	if err != nil {
		t.Fatal(err)
	}
	if want := "2|x|4578474|50.38\n5|w|5|\n"; got != want {
		t.Errorf("clean %q, want %q", got, want)
	}
	var reasons []string
	for _, r := range rejects {
		reasons = append(reasons, r.Column+" "+r.Reason)
	}
	want := `m is empty and must be filled; m can be read in two ways: "." before three digits may part thousands or decimals; p is above 100, the largest value allowed`
	if s := strings.Join(reasons, "; "); s != want {
		t.Errorf("reasons %s", s)
	}
}

// In text made from a sheet, bare cells are numbers written with a point.
func TestRead_sheetNumbers(t *testing.T) {
	cols := []Column{{Name: "a"}, {Name: "m", Kind: Money}, {Name: "d", Kind: Date}}
	got, rejects, _, err := read(t, "\"a\",\"m\",\"d\"\n\"x\",1.234,41184.75\n\"y\",\"1.234\",\"2014-06-05T10:00:00\"\n\"short\"\n\"long\",1,\"\",\"aside\"\n", Spec{Columns: cols, Sheet: true})
	if err != nil {
		t.Fatal(err)
	}
	if want := "2|x|1.234|2012-10-02\n3|y||2014-06-05\n4|short||\n5|long|1|\n"; got != want {
		t.Errorf("clean %q, want %q", got, want)
	}
	if len(rejects) != 1 || rejects[0].Line != 3 || rejects[0].Column != "m" {
		t.Errorf("rejects %v", rejects)
	}
}

// What is taken for an amount is plain decimal text that reads as the same amount again.
func FuzzAmount(f *testing.F) {
	for _, s := range []string{"£4.578.474", "1,234.56", "21 667,00 €", "3.4442927E7", "(1,000)", "-", "50,38%", "£-5"} {
		f.Add(s, "")
	}
	f.Fuzz(func(t *testing.T, s, decimal string) {
		if decimal != "." && decimal != "," {
			decimal = ""
		}
		for _, k := range []Kind{Money, Percent} {
			out, err := amount(&Column{Kind: k, Decimal: decimal}, s)
			if err != nil || out == "" {
				continue
			}
			v, err := strconv.ParseFloat(out, 64)
			if err != nil || math.Abs(v) > mostMoney || strings.ContainsAny(out, "eE, ") {
				t.Fatalf("%q gives %q: %v", s, out, err)
			}
			again, err := amount(&Column{Kind: k, Decimal: "."}, out)
			if err != nil || again != out {
				t.Fatalf("%q gives %q, which gives %q: %v", s, out, again, err)
			}
		}
	})
}

// A date is a day of the calendar, whatever was in the cell.
func FuzzDate(f *testing.F) {
	for _, s := range []string{"01. Nov 15", "01. Mrz 16", "25.05.2020 00:00", "05/06/2014", "2014-06-05T00:00:00Z", "41184", "41184.75"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out, err := date(s)
		if err != nil {
			return
		}
		again, err := date(out)
		if err != nil || again != out || len(out) != 10 {
			t.Fatalf("%q gives %q, which gives %q: %v", s, out, again, err)
		}
	})
}
