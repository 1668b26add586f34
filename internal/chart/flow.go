package chart

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// FlowSpec is boxes in columns, read from left to right, with arrows from what leads to what leads on.
type FlowSpec struct {
	Title   string
	Columns []string // headings; a column without boxes is left out
	Notes   string   // heading of the notes in the table; "" leaves them out
	Boxes   []FlowBox
	Width   float64 // 0 is 760
}

// FlowBox is a box of a column. Boxes of a column stand in their order, but where another order crosses fewer arrows.
type FlowBox struct {
	Column int
	Text   string
	Note   string // stands in the table alone
	To     []int  // places of the boxes that it leads to; others than those of Boxes are left out
}

const (
	flowHead = 26.0 // of the headings
	flowLane = 30.0 // between columns, for the arrows
	flowGap  = 12.0 // between boxes
	flowText = 11.0
	flowLine = 13.5
	flowEdge = 8.0  // between the edge of a box and its words
	flowMost = 12   // lines of a box at most
	flowTip  = 5.0  // length of an arrow's point
	flowPort = 5.0  // between arrows at one side of a box
	flowSlip = 3.25 // between arrows that pass through the same gap
)

// Flow draws the boxes with their words broken into lines, and an arrow for each thing that leads to another. Arrows that pass over a
// column go through the gaps between its boxes. The table has each box with what it leads to.
func Flow(sp FlowSpec) Chart {
	sp = sp.clean()
	c := Chart{Title: sp.Title, Desc: sp.describe(), Table: sp.table()}
	f := layFlow(sp)
	s := newSVG(f.w, f.h)
	if len(sp.Boxes) == 0 {
		s.text(0, 17, 12, "start", paint("ink-2"), "No steps", "")
		c.SVG = s.done("chart flow", c.Title, c.Desc)
		return c
	}
	for k, name := range sp.Columns {
		s.text(f.left(k), 13, 12, "start", paint("ink"), clip(name, 12, f.col), ` font-weight="600"`)
		s.line(f.left(k), 19, f.left(k)+f.col, 19, paint("line-2"), 1, "")
	}
	for _, a := range f.arrows() {
		f.arrow(s, a)
	}
	for i := range sp.Boxes {
		f.box(s, i)
	}
	c.SVG = s.done("chart flow", c.Title, c.Desc)
	return c
}

// clean leaves out columns without boxes, boxes without a column and arrows that lead nowhere.
func (sp FlowSpec) clean() FlowSpec {
	column, place := make([]int, len(sp.Columns)), make([]int, len(sp.Boxes))
	out := FlowSpec{Title: sp.Title, Notes: sp.Notes, Width: sp.Width}
	for k, name := range sp.Columns {
		column[k] = -1
		if slices.ContainsFunc(sp.Boxes, func(b FlowBox) bool { return b.Column == k }) {
			column[k] = len(out.Columns)
			out.Columns = append(out.Columns, name)
		}
	}
	for i, b := range sp.Boxes {
		place[i] = -1
		if b.Column >= 0 && b.Column < len(column) {
			place[i] = len(out.Boxes)
			out.Boxes = append(out.Boxes, FlowBox{Column: column[b.Column], Text: b.Text, Note: b.Note})
		}
	}
	for i, b := range sp.Boxes {
		if place[i] < 0 {
			continue
		}
		from := &out.Boxes[place[i]]
		for _, to := range b.To {
			if to >= 0 && to < len(place) && place[to] >= 0 && to != i && !slices.Contains(from.To, place[to]) {
				from.To = append(from.To, place[to])
			}
		}
	}
	return out
}

// flow is the boxes with their places.
type flow struct {
	FlowSpec
	w, h, col float64
	lines     [][]string
	top, high []float64 // of each box
	columns   [][]int   // boxes of each column from top to bottom
	slips     map[[2]int]int
}

func layFlow(sp FlowSpec) *flow {
	f := &flow{FlowSpec: sp, w: orSize(sp.Width, 760), h: 40, slips: map[[2]int]int{}}
	n := float64(max(len(sp.Columns), 1))
	f.col = min((f.w-flowLane*(n-1))/n, f.w*0.45)
	f.columns = make([][]int, len(sp.Columns))
	tallest := 0.0
	f.top, f.high = make([]float64, len(sp.Boxes)), make([]float64, len(sp.Boxes))
	for i, b := range sp.Boxes {
		lines := wrap(b.Text, flowText, f.col-2*flowEdge-3, flowMost)
		f.lines = append(f.lines, lines)
		f.high[i] = float64(max(len(lines), 1))*flowLine + 2*flowEdge - 2
		f.columns[b.Column] = append(f.columns[b.Column], i)
	}
	f.untangle()
	for _, boxes := range f.columns {
		tallest = max(tallest, f.tall(boxes))
	}
	for _, boxes := range f.columns { // spread over the height, so that arrows run level where they can
		spare := (tallest - f.tall(boxes)) / float64(len(boxes)+1)
		y := flowHead + 4 + spare
		for _, i := range boxes {
			f.top[i] = y
			y += f.high[i] + flowGap + spare
		}
	}
	f.h = flowHead + tallest + 14
	return f
}

