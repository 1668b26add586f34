package bizcase

import (
	"context"
	"fmt"
	"strings"

	"milieu/internal/bizcase/markup"
	"milieu/internal/report"
)

// own makes the tables and charts of what people wrote in the case itself: vision, goals, logic, messages, claims. False: the insertion
// names none of them.
func (m *maker) own(ctx context.Context, in markup.Insert) ([]report.Block, bool, error) {
	kind, name := in.Word(0), in.Word(1)
	var blocks []report.Block
	var err error
	switch {
	case kind == "table" && name == "vision":
		blocks, err = m.text(ctx, placed{"the vision", "vision", m.c.Vision})
	case kind == "table" && name == "goals":
		blocks, err = m.goals(ctx)
	case kind == "table" && name == "logic":
		blocks, err = m.logicTable(ctx)
	case kind == "chart" && name == "logic":
		blocks, err = m.logicChart(ctx)
	case kind == "table" && name == "messages":
		blocks, err = m.messages(ctx)
	case kind == "table" && name == "claims":
		blocks, err = m.claims(ctx)
	default:
		return nil, false, nil
	}
	for k := range blocks {
		if blocks[k].Table != nil || blocks[k].Chart != nil {
			blocks[k].Name = name
		}
	}
	return blocks, true, err
}

// cell makes the text of a cell.
func (m *maker) cell(ctx context.Context, where, part, text string) (report.Text, error) {
	parsed, faults := markup.Parse(text)
	for _, f := range faults {
		m.problem(Problem{Kind: Syntax, Part: part, Where: where, Line: f.Line, Column: f.Column, Message: f.Message})
	}
	var out report.Text
	for _, b := range parsed {
		spans := b.Spans
		if b.Kind == markup.Insertion {
			m.problem(Problem{Kind: Syntax, Part: part, Where: where, Line: b.Line, Message: "a table or chart cannot stand here: only figures and words can"})
			continue
		}
		for _, item := range b.Items {
			spans = append(spans, item...)
		}
		t, err := m.spans(ctx, placed{where, part, text}, spans, b.Line)
		if err != nil {
			return nil, err
		}
		if len(out) > 0 {
			out = append(out, report.Span{Words: " "})
		}
		out = append(out, t...)
	}
	return out, nil
}

