package chart

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A chart taken away is well-formed and needs nothing of the page that it came from.
func TestFile_standsAlone(t *testing.T) {
	for name, c := range samples() {
		got, err := File(c.SVG, "", []string{"A & B <place>. Release 1.", strings.Repeat("A long source line. ", 20)})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if strings.Contains(got, "var(") || strings.Contains(got, "class=") {
			t.Errorf("%s still hangs on the page's styles", name)
		}
		if !strings.Contains(got, "A &amp; B &lt;place&gt;. Release 1.") || !strings.Contains(got, escape(c.Title)) {
			t.Errorf("%s lacks its title or source", name)
		}
		if err := sound(Chart{SVG: strings.Replace(got, "</title>", "</title><desc/>", 1), Table: c.Table}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := File("<p>no chart</p>", "", nil); err == nil {
		t.Error("what is no chart was taken")
	}
}

func TestTable_plain(t *testing.T) {
	got := Table{Header: []string{"Name", "Jobs", "Class"}, Numeric: []bool{false, true, false}, Rows: [][]string{{"A, B", "1,234.5", "1,000 to 2,000"}, {"C", "−3", ""}, {"D", unknown, ""}}}.Plain()
	want := [][]string{{"A, B", "1234.5", "1,000 to 2,000"}, {"C", "-3", ""}, {"D", "", ""}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
