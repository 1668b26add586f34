package web

import (
	"fmt"
	"slices"

	"milieu/internal/bizcase"
	"milieu/internal/report"
)

// ProblemView is something wrong with the text of a case, as people see it.
type ProblemView struct {
	bizcase.Problem
	Anchor string // in the list of problems
	Path   string // where it can be mended; empty where the reader may not
	At     string // where it stands, in words
	Label  string
	Stops  bool   // nothing is exported while it stands
	Insert string // of a figure that changed: its insertion
}

var problemLabels = map[bizcase.ProblemKind]string{bizcase.Broken: "Broken", bizcase.Syntax: "Cannot be read", bizcase.Unbound: "Number without a source", bizcase.Spelled: "Number in words", bizcase.Changed: "Changed"}

// problemViews lists problems of a case; path makes the address at which one can be mended, nil for none.
func problemViews(c bizcase.Content, all []bizcase.Problem, path func(bizcase.Problem) string) []ProblemView {
	var out []ProblemView
	for k, p := range all {
		v := ProblemView{Problem: p, Anchor: fmt.Sprintf("problem-%d", k+1), At: problemPlace(c, p), Label: orText(problemLabels[p.Kind], string(p.Kind)), Stops: p.Kind.IsError()}
		if p.Kind == bizcase.Changed {
			v.Insert = p.Source
		}
		if path != nil {
			v.Path = path(p)
		}
		out = append(out, v)
	}
	return out
}

// problemPlace is where a problem stands, in words: sections by their headings.
func problemPlace(c bizcase.Content, p bizcase.Problem) string {
	at := capital(p.Where)
	if _, ok := sectionOf(c, p.Part); ok && p.Where == "the section "+p.Part {
		at = partLabel(p.Part, c)
	}
	if p.Line > 0 {
		at += fmt.Sprintf(", line %d", p.Line)
	}
	return at
}

// markProblems is a copy of blocks in which each broken insertion and each figure that changed links to its problem in the list.
func markProblems(blocks []report.Block, views []ProblemView, bound map[string]report.Figure) []report.Block {
	broken, changed := map[string]string{}, map[string]string{}
	for _, v := range views {
		switch v.Kind {
		case bizcase.Broken:
			broken["{{"+v.Source+"}}"] = "#" + v.Anchor
		case bizcase.Changed:
			changed[bound[v.Source].Ref] = "#" + v.Anchor
		}
	}
	if len(broken)+len(changed) == 0 {
		return blocks
	}
	text := func(t report.Text) report.Text {
		t = slices.Clone(t)
		for k := range t {
			if to := broken[t[k].Words]; to != "" && t[k].Figure == nil {
				t[k].Link = to
			}
			if f := t[k].Figure; f != nil && f.Ref != "" {
				t[k].Link = changed[f.Ref]
			}
		}
		return t
	}
	out := slices.Clone(blocks)
	for k, b := range out {
		b.Text = text(b.Text)
		if b.List != nil {
			l := report.List{Ordered: b.List.Ordered}
			for _, item := range b.List.Items {
				l.Items = append(l.Items, text(item))
			}
			b.List = &l
		}
		if b.Table != nil {
			t := *b.Table
			t.Rows, t.Foot, t.Note = textRows(t.Rows, text), textRows(t.Foot, text), text(t.Note)
			b.Table = &t
		}
		out[k] = b
	}
	return out
}

func textRows(rows [][]report.Text, text func(report.Text) report.Text) [][]report.Text {
	var out [][]report.Text
	for _, row := range rows {
		var cells []report.Text
		for _, c := range row {
			cells = append(cells, text(c))
		}
		out = append(out, cells)
	}
	return out
}
