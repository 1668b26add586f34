package bizcase

import (
	"context"
	"strings"
	"testing"
)

// Picture and table of the logic model have the same steps, and what is wrong with a step is told once.
func TestMake_logic(t *testing.T) {
	c := writing(Section{ID: "strategic", Text: "{{chart logic}}\n\n{{table logic}}"})
	c.Logic = []Step{{ID: "money", Kind: "input", Text: "Money: {{cost}}", To: []string{"firms"}, Assumes: "It is paid."}, {ID: "firms", Kind: "output", Text: "Firms helped: {{nobody}}", To: []string{"jobs"}}, {ID: "jobs", Kind: "outcome", Text: "Jobs, 12 of them"}}
	m, err := Make(context.Background(), c, facts())
	if err != nil {
		t.Fatal(err)
	}
	blocks := m.Doc.Sections[0].Blocks
	if len(blocks) != 2 || blocks[0].Chart == nil || blocks[1].Table == nil {
		t.Fatalf("%+v", blocks)
	}
	if got := blocks[0].Chart.Table.Rows[0]; got[0] != "Inputs" || got[1] != "Money: £120k" || got[2] != "Firms helped: {{nobody}}" {
		t.Errorf("behind the picture: %q", got)
	}
	if row := blocks[1].Table.Rows[0]; row[1].Plain() != "Money: £120k" || row[1].Figures()[0].Ref != "plan/cost" || row[3].Plain() != "It is paid." {
		t.Errorf("in the table: %v", row)
	}
	var kinds []string
	for _, p := range m.Problems {
		kinds = append(kinds, string(p.Kind))
	}
	if strings.Join(kinds, " ") != "broken unbound" {
		t.Errorf("problems %+v", m.Problems)
	}
}

func TestMake_logicEmpty(t *testing.T) {
	m, err := Make(context.Background(), writing(Section{ID: "strategic", Text: "{{chart logic}}"}), facts())
	if err != nil || len(m.Doc.Sections[0].Blocks) != 1 || m.Doc.Sections[0].Blocks[0].Gap == nil {
		t.Errorf("%+v, %v", m.Doc.Sections, err)
	}
}
