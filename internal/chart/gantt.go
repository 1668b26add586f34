package chart

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// GanttSpec is when things begin and end, period by period, with what all of them use of
// something in each period beneath.
type GanttSpec struct {
	Title       string
	Name        string // heading of the labels; "" is Name
	First, Last int    // the periods shown, such as 2027 to 2036
	Rows        []GanttRow
	Sums        []GanttSum // one for each period from First, or none
	SumName     string     // what the sums are, such as "Spending, £"
	HollowName  string     // what a hollow bar means, such as "cost not stated"
	Format      func(float64) string
	Width       float64 // 0 is 760
}

// GanttRow is a bar from one period to another, both within it.
type GanttRow struct {
	Key         string // of the bar, as data-bar, for scripts; "" is none
	Label, Note string // Note stands behind the bar
	From, To    int
	Slack       int   // periods by which it can wait
	Mark        Mark  // MarkUs or MarkOther
	Hollow      bool  // something of it is not known, such as its cost: drawn as an outline
	Moved       bool  // somebody has set it: drawn with an edge
	Broken      bool  // it breaks a rule: drawn in the colour of warning, with a sign
	After       []int // rows that it waits for, by their places
}

// GanttSum is what is used in a period and the most that may be, where there is a most.
type GanttSum struct {
	Value   float64
	Unknown bool // nothing is known of it: a question mark stands there, not nought
	Cap     float64
	Capped  bool
}

const (
	ganttRow    = 30.0
	ganttBar    = 15.0
	ganttHead   = 24.0
	ganttSum    = 92.0 // height of the sums
	ganttLegend = 24.0
	ganttText   = 11.5
)

// Gantt draws the bars under one another and the sums on the same axis of time. It reads
// without colour: what is under way is pale, what was set by hand has an edge, what
// breaks a rule a sign.
func Gantt(sp GanttSpec) Chart {
	c := Chart{Title: sp.Title, Desc: sp.describe(), Table: sp.table()}
	w := orSize(sp.Width, 760)
	h := ganttHead + float64(len(sp.Rows))*ganttRow + ganttLegend + 14*float64(max(len(lineUp(sp.signs(), w))-1, 0))
	if len(sp.Sums) > 0 {
		h += ganttSum
	}
	s := newSVG(w, h)
	if sp.Last < sp.First {
		sp.Last = sp.First
	}
	g := gantt{sp, s, scale{float64(sp.First), float64(sp.Last + 1), w * 0.33, w - 2}}
	g.grid()
	for i := range sp.Rows {
		g.ties(i)
	}
	for i := range sp.Rows {
		g.row(i)
	}
	g.sums()
	g.legend()
	c.SVG = s.done("chart gantt", c.Title, c.Desc)
	return c
}

type gantt struct {
	GanttSpec
	s *svg
	x scale
}

func (g gantt) step() float64 { return (g.x.b - g.x.a) / float64(g.Last-g.First+1) }

func (g gantt) top(i int) float64 { return ganttHead + float64(i)*ganttRow }

// grid draws the periods with their names and a hair under each row.
func (g gantt) grid() {
	foot := g.top(len(g.Rows))
	every := 1
	for g.step()*float64(every) < wide("2027", ganttText)+6 {
		every++
	}
	for t := g.First; t <= g.Last+1; t++ {
		x := g.x.at(float64(t))
		g.s.line(x, ganttHead-6, x, foot, paint("line"), 1, "")
		if t <= g.Last && (t-g.First)%every == 0 {
			g.s.text(x+g.step()*float64(min(every, g.Last-t+1))/2, ganttHead-9, ganttText, "middle", paint("ink-2"), strconv.Itoa(t), "")
		}
	}
	for i := range g.Rows {
		g.s.line(0, g.top(i), g.s.w, g.top(i), paint("line"), 1, "")
	}
	g.s.line(0, foot, g.s.w, foot, paint("line-2"), 1, "")
}

