package predict

import (
	"context"
	"fmt"
	"strconv"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/network"
)

// Explainers explain expected/A/B, the probability that two organisations are tied by role, sector and distance; expectedmodel/KEY, a term
// or a measure of fit of that model; foretold/WHICH/METHOD/K, how well a method foretold the ties of held-out years; and likely/A/B, a new tie that is
// likely next.
func Explainers() evidence.Explainers {
	return evidence.Explainers{"expected": whyExpected, "expectedmodel": whyModel, "foretold": whyForetold, "likely": whyLikely}
}

// Ref is the reference of the expected tie of two organisations.
func Ref(aID, bID string) string { return evidence.MakeRef("expected", []string{aID, bID}) }

// ModelRef is the reference of a term or a measure of fit.
func ModelRef(key string) string { return evidence.MakeRef("expectedmodel", []string{key}) }

// ForetoldRef is the reference of how well a method foretold; k is 0 for the area under the curve.
func ForetoldRef(w Which, method string, k int) string {
	return evidence.MakeRef("foretold", []string{w.String(), method, strconv.Itoa(k)})
}

// LikelyRef is the reference of a likely new tie.
func LikelyRef(aID, bID string) string { return evidence.MakeRef("likely", []string{aID, bID}) }

const methodExpected = "expected ties"

func loaded(ctx context.Context, q lake.Querier) (Model, error) {
	m, found, err := Load(ctx, q)
	if err == nil && !found {
		err = fmt.Errorf("there are too few ties for a model of expected ties: %w", evidence.ErrNoFigure)
	}
	return m, err
}

func whyExpected(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 2 {
		return evidence.Chain{}, evidence.BadRef("write it as expected/ORGANISATION/ORGANISATION")
	}
	m, err := loaded(ctx, q)
	if err != nil {
		return evidence.Chain{}, err
	}
	b, err := network.Read(ctx, q)
	if err != nil {
		return evidence.Chain{}, err
	}
	x, okX := b.Find(r.Args[0])
	y, okY := b.Find(r.Args[1])
	if !okX || !okY {
		return evidence.Chain{}, fmt.Errorf("the network knows no such two organisations: %w", evidence.ErrNoFigure)
	}
	p := m.Expected(b, x, y)
	c := evidence.Chain{Title: "Expected tie of " + b.Node(x).Name + " and " + b.Node(y).Name, Value: share(p), Method: methodExpected,
		How: fmt.Sprintf("how often pairs of such roles, sectors, themes and distance are tied on record; of all %s pairs %s are, so that it is %s times as much. It says what is usual, not what would follow from a meeting; what is not on record is not known to be absent",
			chart.Number(m.Fit.Pairs, 0), share(m.Fit.Rate), chart.Number(p/m.Fit.Rate, 1))}
	for _, part := range m.Why(b, x, y) {
		c.Steps = append(c.Steps, evidence.Chain{Title: part.Text, Value: "odds × " + chart.Number(part.OddsRatio, 2)})
	}
	return c, nil
}

// share is a small probability in per cent.
func share(p float64) string {
	decimals := 1
	for v := p * 100; v > 0 && v < 1 && decimals < 5; v *= 10 {
		decimals++
	}
	return chart.Number(p*100, decimals) + " %"
}

