package chart

import (
	"fmt"
	"math"
	"strings"
)

// WaterfallSpec is a sum shown as the steps that lead to it, in the order given.
type WaterfallSpec struct {
	Title  string
	Unit   string // heading of the value column, such as "log2 units"
	Steps  []WaterfallStep
	Total  string               // what the sum is called; "" is "Sum"
	End    string               // what the sum means, such as "99.2 % probable"; "" where it means nothing more
	Format func(float64) string // how values are written; nil is one decimal with its sign
	Width  float64              // of the drawing; 0 is 420
}

// WaterfallStep is one part of the sum with words on where it comes from.
type WaterfallStep struct {
	Label, Detail string
	Value         float64
	Base          bool // where the sum begins, drawn in grey
}

const (
	waterSmall = 11.0 // size of the words on a step
	waterLine  = 14.0
	waterBar   = 7.0
	waterGap   = 12.0
	waterLines = 3 // of words on a step; the table has them whole
)

// Signed writes a value with its sign, with a fixed count of decimals.
func Signed(v float64, decimals int) string {
	s := Number(v, decimals)
	if v > 0 && strings.Trim(s, "0.,") != "" {
		return "+" + s
	}
	return s
}

// Waterfall draws each step as a bar that begins where the one before ended, from nought to
// the sum: to the right what adds, to the left what takes away.
func Waterfall(sp WaterfallSpec) Chart {
	w := orSize(sp.Width, 420)
	write := sp.Format
	if write == nil {
		write = func(v float64) string { return Signed(v, 1) }
	}
	blocks := sp.blocks(w)
	h := 4.0
	for _, b := range blocks {
		h += b.height()
	}
	s := newSVG(w, h+block{sp.total(), nil}.height()+4)
	x := sp.scale(w)
	drawWaterfall(s, sp, blocks, x, write)
	c := Chart{Title: sp.Title, Desc: sp.describe(write), Table: sp.table(write)}
	c.SVG = s.done("chart waterfall", c.Title, c.Desc)
	return c
}

// block is a step with its words broken into lines.
type block struct {
	WaterfallStep
	lines []string
}

func (b block) height() float64 {
	return b.bar(0) + waterBar + waterGap
}

func (sp WaterfallSpec) blocks(w float64) []block {
	var out []block
	for _, st := range sp.Steps {
		out = append(out, block{st, wrap(st.Detail, waterSmall, w-4, waterLines)})
	}
	return out
}

// total is the step that stands for the sum.
func (sp WaterfallSpec) total() WaterfallStep {
	return WaterfallStep{Label: orText(sp.Total, "Sum"), Value: sp.sum()}
}

func (sp WaterfallSpec) sum() float64 {
	sum := 0.0
	for _, st := range sp.Steps {
		if finite(st.Value) {
			sum += st.Value
		}
	}
	return sum
}

// scale holds nought and every sum on the way.
func (sp WaterfallSpec) scale(w float64) scale {
	lo, hi, at := 0.0, 0.0, 0.0
	for _, st := range sp.Steps {
		if finite(st.Value) {
			at += st.Value
			lo, hi = min(lo, at), max(hi, at)
		}
	}
	if hi-lo < 1 {
		hi = lo + 1
	}
	return scale{lo, hi, 2, w - 2}
}

func drawWaterfall(s *svg, sp WaterfallSpec, blocks []block, x scale, write func(float64) string) {
	tops, y := make([]float64, len(blocks)), 4.0
	for i, b := range blocks {
		tops[i] = y
		y += b.height()
	}
	total := block{sp.total(), nil}
	at := 0.0
	for i, b := range blocks {
		bar, below := b.bar(tops[i]), total.bar(y)
		if i+1 < len(blocks) {
			below = blocks[i+1].bar(tops[i+1])
		}
		next := at
		if finite(b.Value) {
			next += b.Value
		}
		// Hairs lead from where this step ends to where the next begins; between them stand the words.
		s.line(x.at(next), bar+waterBar, x.at(next), bar+waterBar+4, paint("line-3"), 1, "")
		s.line(x.at(next), below-3, x.at(next), below, paint("line-3"), 1, "")
		drawStep(s, x, at, next, bar, b.mark())
		at = next
	}
	for i, b := range blocks {
		b.words(s, tops[i], write(b.Value))
	}
	end := write(total.Value)
	if sp.End != "" {
		end += "  =  " + sp.End
	}
	total.words(s, y, end)
	drawStep(s, x, 0, total.Value, total.bar(y), total.mark())
}

// mark is the colour of a step: what takes away stands out.
func (st WaterfallStep) mark() Mark {
	switch {
	case st.Base:
		return MarkOther
	case st.Value < 0:
		return MarkWarn
	}
	return MarkUs
}

// bar is where the bar of a block begins that has its top at y.
func (b block) bar(y float64) float64 { return y + waterLine + 2 + float64(len(b.lines))*waterLine }

// words writes what stands over the bar.
func (b block) words(s *svg, y float64, value string) {
	y += waterLine - 3
	s.text(0, y, 12.5, "start", paint("ink"), clip(b.Label, 12.5, s.w*0.55), ` font-weight="600"`+halo())
	s.text(s.w, y, 12.5, "end", paint("ink"), value, ` font-weight="600"`+halo())
	for _, l := range b.lines {
		y += waterLine
		s.text(0, y, waterSmall, "start", paint("ink-2"), l, halo())
	}
}

// drawStep draws a bar with a tick where nought is.
func drawStep(s *svg, x scale, from, to, y float64, mark Mark) {
	s.line(x.at(0), y-3, x.at(0), y+waterBar+3, paint("line-3"), 1, "")
	a, b := x.at(from), x.at(to)
	s.rect(min(a, b), y, max(math.Abs(b-a), 1), waterBar, mark.paint(), "")
}

// wrap breaks a text into at most n lines of a width; the last ends in an ellipsis where there is more.
func wrap(text string, size, width float64, n int) []string {
	var out []string
	line := ""
	words := strings.Fields(text)
	for i, word := range words {
		longer := word
		if line != "" {
			longer = line + " " + word
		}
		switch {
		case wide(longer, size) <= width:
			line = longer
		case line == "":
			line = clip(word, size, width)
		case len(out) == n-1:
			return append(out, clip(line+" "+strings.Join(words[i:], " "), size, width))
		default:
			out, line = append(out, line), clip(word, size, width)
		}
	}
	if line != "" {
		out = append(out, line)
	}
	return out
}

func (sp WaterfallSpec) table(write func(float64) string) Table {
	t := Table{Header: []string{"Part", "What it rests on", orText(sp.Unit, "Value"), "Sum so far"}, Numeric: []bool{false, false, true, true}}
	at := 0.0
	for _, st := range sp.Steps {
		if finite(st.Value) {
			at += st.Value
		}
		t.Rows = append(t.Rows, []string{st.Label, st.Detail, text(st.Value, write), write(at)})
	}
	t.Rows = append(t.Rows, []string{orText(sp.Total, "Sum"), sp.End, write(sp.sum()), write(sp.sum())})
	return t
}

func (sp WaterfallSpec) describe(write func(float64) string) string {
	if len(sp.Steps) == 0 {
		return "No parts."
	}
	var parts []string
	for _, st := range sp.Steps {
		parts = append(parts, fmt.Sprintf("%s %s", st.Label, text(st.Value, write)))
	}
	end := fmt.Sprintf("%s %s", orText(sp.Total, "Sum"), write(sp.sum()))
	if sp.End != "" {
		end += ", " + sp.End
	}
	return sentences(strings.Join(parts, ", "), end)
}
