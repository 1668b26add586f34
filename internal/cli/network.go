package cli

import (
	"context"
	"flag"
	"fmt"
	"net/url"
	"sort"
	"strings"
	"text/tabwriter"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/network"
	"milieu/internal/network/structure"
)

const networkHelp = `
Says who is tied to whom in the current release: how many, how dense, who brokers, which communities there are. All measures are those
of the ties that the filter keeps. Lists are parted by commas; an area is set/id, a name, or a file with shapes. Examples:

  milieu network
  milieu network --area lad/E08000018 --both --brokers
  milieu network --kind partner_in_project,supplies --from 2015 --to 2020 --json
  milieu network --path amrc rolls-royce
  milieu network --leave amrc`

// netFlags are the filter and what is asked for.
type netFlags struct {
	area, role, kind, sector, family, strength *string
	from, to                                   *string
	both, dated                                *bool
	path, leave                                *string
	brokers, communities, asJSON               *bool
}

func netFilterFlags(fs *flag.FlagSet) netFlags {
	return netFlags{
		area: fs.String("area", "", "ties with an end in this `AREA`"), role: fs.String("role", "", "ties between these main `ROLES`"), kind: fs.String("kind", "", "only these `KINDS` of tie"),
		sector: fs.String("sector", "", "ties with an end in these `SECTORS`"), family: fs.String("family", "", "what counts as a tie: tie, met, named"), strength: fs.String("strength", "", "strong or weak ties only"),
		from: fs.String("from", "", "ties that lasted in this `YEAR` or later"), to: fs.String("to", "", "ties that lasted in this `YEAR` or before"),
		both: fs.Bool("both", false, "both ends in the area and in the sectors"), dated: fs.Bool("dated", false, "leave out ties without a year"),
	}
}

func networkCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	f := netFilterFlags(fs)
	f.brokers = fs.Bool("brokers", false, "list who lies between others")
	f.communities = fs.Bool("communities", false, "list communities with their stability")
	f.path = fs.String("path", "", "the shortest chain from this `ORG` to the one named next")
	f.leave = fs.String("leave", "", "what happens when this `ORG` goes")
	f.asJSON = fs.Bool("json", false, "write JSON")
	return func(ctx context.Context, args []string) error {
		other := ""
		if *f.path != "" {
			if len(args) == 0 {
				return usagef("--path needs two organisations: milieu network --path A B")
			}
			other, args = args[0], args[1:]
		}
		v, db, err := f.open(ctx, args)
		if err != nil {
			return err
		}
		defer db.Close()
		switch {
		case *f.path != "":
			return p.networkPath(ctx, db, v, *f.path, other, *f.asJSON)
		case *f.leave != "":
			return p.networkLeave(v, *f.leave, *f.asJSON)
		}
		return p.networkSummary(ctx, v, f)
	}
}

// open reads the view that the flags ask for.
func (f netFlags) open(ctx context.Context, args []string) (*network.View, *lake.DB, error) {
	ws, err := workspaceArg(args)
	if err != nil {
		return nil, nil, err
	}
	rel, err := evidence.Current(ws)
	if err != nil {
		return nil, nil, err
	}
	b, err := network.OpenRelease(rel)
	if err != nil {
		return nil, nil, err
	}
	db, err := rel.Open(ctx, lake.Options{})
	if err != nil {
		return nil, nil, err
	}
	filter, err := f.filter(ctx, db, b)
	if err != nil {
		db.Close()
		return nil, nil, err
	}
	return b.View(filter), db, nil
}

func (f netFlags) filter(ctx context.Context, db *lake.DB, b *network.Book) (network.Filter, error) {
	v := url.Values{"role": {*f.role}, "kind": {*f.kind}, "sector": {*f.sector}, "family": {*f.family}, "strength": {*f.strength}, "from": {*f.from}, "to": {*f.to}}
	if *f.both {
		v.Set("ends", "both")
	}
	if *f.dated {
		v.Set("undated", "no")
	}
	filter, err := network.ParseFilter(v)
	if err != nil {
		return filter, usagef("%v", err)
	}
	for _, k := range filter.Kinds {
		if !has(b.Kinds(), func(have network.Kind) bool { return have.Key == k }) {
			return filter, usagef("there is no kind of tie %q; there are %s", k, namesOf(b.Kinds(), func(k network.Kind) string { return k.Key }))
		}
	}
	for _, id := range filter.Sectors {
		if !has(b.Sectors(), func(have network.Named) bool { return have.ID == id }) {
			return filter, usagef("there is no sector %q in the release; there are %s", id, namesOf(b.Sectors(), func(s network.Named) string { return s.ID }))
		}
	}
	if *f.area == "" {
		return filter, nil
	}
	area, _, err := areaArg(ctx, db, *f.area)
	if err != nil {
		return filter, err
	}
	return filter.In(area.Code, area.Shape), nil
}

