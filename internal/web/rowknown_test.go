package web

import (
	"database/sql"
	"net/http"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/portfolio"
)

// Forms offer the values on record, so that what people type counts with them.
func TestRowForm_known(t *testing.T) {
	w := teamSite(t)
	w.says(w.get(auth.Editor, "/tables/interventions/new"), http.StatusOK, `list="k.effect_type"`, `<option value="access-to-finance">Access to finance</option>`, `list="k.region"`, `<option value="district">`, `list="k.category"`, `list="k.lead"`)
	w.says(w.get(auth.Editor, "/tables/delivery/new"), http.StatusOK, `list="k.what"`, `<option value="on-track">`, `<option value="jobs">`, `list="k.funder"`)
	w.says(w.get(auth.Editor, "/tables/outcomes/new"), http.StatusOK, `list="k.outcome"`, `<option value="jobs">`)
	w.says(w.get(auth.Editor, "/tables/costs/new"), http.StatusOK, `list="k.funder"`, `<option value="SYMCA">`)
}

// What became of an intervention is said in words; no day is shown that nobody stated.
func TestCameRow(t *testing.T) {
	year, amount := sql.NullInt64{Int64: 2027, Valid: true}, func(v float64) sql.NullFloat64 { return sql.NullFloat64{Float64: v, Valid: true} }
	for _, c := range []struct {
		d                portfolio.Delivered
		what, when, says string
	}{
		{portfolio.Delivered{Kind: portfolio.KindSpend, Year: year, Funder: "SYMCA", Planned: amount(2e6), Actual: amount(1.5e6)}, "Spend, SYMCA", "", "Spent in 2027-28: £1.5m of £2m planned"},
		{portfolio.Delivered{Kind: portfolio.KindSpend, Year: year, Actual: amount(1.5e6)}, "Spend", "", "Spent in 2027-28: £1.5m; what was planned is not stated here"},
		{portfolio.Delivered{Kind: portfolio.KindEvaluation, Day: "2026-03-01", Design: "controlled", Finding: "negative"}, "Evaluation", "On 2026-03-01", "Design: with a comparison group; finding: jobs fell because of it"},
		{portfolio.Delivered{Kind: portfolio.KindOutcome, What: "jobs", Year: year, Actual: amount(40)}, "Jobs", "In 2027-28", "Came to 40"},
	} {
		if got := cameRow(c.d); got.What != c.what || got.When != c.when || got.Says != c.says {
			t.Errorf("%+v: %q %q %q", c.d, got.What, got.When, got.Says)
		}
	}
}