func (r GanttRow) paint() string {
	if r.Broken {
		return paint("warn")
	}
	return r.Mark.paint()
}

// row draws the name, the bar, how long it can wait, and the note.
func (g gantt) row(i int) {
	r := g.Rows[i]
	mid := g.top(i) + ganttRow/2
	lines := wrap(r.Label, ganttText, g.x.a-10, 2)
	for k, l := range lines {
		g.s.text(0, mid+4+(float64(k)-float64(len(lines)-1)/2)*13.5, ganttText, "start", paint("ink"), l, "")
	}
	from, to := max(r.From, g.First), min(r.To, g.Last)
	if from > to {
		g.s.text(g.x.a+4, mid+4, ganttText, "start", paint("ink-2"), g.years(r), halo())
		return
	}
	a, b := g.x.at(float64(from))+1.5, g.x.at(float64(to+1))-1.5
	edge := ""
	fill := r.paint()
	switch {
	case r.Moved && r.Broken:
		edge = ` stroke="` + fill + `" stroke-width="2.5"`
	case r.Moved:
		edge = ` stroke="` + paint("ink") + `" stroke-width="2"`
	case r.Hollow:
		edge = ` stroke="` + fill + `" stroke-width="1.5"`
	}
	if r.Hollow {
		fill = paint("card")
	}
	if r.Key != "" {
		edge += fmt.Sprintf(` data-bar="%s" data-from="%d" data-step="%s"`, escape(r.Key), r.From, num(g.step()))
	}
	g.s.rect(a, mid-ganttBar/2, b-a, ganttBar, fill, edge)
	if r.From < g.First {
		g.open(a, mid, 1)
	}
	if r.To > g.Last {
		g.open(b, mid, -1)
	}
	end := b
	if r.Slack > 0 {
		end = g.x.at(float64(min(to+r.Slack, g.Last)+1)) - 2
		g.s.line(b+1, mid, end, mid, paint("line-3"), 1, ` stroke-dasharray="2 3"`)
		g.s.line(end, mid-4, end, mid+4, paint("line-3"), 1.5, "")
	}
	note := r.Note
	if r.Broken {
		note = strings.TrimSpace("! " + note)
	}
	g.note(note, r.Hollow, a, b, end, mid)
}

// note stands behind the bar, in it, or before it, wherever there is room.
func (g gantt) note(note string, hollow bool, a, b, end, mid float64) {
	w := wide(note, 11) + 10
	switch {
	case note == "":
	case end+w <= g.x.b:
		g.s.text(end+5, mid+4, 11, "start", paint("ink-2"), note, halo())
	case b-a >= w && !hollow:
		g.s.text(a+6, mid+4, 11, "start", paint("card"), note, ` font-weight="600"`)
	case a-w >= g.x.a:
		g.s.text(a-5, mid+4, 11, "end", paint("ink-2"), note, halo())
	}
}

// open cuts the end of a bar that goes on beyond the periods shown.
func (g gantt) open(x, mid, to float64) {
	h := ganttBar/2 + 1
	fmt.Fprintf(&g.s.b, `<path d="M%s %sL%s %sL%s %sZ" fill="%s"/>`, num(x-to), num(mid-h), num(x+to*6), num(mid), num(x-to), num(mid+h), paint("card"))
}

// ties draws the lines from what a row waits for: down or up a lane behind its end, then
// to where the row begins.
func (g gantt) ties(i int) {
	r := g.Rows[i]
	for _, k := range r.After {
		if k < 0 || k >= len(g.Rows) || k == i {
			continue
		}
		b := g.Rows[k]
		x0, x1 := g.x.at(float64(b.To+1))-1.5, g.x.at(float64(r.From))+1.5
		if x0 > x1 { // it need only have begun
			x0 = g.x.at(float64(b.From)) + 1.5
		}
		lane := min(x0+5, x1-4)
		y0, y1 := g.top(k)+ganttRow/2, g.top(i)+ganttRow/2
		fmt.Fprintf(&g.s.b, `<path d="M%s %sH%sV%sH%s" fill="none" stroke="%s" stroke-width="1.25"/>`, num(x0), num(y0), num(lane), num(y1), num(x1-1), paint("ink-3"))
		fmt.Fprintf(&g.s.b, `<path d="M%s %sl-5 -3v6z" fill="%s"/>`, num(x1), num(y1), paint("ink-3"))
	}
}

