// Package chart draws accessible SVG charts from values: intervals, scatters, bars, lines, bands, networks and maps.
// It owns the pictures, the table of numbers behind each, and how numbers are written in words and figures;
// it does not compute statistics, render pages or pick which figures to show.
//
// The same values give the same bytes. Colours are the page's custom properties with a fixed fallback, so a chart
// follows light and dark and still stands alone. Every picture has role="img", a title and a description made from
// the data. Values that are not finite are left out of the picture and written as "not known" in the table.
package chart

import (
	"math"
	"strings"
)

// Chart is a picture and the numbers it shows.
type Chart struct {
	SVG   string // one svg element, well-formed XML, without scripts
	Title string // accessible name
	Desc  string // what the picture says, in words
	Table Table
}

// Table is the data behind a chart, ready for a table of a page or a CSV file.
type Table struct {
	Header  []string
	Rows    [][]string // as many cells in each row as in Header
	Numeric []bool     // by column: figures, to be set right-aligned
}

// Interval is a range that holds the value, such as a 95% interval. The zero value means that there is none.
type Interval struct{ Lo, Hi float64 }

func (iv Interval) known() bool {
	return finite(iv.Lo) && finite(iv.Hi) && iv.Lo <= iv.Hi && iv != Interval{}
}

// Mark says how a point, bar or line is coloured: MarkUs, MarkOther, MarkWarn, MarkGood, or a role such as "firm".
// The zero value is MarkUs; an unknown mark is drawn as MarkOther.
type Mark string

// Marks that are not roles.
const (
	MarkUs    Mark = ""      // what the chart is about: the accent
	MarkOther Mark = "other" // what it is compared with: grey
	MarkWarn  Mark = "warn"
	MarkGood  Mark = "good"
)

// colours are the light tokens of the pages, used where the custom properties are not defined.
var colours = map[string]string{
	"accent": "#0b5f73", "ink": "#16202a", "ink-2": "#51606e", "ink-3": "#5e6b77", "line": "#e3e1dc", "line-2": "#cfccc4",
	"line-3": "#858b8f", "card": "#ffffff", "warn": "#a8470b", "good": "#2a6b3f",
	"driver": "#0b5f73", "cultivator": "#1b7757", "firm": "#9f5512", "funder": "#7a5195",
	"agency": "#476a9e", "education": "#b0437b", "amenity": "#6c6c1d", "intermediary": "#5b6770",
}

// roles are the marks that name a role of an organisation.
var roles = map[Mark]bool{"driver": true, "cultivator": true, "firm": true, "funder": true, "agency": true, "education": true, "amenity": true, "intermediary": true}

func paint(token string) string { return "var(--" + token + "," + colours[token] + ")" }

func (m Mark) paint() string {
	switch {
	case m == MarkUs:
		return paint("accent")
	case m == MarkWarn || m == MarkGood || roles[m]:
		return paint(string(m))
	}
	return paint("line-3")
}

// Axis names and bounds one direction of a chart. Min == Max takes the bounds from the data.
type Axis struct {
	Label    string
	Min, Max float64
	Decimals int   // decimals of the ticks and of the values in the table
	Refs     []Ref // lines to compare with, such as 1 for the national share
}

// Ref is a reference line, with a short label or none.
type Ref struct {
	At    float64
	Label string
}

const unknown = "not known"

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// figure writes a value with its interval, as in "7.0 (6.4–7.6)".
func figure(v float64, iv Interval, decimals int) string {
	if !finite(v) {
		return unknown
	}
	if !iv.known() {
		return Number(v, decimals)
	}
	return Number(v, decimals) + " (" + Number(iv.Lo, decimals) + "–" + Number(iv.Hi, decimals) + ")"
}

// bounds are the two cells of an interval in a table.
func bounds(iv Interval, decimals int) (lo, hi string) {
	if !iv.known() {
		return "", ""
	}
	return Number(iv.Lo, decimals), Number(iv.Hi, decimals)
}

// sentences joins parts that are not empty and gives each its full stop.
func sentences(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p == "" {
			continue
		}
		if !strings.HasSuffix(p, ".") {
			p += "."
		}
		out = append(out, p)
	}
	return strings.Join(out, " ")
}
