package delivery

import (
	"cmp"
	"database/sql"
	"maps"
	"slices"

	"milieu/internal/cash"
	"milieu/internal/evidence"
	"milieu/internal/portfolio"
)

// Spend is what a funder was to pay in a financial year, and what was paid. Money is in pence of the prices that the
// rows state.
type Spend struct {
	Year             int // 0: not known
	Funder           string
	Planned, Actual  sql.NullInt64
	Reported         bool // the plan is as reported; else it is forecast from the register's costs
	Spread           bool // part of the plan is an amount of several years, spread evenly, or of assumed years
	Records, Actuals []evidence.Record
}

// Both says that plan and outturn are known, so that they can be compared.
func (s Spend) Both() bool { return s.Planned.Valid && s.Actual.Valid }

type spendKey struct {
	year   int
	funder string
}

// spendOf joins the register's costs with the reports of spend. Costs of the status spent are outturns, all others the
// plan. Where spend was reported, the reports are the outturn and costs of the status spent are left out: both together
// would count the same money twice. A plan that a report states takes the place of that from costs.
func spendOf(i portfolio.Intervention, own portfolio.Register) []Spend {
	rows := map[spendKey]*Spend{}
	at := func(year int, funder string) *Spend {
		k := spendKey{year, funder}
		if rows[k] == nil {
			rows[k] = &Spend{Year: year, Funder: funder}
		}
		return rows[k]
	}
	reported := slices.ContainsFunc(own.Delivery, func(d portfolio.Delivered) bool { return d.Kind == portfolio.KindSpend && d.Actual.Valid })
	i.CostP = sql.NullInt64{} // of what no row names it is not known who pays it, and when
	for _, p := range portfolio.LayOut(i, own.Costs, 0).Parts {
		c := p.Row
		if c.Status == "spent" && reported {
			continue
		}
		row := at(p.Year, named(c.Funder))
		if c.Status == "spent" {
			row.Actual = plus(row.Actual, p.AmountP)
			row.Actuals = append(row.Actuals, c.Record)
			continue
		}
		row.Planned = plus(row.Planned, p.AmountP)
		row.Spread = row.Spread || p.Even || !p.Dated && p.Year != 0
		row.Records = append(row.Records, c.Record)
	}
	report(own.Delivery, at)
	out := make([]Spend, 0, len(rows))
	for _, r := range rows {
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b Spend) int { return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.Funder, b.Funder)) })
	return out
}

// report adds the reports of spend; several of a year and funder are of parts, and add up.
func report(reports []portfolio.Delivered, at func(int, string) *Spend) {
	for _, d := range reports {
		if d.Kind != portfolio.KindSpend {
			continue
		}
		row := at(yearOf(d), named(d.Funder))
		if d.Actual.Valid {
			row.Actual = plus(row.Actual, pence(d.Actual.Float64))
			row.Actuals = append(row.Actuals, d.Record)
		}
		if d.Planned.Valid {
			if !row.Reported {
				row.Planned, row.Records, row.Spread = sql.NullInt64{}, nil, false
			}
			row.Planned = plus(row.Planned, pence(d.Planned.Float64))
			row.Records = append(row.Records, d.Record)
			row.Reported = true
		}
	}
}

func yearOf(d portfolio.Delivered) int {
	if d.Year.Valid {
		return int(d.Year.Int64)
	}
	if day, err := parseDay(d.Day); err == nil {
		return portfolio.FinancialYear(day)
	}
	return 0
}

func plus(a sql.NullInt64, p int64) sql.NullInt64 {
	return sql.NullInt64{Int64: a.Int64 + p, Valid: true}
}

func pence(pounds float64) int64 { return int64(cash.FromPounds(pounds)) }

// named is a funder's name; a table says of money whose funder is not known that it is not named.
func named(funder string) string {
	if funder == "Not named" {
		return ""
	}
	return funder
}

// Total is planned and actual money of an intervention, of each what is known, and of both what can be compared.
type Total struct {
	PlannedP, ActualP         int64
	Planned, Actual           int // rows that state it
	Compared                  int // pairs of plan and outturn
	LikePlannedP, LikeActualP int64
	Until                     int // last year of a pair that was made from costs; 0: none was
}

