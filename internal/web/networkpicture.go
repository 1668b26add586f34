package web

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"sort"

	"milieu/internal/chart"
	"milieu/internal/graph"
	"milieu/internal/live"
	"milieu/internal/network"
)

// netPicture is what is drawn: nodes of the view with their places, and ties between them.
type netPicture struct {
	nodes    []int // of the view, ascending
	pairs    []int // of the view, ascending
	at       []graph.Point
	center   int // node of the view in focus, -1 for none
	src      string
	allNodes int
	allPairs int
}

const (
	mostDrawnNodes = 20_000
	mostDrawnPairs = 40_000
	mostEgo        = 400 // organisations up to which a neighbourhood is laid out by itself
	pictureNodes   = 160 // most organisations of the still picture
	picturePairs   = 600
	pictureNames   = 18 // most names in it
	egoSeed        = 1
)

// pictureOf chooses what is drawn: the best tied where there are too many, or the surroundings of ?org=.
func pictureOf(r *http.Request, snap *live.Snapshot, ask netAsk, v *netView) (netPicture, error) {
	p := netPicture{center: -1}
	id := r.URL.Query().Get("org")
	src := ask.with("/network.json", "org", id, "steps", r.URL.Query().Get("steps"))
	if id == "" {
		p, err := wholePicture(v)
		p.src = src
		return p, err
	}
	if err := p.focus(r, snap, v, id); err != nil {
		return p, err
	}
	p.src = src
	p.choose(v)
	return p, nil
}

// wholePicture draws a view without a focus.
func wholePicture(v *netView) (netPicture, error) {
	return netKeep(v, "picture", func() (netPicture, error) {
		p := netPicture{center: -1, nodes: make([]int, len(v.Nodes))}
		for i := range p.nodes {
			p.nodes[i] = i
		}
		p.choose(v)
		return p, nil
	})
}

// choose keeps as many nodes and ties as can be drawn, and gives them their places.
func (p *netPicture) choose(v *netView) {
	p.allNodes = len(p.nodes)
	degree := v.basics().degree
	if len(p.nodes) > mostDrawnNodes {
		p.nodes = topBy(p.nodes, mostDrawnNodes, func(x, y int) bool {
			if (x == p.center) != (y == p.center) {
				return x == p.center
			}
			return degree[x] > degree[y]
		})
		slices.Sort(p.nodes)
	}
	p.ties(v)
	p.place(v)
}

// focus keeps the organisation with those one or two steps away.
func (p *netPicture) focus(r *http.Request, snap *live.Snapshot, v *netView, id string) error {
	if _, ok := snap.Network.Find(id); !ok {
		return notFound("The network knows no organisation %.60q.", id)
	}
	center, ok := v.Find(id)
	if !ok {
		at, _ := snap.Network.Find(id)
		return notFound("%s has no tie on record that passes this filter. Take away the filter, or look at its own page.", snap.Network.Node(at).Name)
	}
	p.center = center
	steps := r.URL.Query().Get("steps")
	if steps != "" && steps != "1" && steps != "2" {
		return badRequest("Steps are 1 or 2, not %.20q.", steps)
	}
	in := map[int]bool{center: true}
	around, _ := v.Graph.Neighbours(center)
	for _, a := range around {
		in[int(a)] = true
	}
	if steps == "2" {
		for _, a := range around {
			next, _ := v.Graph.Neighbours(int(a))
			for _, b := range next {
				in[int(b)] = true
			}
		}
	}
	for n := range in {
		p.nodes = append(p.nodes, n)
	}
	slices.Sort(p.nodes)
	return nil
}

// ties finds the ties among the nodes: the strong first, then the heaviest, where there are too many.
func (p *netPicture) ties(v *netView) {
	in := make([]bool, len(v.Nodes))
	for _, n := range p.nodes {
		in[n] = true
	}
	for i, pair := range v.Pairs {
		if in[pair.A] && in[pair.B] {
			p.pairs = append(p.pairs, i)
		}
	}
	p.allPairs = len(p.pairs)
	p.pairs = heaviest(v, p.pairs, mostDrawnPairs)
}

