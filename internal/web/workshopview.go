package web

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/chart"
	"milieu/internal/mcda"
	"milieu/internal/portfolio/workshop"
)

// tell puts what was reckoned into words and tables.
func (p *WorkshopPage) tell(r workshop.Report) {
	options := p.W.Setup.Options
	order := byMeanRank(r)
	p.Finding, p.Lede = workshopFinding(r)
	p.Scale = fmt.Sprintf("Pictures run from rank 1 at the left to rank %d at the right.", len(options))
	for _, i := range order {
		p.Ranks = append(p.Ranks, rankRow(r, i))
		p.Values = append(p.Values, valueRow(r, i))
		p.Typical = append(p.Typical, typicalRow(r, i))
	}
	p.Agree = agreeSay(r)
	for _, v := range r.Each {
		p.Put = append(p.Put, putView(r, v))
		if text := staysSay(v, p.W.Setup); text != "" {
			p.Stays = append(p.Stays, text)
		}
	}
}

// byMeanRank is the options by their mean rank over all weights. Where ranges overlap the order means little, which the
// page says.
func byMeanRank(r workshop.Report) []int {
	out := make([]int, len(r.Cells))
	for i := range out {
		out[i] = i
	}
	mean := workshop.MeanRanks(r.All.Result)
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(mean[a], mean[b]) })
	return out
}

// workshopFinding says in a line what the weights allow to say, and in a sentence how that was found. An option is said
// to be somebody's first only where hardly any draw says otherwise.
func workshopFinding(r workshop.Report) (finding, lede string) {
	options := r.Workshop.Setup.Options
	if len(r.Each) == 0 {
		return "Nobody has weighed yet", "Ranks are shown over all weights that there could be."
	}
	var names, often []string
	who := map[string][]string{}
	sure := 0
	for _, v := range r.Each {
		i, share := v.Favourite()
		name := options[i].Name
		if share >= workshop.Sure {
			sure++
		}
		if who[name] == nil {
			names = append(names, name)
		}
		who[name] = append(who[name], v.Name)
		says := fmt.Sprintf("%s (%s, %s", name, v.Name, shareSay(share))
		if r.Hollow(i) {
			says += "; little is known of it"
		}
		often = append(often, says+")")
	}
	lede = "Most often first: " + strings.Join(often[:min(len(often), 6)], "; ") + "."
	switch {
	case sure == len(r.Each) && len(names) == 1 && sure == 1:
		return r.Each[0].Name + " puts " + names[0] + " first", ""
	case sure == len(r.Each) && len(names) == 1:
		return "Everybody’s weights put " + names[0] + " first", ""
	case sure == len(r.Each):
		var parts []string
		for _, n := range names[:min(len(names), 3)] {
			parts = append(parts, fmt.Sprintf("%s (%s)", n, strings.Join(who[n], ", ")))
		}
		return "Stakeholders put different options first: " + strings.Join(parts, "; "), ""
	case len(names) == 1:
		return names[0] + " is most often first, but it is not settled", lede
	}
	return "Which comes first is not settled", lede
}

func rankRow(r workshop.Report, i int) OptionRank {
	o := r.Workshop.Setup.Options[i]
	v := r.All
	row := OptionRank{Name: o.Name, Path: interventionPath(o.ID), First: shareSay(v.Result.Rank[i][0]), Rank: rankSay(v.Best[i], v.Worst[i])}
	row.Range = chart.Range(chart.RangeSpec{Title: "Rank of " + o.Name + " over all weights, mean and range", Value: workshop.MeanRanks(v.Result)[i], Interval: chart.Interval{Lo: float64(v.Best[i]), Hi: float64(v.Worst[i])}, Min: 1, Max: float64(len(r.Cells)), Ref: math.NaN(), Decimals: 1})
	for _, e := range r.Each {
		row.Cells = append(row.Cells, rankSay(e.Best[i], e.Worst[i]))
	}
	var by []string
	for _, k := range v.Dominated[i] {
		by = append(by, r.Workshop.Setup.Options[k].Name)
	}
	if u := unknownOf(r, i); r.Hollow(i) {
		row.Note = "little is known of it: not " + u
	}
	if len(by) > 0 {
		row.Note = "never before " + strings.Join(by[:min(len(by), 2)], ", ")
		if len(by) > 2 {
			row.Note += fmt.Sprintf(" and %d more", len(by)-2)
		}
	}
	return row
}

// shareSay is a share of draws, which is never said to be more certain than draws are.
func shareSay(v float64) string {
	switch {
	case v == 0:
		return "never"
	case v < .005:
		return "under 1 %"
	case v > .995 && v < 1:
		return "over 99 %"
	}
	return percentOf(v)
}

func valueRow(r workshop.Report, i int) OptionValues {
	o := r.Workshop.Setup.Options[i]
	row := OptionValues{Name: o.Name, Path: interventionPath(o.ID), Ref: workshop.Ref(r.Workshop.ID, o.ID)}
	for j, c := range r.Workshop.Setup.Criteria {
		x := r.Cells[i][j]
		cell := OptionValue{Known: x.Known, ByHand: x.ByHand, Outside: x.Outside, Why: x.Basis}
		if x.Known {
			cell.Text = amountSay(x.Value, c.Unit)
			if x.Lo < x.Hi {
				cell.Range = plainAmount(x.Lo) + "–" + plainAmount(x.Hi)
			}
		}
		row.Cells = append(row.Cells, cell)
	}
	return row
}

