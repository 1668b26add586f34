package concentration

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/cluster/placed"
	"milieu/internal/evidence"
	"milieu/internal/geo"
	"milieu/internal/lake"
	"milieu/internal/place"
	"milieu/internal/spatial"
)

// Explainers explain concentration/SECTOR/SET/ID (SET is "shape" and ID the encoded
// shape for an area that was drawn), with the settings basis, weights=employees and
// simulations.
func Explainers() evidence.Explainers { return evidence.Explainers{"concentration": why} }

// Ref is the reference of the whole result. A part of it is not a figure of its own:
// all come from one calculation.
func (r Result) Ref(area string) string {
	set, id, _ := strings.Cut(area, "/")
	var s []string
	if r.Basis != placed.Any {
		s = append(s, "basis", string(r.Basis))
	}
	if r.Employees {
		s = append(s, "weights", "employees")
	}
	if r.Simulations != DefaultSimulations {
		s = append(s, "simulations", strconv.Itoa(r.Simulations))
	}
	return evidence.MakeRef("concentration", []string{r.Sector, set, id}, s...)
}

func why(ctx context.Context, q lake.Querier, ref evidence.Ref) (evidence.Chain, error) {
	if len(ref.Args) != 3 {
		return evidence.Chain{}, evidence.BadRef("write it as concentration/SECTOR/SET/ID")
	}
	ask, err := parse(ref)
	if err != nil {
		return evidence.Chain{}, err
	}
	if ask.Area, err = findArea(ctx, q, ref.Args[1], ref.Args[2]); err != nil {
		return evidence.Chain{}, err
	}
	r, err := Test(ctx, q, ask)
	if err != nil {
		return evidence.Chain{}, err
	}
	return r.chain(), nil
}

func findArea(ctx context.Context, q lake.Querier, set, id string) (place.Shape, error) {
	if set != "shape" {
		return place.Find(ctx, q, set, id)
	}
	g, err := geo.DecodeShape(id)
	if err != nil {
		return place.Shape{}, evidence.BadRef("the drawn area cannot be read: %v", err)
	}
	return place.Measure(place.Area{Name: "the area drawn", Kind: place.Drawn}, g), nil
}

func parse(ref evidence.Ref) (Question, error) {
	ask := Question{Sector: ref.Args[0], Employees: ref.Set.Get("weights") == "employees"}
	var err error
	if ask.Basis, err = placed.ParseBasis(ref.Set.Get("basis")); err != nil {
		return ask, evidence.BadRef("%v", err)
	}
	if text := ref.Set.Get("simulations"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > MostSimulations {
			return ask, evidence.BadRef("simulations %q is not a number from 1 to %d", text, MostSimulations)
		}
		ask.Simulations = n
	}
	return ask, nil
}

func (r Result) chain() evidence.Chain {
	n := func(v int) string { return chart.Number(float64(v), 0) }
	c := evidence.Chain{Title: fmt.Sprintf("Concentration of %s in %s by distance", r.Label, r.Area.Name), Value: r.Summary(), How: r.How(), Method: "concentration by distance",
		Steps: []evidence.Chain{
			{Title: "Organisations placed in the area", Value: n(r.Inside), How: "by " + r.Basis.Words() + "; each once; " + r.LeftOut.Words()},
			{Title: "of the sector", Value: n(r.Own)},
			{Title: "Organisations in the buffer around it", Value: n(r.Outside), How: "a box " + chart.Number(r.BufferKm, 0) + " km wider than the area on each side; they are neighbours, not points of reference"},
			{Title: "of the sector", Value: n(r.OwnOut)},
		}}
	if r.Few {
		return c
	}
	for k, v := range Verdicts(r.M.Curve) {
		c.Steps = append(c.Steps, evidence.Chain{Title: "M within " + chart.Number(r.M.Radii[k]/1000, 2) + " km", Value: chart.Number(r.M.Value[k], 2),
			How: fmt.Sprintf("chance keeps whole curves between %s and %s here: %s", chart.Number(r.M.GlobalLo[k], 2), chart.Number(r.M.GlobalHi[k], 2), v)})
	}
	return c
}

// Summary is the result in a few words.
func (r Result) Summary() string {
	switch {
	case r.Few:
		return "too few to say"
	case r.M.P > 0.05:
		return "not distinguishable from chance (p " + PText(r.M.P) + ")"
	}
	above, below := Spans(r.M.Curve, Above), Spans(r.M.Curve, Below)
	switch {
	case above != "" && below != "":
		return "more concentrated than chance within " + above + ", less within " + below + " (p " + PText(r.M.P) + ")"
	case above != "":
		return "more concentrated than chance within " + above + " (p " + PText(r.M.P) + ")"
	}
	return "more dispersed than chance within " + below + " (p " + PText(r.M.P) + ")"
}

// How says how the test was made.
func (r Result) How() string {
	what := "organisations"
	if r.Employees {
		what = "organisations by their employees (from accounts; they may work elsewhere)"
	}
	s := fmt.Sprintf("M of Marcon and Puech (2010) on %s: the sector's share around each of its organisations against its share in the whole; %d random labellings, seed %d, p of the whole curve by directional quantiles (Myllymäki and others 2017)", what, r.Simulations, Seed)
	if r.OneIn > 1 {
		s += fmt.Sprintf("; one organisation in %d, drawn at random, stands for all around here, and counts are of these", r.OneIn)
	}
	if r.Sampled > 0 {
		s += fmt.Sprintf("; %s of the %s of the sector, drawn at random, are the points of reference", chart.Number(float64(r.Sampled), 0), chart.Number(float64(r.Own), 0))
	}
	return s
}

// PText writes a p-value: no smaller than the simulations can tell.
func PText(p float64) string {
	if p < 0.0995 {
		return chart.Number(p, 3)
	}
	return chart.Number(p, 2)
}

// Spans lists the distances at which a curve has the verdict: "0.25–2 km, 5 km".
func Spans(c spatial.Curve, v Verdict) string {
	all := Verdicts(c)
	km := func(k int) string { return strconv.FormatFloat(c.Radii[k]/1000, 'f', -1, 64) }
	var parts []string
	for k := 0; k < len(all); k++ {
		if all[k] != v {
			continue
		}
		from := k
		for k+1 < len(all) && all[k+1] == v {
			k++
		}
		part := km(from)
		if k > from {
			part += "–" + km(k)
		}
		parts = append(parts, part)
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, ", ") + " km"
}
