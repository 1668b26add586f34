package frame

import (
	"context"
	"net/url"
	"strconv"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// Kind is the kind of reference of the number of firms that a frame holds.
const Kind = "frame"

// Explainers explain frame/firms?role=…: how many firms of a release a query lets pass, by stratum.
func Explainers() evidence.Explainers { return evidence.Explainers{Kind: why} }

// Ref is the reference of the number of firms that the query lets pass.
func (q Query) Ref() string {
	var set []string
	for _, p := range []struct{ name, value string }{{"role", q.Role}, {"section", q.Section}, {"sector", q.Sector}, {"area_set", q.AreaSet}, {"area", q.AreaID}, {"status", q.Status}, {"origin", q.Origin},
		{"min", number(q.MinEmployees)}, {"max", number(q.MaxEmployees)}, {"anchor", q.Anchor}, {"areas", q.Areas}, {"least", number(q.Least)}} {
		if p.value != "" {
			set = append(set, p.name, p.value)
		}
	}
	for i, key := range q.Strata {
		set = append(set, "stratum"+strconv.Itoa(i+1), key)
	}
	return evidence.MakeRef(Kind, []string{"firms"}, set...)
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// query reads what Ref wrote.
func query(set url.Values) (Query, error) {
	q := Query{Role: set.Get("role"), Section: set.Get("section"), Sector: set.Get("sector"), AreaSet: set.Get("area_set"), AreaID: set.Get("area"), Status: set.Get("status"), Origin: set.Get("origin"), Anchor: set.Get("anchor"), Areas: set.Get("areas")}
	for name, to := range map[string]*int{"min": &q.MinEmployees, "max": &q.MaxEmployees, "least": &q.Least} {
		if text := set.Get(name); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil {
				return q, evidence.BadRef("%s %q is not a number", name, text)
			}
			*to = n
		}
	}
	for i := range Keys {
		if key := set.Get("stratum" + strconv.Itoa(i+1)); key != "" {
			q.Strata = append(q.Strata, key)
		}
	}
	return q, nil
}

func why(ctx context.Context, db lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 1 || r.Args[0] != "firms" {
		return evidence.Chain{}, evidence.BadRef("write it as frame/firms?role=firm&status=running")
	}
	q, err := query(r.Set)
	if err != nil {
		return evidence.Chain{}, err
	}
	f, err := Read(ctx, db, "", q)
	if err != nil {
		return evidence.Chain{}, evidence.BadRef("%s", err)
	}
	c := evidence.Chain{Title: "Organisations that pass the choice of a survey's frame", Value: chart.Number(float64(len(f.Units)), 0),
		How: "each organisation of the release once; its size is that of its last accounts, its industry that of its main code, its place where it works or else is registered, addresses of mass registration left out"}
	for _, s := range f.Strata {
		c.Steps = append(c.Steps, evidence.Chain{Title: s.Label, Value: chart.Number(float64(s.Units), 0)})
	}
	return c, nil
}