// sums draws what is used in each period, with a line where there is a most.
func (g gantt) sums() {
	if len(g.Sums) == 0 {
		return
	}
	top := g.top(len(g.Rows)) + 14
	foot := top + ganttSum - 36
	most := 0.0
	for _, v := range g.Sums {
		most = max(most, v.Value)
		if v.Capped {
			most = max(most, v.Cap)
		}
	}
	y := scale{0, max(most, 1), foot, top}
	for k, l := range wrap(g.SumName, ganttText, g.x.a-10, 3) {
		g.s.text(0, top+6+float64(k)*13.5, ganttText, "start", paint("ink"), l, "")
	}
	for k, v := range g.Sums[:min(len(g.Sums), g.Last-g.First+1)] {
		a := g.x.at(float64(g.First + k))
		mark := MarkUs
		if v.Capped && v.Value > v.Cap {
			mark = MarkWarn
		}
		g.s.rect(a+3, y.at(v.Value), g.step()-6, foot-y.at(v.Value), mark.paint(), ` opacity=".75"`)
		if v.Capped {
			g.s.line(a, y.at(v.Cap), a+g.step(), y.at(v.Cap), paint("ink"), 1.5, "")
		}
		if v.Unknown {
			g.s.text(a+g.step()/2, foot-4, 10.5, "middle", paint("ink-2"), "?", "")
		}
		if text := g.format(v.Value); v.Value != 0 && wide(text, 10.5) <= g.step()+2 {
			g.s.text(a+g.step()/2, foot+13, 10.5, "middle", paint("ink-2"), text, "")
		}
	}
	g.s.line(g.x.a, foot, g.x.b, foot, paint("line-2"), 1, "")
}

func (sp GanttSpec) format(v float64) string {
	if sp.Format != nil {
		return sp.Format(v)
	}
	return Number(v, 0)
}

// sign is an entry of the legend.
type sign struct {
	text string
	draw func(s *svg, x, y float64)
}

func (e sign) wide() float64 { return 22 + wide(e.text, 11) + 12 }

// legend says what the signs mean that are there, in lines of the width.
func (g gantt) legend() {
	x, y := 0.0, g.s.h-8-14*float64(len(lineUp(g.signs(), g.s.w))-1)
	for _, line := range lineUp(g.signs(), g.s.w) {
		for _, e := range line {
			e.draw(g.s, x, y)
			g.s.text(x+22, y, 11, "start", paint("ink-2"), e.text, "")
			x += e.wide()
		}
		x, y = 0, y+14
	}
}

// lineUp breaks the legend into lines of a width.
func lineUp(all []sign, w float64) [][]sign {
	var out [][]sign
	left := 0.0
	for _, e := range all {
		if len(out) == 0 || e.wide() > left {
			out, left = append(out, nil), w
		}
		out[len(out)-1] = append(out[len(out)-1], e)
		left -= e.wide()
	}
	return out
}