// Ratio is actual over planned of what can be compared; false where nothing can.
func (t Total) Ratio() (float64, bool) {
	if t.Compared == 0 || t.LikePlannedP <= 0 {
		return 0, false
	}
	return float64(t.LikeActualP) / float64(t.LikePlannedP), true
}

// Says is over which years plan and outturn were compared.
func (t Total) Says() string {
	if t.Until == 0 {
		return ", as reported"
	}
	return " up to the end of " + portfolio.YearName(t.Until)
}

// Sum adds the rows of one intervention up, and compares what can be compared: first what a report states together, plan
// and outturn of the same thing; where no report states a plan, for each funder all that was spent up to the last year
// with an outturn against all that was planned up to that year, since an outturn often holds several years. Years after
// last are left out (0: none).
func Sum(rows []Spend, last int) Total {
	var t Total
	kept := rows[:0:0]
	stated := false
	for _, r := range rows {
		if last > 0 && r.Year > last {
			continue
		}
		kept = append(kept, r)
		if r.Planned.Valid {
			t.PlannedP += r.Planned.Int64
			t.Planned++
		}
		if r.Actual.Valid {
			t.ActualP += r.Actual.Int64
			t.Actual++
		}
		if r.Reported && r.Both() {
			stated = true
			t.pair(r.Planned.Int64, r.Actual.Int64)
		}
	}
	if !stated {
		t.toDate(kept)
	}
	return t
}

func (t *Total) pair(planned, actual int64) {
	t.Compared++
	t.LikePlannedP += planned
	t.LikeActualP += actual
}

// toDate pairs plan and outturn up to the last year with an outturn, by funder; an outturn of funders that are not named
// is held against the plan of all.
func (t *Total) toDate(rows []Spend) {
	until := map[string]int{}
	for _, r := range rows {
		if r.Actual.Valid && r.Year > 0 {
			until[r.Funder] = max(until[r.Funder], r.Year)
		}
	}
	if y, whole := until[""]; whole {
		until = map[string]int{"": y}
	}
	for _, f := range slices.Sorted(maps.Keys(until)) {
		var planned, actual int64
		for _, r := range rows {
			if r.Year == 0 || r.Year > until[f] || f != "" && r.Funder != f {
				continue
			}
			planned += r.Planned.Int64
			actual += r.Actual.Int64
		}
		if planned > 0 {
			t.pair(planned, actual)
			t.Until = max(t.Until, until[f])
		}
	}
}

// SpendAll is the money of all by year and funder. Interventions whose cost lies within another's are left out, so that
// nothing counts twice.
func (r Report) SpendAll() []Spend {
	rows := map[spendKey]*Spend{}
	for _, s := range r.All {
		if slices.Contains(r.Within, s.ID) {
			continue
		}
		for _, p := range s.Spend {
			k := spendKey{p.Year, p.Funder}
			row := rows[k]
			if row == nil {
				row = &Spend{Year: p.Year, Funder: p.Funder}
				rows[k] = row
			}
			if p.Planned.Valid {
				row.Planned = plus(row.Planned, p.Planned.Int64)
			}
			if p.Actual.Valid {
				row.Actual = plus(row.Actual, p.Actual.Int64)
			}
			row.Spread = row.Spread || p.Spread
			row.Records, row.Actuals = append(row.Records, p.Records...), append(row.Actuals, p.Actuals...)
		}
	}
	out := make([]Spend, 0, len(rows))
	for _, p := range rows {
		out = append(out, *p)
	}
	slices.SortFunc(out, func(a, b Spend) int { return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.Funder, b.Funder)) })
	return out
}

// TotalAll adds up all that is followed; plan and outturn are compared within each intervention (see Sum).
func (r Report) TotalAll(last int) Total {
	var t Total
	for _, s := range r.All {
		if slices.Contains(r.Within, s.ID) {
			continue
		}
		p := Sum(s.Spend, last)
		t.PlannedP += p.PlannedP
		t.ActualP += p.ActualP
		t.Planned += p.Planned
		t.Actual += p.Actual
		t.Compared += p.Compared
		t.LikePlannedP += p.LikePlannedP
		t.LikeActualP += p.LikeActualP
		t.Until = max(t.Until, p.Until)
	}
	return t
}
