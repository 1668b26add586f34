package tabular

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var years = []Column{{Name: "a", NotNull: true}, {Name: "series", Matching: "^(index|=?[0-9]{4};?)$", Kind: Number, Min: new(float64)}}

// A column a year becomes one text of header=value; an empty cell keeps its place.
func TestRead_series(t *testing.T) {
	cases := []struct {
		name, in, want string
		rejects        []Reject
	}{
		{"years", "2020,a,2021,other\n\"1,234.5\",x,,z\n", "2|x|2020=1234.5;2021=\n", nil},
		{"one name for all", "a,index,index,index\nx,1,2,3\n", "2|x|index=1;index=2;index=3\n", nil},
		{"signs of the clean form in a header", "a,2020;,=2021\nx,1,2\n", "2|x|2020=1;2021=2\n", nil},
		{"a cell that is no number is emptied and named by its header", "a,2020,2021\nx,c,5\n", "2|x|2020=;2021=5\n", []Reject{{Line: 2, Column: "2020", Reason: "is not a number", Text: "c"}}},
		{"infinity is no number", "a,2020\nx,inf\n", "2|x|2020=\n", []Reject{{Line: 2, Column: "2020", Reason: "is not a number", Text: "inf"}}},
		{"a number below the smallest", "a,2020\nx,-1\n", "2|x|2020=\n", []Reject{{Line: 2, Column: "2020", Reason: "is below 0, the smallest value allowed", Text: "-1"}}},
		{"a row that is rejected gives no values", "a,2020\n,7\nx,8\n", "3|x|2020=8\n", []Reject{{Line: 2, Row: true, Column: "a", Reason: "is empty and must be filled"}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, rejects, _, err := read(t, c.in, Spec{Columns: years})
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(c.rejects, rejects); d != "" {
				t.Error(d)
			}
		})
	}
}

// A file without any column of the series is not the right file.
func TestRead_seriesMissing(t *testing.T) {
	for _, in := range []string{"a,b\nx,1\n", "a\nx\n"} {
		if _, _, _, err := read(t, in, Spec{Columns: years}); err == nil || !strings.Contains(err.Error(), "no column fits") || !strings.Contains(err.Error(), `"a"`) {
			t.Errorf("%q: %v", in, err)
		}
	}
	optional := []Column{years[0], {Name: "series", Matching: "^[0-9]{4}$", Kind: Number, Optional: true}}
	if got, _, _, err := read(t, "a,b\nx,1\n", Spec{Columns: optional}); err != nil || got != "2|x|\n" {
		t.Errorf("%q %v", got, err)
	}
}

// Any text gives one value a header or none, and never a row that another reader would part differently.
func FuzzRead_series(f *testing.F) {
	for _, s := range []string{"a,2020,2021\nx,1,2\n", "a,index,index\nx,c,\"1,0\"\n", "a,2020\nx,=;\n", "2020\n1\n", "a,2020\n\"x\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out, _, st, err := read(t, in, Spec{Columns: years})
		if err != nil {
			return
		}
		lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
		if st.Accepted == 0 {
			return
		}
		if len(lines) != st.Accepted {
			t.Fatalf("%d rows accepted, %d written: %q", st.Accepted, len(lines), out)
		}
		for _, l := range lines {
			series := l[strings.LastIndexByte(l, '|')+1:]
			for _, pair := range strings.Split(series, ";") {
				if strings.Count(pair, "=") != 1 {
					t.Fatalf("%q is no header and value, in %q", pair, series)
				}
			}
		}
	})
}
