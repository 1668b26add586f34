package export

import (
	"bufio"
	"io"
	"strconv"
)

const graphMLHead = `<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
`

// graphMLType is the name that GraphML has for a type. Whole numbers are long: pounds do not fit into 32 bits.
func graphMLType(t Type) string {
	if t == Integer {
		return "long"
	}
	return string(t)
}

// writeGraphML writes GraphML 1.0 (Brandes et al. 2002, graphml.graphdrawing.org).
func writeGraphML(w io.Writer, n Network) error {
	b := bufio.NewWriterSize(w, 1<<16)
	s := &sink{w: b}
	s.put(graphMLHead, "<desc>")
	s.text(n.Title)
	s.put("</desc>\n")
	key := func(id, on, name string, t Type, about string) {
		s.put("<key")
		s.attr("id", id)
		s.attr("for", on)
		s.attr("attr.name", name)
		s.attr("attr.type", graphMLType(t))
		if about == "" {
			s.put("/>\n")
			return
		}
		s.put("><desc>")
		s.text(about)
		s.put("</desc></key>\n")
	}
	for i, f := range n.About {
		key("g"+strconv.Itoa(i), "graph", f.Name, String, "")
	}
	key("label", "node", "label", String, "name to show")
	key("x", "node", "x", Double, "place in the drawing, from 0 to 1")
	key("y", "node", "y", Double, "place in the drawing, from 0 to 1, downwards")
	for i, c := range n.Nodes.Columns {
		key("n"+strconv.Itoa(i), "node", c.Key, c.Type, c.About)
	}
	key("weight", "edge", "weight", Double, "strength of the tie")
	key("start", "edge", "start", Integer, "first year")
	key("end", "edge", "end", Integer, "last year; none where it goes on")
	for i, c := range n.Ties.Columns {
		key("t"+strconv.Itoa(i), "edge", c.Key, c.Type, c.About)
	}
	s.put(`<graph id="network" edgedefault="undirected">` + "\n")
	for i, f := range n.About {
		s.data("g"+strconv.Itoa(i), f.Value)
	}
	s.graphMLRows(n)
	s.put("</graph>\n</graphml>\n")
	if s.err != nil {
		return s.err
	}
	return b.Flush()
}

func (s *sink) graphMLRows(n Network) {
	for v := range n.Nodes.Rows {
		if !s.wide("node", v.ID, v.Values, n.Nodes.Columns) {
			return
		}
		s.put("<node")
		s.attr("id", v.ID)
		s.put(">")
		s.data("label", v.Label)
		if v.Placed {
			s.data("x", Number(v.X))
			s.data("y", Number(v.Y))
		}
		for i, value := range v.Values {
			s.data("n"+strconv.Itoa(i), value)
		}
		s.put("</node>\n")
	}
	for t := range n.Ties.Rows {
		if !s.wide("tie", t.ID, t.Values, n.Ties.Columns) {
			return
		}
		s.put("<edge")
		s.attr("id", t.ID)
		s.attr("source", t.From)
		s.attr("target", t.To)
		s.put(">")
		s.data("weight", Number(t.Weight))
		s.data("start", year(t.Start))
		s.data("end", year(t.End))
		for i, value := range t.Values {
			s.data("t"+strconv.Itoa(i), value)
		}
		s.put("</edge>\n")
	}
}

// data writes a value; what is not known is left out.
func (s *sink) data(key, value string) {
	if value == "" {
		return
	}
	s.put(`<data key="`, key, `">`)
	s.text(value)
	s.put("</data>")
}

func year(y int) string {
	if y == 0 {
		return ""
	}
	return strconv.Itoa(y)
}
