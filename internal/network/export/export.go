// Package export writes a network for other programs: GraphML (yEd, Cytoscape, networkx, igraph), GEXF 1.3 (Gephi) and
// CSV in a ZIP. It owns the three forms and nothing of what is written: nodes, ties, their columns and where they come
// from are handed to it as texts. The same network gives the same bytes.
//
// All three hold several ties between the same two (one a kind and spell) and ties with and without a direction. The
// readers of GraphML and GEXF know no graphs that mix the two, so the graph is declared undirected; source and target
// keep the order that the evidence has, and the column "directed" says where the order means something.
package export

import (
	"encoding/xml"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
)

// Type is what the values of a column are.
type Type string

// Types of columns, named as GraphML and GEXF do.
const (
	String  Type = "string"
	Integer Type = "integer"
	Double  Type = "double"
	Boolean Type = "boolean"
)

// Column is an attribute of nodes or of ties.
type Column struct {
	Key   string // as a header of a table: letters, digits, underscores
	Type  Type
	About string // what it means, with its unit
}

// Network is what is written. Its sequences are read once for each file; they must give the same each time.
type Network struct {
	Title string
	About []Fact // where it comes from: release, date, filter, licences
	Nodes Table[Node]
	Ties  Table[Tie]
}

// Fact is one line on the whole network.
type Fact struct{ Name, Value string }

// Table is a sequence with the columns of its values.
type Table[T any] struct {
	Columns []Column
	Rows    iter.Seq[T]
}

// Node is one thing of the network.
type Node struct {
	ID, Label string
	Placed    bool // in the drawing, at X and Y
	X, Y      float64
	Values    []string // as the columns; "" is not known
}

// Tie joins two nodes by their IDs.
type Tie struct {
	ID, From, To string
	Weight       float64
	Start, End   int      // first and last year; 0 is not known or not over
	Values       []string // as the columns; "" is not known
}

// Formats are the forms that Write knows.
func Formats() []string { return []string{"graphml", "gexf", "csv"} }

// FileName is the name of a file of a format: name.graphml, name.gexf, name.zip.
func FileName(name, format string) string {
	if format == "csv" {
		format = "zip"
	}
	return name + "." + format
}

// MediaType is the type of a format as HTTP names it.
func MediaType(format string) string {
	switch format {
	case "graphml":
		return "application/graphml+xml; charset=utf-8"
	case "gexf":
		return "application/gexf+xml; charset=utf-8"
	}
	return "application/zip"
}

// Write writes the network in one of the formats. It fails on another format, on a column whose key is no word, and on
// rows that have not as many values as their table has columns, naming the row.
func Write(w io.Writer, format string, n Network) error {
	if err := n.check(); err != nil {
		return err
	}
	switch format {
	case "graphml":
		return writeGraphML(w, n)
	case "gexf":
		return writeGEXF(w, n)
	case "csv":
		return writeZIP(w, n)
	}
	return fmt.Errorf("a network is not written as %q: take one of %s", format, strings.Join(Formats(), ", "))
}

func (n Network) check() error {
	for _, columns := range [][]Column{n.Nodes.Columns, n.Ties.Columns} {
		var seen []string
		for _, c := range columns {
			if c.Key == "" || strings.ContainsFunc(c.Key, notInWord) || slices.Contains(seen, c.Key) {
				return fmt.Errorf("column %q of a network: a key is a word of a-z, 0-9 and _ that stands once", c.Key)
			}
			if !slices.Contains([]Type{String, Integer, Double, Boolean}, c.Type) {
				return fmt.Errorf("column %q of a network has the type %q: take string, integer, double or boolean", c.Key, c.Type)
			}
			seen = append(seen, c.Key)
		}
	}
	return nil
}

func notInWord(r rune) bool { return r != '_' && (r < 'a' || r > 'z') && (r < '0' || r > '9') }

// Number writes a number in the shortest form that reads back as the same.
func Number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// sink writes XML and remembers the first fault, so that writers need not ask after each line.
type sink struct {
	w   io.Writer
	err error
}

func (s *sink) put(texts ...string) {
	for _, t := range texts {
		if s.err == nil {
			_, s.err = io.WriteString(s.w, t)
		}
	}
}

// attr writes an attribute with its value escaped; characters that XML cannot hold become U+FFFD.
func (s *sink) attr(name, value string) {
	s.put(" ", name, `="`)
	s.text(value)
	s.put(`"`)
}

// text writes escaped text.
func (s *sink) text(value string) {
	if s.err == nil {
		s.err = xml.EscapeText(s.w, []byte(value))
	}
}

// wide holds a row to its columns.
func (s *sink) wide(what, id string, values []string, columns []Column) bool {
	if s.err == nil && len(values) != len(columns) {
		s.err = fmt.Errorf("%s %q of a network has %d values for %d columns", what, id, len(values), len(columns))
	}
	return s.err == nil
}
