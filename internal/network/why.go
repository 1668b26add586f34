package network

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/graph"
	"milieu/internal/lake"
	"milieu/internal/profile"
)

// Measures of an organisation that a reference names.
var nodeMeasures = []struct{ key, label, how, method string }{
	{"degree", "Degree", "number of organisations tied to it", "degree"},
	{"strength", "Strength", "sum of the weights of its ties: 1/(k-1) a joint project of k members, 1 a record otherwise", "newman weight"},
	{"betweenness", "Betweenness", "pairs of other organisations whose shortest paths of ties pass through it (shared among equal paths)", "betweenness"},
	{"core", "Core number", "largest k so that it belongs to a part in which each has k ties or more", "k-core"},
	{"pagerank", "PageRank", "share of a random walk along ties (damping 0.85) that is spent at it", "pagerank"},
	{"constraint", "Constraint", "how much its ties lead back to one another (Burt 1992), on weights; lower is freer to broker", "constraint"},
	{"effective-size", "Effective size", "its ties less the ties among those it is tied to (Burt 1992)", "constraint"},
	{"clustering", "Clustering", "share of pairs of those it is tied to that are tied themselves", "clustering"},
	{"component", "Component", "number of the part of the network that hangs together, 0 the largest", "components"},
	{"community", "Community", "number of the group that the Leiden algorithm puts it into, 0 the largest", "leiden"},
}

// Explainers explain node/ORG/MEASURE and net/MEASURE under a filter given as settings (role, kind, sector, from, to, strength, area, ends, family);
// tied/ORG/ORG, the records of the ties of two; degree/ORG and betweenness/ORG of the whole network; and untied.
func Explainers() evidence.Explainers {
	return evidence.Explainers{"node": whyNode, "net": whyNet, "tied": whyTied, "degree": whyWhole, "betweenness": whyWhole, "untied": whyUntied}
}

// NodeRef is the reference of a measure of an organisation under a filter.
func NodeRef(org, measure string, f Filter) string {
	return evidence.MakeRef("node", []string{org, measure}, f.Settings()...)
}

// NetRef is the reference of a measure of the network under a filter: organisations, ties, density, components, communities, modularity,
// undated; or born, ended or stock with a year.
func NetRef(measure string, f Filter, args ...string) string {
	return evidence.MakeRef("net", append([]string{measure}, args...), f.Settings()...)
}

// TiedRef is the reference of the ties of two organisations.
func TiedRef(a, b string) string { return evidence.MakeRef("tied", []string{a, b}) }

// filterOf reads the settings of a reference, and the shape of its area.
func filterOf(ctx context.Context, q lake.Querier, set url.Values) (Filter, error) {
	f, err := ParseFilter(set)
	if err != nil {
		return f, evidence.BadRef("%v", err)
	}
	if f.Area == "" {
		return f, nil
	}
	a, err := profile.FindArea(ctx, q, f.Area)
	if err != nil {
		return f, err
	}
	if a.Nation {
		f.Area = ""
		return f, nil
	}
	return f.In(f.Area, a.Shape), nil
}

func viewOf(ctx context.Context, q lake.Querier, set url.Values) (*View, error) {
	f, err := filterOf(ctx, q, set)
	if err != nil {
		return nil, err
	}
	b, err := Read(ctx, q)
	if err != nil {
		return nil, err
	}
	return b.View(f), nil
}

// words says what the filter keeps.
func (f Filter) words() string {
	if f.Whole() {
		return "all ties"
	}
	s, _ := url.QueryUnescape(f.Key())
	return "the ties that pass " + s
}

func whyWhole(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 1 {
		return evidence.Chain{}, evidence.BadRef("write it as %s/ORGANISATION", r.Kind)
	}
	return whyNode(ctx, q, evidence.Ref{Kind: "node", Args: []string{r.Args[0], r.Kind}, Set: r.Set})
}

