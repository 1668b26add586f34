package structure

import (
	"context"
	"fmt"
	"net/url"
	"strconv"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/network"
	"milieu/internal/place"
	"milieu/internal/profile"
)

// Explainers explain covered/BY/ROW/ORG, who of a row is tied to an anchor; covered/BY/ROW, of how many a row consists; leaves/ORG,
// what happens when an organisation goes; chain/ORG/ORG, how two are joined; and roles/ORG/BY, how often it stands between others. All take a filter as settings, as those of the network do.
func Explainers() evidence.Explainers {
	return evidence.Explainers{"covered": whyCovered, "leaves": whyLeaves, "chain": whyChain, "roles": whyRoles}
}

// CoveredRef is the reference of a cell of a coverage table; without an anchor, of its row.
func CoveredRef(by, row, anchor string, f network.Filter) string {
	args := []string{by, row}
	if anchor != "" {
		args = append(args, anchor)
	}
	return evidence.MakeRef("covered", args, f.Settings()...)
}

// LeavesRef is the reference of what happens when an organisation goes.
func LeavesRef(org string, f network.Filter) string {
	return evidence.MakeRef("leaves", []string{org}, f.Settings()...)
}

// PathRef is the reference of how two organisations are joined.
func PathRef(a, b string, f network.Filter) string {
	return evidence.MakeRef("chain", []string{a, b}, f.Settings()...)
}

const (
	mostSteps   = 12
	mostRecords = 5
)

// viewOf reads the view of a reference's settings.
func viewOf(ctx context.Context, q lake.Querier, set url.Values) (*network.View, error) {
	f, err := network.ParseFilter(set)
	if err != nil {
		return nil, evidence.BadRef("%v", err)
	}
	if f.Area != "" {
		a, err := profile.FindArea(ctx, q, f.Area)
		if err != nil {
			return nil, err
		}
		f = f.In(f.Area, a.Shape)
	}
	b, err := network.Read(ctx, q)
	if err != nil {
		return nil, err
	}
	return b.View(f), nil
}

// rowOf finds the row of a reference.
func rowOf(ctx context.Context, q lake.Querier, b *network.Book, by, key string) (Row, error) {
	rows := []Row{}
	switch by {
	case BySector:
		rows = SectorRows(b)
	case ByRole:
		rows = RoleRows(b)
	case ByArea:
		a, err := profile.FindArea(ctx, q, key)
		if err != nil {
			return Row{}, err
		}
		return AreaRow(b, key, a.Name, a.Shape), nil
	}
	for _, r := range rows {
		if r.Key == key {
			return r, nil
		}
	}
	return Row{}, evidence.BadRef("there is no row %q by %q: write covered/sector/ID, covered/role/ROLE or covered/area/SET%%2FID", key, by)
}

func whyCovered(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 2 && len(r.Args) != 3 {
		return evidence.Chain{}, evidence.BadRef("write it as covered/BY/ROW or covered/BY/ROW/ORGANISATION")
	}
	v, err := viewOf(ctx, q, r.Set)
	if err != nil {
		return evidence.Chain{}, err
	}
	row, err := rowOf(ctx, q, v.Book, r.Args[0], r.Args[1])
	if err != nil {
		return evidence.Chain{}, err
	}
	if len(r.Args) == 2 {
		c := evidence.Chain{Title: "Organisations of " + row.Label + " that the network knows", Value: strconv.Itoa(len(row.Orgs)), How: "those with a tie, a part in a project, a meeting, a need or an offer, or kept by the team"}
		for _, o := range row.Orgs[:min(len(row.Orgs), mostSteps)] {
			c.Steps = append(c.Steps, evidence.Chain{Title: v.Book.Node(int(o)).Name})
		}
		c.More = len(row.Orgs) - len(c.Steps)
		return c, nil
	}
	at, ok := v.Book.Find(r.Args[2])
	if !ok {
		return evidence.Chain{}, fmt.Errorf("the network knows no organisation %s: %w", r.Args[2], evidence.ErrNoFigure)
	}
	cover := Cover(v, []Row{row}, []Column{{Org: int32(at)}})
	anchor := v.Book.Node(at)
	c := evidence.Chain{Title: "Organisations of " + row.Label + " tied to " + anchor.Name, Value: strconv.Itoa(cover.Cells[0][0]), Method: "coverage",
		How: fmt.Sprintf("of %d organisations that the network knows there; none on record is not the same as none", len(row.Orgs))}
	node, tied := v.Find(anchor.ID)
	if !tied {
		return c, nil
	}
	around, _ := v.Graph.Neighbours(node)
	in := map[int32]bool{}
	for _, o := range row.Orgs {
		in[o] = true
	}
	for _, a := range around {
		if !in[v.Nodes[a]] {
			continue
		}
		if len(c.Steps) == mostSteps {
			c.More++
			continue
		}
		step, err := hop(ctx, q, v, int32(node), a)
		if err != nil {
			return c, err
		}
		c.Steps = append(c.Steps, step)
	}
	return c, nil
}

