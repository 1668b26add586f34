package compare_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/bizcase/compare"
	"milieu/internal/chart"
	"milieu/internal/report"
)

func count(n int64, ref string) report.Figure { return report.CountFigure(n, ref) }

// paper is a small document with one of everything.
func paper() report.Document {
	return report.Document{Title: "A case", Release: "r1", Date: "2026-01-01",
		Assumptions: []report.Assumption{{Name: "Discount rate", Value: "3.5 %", Ref: "parameter/rate"}, {Name: "Budget", Value: "£100m"}},
		Sections: []report.Section{
			{ID: "strategic", Title: "Strategic case", Blocks: []report.Block{
				report.Paragraph("There are %v firms here. They make things. Nobody asked them.", count(183, "count/organisations?role=firm")),
				{Heading: "Who is here"},
				{List: &report.List{Items: []report.Text{report.Say("One reason"), report.Say("%v reasons more", count(2, "count/reasons"))}}},
				report.Missing("No survey has been held.", "Hold one."),
			}},
			{ID: "economic", Title: "Economic case", Blocks: []report.Block{
				{Name: "options", Table: &report.Table{Caption: "Options", Header: []string{"Option", "Cost", "Jobs"}, Rows: [][]report.Text{
					{report.Say("Do minimum"), report.Say("%v", report.MoneyFigure(100_00, "cost/a")), report.Say("%v", count(3, "jobs/a"))},
					{report.Say("Plan"), report.Say("%v", report.MoneyFigure(900_00, "cost/b")), report.Say("%v", count(40, "jobs/b"))},
				}, Note: report.Say("Costs are as stated.")}},
				{Name: "costs", Chart: &chart.Chart{Title: "Costs by year", SVG: "<svg/>", Table: chart.Table{Header: []string{"Year", "Cost"}, Rows: [][]string{{"2026", "£1"}, {"2027", "£2"}}}}},
			}},
		},
		Proofs:  []report.Proof{{Ref: "cost/a", Title: "Cost", Value: "£100", Steps: []report.Step{{Title: "A line", File: "a.csv", Line: 3, Text: "a,100"}}}},
		Sources: []report.SourceNote{{ID: "s", Title: "A register", Retrieved: "2026-01-01"}},
	}
}

func TestCompare_same(t *testing.T) {
	c := compare.Compare(paper(), paper())
	if !c.Empty() || len(c.Rebound)+len(c.Beneath) > 0 {
		t.Errorf("a document differs from itself: %+v", c)
	}
	if got := c.Summary(); got != "Nothing that is read differs." {
		t.Error(got)
	}
}

