package chart

import (
	"encoding/xml"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
)

func logic() FlowSpec {
	return FlowSpec{Title: "From money to <growth>", Columns: []string{"Inputs", "Activities", "Outputs", "Nothing", "Outcomes"}, Boxes: []FlowBox{
		{Column: 0, Text: "Public money & private match over five years", To: []int{3, 2, 4}},
		{Column: 0, Text: "People", To: []int{2, 99, 1}},
		{Column: 1, Text: "Advice to firms that are here already, for as long as they want it", To: []int{4}},
		{Column: 1, Text: "Grants", To: []int{4, 5}},
		{Column: 2, Text: "Firms that invest", To: []int{5}},
		{Column: 4, Text: "Jobs", To: []int{6}},
		{Column: 4, Text: "Supercalifragilisticexpialidocious"},
		{Column: 9, Text: "No column"},
	}}
}

func TestFlow(t *testing.T) {
	c := Flow(logic())
	d := xml.NewDecoder(strings.NewReader(c.SVG))
	for {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"From money to &lt;growth&gt;", "Public money &amp;", ">Outcomes<", "Supercali", "NaN"} {
		if strings.Contains(c.SVG, want) == (want == "NaN") {
			t.Errorf("the picture has or lacks %q", want)
		}
	}
	if strings.Contains(c.SVG, ">Nothing<") || strings.Contains(c.SVG, "No column") {
		t.Error("a column without boxes or a box without a column is drawn")
	}
	if c.Desc != "7 steps in 4 columns: Inputs, Activities, Outputs, Outcomes. 9 arrows lead from one to another." {
		t.Errorf("described as %q", c.Desc)
	}
	if got := c.Table.Rows[0]; !slices.Equal(got, []string{"Inputs", "Public money & private match over five years", "Grants; Advice to firms that are here already, for as long as they want it; Firms that invest"}) {
		t.Errorf("table %q", got)
	}
	if len(c.Table.Rows) != 7 || Flow(logic()).SVG != c.SVG {
		t.Error("boxes are lost, or the same boxes give other bytes")
	}
	if empty := Flow(FlowSpec{}); empty.Desc != "No steps." || !strings.Contains(empty.SVG, "<svg") {
		t.Errorf("without boxes: %+v", empty)
	}
	if p := os.Getenv("MILIEU_CHART_DIR"); p != "" {
		_ = os.WriteFile(p+"/flow.svg", []byte(c.SVG), 0o644)
	}
}

// Boxes that are in good order stay as they were written; those that cross are set in order.
func TestFlow_untangles(t *testing.T) {
	straight := FlowSpec{Columns: []string{"A", "B"}, Boxes: []FlowBox{{Text: "a", To: []int{2}}, {Text: "b", To: []int{3}}, {Column: 1, Text: "c"}, {Column: 1, Text: "d"}}}
	if f := layFlow(straight); !slices.Equal(f.columns[1], []int{2, 3}) || f.crossings() != 0 {
		t.Errorf("straight: %v", f.columns)
	}
	crossed := straight
	crossed.Boxes = slices.Clone(straight.Boxes)
	crossed.Boxes[0].To, crossed.Boxes[1].To = []int{3}, []int{2}
	if f := layFlow(crossed); !slices.Equal(f.columns[1], []int{3, 2}) || f.crossings() != 0 {
		t.Errorf("crossed: %v", f.columns)
	}
}

// Boxes of a column never overlap and stay within the picture, however they lead.
func TestFlow_boxesKeepApart(t *testing.T) {
	f := layFlow(logic().clean())
	for _, boxes := range f.columns {
		y := flowHead
		for _, i := range boxes {
			if f.top[i] < y || f.top[i]+f.high[i] > f.h {
				t.Errorf("box %d from %v to %v in a picture of %v", i, f.top[i], f.top[i]+f.high[i], f.h)
			}
			y = f.top[i] + f.high[i]
		}
	}
}
