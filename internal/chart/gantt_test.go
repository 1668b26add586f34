package chart

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"
)

func TestGantt(t *testing.T) {
	sp := GanttSpec{Title: "Who & when", Name: "Intervention", First: 2027, Last: 2032, SumName: "Spending", Format: func(v float64) string { return Money(int64(v * 100)) },
		Rows: []GanttRow{{Label: "Road <to> the park", Note: "£3m", From: 2020, To: 2028, Mark: MarkOther}, {Label: "School", From: 2029, To: 2030, Slack: 1, Moved: true, After: []int{0, 7}}, {Label: "Long ago", From: 2011, To: 2012}, {Label: "Late", From: 2031, To: 2040, Broken: true}},
		Sums: []GanttSum{{Value: 1e6, Cap: 2e6, Capped: true}, {Value: 3e6, Cap: 2e6, Capped: true}, {}, {Unknown: true}}}
	c := Gantt(sp)
	d := xml.NewDecoder(strings.NewReader(c.SVG))
	for {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"Road &lt;to&gt; the park", "set by hand", "under way", "! breaks a rule", "can wait", "waits for", "most that may be spent", "sum not known", "← 2011–2012"} {
		if !strings.Contains(c.SVG, want) {
			t.Errorf("the picture lacks %q", want)
		}
	}
	if c.Desc != "4 bars from 2011 to 2040. 1 bar breaks a rule." {
		t.Errorf("described as %q", c.Desc)
	}
	if len(c.Table.Rows) != 4 || c.Table.Rows[1][4] != "Road <to> the park" || c.Table.Rows[3][5] != "breaks a rule" {
		t.Errorf("table %q", c.Table.Rows)
	}
	if Gantt(sp).SVG != c.SVG || Gantt(GanttSpec{}).SVG == "" {
		t.Error("the same bars give other bytes, or none give no picture")
	}
}