// heaviest keeps the most important pairs, in their order.
func heaviest(v *netView, pairs []int, most int) []int {
	if len(pairs) <= most {
		return pairs
	}
	out := topBy(pairs, most, v.heavier)
	slices.Sort(out)
	return out
}

// heavier orders pairs: the strong first, then the heaviest.
func (v *netView) heavier(a, b int) bool {
	x, y := &v.Pairs[a], &v.Pairs[b]
	if x.Strong != y.Strong {
		return x.Strong
	}
	return x.Weight > y.Weight
}

// place gives nodes their places: those of the whole network, so that a part looks like the part that it is; a small neighbourhood is
// laid out by itself. Who has no place there stands by the middle of those that it is tied to.
func (p *netPicture) place(v *netView) {
	if p.center >= 0 && len(p.nodes) <= mostEgo {
		p.layout(v)
		return
	}
	p.at = make([]graph.Point, len(p.nodes))
	for k, n := range p.nodes {
		whole := v.Node(n).Whole
		if whole.Tied && whole.X >= 0 {
			p.at[k] = graph.Point{X: whole.X, Y: whole.Y}
			continue
		}
		x, y, many := 0.0, 0.0, 0
		around, _ := v.Graph.Neighbours(n)
		for _, a := range around {
			if w := v.Node(int(a)).Whole; w.Tied && w.X >= 0 {
				x, y, many = x+w.X, y+w.Y, many+1
			}
		}
		turn := 2.399963 * float64(n) // the golden angle keeps those of one middle apart
		if many == 0 {
			p.at[k] = graph.Point{X: 0.5 + 0.5*math.Cos(turn), Y: 0.5 + 0.5*math.Sin(turn)}
			continue
		}
		p.at[k] = graph.Point{X: x/float64(many) + 0.03*math.Cos(turn), Y: y/float64(many) + 0.03*math.Sin(turn)}
	}
}

// layout lays the picture out by itself.
func (p *netPicture) layout(v *netView) {
	number := map[int32]int32{}
	var names []string
	for k, n := range p.nodes {
		number[int32(n)] = int32(k)
		names = append(names, v.Node(n).ID)
	}
	var from, to []int32
	for _, i := range p.pairs {
		from, to = append(from, number[v.Pairs[i].A]), append(to, number[v.Pairs[i].B])
	}
	g, err := graph.Indexed(names, from, to, nil, false)
	if err != nil {
		panic("a part of a view is no graph: " + err.Error()) // the view is one
	}
	p.at = graph.Layout(g, graph.LayoutOptions{Seed: egoSeed})
}

// cut says what the picture leaves out.
func (p netPicture) cut() string {
	if len(p.nodes) == p.allNodes && len(p.pairs) == p.allPairs {
		return ""
	}
	number := func(n int) string { return chart.Number(float64(n), 0) }
	return fmt.Sprintf("The picture shows the %s best tied of %s organisations and the %s strongest of %s ties among them; the table and the files have all.", number(len(p.nodes)), number(p.allNodes), number(len(p.pairs)), number(p.allPairs))
}