// hop is a tie of two nodes as a step, with its first records.
func hop(ctx context.Context, q lake.Querier, v *network.View, i, j int32) (evidence.Chain, error) {
	a, b := v.Node(int(i)), v.Node(int(j))
	list, err := network.Evidence(ctx, q, a.ID, b.ID)
	if err != nil {
		return evidence.Chain{}, err
	}
	c := evidence.Chain{Title: a.Name + " and " + b.Name, Value: fmt.Sprintf("%d on record", len(list))}
	for _, p := range list[:min(len(list), mostRecords)] {
		c.Records = append(c.Records, p.Record)
	}
	return c, nil
}

func whyLeaves(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 1 {
		return evidence.Chain{}, evidence.BadRef("write it as leaves/ORGANISATION")
	}
	v, err := viewOf(ctx, q, r.Set)
	if err != nil {
		return evidence.Chain{}, err
	}
	node, ok := v.Find(r.Args[0])
	if !ok {
		return evidence.Chain{}, fmt.Errorf("%s has no tie of those: %w", r.Args[0], evidence.ErrNoFigure)
	}
	l := Leave(v, node)
	n := func(x float64, decimals int) string { return chart.Number(x, decimals) }
	c := evidence.Chain{Title: "The network without " + v.Node(node).Name, Value: fmt.Sprintf("%d cut off, %s pairs no longer joined", len(l.CutOff), n(l.Lost, 0)), Method: "leaving",
		How: fmt.Sprintf("its %d ties are taken out; parts, pairs with a path and steps between them are counted before and after (steps from %d of %d organisations); ties that others would make then are not foreseen", l.Degree, l.After.Sources, l.After.Organisations)}
	line := func(title, before, after string) {
		c.Steps = append(c.Steps, evidence.Chain{Title: title, Value: before + " before, " + after + " after"})
	}
	line("Parts", strconv.Itoa(l.Before.Components), strconv.Itoa(l.After.Components))
	line("Pairs with a path", n(l.Before.Joined, 0), n(l.After.Joined, 0))
	line("Mean steps of those with a path", n(l.Before.Distance, 2), n(l.After.Distance, 2))
	line("Density, %", n(100*l.Before.Density, 2), n(100*l.After.Density, 2))
	for _, o := range l.CutOff[:min(len(l.CutOff), mostSteps)] {
		c.Steps = append(c.Steps, evidence.Chain{Title: "Cut off: " + v.Book.Node(int(o)).Name})
	}
	c.More = max(0, len(l.CutOff)-mostSteps)
	return c, nil
}

