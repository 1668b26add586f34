package chart

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// svg gathers the elements of one picture.
type svg struct {
	w, h float64
	b    strings.Builder
}

func newSVG(w, h float64) *svg { return &svg{w: w, h: h} }

// done wraps the elements with the accessible name and description.
func (s *svg) done(class, title, desc string) string {
	var d string
	if desc != "" {
		d = "<desc>" + escape(desc) + "</desc>"
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" class="%s" viewBox="0 0 %s %s" role="img" font-family="var(--ui,sans-serif)"><title>%s</title>%s%s</svg>`,
		class, num(s.w), num(s.h), escape(title), d, s.b.String())
}

func (s *svg) line(x1, y1, x2, y2 float64, stroke string, width float64, extra string) {
	fmt.Fprintf(&s.b, `<path d="M%s %sL%s %s" stroke="%s" stroke-width="%s"%s/>`, num(x1), num(y1), num(x2), num(y2), stroke, num(width), extra)
}

func (s *svg) rect(x, y, w, h float64, fill, extra string) {
	fmt.Fprintf(&s.b, `<rect x="%s" y="%s" width="%s" height="%s" fill="%s"%s/>`, num(x), num(y), num(max(w, 0)), num(max(h, 0)), fill, extra)
}

func (s *svg) circle(x, y, r float64, fill, extra string) {
	fmt.Fprintf(&s.b, `<circle cx="%s" cy="%s" r="%s" fill="%s"%s/>`, num(x), num(y), num(r), fill, extra)
}

// text writes one line; anchor is start, middle or end.
func (s *svg) text(x, y, size float64, anchor, fill, text, extra string) {
	a := ""
	if anchor != "start" {
		a = ` text-anchor="` + anchor + `"`
	}
	fmt.Fprintf(&s.b, `<text x="%s" y="%s" font-size="%s" fill="%s"%s%s>%s</text>`, num(x), num(y), num(size), fill, a, extra, escape(text))
}

// num writes a coordinate with at most two decimals; what is not finite becomes 0, so the markup stays valid.
func num(v float64) string {
	if !finite(v) {
		return "0"
	}
	v = math.Round(v*100) / 100
	if v == 0 {
		return "0" // no minus nought
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// escape makes any text safe in an element or a quoted attribute. Characters that XML forbids become U+FFFD.
func escape(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case r == '\'':
			b.WriteString("&#39;")
		case r == '\t' || r == '\n' || r == '\r':
			b.WriteByte(' ')
		case r < 0x20 || r == 0xFFFE || r == 0xFFFF:
			b.WriteRune(utf8.RuneError)
		default:
			b.WriteRune(r) // a broken byte already reads as U+FFFD
		}
	}
	return b.String()
}

// wide estimates the width of a text in Inter; the classes are rounded up, so that a name never runs into its neighbour.
func wide(text string, size float64) float64 {
	sum := 0.0
	for _, r := range text {
		switch {
		case strings.ContainsRune("iljI.,:;'|!()[] ", r):
			sum += 0.32
		case strings.ContainsRune("mwMW@%—", r):
			sum += 0.92
		case r >= 'A' && r <= 'Z' || r > 0x2E80:
			sum += 0.72
		default:
			sum += 0.58
		}
	}
	return sum * size
}

// clip shortens a text to a width, ending in an ellipsis.
func clip(text string, size, width float64) string {
	if wide(text, size) <= width {
		return text
	}
	runes := []rune(text)
	for len(runes) > 1 && wide(string(runes)+"…", size) > width {
		runes = runes[:len(runes)-1]
	}
	return strings.TrimRight(string(runes), " ") + "…"
}
