package chart

import (
	"fmt"
	"math"
	"sort"
)

// NetworkSpec is a graph whose nodes already have places.
type NetworkSpec struct {
	Title         string
	Nodes         []Node
	Edges         []Edge
	Width, Height float64 // of the drawing; 0 is 720 by 560
}

// Node is one thing of the network, placed in the unit square with y growing downwards.
type Node struct {
	ID     string
	Label  string
	Role   Mark
	X, Y   float64
	Size   float64 // area of the mark grows with it, mostly the degree
	Broker bool    // drawn with a ring
	Named  bool    // its name is drawn where there is room, largest first
}

// Edge ties two nodes by their IDs; edges of unknown nodes are left out.
type Edge struct {
	From, To string
	Kind     string
	Mark     Mark // MarkUs draws it plain grey; anything else in its colour
}

// Network draws the graph. Nodes without a finite place are left out of the picture and kept in the table.
func Network(sp NetworkSpec) Chart {
	w, h := orSize(sp.Width, 720), orSize(sp.Height, 560)
	s := newSVG(w, h)
	const pad = 28.0
	side := min(w, h) - 2*pad
	// One scale both ways, centred: the layout's distances mean the same across and down.
	x := scale{0, 1, (w - side) / 2, (w + side) / 2}
	y := scale{0, 1, (h - side) / 2, (h + side) / 2}
	at := map[string]Node{}
	for _, n := range sp.Nodes {
		if finite(n.X) && finite(n.Y) {
			at[n.ID] = n
		}
	}
	for _, e := range sp.Edges {
		a, okA := at[e.From]
		b, okB := at[e.To]
		if !okA || !okB {
			continue
		}
		colour := paint("line-2")
		if e.Mark != MarkUs {
			colour = e.Mark.paint()
		}
		s.line(x.at(a.X), y.at(a.Y), x.at(b.X), y.at(b.Y), colour, 1, "")
	}
	order := bySize(sp.Nodes, at)
	p := placer{area: box{2, 2, w - 2, h - 2}}
	for i, n := range order {
		cx, cy, r := x.at(n.X), y.at(n.Y), nodeRadius(n)
		s.circle(cx, cy, r, n.Role.paint(), ` stroke="`+paint("card")+`"`)
		if n.Broker {
			s.circle(cx, cy, r+3, "none", ` stroke="`+paint("ink")+`" stroke-width="1.75"`)
		}
		if i < 30 {
			p.marks = append(p.marks, box{cx - r, cy - r, cx + r, cy + r})
		}
	}
	for _, n := range order {
		if !n.Named || n.Label == "" {
			continue
		}
		name := clip(n.Label, labelSize, w/4)
		r := nodeRadius(n)
		if n.Broker {
			r += 3
		}
		if tx, ty, ok := p.place(x.at(n.X), y.at(n.Y), r, labelSize, name); ok {
			s.text(tx, ty, labelSize, "start", paint("ink"), name, halo())
		}
	}
	c := Chart{Title: sp.Title, Desc: sp.describe(order), Table: sp.table()}
	c.SVG = s.done("chart", c.Title, c.Desc)
	return c
}

func nodeRadius(n Node) float64 {
	if !finite(n.Size) || n.Size <= 0 {
		return 3
	}
	return min(3+1.5*math.Sqrt(n.Size), 18)
}

// bySize lists the placed nodes, largest first, equals by ID; a repeated ID counts once.
func bySize(nodes []Node, at map[string]Node) []Node {
	out := make([]Node, 0, len(at))
	for _, n := range at {
		out = append(out, n)
	}
	sort.Slice(out, func(i, j int) bool {
		if ri, rj := nodeRadius(out[i]), nodeRadius(out[j]); ri != rj {
			return ri > rj
		}
		return out[i].ID < out[j].ID
	})
	return out
}

func (sp NetworkSpec) table() Table {
	t := Table{Header: []string{"From", "To", "Tie"}, Numeric: []bool{false, false, false}}
	names := map[string]string{}
	for _, n := range sp.Nodes {
		names[n.ID] = orText(n.Label, n.ID)
	}
	for _, e := range sp.Edges {
		t.Rows = append(t.Rows, []string{orText(names[e.From], e.From), orText(names[e.To], e.To), e.Kind})
	}
	return t
}

func (sp NetworkSpec) describe(order []Node) string {
	if len(sp.Nodes) == 0 {
		return "No nodes."
	}
	largest, brokers := "", 0
	if len(order) > 0 {
		largest = "Largest: " + order[0].Label
	}
	for _, n := range sp.Nodes {
		if n.Broker {
			brokers++
		}
	}
	ring := ""
	if brokers > 0 {
		ring = fmt.Sprintf("%s with a ring", plural(brokers, "broker", "brokers"))
	}
	return sentences(plural(len(sp.Nodes), "node", "nodes")+" and "+plural(len(sp.Edges), "tie", "ties"), largest, ring)
}