func whyChain(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 2 {
		return evidence.Chain{}, evidence.BadRef("write it as chain/ORGANISATION/ORGANISATION")
	}
	v, err := viewOf(ctx, q, r.Set)
	if err != nil {
		return evidence.Chain{}, err
	}
	a, okA := v.Find(r.Args[0])
	b, okB := v.Find(r.Args[1])
	var route Route
	if okA && okB && a != b {
		route = Paths(v, a, b, 1)
	}
	if !route.Found {
		return evidence.Chain{}, fmt.Errorf("no ties of those join %s and %s: %w", r.Args[0], r.Args[1], evidence.ErrNoFigure)
	}
	path := route.Paths[0]
	c := evidence.Chain{Title: "Steps from " + v.Node(a).Name + " to " + v.Node(b).Name, Value: strconv.Itoa(len(path) - 1), Method: "shortest path",
		How: fmt.Sprintf("the fewest ties that lead from one to the other; %s ways are as short, this is one", chart.Number(route.Total, 0))}
	for i := 0; i+1 < len(path); i++ {
		step, err := hop(ctx, q, v, path[i], path[i+1])
		if err != nil {
			return c, err
		}
		c.Steps = append(c.Steps, step)
	}
	return c, nil
}

// RolesRef is the reference of an organisation's brokerage roles by groups; set names the set of areas where by is [ByArea].
func RolesRef(org, by, set string, f network.Filter) string {
	args := []string{org, by}
	if by == ByArea {
		args = append(args, set)
	}
	return evidence.MakeRef("roles", args, f.Settings()...)
}

func whyRoles(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) < 2 || len(r.Args) > 3 {
		return evidence.Chain{}, evidence.BadRef("write it as roles/ORGANISATION/role, roles/ORGANISATION/sector or roles/ORGANISATION/area/SET")
	}
	v, err := viewOf(ctx, q, r.Set)
	if err != nil {
		return evidence.Chain{}, err
	}
	node, ok := v.Find(r.Args[0])
	if !ok {
		return evidence.Chain{}, fmt.Errorf("%s has no tie of those: %w", r.Args[0], evidence.ErrNoFigure)
	}
	rows := RoleRows(v.Book)
	switch {
	case r.Args[1] == BySector:
		rows = SectorRows(v.Book)
	case r.Args[1] == ByArea && len(r.Args) == 3:
		if rows, err = setRows(ctx, q, v.Book, r.Args[2]); err != nil {
			return evidence.Chain{}, err
		}
	case r.Args[1] != ByRole:
		return evidence.Chain{}, evidence.BadRef("groups are by role, sector or area, not by %.20q", r.Args[1])
	}
	at := Grouping(v.Book, rows)
	group := make([]int, len(v.Nodes))
	for i, n := range v.Nodes {
		group[i] = at[n]
	}
	all, err := Brokerage(v, group)
	if err != nil {
		return evidence.Chain{}, err
	}
	x := all[node]
	c := evidence.Chain{Title: "Brokerage of " + v.Node(node).Name, Value: strconv.FormatInt(x.All(), 10), Method: "brokerage",
		How: "pairs of others that it is tied to and that are not tied to each other, by the groups of the three (Gould & Fernandez 1989); without direction gatekeeper and representative are one"}
	for _, role := range []struct {
		title string
		n     int64
	}{{"Coordinator: all three of one group", x.Coordinator}, {"Gatekeeper or representative: one of the two of its own group", x.Gatekeeper}, {"Consultant: the two of one group, it of another", x.Consultant}, {"Liaison: three groups", x.Liaison}} {
		c.Steps = append(c.Steps, evidence.Chain{Title: role.title, Value: strconv.FormatInt(role.n, 10)})
	}
	around, _ := v.Graph.Neighbours(node)
	for _, a := range around[:min(len(around), mostSteps)] {
		step, err := hop(ctx, q, v, int32(node), a)
		if err != nil {
			return c, err
		}
		c.Steps = append(c.Steps, step)
	}
	c.More = len(around) - min(len(around), mostSteps)
	return c, nil
}

// setRows are the areas of a set.
func setRows(ctx context.Context, q lake.Querier, b *network.Book, set string) ([]Row, error) {
	areas, err := place.Areas(ctx, q, set)
	if err != nil {
		return nil, err
	}
	var rows []Row
	for _, a := range areas {
		s, err := place.Find(ctx, q, a.Set, a.ID)
		if err != nil {
			return nil, err
		}
		rows = append(rows, AreaRow(b, a.Set+"/"+a.ID, a.Name, s.Geometry))
	}
	return held(rows), nil
}