func whyNode(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	at := -1
	if len(r.Args) == 2 {
		at = slices.IndexFunc(nodeMeasures, func(m struct{ key, label, how, method string }) bool { return m.key == r.Args[1] })
	}
	if at < 0 {
		return evidence.Chain{}, evidence.BadRef("write it as node/ORGANISATION/MEASURE, with one of the measures %s", measureNames())
	}
	v, err := viewOf(ctx, q, r.Set)
	if err != nil {
		return evidence.Chain{}, err
	}
	i, ok := v.Find(r.Args[0])
	if !ok {
		return evidence.Chain{}, fmt.Errorf("%s has no tie of those: %w", r.Args[0], evidence.ErrNoFigure)
	}
	m := nodeMeasures[at]
	c := evidence.Chain{Title: m.label + " of " + v.Node(i).Name, Method: m.method,
		How: fmt.Sprintf("%s; over %s: %d organisations and %d pairs", m.how, v.Filter.words(), len(v.Nodes), len(v.Pairs))}
	if c.Value, err = v.nodeValue(ctx, i, m.key); err != nil {
		return c, err
	}
	own := evidence.Chain{Title: "Its own ties"}
	for _, p := range v.Pairs {
		if int(p.A) == i || int(p.B) == i {
			own.Steps = append(own.Steps, v.pairStep(p))
		}
	}
	own.Value = strconv.Itoa(len(own.Steps))
	if err := v.proof(ctx, q, i, &own); err != nil {
		return c, err
	}
	c.Steps = []evidence.Chain{own}
	return c, nil
}

func measureNames() string {
	s := ""
	for i, m := range nodeMeasures {
		if i > 0 {
			s += ", "
		}
		s += m.key
	}
	return s
}

// pairStep is a tie as a step of a chain.
func (v *View) pairStep(p Pair) evidence.Chain {
	a, b := v.Node(int(p.A)), v.Node(int(p.B))
	return evidence.Chain{Title: a.Name + " and " + b.Name, Value: fmt.Sprintf("%d on record, weight %s", p.Records, chart.Number(p.Weight, 2))}
}

// mostCited is how many records or ties are cited one by one.
const mostCited = 10

// proof puts the records of the first ties of node i under them.
func (v *View) proof(ctx context.Context, q lake.Querier, i int, own *evidence.Chain) error {
	if len(own.Steps) > mostCited {
		own.More, own.Steps = len(own.Steps)-mostCited, own.Steps[:mostCited]
	}
	n := 0
	for _, p := range v.Pairs {
		if int(p.A) != i && int(p.B) != i || n >= len(own.Steps) {
			continue
		}
		records, err := Evidence(ctx, q, v.Node(int(p.A)).ID, v.Node(int(p.B)).ID)
		if err != nil {
			return err
		}
		for _, r := range records[:min(len(records), mostCited)] {
			own.Steps[n].Records = append(own.Steps[n].Records, r.Record)
		}
		n++
	}
	return nil
}

func (v *View) nodeValue(ctx context.Context, i int, measure string) (string, error) {
	switch measure {
	case "betweenness", "community":
		m, err := v.Slow(ctx)
		switch {
		case err != nil:
			return "", err
		case measure == "community":
			return strconv.Itoa(m.Community.Of[i]), nil
		case m.Exact:
			return chart.Number(m.Betweenness[i], 1), nil
		}
		return fmt.Sprintf("%s, sampled, give or take %s", chart.Number(m.Betweenness[i], 0), chart.Number(m.Bound, 0)), nil
	}
	m := v.Quick()
	switch measure {
	case "degree":
		return strconv.Itoa(m.Degree[i]), nil
	case "core":
		return strconv.Itoa(m.Core[i]), nil
	case "component":
		return strconv.Itoa(m.Component[i]), nil
	case "strength":
		return chart.Number(m.Strength[i], 2), nil
	case "pagerank":
		return chart.Number(m.PageRank[i], 4), nil
	case "constraint":
		return chart.Number(m.Constraint[i], 3), nil
	case "effective-size":
		return chart.Number(m.EffectiveSize[i], 1), nil
	}
	return chart.Number(graph.Clustering(v.Graph, false)[i], 3), nil
}