func (f *flow) tall(boxes []int) float64 {
	sum := flowGap * float64(max(len(boxes)-1, 0))
	for _, i := range boxes {
		sum += f.high[i]
	}
	return sum
}

func (f *flow) left(column int) float64 { return float64(column) * (f.col + flowLane) }
func (f *flow) mid(i int) float64       { return f.top[i] + f.high[i]/2 }

// mostUntangled is how many arrows are untangled at most: the count of crossings grows with their square.
const mostUntangled = 200

// untangle sorts the boxes of each column by the middle of what leads to them, then swaps neighbours, and keeps an order only where it
// crosses fewer arrows than the one before, so that what is in good order already stays as it was written.
func (f *flow) untangle() {
	arrows := 0
	for _, b := range f.Boxes {
		arrows += len(b.To)
	}
	best := f.crossings()
	if arrows > mostUntangled || best == 0 {
		return
	}
	for k := 1; k < len(f.columns); k++ {
		at := f.ranks()
		middle := map[int]float64{}
		for _, i := range f.columns[k] {
			middle[i] = f.pull(i, at)
		}
		best = f.better(best, k, func(boxes []int) {
			slices.SortStableFunc(boxes, func(a, b int) int { return cmp.Compare(middle[a], middle[b]) })
		})
	}
	for before := best + 1; best < before && best > 0; {
		before = best
		for k, boxes := range f.columns {
			for n := range len(boxes) - 1 {
				best = f.better(best, k, func(boxes []int) { boxes[n], boxes[n+1] = boxes[n+1], boxes[n] })
			}
		}
	}
}

// better tries another order of a column, and takes it back where it crosses no fewer arrows.
func (f *flow) better(best, column int, order func(boxes []int)) int {
	old := slices.Clone(f.columns[column])
	order(f.columns[column])
	if n := f.crossings(); n < best {
		return n
	}
	copy(f.columns[column], old)
	return best
}

// ranks is the place of each box in its column, from 0 at the top to 1.
func (f *flow) ranks() []float64 {
	at := make([]float64, len(f.Boxes))
	for _, boxes := range f.columns {
		for place, i := range boxes {
			at[i] = (float64(place) + 0.5) / float64(len(boxes))
		}
	}
	return at
}

// pull is the mean rank of what leads to a box from columns before; that of the box itself where nothing does.
func (f *flow) pull(i int, at []float64) float64 {
	sum, n := 0.0, 0.0
	for k, b := range f.Boxes {
		if b.Column < f.Boxes[i].Column && slices.Contains(b.To, i) {
			sum, n = sum+at[k], n+1
		}
	}
	if n == 0 {
		return at[i]
	}
	return sum / n
}

// crossings counts pairs of arrows that cross on their way through the same lane, taking each as a straight line.
func (f *flow) crossings() int {
	at, n := f.ranks(), 0
	type line struct{ lane, from, to float64 }
	var all []line
	for i, b := range f.Boxes {
		for _, to := range b.To {
			a, z := b.Column, f.Boxes[to].Column
			for lane := a; lane < z; lane++ {
				step := (at[to] - at[i]) / float64(z-a)
				all = append(all, line{float64(lane), at[i] + step*float64(lane-a), at[i] + step*float64(lane-a+1)})
			}
		}
	}
	for k, p := range all {
		for _, q := range all[:k] {
			if p.lane == q.lane && (p.from-q.from)*(p.to-q.to) < -1e-9 {
				n++
			}
		}
	}
	return n
}

// flowArrow is an arrow with how far from the middle of its boxes it leaves and arrives.
type flowArrow struct {
	from, to    int
	leave, come float64
}

// arrows gives each arrow its ports: in the order of the other ends, so that they do not cross at the box.
func (f *flow) arrows() []flowArrow {
	var out []flowArrow
	for i, b := range f.Boxes {
		for _, to := range b.To {
			out = append(out, flowArrow{from: i, to: to})
		}
	}
	for i := range f.Boxes {
		var leave, come []*flowArrow
		for k := range out {
			switch i {
			case out[k].from:
				leave = append(leave, &out[k])
			case out[k].to:
				come = append(come, &out[k])
			}
		}
		slices.SortStableFunc(leave, func(a, b *flowArrow) int { return cmp.Compare(f.mid(a.to), f.mid(b.to)) })
		slices.SortStableFunc(come, func(a, b *flowArrow) int { return cmp.Compare(f.mid(a.from), f.mid(b.from)) })
		for k, a := range leave {
			a.leave = f.port(i, k, len(leave))
		}
		for k, a := range come {
			a.come = f.port(i, k, len(come))
		}
	}
	return out
}

// port is where the k-th of n arrows meets the side of a box.
func (f *flow) port(i, k, n int) float64 {
	step := min(flowPort, (f.high[i]-8)/float64(max(n, 1)))
	return f.mid(i) + (float64(k)-float64(n-1)/2)*step
}

