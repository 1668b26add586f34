package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"milieu/internal/bizcase"
	"milieu/internal/live"
)

// CaseFiguresPage is the picker: what can be inserted in a case, with what it comes to now.
type CaseFiguresPage struct {
	Base
	ID        string
	CaseTitle string
	Tabs      []Choice
	Groups    []PickGroup
	Found     int
	All       int
	Kinds     []Choice
	CSV       string
}

// PickGroup is what belongs together of what can be inserted.
type PickGroup struct {
	Label string
	Picks []Pick
}

// Pick is one thing that can be inserted.
type Pick struct {
	bizcase.Name
	Insert string // what to write
	Alone  bool   // it stands alone in a paragraph
}

const mostPicks = 60 // names that are shown at once

// caseFigures lists what can be inserted in a case: a page, or for the editor's picker the list alone.
func (s *Server) caseFigures(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	c, err := s.caseBook().Read(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	f, err := s.factsOf(r, snap, c.Content)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	kind := q.Get("kind")
	if kind != "" && !slices.Contains(pickKinds, kind) {
		return badRequest("There is no kind %.20q: it is figure, words, table or chart.", kind)
	}
	names, err := pickNames(r.Context(), f)
	if err != nil {
		return err
	}
	found := findNames(names, q.Get("q"), kind)
	p := CaseFiguresPage{Base: s.base(r, snap, "Figures to insert", "/cases"), ID: c.ID, CaseTitle: c.Content.Title, Tabs: caseTabs(actorOf(r), c.ID, "write"), Found: len(found), All: len(names), CSV: withQuery(casePath(c.ID)+"/figures", q, "format", "csv")}
	if wantsCSV(r) {
		var rows [][]string
		for _, n := range found {
			rows = append(rows, []string{"{{" + n.Source + "}}", n.Kind, n.Group, n.Title, n.Value, n.Ref})
		}
		return writeCSV(w, "case-insertions", []string{"write", "kind", "group", "what", "value", "ref"}, rows)
	}
	p.Kinds = []Choice{{Label: "everything", Current: kind == ""}}
	for _, k := range pickKinds {
		p.Kinds = append(p.Kinds, Choice{Value: k, Label: pickLabels[k], Current: k == kind})
	}
	p.Groups = pickGroups(found[:min(len(found), mostPicks)])
	return s.render(w, r, "casefigures", p)
}

var (
	pickKinds  = []string{"figure", "words", "table", "chart"}
	pickLabels = map[string]string{"figure": "figures", "words": "words", "table": "tables", "chart": "charts"}
	ownNames   = []bizcase.Name{
		{Source: "table vision", Kind: "table", Title: "The vision, as it is written", Group: "this case"}, {Source: "table goals", Kind: "table", Title: "What the vision is measured by", Group: "this case"},
		{Source: "chart logic", Kind: "chart", Title: "The logic model as a picture", Group: "this case"}, {Source: "table logic", Kind: "table", Title: "The logic model as a table", Group: "this case"},
		{Source: "table messages", Kind: "table", Title: "Key messages by audience", Group: "this case"}, {Source: "table claims", Kind: "table", Title: "What the case rests on, and how well", Group: "this case"},
	}
)

// pickNames are the names of the facts, and of what the case has itself.
func pickNames(ctx context.Context, f bizcase.Facts) ([]bizcase.Name, error) {
	names, err := f.Names(ctx)
	if err != nil {
		return nil, err
	}
	return append(slices.Clip(names), ownNames...), nil
}

// findNames are the names that hold all words of a search, those first that begin with its first.
func findNames(names []bizcase.Name, search, kind string) []bizcase.Name {
	words := strings.Fields(strings.ToLower(search))
	var first, then []bizcase.Name
	for _, n := range names {
		text := strings.ToLower(n.Source + " " + n.Title + " " + n.Group + " " + n.Value)
		if kind != "" && n.Kind != kind || slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) }) {
			continue
		}
		if len(words) > 0 && strings.HasPrefix(strings.ToLower(n.Source), words[0]) {
			first = append(first, n)
		} else {
			then = append(then, n)
		}
	}
	return append(first, then...)
}

// pickGroups puts names under their groups, in the order in which each comes first.
func pickGroups(names []bizcase.Name) []PickGroup {
	var out []PickGroup
	for _, n := range names {
		k := slices.IndexFunc(out, func(g PickGroup) bool { return g.Label == n.Group })
		if k < 0 {
			k = len(out)
			out = append(out, PickGroup{Label: n.Group})
		}
		out[k].Picks = append(out[k].Picks, Pick{n, "{{" + n.Source + "}}", n.Kind == "table" || n.Kind == "chart"})
	}
	return out
}