func plainAmount(v float64) string { return amountSay(v, "") }

func typicalRow(r workshop.Report, i int) TypicalRow {
	row := TypicalRow{Name: r.Workshop.Setup.Options[i].Name, First: shareSay(r.All.Result.Rank[i][0])}
	central := r.All.Result.Central[i]
	for j := range r.Workshop.Setup.Criteria {
		if central == nil {
			row.Cells = append(row.Cells, "")
		} else {
			row.Cells = append(row.Cells, percentOf(central[j]))
		}
	}
	return row
}

// putView sorts what would put each option first by how little it is; what no weights do comes last.
func putView(r workshop.Report, v workshop.View) PutView {
	out := PutView{Name: v.Name}
	for i, o := range r.Workshop.Setup.Options {
		row := PutRow{Name: o.Name, Unknown: unknownOf(r, i), Say: putSay(v, i, r.Workshop.Setup), moved: v.Put[i].Moved}
		if !v.Put[i].Possible {
			row.moved = 2
		}
		out.Rows = append(out.Rows, row)
	}
	slices.SortStableFunc(out.Rows, func(a, b PutRow) int { return cmp.Compare(a.moved, b.moved) })
	return out
}

// putSay is the least change of weights that puts an option first, in words.
func putSay(v workshop.View, i int, s workshop.Setup) string {
	c := v.Put[i]
	switch {
	case v.Shares == nil:
		return "no weights given"
	case !c.Possible:
		return "no weights do"
	case c.Moved < .0005:
		return "is first"
	}
	points := "under 1 point of weight"
	if n := int(math.Round(100 * c.Moved)); n > 0 {
		points = counted(n, "point of weight", "points of weight")
	}
	var to []string
	for j, x := range s.Criteria {
		if c.Weights[j]-v.Shares[j] >= .005 {
			to = append(to, fmt.Sprintf("%s (%.0f → %.0f %%)", x.Name, 100*v.Shares[j], 100*c.Weights[j]))
		}
	}
	if len(to) == 0 {
		return points
	}
	return points + " more to " + strings.Join(to, ", ")
}

// unknownOf names the criteria in which nothing is known of an option.
func unknownOf(r workshop.Report, i int) string {
	var names []string
	for j, c := range r.Workshop.Setup.Criteria {
		if !r.Cells[i][j].Known {
			names = append(names, c.Name)
		}
	}
	return strings.Join(names, ", ")
}

// staysSay says between which weights of each criterion a stakeholder's first option stays first.
func staysSay(v workshop.View, s workshop.Setup) string {
	if v.Shares == nil || len(s.Criteria) < 2 {
		return ""
	}
	first := mcda.Order(v.Value)[0]
	var parts []string
	for j, m := range v.Moves[first] {
		if m.Possible && (m.From > .0005 || m.To < .9995) {
			parts = append(parts, fmt.Sprintf("%s is between %.0f and %.0f %% (now %.0f)", s.Criteria[j].Name, 100*m.From, 100*m.To, 100*v.Shares[j]))
		}
	}
	if len(parts) == 0 {
		return fmt.Sprintf("%s: %s stays first whatever any one criterion weighs.", v.Name, s.Options[first].Name)
	}
	return fmt.Sprintf("%s: %s stays first while %s.", v.Name, s.Options[first].Name, strings.Join(parts, "; "))
}

// agreeSay says what holds whoever weighs.
func agreeSay(r workshop.Report) []string {
	var out []string
	options := r.Workshop.Setup.Options
	name := func(list []int) string {
		var names []string
		for _, i := range list {
			names = append(names, options[i].Name)
		}
		return strings.Join(names, ", ")
	}
	for n := 1; n <= min(3, len(options)-1); n++ {
		if top := r.Top(n); len(top) > 0 {
			out = append(out, fmt.Sprintf("With everybody’s weights %s among the first %s: %s.", isAre(len(top)), []string{"", "one", "two", "three"}[n], name(top)))
			break
		}
	}
	pairs, all := len(r.Common()), len(options)*(len(options)-1)/2
	whose := "With everybody’s weights"
	if len(r.Each) == 0 {
		whose = "Whatever the weights"
	}
	out = append(out, fmt.Sprintf("%s the same one is better in %d of %d pairs of options (in at least 95 of 100 draws).", whose, pairs, all))
	var never []string
	for i, by := range r.All.Dominated {
		if len(by) > 0 {
			never = append(never, fmt.Sprintf("%s (by %s)", options[i].Name, name(by[:1])))
		}
	}
	if len(never) > 0 {
		out = append(out, "Dominated, so not first with any weights, even at the favourable end of all ranges: "+strings.Join(never, ", ")+".")
	} else {
		out = append(out, "No option is dominated: with some weights, or within the ranges of what is known, each can be better than any other.")
	}
	return out
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// takeWorkshop sends the result as CSV or JSON, and writes down that it was taken.
func (s *Server) takeWorkshop(w http.ResponseWriter, r *http.Request, report workshop.Report, format string) error {
	var rows [][]string
	if report.Cells != nil {
		rows = report.Table()
	}
	if err := s.cfg.Team.Book.Exported(r.Context(), actorOf(r), auth.ReadWeights, "workshop", format, len(rows)); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	if format == "csv" {
		return writeCSV(w, "workshop", workshop.Header, rows)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(report.Export())
}
