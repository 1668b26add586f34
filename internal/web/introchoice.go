package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"milieu/internal/auth"
	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/network"
	"milieu/internal/network/introduce"
	"milieu/internal/network/ledger"
)

// WorkRow is a kind of reason with what came of the introductions that had it.
type WorkRow struct {
	Label      string
	Against    bool
	Count      ledger.Conversion
	Prior, Now string
	Moved      int // -1 counts less than at first, 1 more
}

// whichOrg finds the organisation of a text: its id where there is one, else what the text may mean.
func whichOrg(ctx context.Context, snap *live.Snapshot, text string) (id string, which []Choice, err error) {
	if _, ok := snap.Network.Find(text); ok {
		return text, nil, nil
	}
	o, err := snap.Orgs.Find(ctx, text)
	if err == nil {
		return o.ID, nil, nil
	}
	if !errors.Is(err, evidence.ErrNoFigure) && !isNotFound(err) {
		return "", nil, err
	}
	hits := snap.Search.Search(text, candidates).Hits
	same := 0
	for _, h := range hits {
		if folded(h.Name) == folded(text) {
			id = h.Key
			same++
		}
		which = append(which, Choice{Value: h.Key, Label: h.Name})
	}
	switch {
	case same == 1:
		return id, nil, nil
	case len(hits) == 1:
		return hits[0].Key, nil, nil
	case same > 1: // several of one name are told apart by their ids
		for i := range which {
			which[i].Label += " (" + which[i].Value + ")"
		}
	}
	return "", which, nil
}

// currentArea marks the area that is chosen in a copy of the choices; one that is not among them stands first.
func currentArea(areas []ChoiceGroup, ref string) []ChoiceGroup {
	out, found := make([]ChoiceGroup, len(areas)), ref == ""
	for i, g := range areas {
		out[i] = ChoiceGroup{g.Label, slices.Clone(g.Choices)}
		for k := range out[i].Choices {
			c := &out[i].Choices[k]
			c.Current = c.Value == ref
			found = found || c.Current
		}
	}
	if !found {
		out = append([]ChoiceGroup{{"Chosen", []Choice{{Value: ref, Label: "the chosen area", Current: true}}}}, out...)
	}
	return out
}

// commonThemes are the themes that most organisations have, the most common first.
func commonThemes(b *network.Book, most int) []string {
	n := make([]int, len(b.Themes()))
	for v := range b.Len() {
		for _, t := range b.Node(v).Themes {
			n[t]++
		}
	}
	order := make([]int, len(n))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return n[j] - n[i] })
	var out []string
	for _, i := range order[:min(most, len(order))] {
		out = append(out, b.Themes()[i])
	}
	return out
}

// works fills the table of what came of introductions, for those who may see it.
func (s *Server) works(r *http.Request, p *IntroductionsPage, list introduce.List) error {
	b, ok := s.ledger()
	if !ok {
		return nil
	}
	all, counts, err := b.Conversions(r.Context())
	if err != nil {
		return err
	}
	for _, wt := range list.Weights {
		c := counts[wt.Key]
		if wt.Against || wt.Tried == 0 || !actorOf(r).May(auth.ReadDecisions) {
			continue
		}
		row := WorkRow{Label: wt.Label, Against: wt.Against, Count: c, Prior: chart.Number(wt.Prior, 2), Now: chart.Number(wt.Now, 2)}
		switch {
		case wt.Now > wt.Prior+0.005:
			row.Moved = 1
		case wt.Now < wt.Prior-0.005:
			row.Moved = -1
		}
		p.Works = append(p.Works, row)
	}
	switch known := all.Known() + all.Declined; {
	case known == 0:
		p.WorksSay = "No outcome is on record yet, so reasons count as much as the literature lets one expect. Write down what comes of each introduction, and the ranking learns from it."
	case known < fewOutcomes:
		p.WorksSay = fmt.Sprintf("Of only %s it is known what came of them: too few to tell one kind of reason from another. Weights move by what was seen only as far as that many cases can carry (shrunk towards the mean of all reasons).", counted(known, "introduction", "introductions"))
	default:
		p.WorksSay = fmt.Sprintf("Of %s it is known what came of them. Weights are shrunk towards the mean of all reasons: a kind of reason with few cases hardly moves.", counted(known, "introduction", "introductions"))
	}
	return nil
}

// fewOutcomes is below how many outcomes the page says that there are too few.
const fewOutcomes = 20