func has[T any](list []T, is func(T) bool) bool {
	for _, v := range list {
		if is(v) {
			return true
		}
	}
	return false
}

func namesOf[T any](list []T, name func(T) string) string {
	var out []string
	for _, v := range list {
		out = append(out, name(v))
	}
	return strings.Join(out, ", ")
}

// netSummary is the network for programs.
type netSummary struct {
	Filter        string         `json:"filter"`
	Organisations int            `json:"organisations"`
	Pairs         int            `json:"tied_pairs"`
	Undated       int            `json:"pairs_without_a_year"`
	Alone         int            `json:"organisations_without_such_a_tie"`
	Components    int            `json:"components"`
	Largest       int            `json:"organisations_of_the_largest"`
	Density       float64        `json:"density"`
	Exact         bool           `json:"betweenness_exact"`
	Bound         float64        `json:"betweenness_error"`
	Communities   int            `json:"communities"`
	Modularity    float64        `json:"modularity"`
	Brokers       []netBroker    `json:"brokers,omitempty"`
	Groups        []netCommunity `json:"groups,omitempty"`
}

type netBroker struct {
	ID          string  `json:"org_id"`
	Name        string  `json:"name"`
	Role        string  `json:"role"`
	Betweenness float64 `json:"betweenness"`
	Degree      int     `json:"degree"`
	Constraint  float64 `json:"constraint"`
	Effective   float64 `json:"effective_size"`
	Holds       bool    `json:"articulation"`
}

type netCommunity struct {
	Community int      `json:"community"`
	Members   []string `json:"members"`
	Inside    int      `json:"ties_inside"`
	Outside   int      `json:"ties_to_others"`
	Stability float64  `json:"stability"`
}

const (
	brokersPrinted = 15
	stableTies     = 200_000
)

func (p *Program) networkSummary(ctx context.Context, v *network.View, f netFlags) error {
	m := v.Quick()
	out := netSummary{Filter: v.Filter.Key(), Organisations: len(v.Nodes), Pairs: len(v.Pairs), Undated: v.Undated, Alone: v.Alone, Components: m.Components, Density: m.Density}
	for _, c := range m.Component {
		if c == 0 {
			out.Largest++
		}
	}
	slow, err := v.Slow(ctx)
	if err != nil {
		return err
	}
	out.Exact, out.Bound, out.Communities, out.Modularity = slow.Exact, slow.Bound, slow.Community.N, slow.Community.Modularity
	if *f.brokers || *f.asJSON {
		out.Brokers = brokersOf(v, m, slow)
	}
	if *f.communities {
		groups, err := v.Communities(ctx, len(v.Pairs) <= stableTies)
		if err != nil {
			return err
		}
		for _, g := range groups.Groups {
			c := netCommunity{Community: g.Number, Inside: g.Inside, Outside: g.Outside, Stability: g.Stability}
			for _, n := range g.Members {
				c.Members = append(c.Members, v.Node(int(n)).ID)
			}
			out.Groups = append(out.Groups, c)
		}
	}
	if *f.asJSON {
		return p.json(out)
	}
	return p.printNetwork(out)
}

// brokersOf lists who lies between others, the strongest first.
func brokersOf(v *network.View, m network.Measures, slow network.SlowMeasures) []netBroker {
	var out []netBroker
	for i := range v.Nodes {
		if slow.Betweenness[i] > 0 {
			n := v.Node(i)
			out = append(out, netBroker{n.ID, n.Name, n.Role, slow.Betweenness[i], m.Degree[i], m.Constraint[i], m.EffectiveSize[i], m.Articulation[i]})
		}
	}
	sort.SliceStable(out, func(a, b int) bool { return out[a].Betweenness > out[b].Betweenness })
	return out[:min(len(out), brokersPrinted)]
}

func (p *Program) printNetwork(s netSummary) error {
	w := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
	filter, _ := url.QueryUnescape(s.Filter)
	if filter == "" {
		filter = "none: all ties"
	}
	fmt.Fprintf(w, "filter\t%s\norganisations\t%d\ntied pairs\t%d (%d without a year)\nno such tie on record\t%d\nparts\t%d (the largest %d)\n", filter, s.Organisations, s.Pairs, s.Undated, s.Alone, s.Components, s.Largest)
	fmt.Fprintf(w, "density\t%s %%\ncommunities\t%d (modularity %s)\n", chart.Number(100*s.Density, 2), s.Communities, chart.Number(s.Modularity, 3))
	if len(s.Brokers) > 0 {
		fmt.Fprintln(w, "\nbroker\tbetween\ttied to\tconstraint\teffective size")
		for _, b := range s.Brokers {
			fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\n", b.Name, chart.Number(b.Betweenness, 1), b.Degree, chart.Number(b.Constraint, 2), chart.Number(b.Effective, 1))
		}
		if !s.Exact {
			fmt.Fprintf(w, "betweenness from a sample, right to within %s pairs at 95 %%\n", chart.Number(s.Bound, 0))
		}
	}
	for _, g := range s.Groups {
		fmt.Fprintf(w, "\ncommunity %d\t%d members, %d ties inside, %d to others, stability %s\n\t%s\n", g.Community+1, len(g.Members), g.Inside, g.Outside, chart.Number(g.Stability, 2), strings.Join(g.Members[:min(len(g.Members), 12)], ", "))
	}
	return w.Flush()
}

