package web

import (
	"math"
	"net/http"
	"strconv"
	"strings"

	"milieu/internal/portfolio/appraisal"
)

var appraisalHeader = []string{"id", "name", "stage", "measure", "known", "gross", "net", "net_low", "net_high", "net_mean", "net_standard_error", "chance_counted", "expected", "expected_low", "expected_high", "share_of_draws_with_no_gain", "chance", "chance_low", "chance_high",
	"price_year", "discounted_to", "schedule", "draws", "seed", "assumed", "why_not_known", "reference", "source_url", "file", "line"}

// appraisalsCSV is all measures of a list of interventions, a row each.
func appraisalsCSV(w http.ResponseWriter, res appraisal.Result, ids []string) error {
	var rows [][]string
	for _, id := range ids {
		item, _ := res.Item(id)
		rows = append(rows, appraisalCells(res, item)...)
	}
	return writeCSV(w, "appraisal", appraisalHeader, rows)
}

// appraisalCSV is the measures of one intervention, then its switching values.
func appraisalCSV(w http.ResponseWriter, res appraisal.Result, item appraisal.Item) error {
	rows := appraisalCells(res, item)
	for _, s := range item.Switches {
		row := make([]string, len(appraisalHeader))
		row[0], row[1], row[2], row[3] = item.Intervention.ID, item.Intervention.Name, item.Intervention.Stage, "switching value: "+s.Input+", for: "+s.Test
		row[4], row[25] = strconv.FormatBool(s.OK), s.Why
		if s.OK {
			row[6] = exact(s.Value)
		}
		row[26] = appraisal.Ref(item.Intervention.ID, "switch-"+s.Ref, res.Settings)
		rows = append(rows, row)
	}
	return writeCSV(w, "appraisal-"+item.Intervention.ID, appraisalHeader, rows)
}

// ended leaves empty what is no number or has no end.
func ended(v float64) string {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return ""
	}
	return exact(v)
}

func exact(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// appraisalCells is a row for each measure; what is not known is empty, not nought.
func appraisalCells(res appraisal.Result, item appraisal.Item) [][]string {
	i, c := item.Intervention, item.Chance
	var out [][]string
	for _, m := range item.Measures {
		row := make([]string, len(appraisalHeader))
		row[0], row[1], row[2], row[3], row[4] = i.ID, i.Name, i.Stage, m.Key, strconv.FormatBool(m.Known)
		if m.HasGross && m.Known {
			row[5] = exact(m.Gross)
		}
		if m.Known {
			row[6], row[7], row[8], row[9], row[10] = exact(m.Net), exact(m.Low), exact(m.High), exact(m.Mean), exact(m.Error)
		}
		row[11] = strconv.FormatBool(m.Counted)
		if m.Counted {
			row[12], row[13], row[14] = exact(m.Expected), ended(m.ExpectedLow), ended(m.ExpectedHigh)
			if m.Nothing > 0 {
				row[15] = exact(m.Nothing)
			}
		}
		if c.Known {
			row[16], row[17], row[18] = exact(c.Mean), exact(c.Low), exact(c.High)
		}
		row[19], row[20], row[21], row[22], row[23] = strconv.Itoa(res.BaseYear), strconv.Itoa(item.Year0), res.Schedule, strconv.Itoa(res.Draws), strconv.FormatUint(res.Seed, 10)
		var changed []string
		for _, a := range res.Assume {
			changed = append(changed, a.Parameter+":"+a.Value)
		}
		row[24], row[25], row[26] = strings.Join(changed, ";"), m.Why, appraisal.Ref(i.ID, m.Key, res.Settings)
		row[27], row[28], row[29] = i.SourceURL, i.Record.File, strconv.Itoa(i.Record.Line)
		out = append(out, row)
	}
	return out
}
