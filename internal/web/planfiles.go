package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"milieu/internal/live"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/choice"
)

func planCSV(w http.ResponseWriter, p portfolio.Plan, sure PlanSure) error {
	var rows [][]string
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', 4, 64) }
	add := func(place string, l portfolio.Left) {
		loss, most, value, lo, hi := "", "", "", "", ""
		if place == "left out" && !l.Barred && !l.Open {
			loss, most = number(l.Loss), number(l.LossMost)
		}
		if v := p.ValueOf(l.ID); v.Known {
			value, lo, hi = number(v.Value), number(v.Lo), number(v.Hi)
		}
		share, class := "", ""
		if o, ok := sure.Of[l.ID]; ok {
			share, class = number(o.Share), o.Class
		}
		var years []string
		for _, y := range p.Phasings[l.ID].Lines {
			year := "" // not stated
			if y.Year != 0 {
				year = strconv.Itoa(y.Year)
			}
			years = append(years, fmt.Sprintf("%s:%s:%d.%02d", year, y.Funder, y.AmountP/100, y.AmountP%100))
		}
		counted, past, private, biased := "", "", "", ""
		if ph, ok := p.Phasings[l.ID]; ok {
			counted, past, private = pencePounds(ph.TotalP()), pencePounds(ph.PastP), pencePounds(ph.PrivateP)
			if v, ok := p.BiasedOf(l.ID); ok {
				biased = pencePounds(v)
			}
		}
		cells := scoreCells(l.Score(p.Lens), l.Rank(p.Lens))
		rows = append(rows, []string{place, l.ID, l.Name, l.Lead, l.Benefits, l.Stage, l.Region, nullPounds(l.CostP), cells[0], cells[1], cells[2], l.Reason, loss, l.Basis, l.SourceURL, l.Record.File, strconv.Itoa(l.Record.Line),
			p.Worth.By, value, lo, hi, most, l.LetIn, share, class, strings.Join(years, "; "), counted, past, private, biased, p.ValueOf(l.ID).Claim})
	}
	for _, i := range p.Chosen {
		add("chosen", portfolio.Left{Intervention: i})
	}
	for _, l := range p.Left {
		add("left out", l)
	}
	for _, l := range p.Unvalued {
		add("not compared", l)
	}
	for _, l := range p.Over {
		add("over", l)
	}
	return writeCSV(w, "plan", []string{"place", "id", "name", "lead", "benefits", "stage", "region", "cost_gbp", "score_percent", "score_low", "score_high", "reason", "loss", "basis", "source_url", "file", "line",
		"worth_by", "worth", "worth_low", "worth_high", "loss_at_most", "lets_in", "chosen_in_draws", "class", "counted_by_year_and_funder", "counted_gbp", "past_gbp", "private_gbp", "counted_with_bias_gbp", "claim"}, rows)
}

// planOf is the plan that an address of a file asks for.
func (s *Server) planOf(r *http.Request, snap *live.Snapshot) (portfolio.Plan, error) {
	all, err := readInterventions(r, snap)
	if err != nil {
		return portfolio.Plan{}, err
	}
	ask, err := readAsk(r, snap, all)
	if err != nil {
		return portfolio.Plan{}, err
	}
	return s.solvePlan(r, snap, ask)
}

// planLP sends the programme for an outside solver.
func (s *Server) planLP(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	p, err := s.planOf(r, snap)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="plan.lp"`)
	return choice.WriteLP(w, p.Problem)
}

// planProblem sends the problem as JSON, for: milieu calc portfolio.
func (s *Server) planProblem(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	p, err := s.planOf(r, snap)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(p.Problem, "", " ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="plan.json"`)
	_, err = w.Write(append(text, '\n'))
	return err
}
