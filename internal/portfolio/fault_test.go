package portfolio_test

import (
	"database/sql"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/evidence"
	"milieu/internal/portfolio"
)

func year(y int64) sql.NullInt64 { return sql.NullInt64{Int64: y, Valid: true} }

func number(v float64) sql.NullFloat64 { return sql.NullFloat64{Float64: v, Valid: true} }

func TestFaults(t *testing.T) {
	at := func(line int) evidence.Record { return evidence.Record{File: "f", Line: line} }
	r := portfolio.Register{
		Costs: []portfolio.Cost{{Intervention: "a", AmountP: 100, From: year(2027), To: year(2026), Record: at(2)}, {Intervention: "a", AmountP: 50, Record: at(3)}, {Intervention: "b", AmountP: 70, Record: at(4)}},
		Outcomes: []portfolio.Outcome{{Outcome: "jobs", Quantity: number(5), Low: number(6), Record: at(5)}, {Outcome: "homes", Low: number(2), High: number(1), Record: at(6)},
			{Outcome: "gva", Quantity: number(3), Low: number(3), High: number(3), Record: at(7)}},
		Relations: []portfolio.Relation{{ID: "r1", From: "a", To: "b", Kind: portfolio.Needs, Record: at(8)}, {ID: "r2", From: "b", To: "a", Kind: portfolio.After, Record: at(9)},
			{ID: "r3", From: "c", To: "c", Kind: portfolio.Needs, Record: at(10)}, {ID: "r4", From: "b", To: "a", Kind: portfolio.Excludes, Record: at(11)}},
	}
	all := []portfolio.Intervention{{ID: "a", CostP: year(160), Record: at(12)}, {ID: "b", CostP: year(70)}, {ID: "c", CostP: year(5)}, {ID: "d"}}
	want := []portfolio.Fault{
		{at(8), "each of these waits for the next, so that none can begin: a → b → a; take one of the relations r1 (needs, line 8), r2 (after, line 9) away"},
		{at(10), "c is related to itself (needs)"},
		{at(11), "b excludes a, but relation r1 says that a needs b"},
		{at(2), "the cost ends in 2026, before it begins in 2027"},
		{at(5), "the range of jobs is the wrong way round: low, quantity and high must not fall"},
		{at(6), "the range of homes is the wrong way round: low, quantity and high must not fall"},
		{at(12), "the costs of a add up to £1.50, its row states £1.60: correct one of them"},
	}
	if d := cmp.Diff(want, r.Faults(all)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if f := (portfolio.Register{}).Faults(all); f != nil {
		t.Errorf("an empty register has faults: %v", f)
	}
}
