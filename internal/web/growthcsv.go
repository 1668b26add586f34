package web

import (
	"fmt"
	"math"
	"net/http"
	"strconv"

	"milieu/internal/cluster/growth"
	"milieu/internal/evidence"
)

// cellOf is a number in full, empty where it is not known.
func cellOf(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// writeGrowthCSV sends one of the page's tables: potential, shift or complexity.
func writeGrowthCSV(w http.ResponseWriter, table string, p growth.Potential, s growth.Shifts, c growth.Complexities) error {
	t := p.Table
	name := fmt.Sprintf("-%s-%d", evidence.Slug(t.Area().Name), t.Year)
	lead := []string{t.Area().Name, strconv.Itoa(t.Year), t.Scheme}
	var rows [][]string
	switch table {
	case "", "potential":
		for _, x := range p.Candidates {
			rows = append(rows, append(append([]string{}, lead...), x.Code, x.Name, cellOf(x.Jobs.Value), cellOf(x.Jobs.Lo), cellOf(x.Jobs.Hi), cellOf(x.Wider.Value),
				cellOf(x.Quotient.Value), cellOf(x.Quotient.Lo), cellOf(x.Quotient.Hi), cellOf(x.Density), cellOf(x.Stays), cellOf(x.Complexity), cellOf(x.Gain), x.Guard))
		}
		return writeCSV(w, "potential"+name, []string{"area", "year", "scheme", "industry_code", "industry", "jobs", "jobs_lo", "jobs_hi", "jobs_all_areas", "lq", "lq_lo", "lq_hi", "density", "share_of_draws_on_shortlist", "complexity", "outlook_gain", "not_ranked_because"}, rows)
	case "shift":
		for _, x := range s.Industries {
			row := []string{t.Area().Name, strconv.Itoa(s.From), strconv.Itoa(s.To), t.Scheme, x.Code, x.Name, cellOf(x.Start.Value), cellOf(x.End.Value), cellOf(x.Change), cellOf(x.National), cellOf(x.Mix),
				cellOf(x.Regional.Value), cellOf(x.Regional.Lo), cellOf(x.Regional.Hi), cellOf(x.Competitive), cellOf(x.Allocation), ""}
			if x.Start.Value < growth.LeastStart {
				row[len(row)-3], row[len(row)-2], row[len(row)-1] = "", "", fmt.Sprintf("under %d jobs at the start: its regional part is not parted further", growth.LeastStart)
			}
			if x.NewToAll {
				row[len(row)-1] = "no area had it at the start"
			}
			rows = append(rows, row)
		}
		return writeCSV(w, "shift"+name, []string{"area", "from", "to", "scheme", "industry_code", "industry", "start", "end", "change", "national", "mix", "regional", "regional_lo", "regional_hi", "competitive", "allocation", "note"}, rows)
	case "complexity":
		for _, x := range c.Areas {
			rows = append(rows, []string{x.Area.Code, x.Area.Name, strconv.Itoa(t.Year), t.Scheme, cellOf(x.Index), cellOf(x.Lo), cellOf(x.Hi), strconv.Itoa(x.Diversity), cellOf(c.Direction), c.Open})
		}
		return writeCSV(w, "complexity"+name, []string{"area_code", "area", "year", "scheme", "index", "index_lo", "index_hi", "industries", "correlation_with_diversity", "direction_open_because"}, rows)
	}
	return badRequest("%q is not a table of this page: potential, shift or complexity.", table)
}
