package docx

import (
	"fmt"
	"strings"
	"testing"

	"milieu/internal/report"
)

// What two figures are made from is written once; one that differs anywhere below is written again.
func TestSteps_once(t *testing.T) {
	line := report.Step{Depth: 2, Title: "A table", Source: "A table", File: "a.csv", Line: 4, Text: "x,80"}
	other := line
	other.Line, other.Text = 5, "y,90"
	hall := report.Step{Depth: 1, Title: "The hall", Value: "£80m", How: "as stated"}
	f := newFile(report.Document{})
	first := words(t, "<x xmlns:w='w' xmlns:r='r'>"+f.steps([]report.Step{hall, line}, 0)+"</x>")
	if want := "The hall: £80m. as stated.\nA table: a.csv, line 4: x,80\n"; first != want {
		t.Errorf("%q, want %q", first, want)
	}
	deeper := func(s report.Step) report.Step { s.Depth++; return s }
	again := f.steps([]report.Step{deeper(hall), deeper(line), line}, 0)
	if got, want := words(t, "<x xmlns:w='w' xmlns:r='r'>"+again+"</x>"), "The hall: £80m, as above.\nA table: a.csv, line 4, as above.\n"; got != want || !strings.Contains(again, `w:anchor="step_1"`) || !strings.Contains(again, `w:anchor="step_2"`) {
		t.Errorf("%q, want %q with links in\n%s", got, want, again)
	}
	changed := words(t, "<x xmlns:w='w' xmlns:r='r'>"+f.steps([]report.Step{hall, line, other}, 0)+"</x>")
	if want := "The hall: £80m. as stated.\nA table: a.csv, line 4, as above.\nA table: a.csv, line 5: y,90\n"; changed != want {
		t.Errorf("%q, want %q", changed, want)
	}
}

// A long chain is cut, and says how much is left out.
func TestSteps_cut(t *testing.T) {
	var steps []report.Step
	for k := range 25 {
		steps = append(steps, report.Step{Depth: 1, Title: fmt.Sprintf("Step %d", k+1)})
	}
	got := words(t, "<x xmlns:w='w' xmlns:r='r'>"+newFile(report.Document{}).steps(steps, 7)+"</x>")
	if !strings.HasSuffix(got, "Step 10.\nand 22 more, which the figure's page shows.\n") {
		t.Errorf("%q", got)
	}
}

// A table is set in small letters before its page is turned, and widths add up to that of the page.
func TestSetting(t *testing.T) {
	table := func(columns int, word string) report.Table {
		var out report.Table
		var row []report.Text
		for range columns {
			out.Header = append(out.Header, "Head")
			row = append(row, report.Say(word))
		}
		out.Rows = [][]report.Text{row}
		return out
	}
	for _, c := range []struct {
		table report.Table
		small bool
		turn  bool
	}{{table(3, "word"), false, false}, {table(8, "12 (1,000–2,000)"), true, false}, {table(9, "interdisciplinary"), false, true}, {table(0, ""), false, false}} {
		s, in, turn := setting(c.table)
		if (in == tight) != c.small || turn != c.turn {
			t.Errorf("%d columns: small %v and turned %v", len(c.table.Header), in == tight, turn)
		}
		total := textWidth
		if turn {
			total = turnedWidth
		}
		if got := sum(s.share(total)); got != total && len(c.table.Header) > 0 {
			t.Errorf("%d columns are %d wide, want %d", len(c.table.Header), got, total)
		}
	}
}

// The column with the long text is the wide one, and no column is narrower than its longest word.
func TestShare(t *testing.T) {
	table := report.Table{Header: []string{"A", "B"}, Rows: [][]report.Text{{report.Say("Short words here"), report.Say(strings.Repeat("a long text ", 40))}, {report.Say("1"), report.Say("2")}}}
	s, _, _ := setting(table)
	got := s.share(textWidth)
	if got[0] < s.least[0] || got[1] < 3*got[0] {
		t.Errorf("widths %v with words of %v", got, s.least)
	}
}