// signs are the entries of the legend.
func (sp GanttSpec) signs() []sign {
	bar := func(fill, edge string) func(s *svg, x, y float64) {
		return func(s *svg, x, y float64) { s.rect(x+1, y-9, 16, 9, fill, edge) }
	}
	var out []sign
	add := func(has func(GanttRow) bool, text string, draw func(s *svg, x, y float64)) {
		if slices.ContainsFunc(sp.Rows, has) {
			out = append(out, sign{text, draw})
		}
	}
	add(func(r GanttRow) bool { return r.Mark == MarkUs && !r.Broken && !r.Hollow }, "to begin", bar(MarkUs.paint(), ""))
	add(func(r GanttRow) bool { return r.Mark == MarkOther && !r.Broken }, "under way", bar(MarkOther.paint(), ""))
	add(func(r GanttRow) bool { return r.Hollow }, orText(sp.HollowName, "not known"), bar(paint("card"), ` stroke="`+paint("accent")+`" stroke-width="1.5"`))
	add(func(r GanttRow) bool { return r.Moved }, "set by hand", bar(paint("card"), ` stroke="`+paint("ink")+`" stroke-width="2"`))
	add(func(r GanttRow) bool { return r.Broken }, "! breaks a rule", bar(paint("warn"), ""))
	add(func(r GanttRow) bool { return r.Slack > 0 }, "can wait", func(s *svg, x, y float64) {
		s.line(x+1, y-4, x+17, y-4, paint("line-3"), 1, ` stroke-dasharray="2 3"`)
		s.line(x+17, y-8, x+17, y, paint("line-3"), 1.5, "")
	})
	add(func(r GanttRow) bool { return len(r.After) > 0 }, "waits for", func(s *svg, x, y float64) {
		s.line(x+1, y-4, x+13, y-4, paint("ink-3"), 1.25, "")
		fmt.Fprintf(&s.b, `<path d="M%s %sl-5 -3v6z" fill="%s"/>`, num(x+18), num(y-4), paint("ink-3"))
	})
	if slices.ContainsFunc(sp.Sums, func(v GanttSum) bool { return v.Capped }) {
		out = append(out, sign{"most that may be spent", func(s *svg, x, y float64) { s.line(x+1, y-4, x+17, y-4, paint("ink"), 1.5, "") }})
	}
	if slices.ContainsFunc(sp.Sums, func(v GanttSum) bool { return v.Unknown }) {
		out = append(out, sign{"sum not known", func(s *svg, x, y float64) { s.text(x+9, y, 10.5, "middle", paint("ink-2"), "?", "") }})
	}
	return out
}

// years says when a bar is that the periods shown do not hold.
func (g gantt) years(r GanttRow) string {
	if r.To < g.First {
		return fmt.Sprintf("← %d–%d", r.From, r.To)
	}
	return fmt.Sprintf("%d–%d →", r.From, r.To)
}

func (sp GanttSpec) table() Table {
	t := Table{Header: []string{orText(sp.Name, "Name"), "First", "Last", "Can wait", "Waits for", "Note"}, Numeric: []bool{false, true, true, true, false, false}}
	for _, r := range sp.Rows {
		var after []string
		for _, k := range r.After {
			if k >= 0 && k < len(sp.Rows) {
				after = append(after, sp.Rows[k].Label)
			}
		}
		t.Rows = append(t.Rows, []string{r.Label, strconv.Itoa(r.From), strconv.Itoa(r.To), strconv.Itoa(r.Slack), strings.Join(after, "; "), r.says()})
	}
	return t
}

// says is the note with what colour and edge show.
func (r GanttRow) says() string {
	var out []string
	if r.Note != "" {
		out = append(out, r.Note)
	}
	if r.Mark == MarkOther {
		out = append(out, "under way")
	}
	if r.Moved {
		out = append(out, "set by hand")
	}
	if r.Broken {
		out = append(out, "breaks a rule")
	}
	return strings.Join(out, "; ")
}

func (sp GanttSpec) describe() string {
	if len(sp.Rows) == 0 {
		return "No bars."
	}
	first, last, broken := sp.Rows[0].From, sp.Rows[0].To, 0
	for _, r := range sp.Rows {
		first, last = min(first, r.From), max(last, r.To)
		if r.Broken {
			broken++
		}
	}
	out := []string{fmt.Sprintf("%s from %d to %d", plural(len(sp.Rows), "bar", "bars"), first, last)}
	if broken > 0 {
		out = append(out, plural(broken, "bar breaks", "bars break")+" a rule")
	}
	return sentences(out...)
}