// chart is the still picture: the best tied of what is drawn.
func (p netPicture) chart(m netMeasured, colour, size string) chart.Chart {
	degree, at := m.basics().degree, map[int]graph.Point{}
	for k, n := range p.nodes {
		at[n] = p.at[k]
	}
	order := topBy(p.nodes, pictureNodes, func(x, y int) bool {
		if (x == p.center) != (y == p.center) {
			return x == p.center
		}
		return degree[x] > degree[y]
	})
	ringed, kept := map[int]bool{}, map[int32]bool{}
	for _, n := range m.brokers(order, networkRinged) {
		ringed[n] = true
	}
	sp := chart.NetworkSpec{Title: "Organisations and their ties", Width: 900, Height: 620}
	shade, most := shades(m.netView, m.slow, colour), 1.0
	if m.slow != nil {
		most = max(1, slices.Max(m.slow.Betweenness))
	}
	for rank, n := range order {
		v := m.Node(n)
		kept[int32(n)] = true
		mark := chart.Node{ID: v.ID, Label: v.Name, Role: shade(n), X: at[n].X, Y: at[n].Y, Size: float64(degree[n]), Broker: ringed[n], Named: rank < pictureNames || ringed[n]}
		if size == "between" && m.slow != nil {
			mark.Size = 40 * m.slow.Betweenness[n] / most
		}
		sp.Nodes = append(sp.Nodes, mark)
	}
	var among []int
	for _, i := range p.pairs {
		if kept[m.Pairs[i].A] && kept[m.Pairs[i].B] {
			among = append(among, i)
		}
	}
	for _, i := range heaviest(m.netView, among, picturePairs) {
		pair := m.Pairs[i]
		sp.Edges = append(sp.Edges, chart.Edge{From: m.Node(int(pair.A)).ID, To: m.Node(int(pair.B)).ID, Kind: kindWords(m.Book, pair)})
	}
	return chart.Network(sp)
}

// palette are the marks of sectors and communities, the most frequent first; the live picture has the same.
var palette = []chart.Mark{"driver", "firm", "education", "agency", "cultivator", "funder", "amenity"}

// shades is the colour of a node.
func shades(v *netView, slow *netSlow, colour string) func(int) chart.Mark {
	of := func(i int) chart.Mark {
		if i < 0 || i >= len(palette) {
			return chart.MarkOther
		}
		return palette[i]
	}
	switch {
	case colour == "group" && slow != nil:
		return func(n int) chart.Mark { return of(slow.Community.Of[n]) }
	case colour == "sector":
		_, rank := sectorRanks(v)
		return func(n int) chart.Mark { return of(firstSector(v.Node(n), rank)) }
	}
	return func(n int) chart.Mark { return chart.Mark(v.Node(n).Role) }
}

// sectorRanks orders the sectors by how many organisations of the view they have; rank is a sector's place, by its bit.
func sectorRanks(v *netView) (names []string, rank []int) {
	sectors := v.Book.Sectors()
	count, order := make([]int, len(sectors)), make([]int, len(sectors))
	for i := range v.Nodes {
		mask := v.Node(i).Sectors
		for b := range sectors {
			count[b] += int(mask >> b & 1)
		}
	}
	for b := range order {
		order[b] = b
	}
	sort.SliceStable(order, func(a, b int) bool { return count[order[a]] > count[order[b]] })
	rank = make([]int, len(sectors))
	for place, b := range order {
		rank[b], names = place, append(names, sectors[b].Name)
	}
	return names, rank
}

// firstSector is the rarest of an organisation's sectors that have a colour, which says most of it; -1 where it is in no sector.
func firstSector(n *network.Node, rank []int) int {
	best, rest := -1, -1
	for b, place := range rank {
		switch {
		case n.Sectors>>b&1 == 0:
		case place < len(palette):
			best = max(best, place)
		default:
			rest = place
		}
	}
	if best < 0 {
		return rest
	}
	return best
}

// kindWords are the kinds of a pair in words.
func kindWords(b *network.Book, p network.Pair) string {
	var out []string
	for i, k := range b.Kinds() {
		if p.Kinds>>i&1 == 1 {
			out = append(out, lowerFirst(k.Label))
		}
	}
	return andList(out)
}

// pairYears says when a pair was tied.
func pairYears(first, last int16) string {
	switch {
	case first == 0 && (last == 0 || last == network.Forever):
		return "not dated"
	case first == 0:
		return fmt.Sprintf("to %d", last)
	case last == network.Forever:
		return fmt.Sprintf("since %d", first)
	case first == last:
		return fmt.Sprint(first)
	}
	return fmt.Sprintf("%d–%d", first, last)
}