func whyNet(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) == 0 {
		return evidence.Chain{}, evidence.BadRef("write it as net/MEASURE, as in net/density")
	}
	v, err := viewOf(ctx, q, r.Set)
	if err != nil {
		return evidence.Chain{}, err
	}
	c, err := v.whyMeasure(ctx, r.Args)
	if err != nil {
		return c, err
	}
	pairs := evidence.Chain{Title: "Ties, the heaviest first", Value: strconv.Itoa(len(v.Pairs))}
	heavy := slices.Clone(v.Pairs)
	slices.SortStableFunc(heavy, func(a, b Pair) int {
		switch {
		case a.Weight > b.Weight:
			return -1
		case a.Weight < b.Weight:
			return 1
		}
		return 0
	})
	for _, p := range heavy[:min(len(heavy), mostCited)] {
		step := v.pairStep(p)
		records, err := Evidence(ctx, q, v.Node(int(p.A)).ID, v.Node(int(p.B)).ID)
		if err != nil {
			return c, err
		}
		for _, r := range records[:min(len(records), mostCited)] {
			step.Records = append(step.Records, r.Record)
		}
		pairs.Steps = append(pairs.Steps, step)
	}
	pairs.More = len(heavy) - len(pairs.Steps)
	c.Steps = append(c.Steps, pairs)
	return c, nil
}

// whyMeasure explains one measure of the network.
func (v *View) whyMeasure(ctx context.Context, args []string) (evidence.Chain, error) {
	c := evidence.Chain{How: "over " + v.Filter.words()}
	set := func(title, value, how, method string) (evidence.Chain, error) {
		c.Title, c.Value, c.How, c.Method = title, value, how+"; "+c.How, method
		return c, nil
	}
	n := len(v.Nodes)
	switch args[0] {
	case "organisations":
		return set("Organisations with a tie", strconv.Itoa(n), "organisations that such a tie names", "")
	case "ties":
		return set("Tied pairs", strconv.Itoa(len(v.Pairs)), fmt.Sprintf("pairs of organisations, once each however many of the %d spells of ties they share", v.Links), "")
	case "undated":
		return set("Pairs without a dated tie", strconv.Itoa(v.Undated), "pairs of which no record says since when", "")
	case "alone":
		return set("Organisations without a tie", strconv.Itoa(v.Alone), "organisations that the network knows and that no such tie names; it says what is on record, not that they work alone", "")
	case "density":
		return set("Density", chart.Number(100*v.Quick().Density, 2)+" %", fmt.Sprintf("%d tied pairs of %s possible ones", len(v.Pairs), chart.Number(float64(n)*float64(n-1)/2, 0)), "density")
	case "components":
		return set("Components", strconv.Itoa(v.Quick().Components), "parts that no tie joins", "components")
	case "communities", "modularity":
		p, err := v.Communities(ctx, false)
		if err != nil {
			return c, err
		}
		if args[0] == "modularity" {
			return set("Modularity", chart.Number(p.Modularity, 3), "share of the weight of ties that lies inside the communities, less what chance would put there", "leiden")
		}
		return set("Communities", strconv.Itoa(p.N), "groups that the Leiden algorithm finds on modularity at resolution 1", "leiden")
	case "born", "ended", "stock":
		return v.whyYear(args, set)
	}
	return c, evidence.BadRef("the network has no measure %.30q; there are organisations, ties, undated, alone, density, components, communities, modularity, born/YEAR, ended/YEAR, stock/YEAR", args[0])
}

func (v *View) whyYear(args []string, set func(title, value, how, method string) (evidence.Chain, error)) (evidence.Chain, error) {
	if len(args) != 2 {
		return evidence.Chain{}, evidence.BadRef("write it as net/%s/YEAR", args[0])
	}
	year, err := parseYear(args[1])
	if err != nil || year == 0 {
		return evidence.Chain{}, evidence.BadRef("%.20q is not a year", args[1])
	}
	years, undated := v.Book.Changes(v.Filter, year, year)
	y := years[0]
	left := fmt.Sprintf("; %d pairs of which no tie is dated are left out", undated)
	switch args[0] {
	case "born":
		return set(fmt.Sprintf("Ties born in %d", year), strconv.Itoa(y.Born), "pairs that were not tied the year before and are in this one"+left, "ties over time")
	case "ended":
		return set(fmt.Sprintf("Ties ended by %d", year), strconv.Itoa(y.Ended), "pairs that were tied the year before and are not in this one"+left, "ties over time")
	}
	return set(fmt.Sprintf("Tied pairs in %d", year), strconv.Itoa(y.Stock), "pairs with a dated tie that lasted in the year"+left, "ties over time")
}