// netOrg finds an organisation of the view by id, or by a name that only one has.
func netOrg(v *network.View, text string) (int, error) {
	if i, ok := v.Find(text); ok {
		return i, nil
	}
	var found []int
	for i := range v.Nodes {
		if n := v.Node(i).Name; strings.EqualFold(n, text) || evidence.Slug(n) == text {
			found = append(found, i)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return 0, fmt.Errorf("no organisation %q has a tie that passes the filter; name it by its id, as on its page", text)
	}
	return 0, fmt.Errorf("%d organisations are called %q; name one by its id, such as %s", len(found), text, v.Node(found[0]).ID)
}

func (p *Program) networkPath(ctx context.Context, db *lake.DB, v *network.View, from, to string, asJSON bool) error {
	a, err := netOrg(v, from)
	if err != nil {
		return err
	}
	b, err := netOrg(v, to)
	if err != nil {
		return err
	}
	route := structure.Paths(v, a, b, 1)
	type hop struct {
		From    string   `json:"from"`
		To      string   `json:"to"`
		Kinds   []string `json:"kinds"`
		Records []string `json:"records"`
		Ref     string   `json:"reference"`
	}
	out := struct {
		Found bool    `json:"found"`
		Ways  float64 `json:"ways_as_short"`
		Hops  []hop   `json:"hops"`
	}{Found: route.Found, Ways: route.Total}
	if route.Found {
		path := route.Paths[0]
		for i := 0; i+1 < len(path); i++ {
			x, y := v.Node(int(path[i])), v.Node(int(path[i+1]))
			h := hop{From: x.Name, To: y.Name, Ref: network.TiedRef(x.ID, y.ID)}
			list, err := network.Evidence(ctx, db, x.ID, y.ID)
			if err != nil {
				return err
			}
			for _, proof := range list {
				h.Kinds = append(h.Kinds, proof.Kind)
				h.Records = append(h.Records, fmt.Sprintf("%s line %d", proof.Record.File, proof.Record.Line))
			}
			out.Hops = append(out.Hops, h)
		}
	}
	if asJSON {
		return p.json(out)
	}
	if !route.Found {
		fmt.Fprintf(p.Stdout, "No chain of ties on record joins %s and %s.\n", v.Node(a).Name, v.Node(b).Name)
		return nil
	}
	for _, h := range out.Hops {
		fmt.Fprintf(p.Stdout, "%s — %s\n  %s; %s\n  milieu why %s\n", h.From, h.To, strings.Join(h.Kinds, ", "), strings.Join(h.Records, ", "), h.Ref)
	}
	fmt.Fprintf(p.Stdout, "chains as short: %s\n", chart.Number(out.Ways, 0))
	return nil
}

func (p *Program) networkLeave(v *network.View, org string, asJSON bool) error {
	node, err := netOrg(v, org)
	if err != nil {
		return err
	}
	l := structure.Leave(v, node)
	out := struct {
		Org    string          `json:"org_id"`
		Degree int             `json:"degree"`
		Before structure.Shape `json:"before"`
		After  structure.Shape `json:"after"`
		CutOff []string        `json:"cut_off"`
		Lost   float64         `json:"pairs_no_longer_joined"`
	}{Org: v.Node(node).ID, Degree: l.Degree, Before: l.Before, After: l.After, Lost: l.Lost, CutOff: []string{}}
	for _, o := range l.CutOff {
		out.CutOff = append(out.CutOff, v.Book.Node(int(o)).Name)
	}
	if asJSON {
		return p.json(out)
	}
	w := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "without %s\tbefore\tafter\n", v.Node(node).Name)
	fmt.Fprintf(w, "parts\t%d\t%d\npairs with a path\t%s\t%s\nmean steps\t%s\t%s\ndensity, %%\t%s\t%s\n", l.Before.Components, l.After.Components, chart.Number(l.Before.Joined, 0), chart.Number(l.After.Joined, 0),
		chart.Number(l.Before.Distance, 2), chart.Number(l.After.Distance, 2), chart.Number(100*l.Before.Density, 2), chart.Number(100*l.After.Density, 2))
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(p.Stdout, "\n%s pairs of others lose every path; cut off from the largest part: %s\n", chart.Number(l.Lost, 0), orNobody(out.CutOff))
	return nil
}

func orNobody(list []string) string {
	if len(list) == 0 {
		return "nobody"
	}
	return strings.Join(list, "; ")
}
