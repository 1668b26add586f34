package portfolio

import (
	"context"
	"database/sql"
	"fmt"

	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// Cost is money that an intervention costs a funder over a span of financial years.
type Cost struct {
	ID, Intervention     string
	AmountP              int64 // of all years together, in the prices of PriceYear
	From, To, PriceYear  sql.NullInt64
	Funder, Status, Kind string // status: spent, committed, asked, expected; kind: capital, revenue
	Asset                string // type for optimism bias
	Note, SourceURL      string
	Record               evidence.Record
}

// Outcome is an output or outcome that is expected of an intervention, as its source states it.
type Outcome struct {
	ID, Intervention    string
	Kind, Outcome       string // kind: output or outcome; outcome: a key such as jobs
	Quantity, Low, High sql.NullFloat64
	Unit, Per           string // per: once, year or total
	Additional          string // gross, net or unknown
	From, To            sql.NullInt64
	Place, FirmSize     string
	Note, SourceURL     string
	Record              evidence.Record
}

// Kinds of relations between interventions.
const (
	Needs    = "needs"    // From is not possible without To
	Excludes = "excludes" // only one of the two
	After    = "after"    // From begins when To has ended, Lag years later
	Adds     = "adds"     // both together are worth more, by Bonus of the smaller value
	PartOf   = "part-of"  // To's cost holds From's: only one may be chosen
	PilotOf  = "pilot-of" // From tries To out: To begins when From has ended and has worked
)

// Relation is what one intervention has to do with another.
type Relation struct {
	ID, From, To, Kind   string
	Lag, Bonus           float64 // years; share of the smaller value
	Reason, ClassifiedBy string
	SourceURL            string
	Record               evidence.Record
}

// Risk is what could go wrong with an intervention.
type Risk struct {
	ID, Intervention         string
	Risk, Likelihood, Impact string // low, medium or high
	Mitigation, Owner, Note  string
	SourceURL                string
	Record                   evidence.Record
}

// Delivered is a report of what became of an intervention.
type Delivered struct {
	ID, Intervention, Kind, What string // kind: status, spend, milestone, output, outcome, evaluation
	Day, PlannedDay, ActualDay   string // as 2026-11-27, or empty
	Year                         sql.NullInt64
	Planned, Actual              sql.NullFloat64
	Funder, Design, Finding      string // design: controlled, compared, monitored; finding: positive, none, negative
	Note, SourceURL              string
	Record                       evidence.Record
}

// Register is what is kept of all interventions beside their own row, each list in the order of the source.
type Register struct {
	Costs     []Cost
	Outcomes  []Outcome
	Relations []Relation
	Risks     []Risk
	Delivery  []Delivered
}

// Of is the register of one intervention: relations are those at either end.
func (r Register) Of(id string) Register {
	return Register{
		Costs:     keep(r.Costs, func(c Cost) bool { return c.Intervention == id }),
		Outcomes:  keep(r.Outcomes, func(o Outcome) bool { return o.Intervention == id }),
		Relations: keep(r.Relations, func(l Relation) bool { return l.From == id || l.To == id }),
		Risks:     keep(r.Risks, func(k Risk) bool { return k.Intervention == id }),
		Delivery:  keep(r.Delivery, func(d Delivered) bool { return d.Intervention == id }),
	}
}

func keep[T any](all []T, want func(T) bool) []T {
	var out []T
	for _, v := range all {
		if want(v) {
			out = append(out, v)
		}
	}
	return out
}

// ReadRegister reads the register of all interventions.
func ReadRegister(ctx context.Context, q lake.Querier) (Register, error) {
	var r Register
	err := each(ctx, q, `select cost_id, intervention_id, amount_p, from_year, to_year, price_year, coalesce(funder, ''), coalesce(status, ''), coalesce(kind, ''), coalesce(asset, ''), coalesce(note, ''), coalesce(source_url, ''), source, file, line
from intervention_cost order by source, line`, func(rows *sql.Rows) error {
		var c Cost
		err := rows.Scan(&c.ID, &c.Intervention, &c.AmountP, &c.From, &c.To, &c.PriceYear, &c.Funder, &c.Status, &c.Kind, &c.Asset, &c.Note, &c.SourceURL, &c.Record.Source, &c.Record.File, &c.Record.Line)
		r.Costs = append(r.Costs, c)
		return err
	})
	if err != nil {
		return r, fmt.Errorf("costs of interventions: %w", err)
	}
	err = each(ctx, q, `select outcome_id, intervention_id, kind, outcome, quantity, low, high, coalesce(unit, ''), coalesce(per, ''), coalesce(additional, 'unknown'), from_year, to_year, coalesce(place, ''), coalesce(firm_size, ''), coalesce(note, ''), coalesce(source_url, ''), source, file, line
from intervention_outcome order by source, line`, func(rows *sql.Rows) error {
		var o Outcome
		err := rows.Scan(&o.ID, &o.Intervention, &o.Kind, &o.Outcome, &o.Quantity, &o.Low, &o.High, &o.Unit, &o.Per, &o.Additional, &o.From, &o.To, &o.Place, &o.FirmSize, &o.Note, &o.SourceURL, &o.Record.Source, &o.Record.File, &o.Record.Line)
		r.Outcomes = append(r.Outcomes, o)
		return err
	})
	if err != nil {
		return r, fmt.Errorf("outcomes of interventions: %w", err)
	}
	err = each(ctx, q, `select relation_id, from_id, to_id, kind, coalesce(lag_years, 0), coalesce(bonus, 0), coalesce(reason, ''), coalesce(classified_by, ''), coalesce(source_url, ''), source, file, line
from intervention_relation order by source, line`, func(rows *sql.Rows) error {
		var l Relation
		err := rows.Scan(&l.ID, &l.From, &l.To, &l.Kind, &l.Lag, &l.Bonus, &l.Reason, &l.ClassifiedBy, &l.SourceURL, &l.Record.Source, &l.Record.File, &l.Record.Line)
		r.Relations = append(r.Relations, l)
		return err
	})
	if err != nil {
		return r, fmt.Errorf("relations of interventions: %w", err)
	}
	if err = r.readRisks(ctx, q); err != nil {
		return r, err
	}
	return r, r.readDelivery(ctx, q)
}

func (r *Register) readRisks(ctx context.Context, q lake.Querier) error {
	err := each(ctx, q, `select risk_id, intervention_id, risk, coalesce(likelihood, ''), coalesce(impact, ''), coalesce(mitigation, ''), coalesce(owner, ''), coalesce(note, ''), coalesce(source_url, ''), source, file, line
from intervention_risk order by source, line`, func(rows *sql.Rows) error {
		var k Risk
		err := rows.Scan(&k.ID, &k.Intervention, &k.Risk, &k.Likelihood, &k.Impact, &k.Mitigation, &k.Owner, &k.Note, &k.SourceURL, &k.Record.Source, &k.Record.File, &k.Record.Line)
		r.Risks = append(r.Risks, k)
		return err
	})
	if err != nil {
		return fmt.Errorf("risks of interventions: %w", err)
	}
	return nil
}

func (r *Register) readDelivery(ctx context.Context, q lake.Querier) error {
	err := each(ctx, q, `select delivery_id, intervention_id, kind, coalesce(what, ''), coalesce(day::varchar, ''), coalesce(planned_day::varchar, ''), coalesce(actual_day::varchar, ''), year, planned, actual, coalesce(funder, ''), coalesce(design, ''), coalesce(finding, ''), coalesce(note, ''), coalesce(source_url, ''), source, file, line
from delivery order by source, line`, func(rows *sql.Rows) error {
		var d Delivered
		err := rows.Scan(&d.ID, &d.Intervention, &d.Kind, &d.What, &d.Day, &d.PlannedDay, &d.ActualDay, &d.Year, &d.Planned, &d.Actual, &d.Funder, &d.Design, &d.Finding, &d.Note, &d.SourceURL, &d.Record.Source, &d.Record.File, &d.Record.Line)
		r.Delivery = append(r.Delivery, d)
		return err
	})
	if err != nil {
		return fmt.Errorf("delivery of interventions: %w", err)
	}
	return nil
}

func each(ctx context.Context, q lake.Querier, query string, take func(*sql.Rows) error) error {
	rows, err := q.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := take(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
