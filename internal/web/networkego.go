package web

import (
	"slices"
	"sort"

	"milieu/internal/chart"
	"milieu/internal/network"
	"milieu/internal/network/structure"
	"milieu/internal/report"
)

// NetEgo is one organisation with those that it is tied to, under the filter.
type NetEgo struct {
	Finding   string
	Lede      report.Text
	Row       NodeRow
	Role      string
	Community string // in words
	Path      string // of its own page
	Steps     []NetTab
	Stats     []NetStat
	Ties      []EgoTie
	More      int // ties that are not listed
	All       string
	Whole     string
	From      string // address of the page of paths
}

// EgoTie is a tie of the organisation in focus.
type EgoTie struct {
	Name, Path, Kinds, When string
	Role                    string
	Strong                  bool
	Records                 report.Figure
}

const egoListed = 30 // ties of the organisation in focus beside the picture

func egoOf(v netMeasured, pic netPicture) *NetEgo {
	row, ask, slow := v.row(pic.center), v.ask, v.slow
	around := structure.Around(v.View, pic.center)
	e := &NetEgo{Row: row, Role: capital(roleWords(row.Role, 1)), Path: orgPath(row.ID), Whole: ask.with("/network"), All: ask.with("/network", "view", "table"), From: ask.with("/network/path", "a", row.ID)}
	e.Finding = row.Name + " and who it is tied to"
	e.Lede = report.Say("Tied to %v, "+counted(around.Strong, "of them strongly", "of them strongly")+"; "+counted(around.Second, "more organisation is", "more organisations are")+" two steps away.", row.Degree)
	one, two := ask.with("/network", "org", row.ID), ask.with("/network", "org", row.ID, "steps", "2")
	e.Steps = []NetTab{{"Its ties", one, len(pic.nodes) == len(around.Alters)+1}, {"Two steps", two, len(pic.nodes) != len(around.Alters)+1}}
	f := ask.filter
	density := report.Figure{Text: chart.Number(100*around.Density, 0), Unit: "%", Ref: network.NodeRef(row.ID, "clustering", f)}
	e.Stats = []NetStat{{"of them are tied to each other", density}}
	if v.quick != nil {
		e.Stats = append(e.Stats, NetStat{"effective size", row.Effective}, NetStat{"constraint", row.Constraint}, NetStat{"core number", row.Core})
	}
	if slow != nil {
		e.Stats = append([]NetStat{{"pairs of others it lies between", row.Betweenness}}, e.Stats...)
		e.Community = "around " + groupName(v.netView, slow.members[slow.Community.Of[pic.center]])
	}
	alters := slices.Clone(around.Alters)
	sort.SliceStable(alters, func(a, b int) bool {
		x, _ := structure.PairOf(v.View, int32(pic.center), alters[a])
		y, _ := structure.PairOf(v.View, int32(pic.center), alters[b])
		if x.Strong != y.Strong {
			return x.Strong
		}
		return x.Weight > y.Weight
	})
	for _, a := range alters[:min(len(alters), egoListed)] {
		pair, _ := structure.PairOf(v.View, int32(pic.center), a)
		n := v.Node(int(a))
		e.Ties = append(e.Ties, EgoTie{Name: n.Name, Path: ask.with("/network", "org", n.ID), Role: n.Role, Kinds: kindWords(v.Book, pair), When: pairYears(pair.First, pair.Last), Strong: pair.Strong,
			Records: report.CountFigure(int64(pair.Records), network.TiedRef(row.ID, n.ID))})
	}
	e.More = len(alters) - len(e.Ties)
	return e
}