func whyModel(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) == 0 {
		return evidence.Chain{}, evidence.BadRef("write it as expectedmodel/KEY")
	}
	m, err := loaded(ctx, q)
	if err != nil {
		return evidence.Chain{}, err
	}
	key := r.Args[0]
	for _, a := range r.Args[1:] {
		key += "/" + a
	}
	from := fmt.Sprintf("logistic regression on %s of %s pairs of %s organisations, %s of them tied", chart.Number(float64(m.Fit.Fitted), 0), chart.Number(m.Fit.Pairs, 0),
		chart.Number(float64(m.Fit.Nodes), 0), chart.Number(float64(m.Fit.Ties), 0))
	c := evidence.Chain{Method: methodExpected, How: from}
	for _, t := range m.Terms {
		if t.Key == key {
			c.Title, c.Value = "Expected ties: "+t.Label, fmt.Sprintf("odds × %s (%s to %s)", chart.Number(t.OddsRatio, 2), chart.Number(t.Lo, 2), chart.Number(t.Hi, 2))
			c.How += fmt.Sprintf("; coefficient %s with standard error %s, which allows for pairs that have an organisation in common", chart.Number(t.Coefficient, 3), chart.Number(t.SE, 3))
			return c, nil
		}
	}
	f := m.Fit
	for k, v := range map[string][2]string{
		"pairs": {"Pairs of organisations", chart.Number(f.Pairs, 0)}, "ties": {"Pairs with a tie on record", chart.Number(float64(f.Ties), 0)}, "rate": {"Share of pairs with a tie", share(f.Rate)},
		"mcfadden": {"McFadden's R²", chart.Number(f.McFadden, 3)}, "auc": {"Area under the curve, of pairs not fitted on", chart.Number(f.AUC, 3)},
		"unplaced": {"Organisations whose place is not known", chart.Number(float64(f.Unplaced), 0)}, "nodes": {"Organisations", chart.Number(float64(f.Nodes), 0)},
		"log_likelihood": {"Log-likelihood", chart.Number(f.LogLik, 1)}, "fitted": {"Pairs fitted on", chart.Number(float64(f.Fitted), 0)}} {
		if k == key {
			c.Title, c.Value = v[0], v[1]
			return c, nil
		}
	}
	return c, fmt.Errorf("the model of expected ties has no %q: %w", key, evidence.ErrNoFigure)
}

func whyForetold(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 3 {
		return evidence.Chain{}, evidence.BadRef("write it as foretold/WHICH/METHOD/K, WHICH being new or every")
	}
	k, err := strconv.Atoi(r.Args[2])
	if err != nil {
		return evidence.Chain{}, evidence.BadRef("%q is not a number", r.Args[2])
	}
	p, err := LoadPredictions(ctx, q)
	if err != nil {
		return evidence.Chain{}, err
	}
	j := p.New
	if r.Args[0] == Every.String() {
		j = p.Every
	}
	of := j.Of(r.Args[1])
	v := of.AUC
	if k > 0 {
		v = of.At(k)
	}
	if of.Key == "" || v != v {
		return evidence.Chain{}, fmt.Errorf("%s was not judged: %w", r.Args[1], evidence.ErrNoFigure)
	}
	c := evidence.Chain{Title: fmt.Sprintf("%s: area under the curve", of.Text), Value: chart.Number(v, 3), Method: "prediction of ties", How: j.how()}
	if k > 0 {
		c.Title, c.Value = fmt.Sprintf("%s: share of the %d likeliest pairs that tied", of.Text, k), share(v)
	}
	return c, nil
}

// how says what was held out.
func (q Quality) how() string {
	which := "pairs not tied before"
	if q.For == Every {
		which = "pairs, tied before or not"
	}
	of := "organisations"
	if q.Narrow {
		of = "organisations, those of all that begin something most often,"
	}
	return fmt.Sprintf("%s %s of %s %s known before %s were ranked by what was known then; %s of them tied from %s to the end of %s. What was learnt, was learnt from the ties of %s to %s",
		chart.Number(float64(q.Pairs), 0), which, chart.Number(float64(q.Nodes), 0), of, year(q.At), chart.Number(float64(q.Ties), 0), year(q.At), year(q.To-1), year(q.Learnt.From), year(q.Learnt.To-1))
}

func year(v float64) string { return strconv.Itoa(int(v)) }

func whyLikely(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 2 {
		return evidence.Chain{}, evidence.BadRef("write it as likely/ORGANISATION/ORGANISATION")
	}
	p, err := LoadPredictions(ctx, q)
	if err != nil {
		return evidence.Chain{}, err
	}
	for i, n := range p.Likely {
		if n.A == r.Args[0] && n.B == r.Args[1] || n.B == r.Args[0] && n.A == r.Args[1] {
			c := evidence.Chain{Title: fmt.Sprintf("Likely new tie, place %d", i+1), Value: share(n.Probability), Method: "prediction of ties",
				How: "the probability that the two tie within two years, by how often and how lately each begins something, partners in common, themes and roles"}
			for _, which := range []int{20, 50} {
				if of := p.New.Of("ours"); of.At(which) == of.At(which) {
					c.Steps = append(c.Steps, evidence.Chain{Title: fmt.Sprintf("Of the %d likeliest pairs of the last two years so many did tie", which), Value: share(of.At(which)), How: p.New.how()})
				}
			}
			return c, nil
		}
	}
	return evidence.Chain{}, fmt.Errorf("the two are not among the likeliest pairs: %w", evidence.ErrNoFigure)
}