// arrow draws the way from box to box: straight on through the lanes, and through gaps over the columns between.
func (f *flow) arrow(s *svg, a flowArrow) {
	from, to := f.Boxes[a.from].Column, f.Boxes[a.to].Column
	var d strings.Builder
	end := f.left(to)
	tip := 1.0
	switch {
	case from < to:
		x, y := f.left(from)+f.col, a.leave
		fmt.Fprintf(&d, "M%s %s", num(x), num(y))
		for k := from + 1; k < to; k++ {
			gap := f.through(k, y+(a.come-y)/float64(to-k+1))
			curve(&d, x, y, f.left(k), gap)
			x, y = f.left(k)+f.col, gap
			fmt.Fprintf(&d, "H%s", num(x))
		}
		curve(&d, x, y, end-flowTip, a.come)
	default: // back or within a column: around by the right, or by the left in the last column
		side := f.left(from) + f.col
		end, tip = f.left(to)+f.col, -1
		if from == len(f.Columns)-1 && from == to && from > 0 {
			side, end, tip = f.left(from), f.left(to), 1
		}
		out := side - tip*flowLane*0.55
		fmt.Fprintf(&d, "M%s %sC%s %s %s %s %s %s", num(side), num(a.leave), num(out), num(a.leave), num(end-tip*flowLane*0.55), num(a.come), num(end-tip*flowTip), num(a.come))
	}
	fmt.Fprintf(&s.b, `<path d="%s" fill="none" stroke="%s" stroke-width="1.25"/>`, d.String(), paint("line-3"))
	fmt.Fprintf(&s.b, `<path d="M%s %sl%s -3v6z" fill="%s"/>`, num(end), num(a.come), num(-tip*flowTip), paint("ink-3"))
}

// curve leads from one height to another within a lane.
func curve(d *strings.Builder, x0, y0, x1, y1 float64) {
	mid := (x0 + x1) / 2
	fmt.Fprintf(d, "C%s %s %s %s %s %s", num(mid), num(y0), num(mid), num(y1), num(x1), num(y1))
}

// through is the height of the gap of a column that is nearest to y; the next arrow through the same gap is a little lower.
func (f *flow) through(column int, y float64) float64 {
	boxes := f.columns[column]
	best, at := 0, math.Inf(1)
	for k := 0; k <= len(boxes); k++ {
		v := f.gap(boxes, k)
		if math.Abs(v-y) < math.Abs(at-y) {
			best, at = k, v
		}
	}
	n := f.slips[[2]int{column, best}]
	f.slips[[2]int{column, best}]++
	return at + float64((n+1)/2)*flowSlip*float64(1-2*(n%2))
}

// gap is the middle of the space before the k-th box of a column, or behind its last.
func (f *flow) gap(boxes []int, k int) float64 {
	switch {
	case k == 0:
		return f.top[boxes[0]] - flowGap/2
	case k == len(boxes):
		return f.top[boxes[k-1]] + f.high[boxes[k-1]] + flowGap/2
	}
	above := f.top[boxes[k-1]] + f.high[boxes[k-1]]
	return (above + f.top[boxes[k]]) / 2
}

// box draws a box with a bar at its left, darker from column to column.
func (f *flow) box(s *svg, i int) {
	b := f.Boxes[i]
	x, y := f.left(b.Column), f.top[i]
	s.rect(x+0.5, y+0.5, f.col-1, f.high[i]-1, paint("card"), ` stroke="`+paint("line-2")+`"`)
	shades := tokens("q", len(f.Columns), 3, 7)
	s.rect(x, y, 3, f.high[i], shades[b.Column], "")
	for k, line := range f.lines[i] {
		s.text(x+3+flowEdge, y+flowEdge+9.5+float64(k)*flowLine, flowText, "start", paint("ink"), line, "")
	}
}

func (sp FlowSpec) table() Table {
	t := Table{Header: []string{"Column", "Step", "Leads to"}, Numeric: make([]bool, 3)}
	for k, name := range sp.Columns {
		for _, b := range sp.Boxes {
			if b.Column != k {
				continue
			}
			var to []string
			for _, i := range b.To {
				to = append(to, sp.Boxes[i].Text)
			}
			row := []string{name, b.Text, strings.Join(to, "; ")}
			if sp.Notes != "" {
				row = append(row, b.Note)
			}
			t.Rows = append(t.Rows, row)
		}
	}
	if sp.Notes != "" {
		t.Header, t.Numeric = append(t.Header, sp.Notes), append(t.Numeric, false)
	}
	return t
}

func (sp FlowSpec) describe() string {
	if len(sp.Boxes) == 0 {
		return "No steps."
	}
	arrows := 0
	for _, b := range sp.Boxes {
		arrows += len(b.To)
	}
	return sentences(fmt.Sprintf("%s in %s: %s", plural(len(sp.Boxes), "step", "steps"), plural(len(sp.Columns), "column", "columns"), strings.Join(sp.Columns, ", ")),
		plural(arrows, "arrow leads", "arrows lead")+" from one to another")
}
