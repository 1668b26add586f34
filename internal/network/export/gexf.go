package export

import (
	"bufio"
	"io"
	"strconv"
)

const gexfHead = `<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">
`

// drawn is the side of the drawing in the units of a GEXF reader, which places marks of about ten units.
const drawn = 2000

// writeGEXF writes GEXF 1.3 (gexf.net): static, with the years of a tie as its attributes.
func writeGEXF(w io.Writer, n Network) error {
	b := bufio.NewWriterSize(w, 1<<16)
	s := &sink{w: b}
	s.put(gexfHead, "<meta><creator>Milieu</creator><description>")
	s.text(n.Title)
	for _, f := range n.About {
		s.text("; " + f.Name + ": " + f.Value)
	}
	s.put("</description></meta>\n", `<graph defaultedgetype="undirected" mode="static">`+"\n")
	s.gexfColumns("node", n.Nodes.Columns)
	s.gexfColumns("edge", append([]Column{{Key: "start_year", Type: Integer}, {Key: "end_year", Type: Integer}}, n.Ties.Columns...))
	s.gexfNodes(n)
	s.gexfTies(n)
	s.put("</graph>\n</gexf>\n")
	if s.err != nil {
		return s.err
	}
	return b.Flush()
}

func (s *sink) gexfColumns(class string, columns []Column) {
	s.put("<attributes")
	s.attr("class", class)
	s.put(">\n")
	for i, c := range columns {
		s.put("<attribute")
		s.attr("id", strconv.Itoa(i))
		s.attr("title", c.Key)
		s.attr("type", gexfType(c.Type))
		s.put("/>\n")
	}
	s.put("</attributes>\n")
}

// gexfType is the name that GEXF has for a type.
func gexfType(t Type) string {
	if t == Integer {
		return "long"
	}
	return string(t)
}

func (s *sink) gexfNodes(n Network) {
	s.put("<nodes>\n")
	for v := range n.Nodes.Rows {
		if !s.wide("node", v.ID, v.Values, n.Nodes.Columns) {
			return
		}
		s.put("<node")
		s.attr("id", v.ID)
		s.attr("label", v.Label)
		s.put(">")
		s.gexfValues(v.Values)
		if v.Placed {
			// A reader's y grows upwards, that of the drawing downwards.
			s.put(`<viz:position x="`, Number(drawn*(v.X-0.5)), `" y="`, Number(drawn*(0.5-v.Y)), `" z="0"/>`)
		}
		s.put("</node>\n")
	}
	s.put("</nodes>\n")
}

func (s *sink) gexfTies(n Network) {
	s.put("<edges>\n")
	for t := range n.Ties.Rows {
		if !s.wide("tie", t.ID, t.Values, n.Ties.Columns) {
			return
		}
		s.put("<edge")
		s.attr("id", t.ID)
		s.attr("source", t.From)
		s.attr("target", t.To)
		s.attr("weight", Number(t.Weight))
		s.put(">")
		s.gexfValues(append([]string{year(t.Start), year(t.End)}, t.Values...))
		s.put("</edge>\n")
	}
	s.put("</edges>\n")
}

func (s *sink) gexfValues(values []string) {
	s.put("<attvalues>")
	for i, value := range values {
		if value != "" {
			s.put(`<attvalue for="`, strconv.Itoa(i), `"`)
			s.attr("value", value)
			s.put("/>")
		}
	}
	s.put("</attvalues>")
}
