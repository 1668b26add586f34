package workshop

import (
	"fmt"

	"milieu/internal/mcda"
)

// Export is a workshop and what was reckoned of it, for other programs. Shares are between 0 and 1.
type Export struct {
	ID           string              `json:"id"`
	Setup        Setup               `json:"setup"`
	Version      int64               `json:"version"`
	Draws        int                 `json:"draws"`
	Seed         uint64              `json:"seed"`
	Stakeholders []ExportStakeholder `json:"stakeholders"`
	Views        []ExportView        `json:"views,omitempty"` // the first is over all weights
	Warnings     []ExportWarning     `json:"warnings,omitempty"`
}

// ExportStakeholder is one set of weights.
type ExportStakeholder struct {
	ID     string    `json:"id"`
	Name   string    `json:"name"`
	Swings Swings    `json:"swings"`
	Shares []float64 `json:"weights"` // by criterion of the setup; null where no points were given
}

// ExportView is the ranks under one set of weights.
type ExportView struct {
	Stakeholder string         `json:"stakeholder"` // id; "" of all weights
	Options     []ExportOption `json:"options"`
}

// ExportOption is what follows for an option.
type ExportOption struct {
	ID             string    `json:"id"`
	Acceptability  []float64 `json:"rank_acceptability"`
	Best           int       `json:"rank_best"` // of nine in ten draws
	Worst          int       `json:"rank_worst"`
	Value          float64   `json:"value"`
	CentralWeights []float64 `json:"central_weights"` // null where it is never first
	DominatedBy    []string  `json:"dominated_by,omitempty"`
}

// ExportWarning is a warning.
type ExportWarning struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// Export puts a report into the form that is sent to other programs.
func (r Report) Export() Export {
	w := r.Workshop
	out := Export{ID: w.ID, Setup: w.Setup, Version: w.Version, Draws: w.Setup.Draws(), Seed: Seed, Stakeholders: []ExportStakeholder{}}
	for _, s := range w.Weights {
		out.Stakeholders = append(out.Stakeholders, ExportStakeholder{s.ID, s.Name, s.Swings, s.Shares(w.Setup)})
	}
	for _, x := range r.Warnings {
		out.Warnings = append(out.Warnings, ExportWarning(x))
	}
	if r.Cells == nil {
		return out
	}
	for _, v := range append([]View{r.All}, r.Each...) {
		e := ExportView{Stakeholder: v.Stakeholder}
		for i, o := range w.Setup.Options {
			x := ExportOption{ID: o.ID, Acceptability: v.Result.Rank[i], Best: v.Best[i], Worst: v.Worst[i], Value: v.Result.Value[i], CentralWeights: v.Result.Central[i]}
			for _, k := range v.Dominated[i] {
				x.DominatedBy = append(x.DominatedBy, w.Setup.Options[k].ID)
			}
			e.Options = append(e.Options, x)
		}
		out.Views = append(out.Views, e)
	}
	return out
}

// Header names the columns of Table.
var Header = []string{"option_id", "option", "stakeholder", "first_share", "rank_best", "rank_worst", "rank_mean", "value_mean", "weight_to_move_to_be_first"}

// Table is the ranks as rows: an option and whose weights, first over all weights.
func (r Report) Table() [][]string {
	if r.Cells == nil {
		return nil
	}
	var rows [][]string
	for k, v := range append([]View{r.All}, r.Each...) {
		who := v.Name
		if k == 0 {
			who = "all weights"
		}
		mean := MeanRanks(v.Result)
		for i, o := range r.Workshop.Setup.Options {
			put := ""
			if v.Shares != nil && v.Put[i].Possible {
				put = fmt.Sprintf("%.4f", v.Put[i].Moved)
			}
			rows = append(rows, []string{o.ID, o.Name, who, fmt.Sprintf("%.4f", v.Result.Rank[i][0]), fmt.Sprint(v.Best[i]), fmt.Sprint(v.Worst[i]), fmt.Sprintf("%.3f", mean[i]), fmt.Sprintf("%.4f", v.Result.Value[i]), put})
		}
	}
	return rows
}

// MeanRanks is the mean rank of each option over the draws.
func MeanRanks(r mcda.Result) []float64 {
	out := make([]float64, len(r.Rank))
	for i, row := range r.Rank {
		for k, share := range row {
			out[i] += float64(k+1) * share
		}
	}
	return out
}