func whyTied(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 2 {
		return evidence.Chain{}, evidence.BadRef("write it as tied/ORGANISATION/ORGANISATION")
	}
	records, err := Evidence(ctx, q, r.Args[0], r.Args[1])
	if err != nil {
		return evidence.Chain{}, err
	}
	if len(records) == 0 {
		return evidence.Chain{}, fmt.Errorf("no record ties %s and %s: %w", r.Args[0], r.Args[1], evidence.ErrNoFigure)
	}
	names, err := names(ctx, q, r.Args...)
	if err != nil {
		return evidence.Chain{}, err
	}
	c := evidence.Chain{Title: names[r.Args[0]] + " and " + names[r.Args[1]], Value: fmt.Sprintf("%d on record", len(records)), How: "every record that ties the two: ties on record, both parts in joint projects, and what one paid the other"}
	for _, p := range records {
		c.Steps = append(c.Steps, p.step(names))
	}
	return c, nil
}

// step is a record as a step of a chain.
func (p Proof) step(names map[string]string) evidence.Chain {
	s := evidence.Chain{Title: KindOf(p.Kind).Label, URL: p.SourceURL, Records: []evidence.Record{p.Record}}
	if KindOf(p.Kind).Directed {
		s.Title = fmt.Sprintf("%s: %s: %s", names[p.FromID], KindOf(p.Kind).Label, names[p.ToID])
	} else if p.Role != "" {
		s.Title = fmt.Sprintf("%s: %s as %s", KindOf(p.Kind).Label, names[p.FromID], p.Role)
	}
	if p.Project != "" {
		s.Title += ": " + p.Project
	}
	switch {
	case p.Start.Valid && p.End.Valid:
		s.Value = fmt.Sprintf("%d to %d", p.Start.Int64, p.End.Int64)
	case p.Start.Valid:
		s.Value = fmt.Sprintf("since %d", p.Start.Int64)
	case p.End.Valid:
		s.Value = fmt.Sprintf("until %d", p.End.Int64)
	default:
		s.Value = "not dated"
	}
	return s
}

func names(ctx context.Context, q lake.Querier, ids ...string) (map[string]string, error) {
	out := map[string]string{}
	for _, id := range ids {
		name := id
		rows, err := q.QueryContext(ctx, "select name from organisation where org_id = $1", id)
		if err != nil {
			return nil, fmt.Errorf("name of %s: %w", id, err)
		}
		for rows.Next() {
			if err := rows.Scan(&name); err != nil {
				rows.Close()
				return nil, err
			}
		}
		if err := rows.Close(); err != nil {
			return nil, err
		}
		out[id] = name
	}
	return out, nil
}

// untied selects the organisations without a tie.
const untied = "from organisation o anti join network_node n on n.org_id = o.org_id"

// Untied counts the organisations of the release that no tie names.
func Untied(ctx context.Context, q lake.Querier) (n int64, err error) {
	if err = q.QueryRowContext(ctx, "select count(*) "+untied).Scan(&n); err != nil {
		err = fmt.Errorf("organisations without a tie: %w", err)
	}
	return n, err
}

func whyUntied(ctx context.Context, q lake.Querier, _ evidence.Ref) (evidence.Chain, error) {
	n, err := Untied(ctx, q)
	if err != nil {
		return evidence.Chain{}, err
	}
	c := evidence.Chain{Title: "Organisations without a tie on record", Value: chart.Number(float64(n), 0),
		How: "organisations that no tie and no joint project names; it says what is on record, not that they work alone", More: int(max(0, n-mostCited))}
	c.Records, err = evidence.Records(ctx, q, "select o.source, o.file, o.line "+untied+" order by o.source, o.file, o.line limit "+strconv.Itoa(mostCited))
	return c, err
}