// row makes a row of cells of one place.
func (m *maker) row(ctx context.Context, where, part string, texts ...string) ([]report.Text, error) {
	var out []report.Text
	for _, s := range texts {
		t, err := m.cell(ctx, where, part, s)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// missing is a gap that the owner of the case owes.
func (m *maker) missing(what, next string) report.Block {
	return report.Block{Gap: &report.Gap{What: what, Next: next, Owner: m.c.Owner}}
}

func plainRow(words ...string) []report.Text {
	var out []report.Text
	for _, w := range words {
		out = append(out, report.Text{{Words: w, Name: true}})
	}
	return out
}

func (m *maker) goals(ctx context.Context) ([]report.Block, error) {
	if len(m.c.Goals) == 0 {
		return []report.Block{m.missing("The vision has no measurable goals yet.", "Set goals with a baseline, a target, a date and an owner.")}, nil
	}
	t := &report.Table{Caption: "What the vision is measured by", Header: []string{"Goal", "Baseline", "Target", "By", "Owner", "Evidence"}, Numeric: make([]bool, 6)}
	var out []report.Block
	for _, g := range m.c.Goals {
		row, err := m.row(ctx, "the goal "+g.Name, "goals", g.Baseline, g.Target)
		if err != nil {
			return nil, err
		}
		evidence, err := m.cell(ctx, "the evidence of "+g.Name, "goals", g.Evidence)
		if err != nil {
			return nil, err
		}
		cells := append(plainRow(g.Name), row...)
		cells = append(cells, plainRow(orNot(g.By), orNot(g.Owner))...)
		for k := range cells {
			if len(cells[k]) == 0 {
				cells[k] = report.Text{{Words: "not set"}}
			}
		}
		t.Rows = append(t.Rows, append(cells, evidence))
	}
	out = append(out, report.Block{Table: t})
	if lacks := m.unmeasured(); lacks != "" {
		out = append(out, m.missing("Goals that cannot be measured yet: "+lacks+".", "Write what is missing, or take the goal out."))
	}
	return out, nil
}

// unmeasured says what goals lack by which they would be measured.
func (m *maker) unmeasured() string {
	var out []string
	for _, g := range m.c.Goals {
		var lacks []string
		for _, f := range []struct{ name, text string }{{"a baseline", g.Baseline}, {"a target", g.Target}, {"a date", g.By}, {"an owner", g.Owner}, {"evidence", g.Evidence}} {
			if strings.TrimSpace(f.text) == "" {
				lacks = append(lacks, f.name)
			}
		}
		if len(lacks) > 0 {
			out = append(out, fmt.Sprintf("“%s” lacks %s", g.Name, strings.Join(lacks, ", ")))
		}
	}
	return strings.Join(out, "; ")
}

func orNot(s string) string {
	if s == "" {
		return "not set"
	}
	return s
}

func (m *maker) messages(ctx context.Context) ([]report.Block, error) {
	if len(m.c.Messages) == 0 {
		return []report.Block{m.missing("No key messages have been written.", "Write what each audience should take away, and the evidence that bears it.")}, nil
	}
	t := &report.Table{Caption: "Key messages by audience", Header: []string{"Audience", "Message", "Evidence"}, Numeric: make([]bool, 3)}
	for _, w := range m.c.Messages {
		row, err := m.row(ctx, "the message to "+w.Audience, "messages", w.Text, w.Evidence)
		if err != nil {
			return nil, err
		}
		t.Rows = append(t.Rows, append(plainRow(w.Audience), row...))
	}
	return []report.Block{{Table: t}}, nil
}

func (m *maker) claims(ctx context.Context) ([]report.Block, error) {
	if len(m.c.Claims) == 0 {
		return []report.Block{m.missing("What the case rests on has not been graded.", "Write its claims, how strong the evidence for each is, and what speaks against it.")}, nil
	}
	t := &report.Table{Caption: "What the case rests on, and how well", Header: []string{"Claim", "Evidence", "What speaks for it", "What speaks against it"}, Numeric: make([]bool, 4)}
	for _, c := range m.c.Claims {
		row, err := m.row(ctx, "the claim “"+c.Text+"”", "claims", c.Text, c.For, c.Against)
		if err != nil {
			return nil, err
		}
		if len(row[2]) == 0 {
			row[2] = report.Text{{Words: "Nothing has been written down; that is not to say that there is nothing."}}
		}
		t.Rows = append(t.Rows, []report.Text{row[0], {{Words: c.Grade}}, row[1], row[2]})
	}
	return []report.Block{{Table: t}}, nil
}

func (m *maker) logicTable(ctx context.Context) ([]report.Block, error) {
	if len(m.c.Logic) == 0 {
		return []report.Block{m.missing("There is no logic model yet.", "Write inputs, activities, outputs and outcomes, and which leads to which.")}, nil
	}
	words, err := m.steps(ctx)
	if err != nil {
		return nil, err
	}
	t := &report.Table{Caption: "The logic model as a table", Header: []string{"Kind", "What", "Leads to", stepAssumes}, Numeric: make([]bool, 4)}
	for _, kind := range StepKinds {
		for _, s := range m.c.Logic {
			if s.Kind != kind {
				continue
			}
			to := ""
			for k, id := range s.To {
				if k > 0 {
					to += "; "
				}
				to += words[id].text.Plain()
			}
			t.Rows = append(t.Rows, []report.Text{{{Words: kind}}, words[s.ID].text, {{Words: to, Name: true}}, words[s.ID].assumes})
		}
	}
	return []report.Block{{Table: t}}, nil
}