// Each edit of the document is listed, and nothing else.
func TestCompare_edits(t *testing.T) {
	for _, tt := range []struct {
		name string
		edit func(d *report.Document)
		want string
	}{
		{"figure", func(d *report.Document) {
			d.Sections[0].Blocks[0].Text[1].Figure.Text = "184"
		}, "changed strategic: There are 183 firms here. → There are 184 firms here. {183→184} words same"},
		{"words", func(d *report.Document) {
			d.Sections[0].Blocks[0] = report.Paragraph("There are %v firms here. They make many things. Nobody asked them.", count(183, "count/organisations?role=firm"))
		}, "changed strategic: They make things. → They make many things."},
		{"sentence gone", func(d *report.Document) {
			d.Sections[0].Blocks[0] = report.Paragraph("There are %v firms here. Nobody asked them.", count(183, "count/organisations?role=firm"))
		}, "removed strategic: They make things. →"},
		{"item came", func(d *report.Document) {
			l := d.Sections[0].Blocks[2].List
			l.Items = append(l.Items, report.Say("And a last"))
		}, "added strategic list:  → And a last"},
		{"heading", func(d *report.Document) { d.Sections[0].Blocks[1].Heading = "Who is here now" }, "changed strategic heading: Who is here → Who is here now"},
		{"moved", func(d *report.Document) {
			d.Sections[0].Blocks[0] = report.Paragraph("There are %v firms here. Nobody asked them.", count(183, "count/organisations?role=firm"))
			d.Sections[1].Blocks = append(d.Sections[1].Blocks, report.Paragraph("They make things."))
		}, "moved economic: They make things. → They make things. from strategic"},
		{"note", func(d *report.Document) {
			d.Sections[1].Blocks[0].Table.Note = report.Say("Costs are as stated by leads.")
		},
			"changed economic note of options: Costs are as stated. → Costs are as stated by leads."},
		{"cell", func(d *report.Document) { d.Sections[1].Blocks[0].Table.Rows[1][2][0].Figure.Range = "30–50" }, "table options: cell Plan/Jobs 40→40 (30–50) {40→40 (30–50)}"},
		{"row gone", func(d *report.Document) {
			d.Sections[1].Blocks[0].Table.Rows = d.Sections[1].Blocks[0].Table.Rows[1:]
		}, "table options: removed row Do minimum"},
		{"rows turned", func(d *report.Document) {
			r := d.Sections[1].Blocks[0].Table.Rows
			r[0], r[1] = r[1], r[0]
		}, "table options: reordered"},
		{"header", func(d *report.Document) { d.Sections[1].Blocks[0].Table.Header[1] = "Cost, £" }, "table options: changed column Cost, £"},
		{"caption", func(d *report.Document) { d.Sections[1].Blocks[0].Table.Caption = "The options" }, "table options: caption Options→The options"},
		{"chart", func(d *report.Document) { d.Sections[1].Blocks[1].Chart.Table.Rows[1][1] = "£3" }, "chart costs: cell 2027/Cost £2→£3"},
		{"picture", func(d *report.Document) { d.Sections[1].Blocks[1].Chart.SVG = "<svg><g/></svg>" }, "chart costs: redrawn"},
		{"chart gone", func(d *report.Document) { d.Sections[1].Blocks = d.Sections[1].Blocks[:1] }, "chart costs: removed"},
		{"gap closed", func(d *report.Document) { d.Sections[0].Blocks = d.Sections[0].Blocks[:3] }, "removed gap No survey has been held.: Owed by nobody named. Hold one.→"},
		{"gap owed", func(d *report.Document) { d.Sections[0].Blocks[3].Gap.Owner = "Ana" }, "changed gap No survey has been held.: Owed by nobody named. Hold one.→Owed by Ana. Hold one."},
		{"gap reworded", func(d *report.Document) { d.Sections[0].Blocks[3].Gap.What = "No survey of firms has been held." },
			"changed gap No survey of firms has been held.: No survey has been held. Owed by nobody named. Hold one.→No survey of firms has been held. Owed by nobody named. Hold one."},
		{"assumption", func(d *report.Document) { d.Assumptions[0].Value = "3 %" }, "changed assumption Discount rate: 3.5 %→3 %"},
		{"source", func(d *report.Document) { d.Sources[0].Retrieved = "2026-02-01" }, "changed source s: retrieved 2026-01-01→retrieved 2026-02-01"},
		{"title", func(d *report.Document) { d.Title = "The case" }, "title: A case→The case"},
		{"section's question", func(d *report.Document) { d.Sections[1].Question = "Which?" }, "question of the section economic: →Which?"},
		{"rebound", func(d *report.Document) { d.Sections[1].Blocks[0].Table.Rows[0][1][0].Figure.Ref = "cost/z" }, "rebound £100: cost/a→cost/z"},
		{"beneath", func(d *report.Document) {
			d.Proofs[0].Steps[0].Text, d.Proofs[0].Steps[0].Line = "a,100.2", 4
		}, "beneath cost/a: A line: a,100→A line: a,100.2"},
		{"a line that can no longer be shown", func(d *report.Document) {
			d.Proofs[0].Steps[0].Text, d.Proofs[0].Steps[0].Problem = "", "the file has changed"
		}, ""},
		{"a line moved in its file", func(d *report.Document) { d.Proofs[0].Steps[0].Line = 4 }, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			after := paper()
			tt.edit(&after)
			if diff := cmp.Diff(tt.want, strings.Join(words(compare.Compare(paper(), after)), "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A sentence of the whole changes where figures of several do, and a whole section that came is said with its sentences.
func TestCompare_sections(t *testing.T) {
	after := paper()
	after.Sections = append(after.Sections[1:], report.Section{ID: "risks", Title: "Risks", Blocks: []report.Block{report.Paragraph("It may fail.")}})
	want := []string{"removed section strategic", "added section risks", "removed strategic: There are 183 firms here. →", "removed strategic: They make things. →", "removed strategic: Nobody asked them. →",
		"removed strategic heading: Who is here →", "removed strategic list: One reason →", "removed strategic list: 2 reasons more →", "added risks:  → It may fail.", "removed gap No survey has been held.: Owed by nobody named. Hold one.→"}
	c := compare.Compare(paper(), after)
	if diff := cmp.Diff(want, words(c)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff("7 sentences, 1 gap and 2 titles or sections differ.", c.Summary()); diff != "" {
		t.Error(diff)
	}
}

// drawn makes a document of n sentences and n rows, each with a figure of its own; words are drawn from few, so that many are alike.
func drawn(rng *rand.Rand, n int) report.Document {
	vocabulary := strings.Fields("firms jobs skills links place plan value cost growth study risk year")
	d := report.Document{Sections: []report.Section{{ID: "one"}, {ID: "two"}}}
	for s := range d.Sections {
		table := &report.Table{Header: []string{"Name", "First", "Second"}}
		for k := range n {
			var w []string
			for range 4 + rng.IntN(6) {
				w = append(w, vocabulary[rng.IntN(len(vocabulary))])
			}
			ref := fmt.Sprintf("x/%d-%d", s, k)
			d.Sections[s].Blocks = append(d.Sections[s].Blocks, report.Paragraph("S"+strings.Join(w, " ")+" are %v here.", count(rng.Int64N(50), ref)))
			table.Rows = append(table.Rows, []report.Text{report.Say("Row %v", fmt.Sprint(k)), report.Say("%v", count(rng.Int64N(9), ref+"a")), report.Say("%v", count(rng.Int64N(9), ref+"b"))})
		}
		d.Sections[s].Blocks = append(d.Sections[s].Blocks, report.Block{Name: "t" + d.Sections[s].ID, Table: table})
	}
	return d
}

// Of documents with many alike sentences exactly those are listed whose figure was changed, with the figure, and exactly those cells;
// whichever of the two is the earlier.
func TestCompare_drawn(t *testing.T) {
	for seed := range uint64(200) {
		a, b := drawn(rand.New(rand.NewPCG(seed, 9)), 12), drawn(rand.New(rand.NewPCG(seed, 9)), 12)
		rng := rand.New(rand.NewPCG(seed, 10))
		want := map[string]bool{}
		for range 5 {
			s, k := rng.IntN(2), rng.IntN(12)
			f := b.Sections[s].Blocks[k].Text.Figures()[0]
			b.Sections[s].Blocks[k].Text[1].Figure.Text = "1" + f.Text + "000"
			want[f.Ref] = true
			cell := b.Sections[s].Blocks[12].Table.Rows[rng.IntN(12)][1+rng.IntN(2)]
			cell[0].Figure.Text += "00"
			want[cell[0].Figure.Ref] = true
		}
		for _, c := range []compare.Changes{compare.Compare(a, b), compare.Compare(b, a)} {
			got := map[string]bool{}
			for _, s := range c.Sentences {
				if s.Kind != compare.Changed || len(s.Figures) != 1 || !s.WordsSame || s.Figures[0].Was.Ref != s.Figures[0].Now.Ref {
					t.Fatalf("seed %d: %+v", seed, s)
				}
				got[s.Figures[0].Ref()] = true
			}
			for _, table := range c.Tables {
				for _, cell := range table.Cells {
					got[cell.Figures[0].Ref()] = true
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("seed %d: %s", seed, diff)
			}
		}
	}
}

// FuzzCompare holds for any two texts: a document does not differ from itself, what came and went accounts for the sentences of
// both, and pieces joined are the texts.
func FuzzCompare(f *testing.F) {
	f.Add("One. Two. Three.", "One. Three. Four.\nFive")
	f.Add("a b c", "")
	f.Add("Same. Same. Same.", "Same. Same.")
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a)+len(b) > 2000 {
			t.Skip("long texts take long")
		}
		was, now := prose(a), prose(b)
		if c := compare.Compare(was, was); !c.Empty() {
			t.Fatalf("%q differs from itself: %+v", a, c)
		}
		balance := 0
		for _, s := range compare.Compare(was, now).Sentences {
			switch s.Kind {
			case compare.Added:
				balance++
			case compare.Removed:
				balance--
			}
		}
		if want := told(now) - told(was); balance != want {
			t.Fatalf("%d sentences more came than went, want %d", balance, want)
		}
		w, n := compare.Pieces(report.Text{{Words: a}}, report.Text{{Words: b}})
		if joined(w) != a || joined(n) != b {
			t.Fatalf("the pieces are %q and %q", joined(w), joined(n))
		}
	})
}

// prose is a document with a paragraph for each line.
func prose(text string) report.Document {
	s := report.Section{ID: "one"}
	for line := range strings.Lines(text) {
		s.Blocks = append(s.Blocks, report.Block{Text: report.Text{{Words: line}}})
	}
	return report.Document{Sections: []report.Section{s}}
}

// told counts the sentences that say something.
func told(d report.Document) int {
	n := 0
	for _, b := range d.Sections[0].Blocks {
		for _, s := range report.Sentences(b.Text) {
			if strings.TrimSpace(s.Plain()) != "" {
				n++
			}
		}
	}
	return n
}

func joined(pieces []compare.Piece) string {
	out := ""
	for _, p := range pieces {
		out += p.Plain()
	}
	return out
}

// Joined, the pieces are the texts again; what does not differ is the same in both.
func TestPieces(t *testing.T) {
	was := report.Say("There are %v firms here, and they make things.", count(183, "a"))
	now := report.Say("There are %v firms in all, and they make many things.", count(184, "a"))
	w, n := compare.Pieces(was, now)
	for _, side := range []struct {
		pieces []compare.Piece
		text   report.Text
		want   string
	}{{w, was, "There are [183] firms [here, ]and they make things."}, {n, now, "There are [184] firms [in all, ]and they make [many ]things."}} {
		var all report.Text
		marked := ""
		for _, p := range side.pieces {
			all = append(all, p.Span)
			if p.Differs {
				marked += "[" + p.Plain() + "]"
			} else {
				marked += p.Plain()
			}
		}
		if all.Plain() != side.text.Plain() {
			t.Errorf("the pieces are %q", all.Plain())
		}
		if diff := cmp.Diff(side.want, marked); diff != "" {
			t.Error(diff)
		}
	}
}

// words are changes one a line.
func words(c compare.Changes) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, strings.TrimSpace(fmt.Sprintf(format, args...))) }
	for _, w := range c.Head {
		say("%s: %s→%s", w.Name, w.Was, w.Now)
	}
	for _, a := range c.Assumptions {
		say("%s assumption %s: %s→%s", a.Kind, a.Name, a.Was, a.Now)
	}
	for _, s := range c.Sections {
		say("%s section %s", s.Kind, s.ID)
	}
	for _, s := range c.Sentences {
		line := fmt.Sprintf("%s %s: %s → %s", s.Kind, strings.TrimSpace(s.Section+" "+s.In), s.Was, s.Now) + figureWords(s.Figures)
		if s.WordsSame {
			line += " words same"
		}
		if s.From != "" {
			line += " from " + s.From
		}
		say("%s", line)
	}
	out = append(out, gridWords("table", c.Tables)...)
	out = append(out, gridWords("chart", c.Charts)...)
	for _, g := range c.Gaps {
		say("%s gap %s: %s→%s", g.Kind, g.What, g.Was, g.Now)
	}
	for _, s := range c.Sources {
		say("%s source %s: %s→%s", s.Kind, s.ID, s.Was, s.Now)
	}
	for _, r := range c.Rebound {
		say("rebound %s: %s→%s", r.Text, r.Was, r.Now)
	}
	for _, b := range c.Beneath {
		say("beneath %s: %s→%s", b.Ref, b.Was, b.Now)
	}
	return out
}

func figureWords(all []compare.Figure) string {
	out := ""
	for _, f := range all {
		out += fmt.Sprintf(" {%s→%s}", f.Was.Plain(), f.Now.Plain())
	}
	return out
}

func gridWords(what string, all []compare.Table) []string {
	var out []string
	for _, t := range all {
		say := func(format string, args ...any) { out = append(out, what+" "+t.Name+": "+fmt.Sprintf(format, args...)) }
		if t.Kind != compare.Changed {
			say("%s", t.Kind)
		}
		if t.Caption != nil {
			say("caption %s→%s", t.Caption.Was, t.Caption.Now)
		}
		for _, c := range t.Columns {
			say("%s column %s", c.Kind, c.Name)
		}
		for _, r := range t.Rows {
			say("%s row %s", r.Kind, r.Label)
		}
		for _, c := range t.Cells {
			say("cell %s/%s %s→%s%s", c.Row, c.Column, c.Was, c.Now, figureWords(c.Figures))
		}
		if t.Reordered {
			say("reordered")
		}
		if t.Redrawn {
			say("redrawn")
		}
	}
	return out
}
