package chart

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// File makes of a chart's SVG a picture that stands alone: colours are the light ones and fixed, letters fall back to
// what every machine has, the title stands above and the lines of the source below, broken to the width. A heading of
// "" is the chart's own title.
func File(svg, heading string, source []string) (string, error) {
	m := opening.FindStringSubmatch(svg)
	if m == nil {
		return "", errors.New("this is not a chart of this program: it does not begin with its title")
	}
	w, err1 := strconv.ParseFloat(m[1], 64)
	h, err2 := strconv.ParseFloat(m[2], 64)
	if err1 != nil || err2 != nil {
		return "", fmt.Errorf("the chart's size %s by %s cannot be read", m[1], m[2])
	}
	inner := strings.TrimSuffix(svg[len(m[0]):], "</svg>")
	title := m[3]
	if heading != "" {
		title = escape(heading)
	}
	const edge, gap = 16.0, 10.0
	wide := max(w, 320)
	var head, foot strings.Builder
	y := edge
	for _, line := range breakLines(unescape(title), 15, wide) {
		y += 18
		fmt.Fprintf(&head, `<text x="%s" y="%s" font-size="15" font-weight="600" fill="%s">%s</text>`, num(edge), num(y-4), colours["ink"], escape(line))
	}
	top := y + gap
	y = top + h + gap
	for _, text := range source {
		for _, line := range breakLines(text, 10, wide) {
			y += 13
			fmt.Fprintf(&foot, `<text x="%s" y="%s" font-size="10" fill="%s">%s</text>`, num(edge), num(y), colours["ink-3"], escape(line))
		}
	}
	y += edge
	out := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%s" height="%s" role="img" font-family="Inter, Helvetica, Arial, sans-serif"><title>%s</title><rect width="100%%" height="100%%" fill="#ffffff"/>%s<g transform="translate(%s %s)">%s</g>%s</svg>`,
		num(wide+2*edge), num(y), num(wide+2*edge), num(y), title, head.String(), num(edge), num(top), inner, foot.String())
	return variable.ReplaceAllString(out, "$1"), nil
}

var (
	opening  = regexp.MustCompile(`^<svg xmlns="http://www\.w3\.org/2000/svg" class="[a-z -]+" viewBox="0 0 ([0-9.]+) ([0-9.]+)"[^>]*><title>([^<]*)</title>`)
	variable = regexp.MustCompile(`var\(--[a-z0-9-]+,(#[0-9a-f]{6})\)`)
)

// breakLines breaks a text into lines of a width.
func breakLines(text string, size, width float64) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		next := word
		if line != "" {
			next = line + " " + word
		}
		if line != "" && wide(next, size) > width {
			lines = append(lines, line)
			next = word
		}
		line = next
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

var unescaper = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&#39;", "'", "&amp;", "&")

func unescape(s string) string { return unescaper.Replace(s) }

// Plain is the table for machines: figures without thousands separators and with a plain minus sign, nothing where a
// value is not known.
func (t Table) Plain() [][]string {
	out := make([][]string, len(t.Rows))
	for i, row := range t.Rows {
		out[i] = append([]string{}, row...)
		for k, cell := range out[i] {
			if k >= len(t.Numeric) || !t.Numeric[k] {
				continue
			}
			plain := strings.ReplaceAll(strings.ReplaceAll(cell, ",", ""), "−", "-")
			if _, err := strconv.ParseFloat(plain, 64); err == nil {
				out[i][k] = plain
			} else if cell == unknown {
				out[i][k] = ""
			}
		}
	}
	return out
}
