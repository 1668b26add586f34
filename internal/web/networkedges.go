package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/live"
	"milieu/internal/network"
	"milieu/internal/network/edgelist"
)

// edges is the page of a list as it is understood.
func (s *Server) edges(r *http.Request, snap *live.Snapshot, b broughtEdges) EdgesPage {
	p := EdgesPage{Base: s.base(r, snap, "Bring "+b.File, "/network"), ID: b.Upload.ID, File: b.File, Page: b.choices.Page, Ties: len(b.ties), More: map[string]int{}}
	for u, use := range edgelist.UseOf {
		x := EdgesUse{Key: use.Key, Label: use.Label, Choices: []Choice{{Value: "-1", Label: "no column", Current: b.columns[u] < 0}}}
		for i, h := range b.headers {
			x.Choices = append(x.Choices, Choice{Value: strconv.Itoa(i), Label: h, Current: b.columns[u] == i})
		}
		p.Uses = append(p.Uses, x)
	}
	if fault := b.columns.Fault(); fault != "" {
		p.Fault, p.Finding = capital(fault)+".", "Which column holds what?"
		p.Usual = kindChoices("linked", false)
		return p
	}
	p.Usual = kindChoices(b.choices.Usual, false)
	p.kinds(b)
	p.names(b)
	p.Left, p.More["left"] = firstOf(slices.DeleteFunc(slices.Clone(b.left), func(l edgelist.Left) bool { return l.Why == noOrganisation }), edgesShown)
	p.Sample, _ = firstOf(b.ties, 10)
	p.NeedsPage = slices.ContainsFunc(b.rows, func(r edgelist.Row) bool { return r.Cells[edgelist.Page] == "" })
	p.say(b)
	return p
}

// noOrganisation is why a line is left that names somebody who is not on record; those are listed by name.
const noOrganisation = "no organisation on record was found for"

// say writes the finding: how many lines make a tie, and why others do not.
func (p *EdgesPage) say(b broughtEdges) {
	n := len(b.edgeList.rows) + len(b.rejects)
	p.Finding = counted(len(b.ties), "line makes a tie", "lines make a tie") + ", of " + strconv.Itoa(n)
}

// firstOf are the first of a list and how many come after.
func firstOf[T any](all []T, most int) ([]T, int) {
	n := min(len(all), most)
	return all[:n], len(all) - n
}

// kindChoices are the kinds of tie to choose from; turned has those that have a direction the other way round, too.
func kindChoices(now string, turned bool) []Choice {
	var out []Choice
	for _, k := range network.Kinds() {
		out = append(out, Choice{Value: k.Key, Label: k.Label, Current: k.Key == now})
		if turned && k.Directed {
			out = append(out, Choice{Value: edgelist.Turned + k.Key, Label: k.Label + ", the other way round", Current: edgelist.Turned+k.Key == now})
		}
	}
	return out
}

// kinds lists what stands in the column of kinds, the most frequent first.
func (p *EdgesPage) kinds(b broughtEdges) {
	n := map[string]int{}
	var texts []string
	for _, row := range b.rows {
		text := row.Cells[edgelist.Kind]
		if text == "" {
			continue
		}
		if n[text]++; n[text] == 1 {
			texts = append(texts, text)
		}
	}
	slices.SortStableFunc(texts, func(x, y string) int { return n[y] - n[x] })
	texts, p.More["kinds"] = firstOf(texts, kindsShown)
	for _, text := range texts {
		now := b.choices.Kinds[text]
		k := EdgesKind{Text: text, Field: kindField(text), N: n[text], Choices: []Choice{{Value: usualKind, Label: "the usual kind", Current: now == ""}}}
		k.Choices = append(k.Choices, kindChoices(now, true)...)
		p.Kinds = append(p.Kinds, k)
	}
}

// names lists the texts that name organisations: those to choose for, those that were found by name, and those that were not.
func (p *EdgesPage) names(b broughtEdges) {
	at := map[string]*EdgesName{}
	for _, row := range b.rows {
		from, to := row.Ends()
		for _, t := range []string{from, to} {
			if t == "" {
				continue
			}
			e := at[t]
			if e == nil {
				e = &EdgesName{OrgMatch: b.names[t], Field: pickField(t)}
				at[t] = e
			}
			if e.N++; len(e.Lines) < linesShown {
				e.Lines = append(e.Lines, row.Line)
			}
		}
	}
	var all []EdgesName
	for _, e := range at {
		all = append(all, *e)
	}
	slices.SortFunc(all, func(x, y EdgesName) int {
		if x.N != y.N {
			return y.N - x.N
		}
		return strings.Compare(x.Text, y.Text)
	})
	for _, e := range all {
		switch {
		case e.How == matchedID || e.How == matchedName && strings.EqualFold(e.Text, e.Name):
		case e.How == matchedName:
			p.Taken = append(p.Taken, e)
		case len(e.Options) > 0:
			p.Asked = append(p.Asked, e)
		default:
			p.Missing = append(p.Missing, e)
		}
	}
	p.Asked, p.More["asked"] = firstOf(p.Asked, edgesShown)
	p.Taken, p.More["taken"] = firstOf(p.Taken, edgesShown)
	p.Missing, p.More["missing"] = firstOf(p.Missing, edgesShown)
}
