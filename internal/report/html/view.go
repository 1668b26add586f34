package html

import (
	"fmt"
	"html/template"
	"regexp"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/report"
)

// view is a document as the template shows it.
type view struct {
	Doc      report.Document
	Language string
	Style    template.CSS
	PageURL  string
	Gaps     int
	Parts    []part
	Contents []content
	Assumed  []assumed
	Entries  []entry
	Data     []data
	Quoted   []quoted
}

// content is a line of the contents.
type content struct {
	ID, Number, Title string
	Gaps, Page        int
}

type part struct {
	ID, Number, Title, Question string
	Blocks                      []block
}

// block has exactly one of its parts, as report.Block.
type block struct {
	Heading string
	Text    template.HTML
	List    *list
	Table   *table
	Chart   *picture
	Gap     *report.Gap
}

type list struct {
	Ordered bool
	Items   []template.HTML
}

type table struct {
	ID, Caption string
	Number      int
	Columns     int
	Header      []head
	Rows, Foot  [][]cell
	Note        template.HTML
}

type head struct {
	Words string
	Class string
}

type cell struct {
	HTML  template.HTML
	Class string
	Row   bool // heads its row
}

type picture struct {
	ID, DataID, Title string
	Number            int
	SVG               template.HTML
	Wide              bool // drawn for more than the width of the text
}

// data is the table behind a picture.
type data struct {
	ID, BackID, Title string
	Number            int
	Table             table
}

type assumed struct {
	report.Assumption
	Open  string
	Entry int // in the annex of figures; 0 for none
}

// quoted is an address that others are quoted from.
type quoted struct{ Mark, URL string }

// viewer makes a view; it counts what is numbered through the document.
type viewer struct {
	doc            report.Document
	numbers        map[string]int // of entries by reference
	uses           map[string][]use
	marks          map[string]string // of quotations by address
	quoted         []quoted
	data           []data
	tables, charts int
	part           part // that is made now
}

// use is a place at which a figure stands.
type use struct{ ID, Where string }

func newView(d report.Document, o Options) view {
	m := &viewer{doc: d, numbers: map[string]int{}, uses: map[string][]use{}, marks: map[string]string{}}
	for k, p := range d.Proofs {
		m.numbers[p.Ref] = k + 1
	}
	for _, ref := range d.Refs() {
		if m.numbers[ref] == 0 {
			m.numbers[ref] = len(m.numbers) + 1
		}
	}
	v := view{Doc: d, Language: o.Language, PageURL: PageURL(d), Gaps: d.Gaps()}
	for k, s := range d.Sections {
		m.part = part{ID: "s-" + s.ID, Number: strconv.Itoa(k + 1), Title: s.Title, Question: s.Question}
		for _, b := range s.Blocks {
			m.part.Blocks = append(m.part.Blocks, m.block(b))
		}
		v.Parts = append(v.Parts, m.part)
		v.Contents = append(v.Contents, content{ID: m.part.ID, Number: m.part.Number, Title: s.Title, Gaps: s.Gaps()})
	}
	for _, a := range d.Assumptions {
		v.Assumed = append(v.Assumed, assumed{a, WhyURL(d, a.Ref), m.numbers[a.Ref]})
	}
	v.Entries, v.Data, v.Quoted = m.entries(), m.data, m.quoted
	v.annexes()
	for k := range v.Contents {
		v.Contents[k].Page = o.Pages[v.Contents[k].ID]
	}
	return v
}

// annexes adds the annexes to the contents.
func (v *view) annexes() {
	for _, a := range []struct {
		id, title string
		there     bool
	}{{"assumptions", "Assumptions", len(v.Assumed) > 0}, {"figures", "Figures and sources", len(v.Entries) > 0}, {"data", "Data behind the pictures", len(v.Data) > 0}, {"sources", "Sources and licences", true}} {
		if a.there {
			v.Contents = append(v.Contents, content{ID: a.id, Number: "Annex " + string(rune('A'+len(v.Contents)-len(v.Parts))), Title: a.title})
		}
	}
}

// Annex is the line of the contents for an annex.
func (v view) Annex(id string) content {
	for _, c := range v.Contents {
		if c.ID == id {
			return c
		}
	}
	return content{}
}

func (m *viewer) block(b report.Block) block {
	switch {
	case b.Gap != nil:
		return block{Gap: b.Gap}
	case b.Table != nil:
		t := m.table(b)
		return block{Table: &t}
	case b.Chart != nil:
		return block{Chart: m.picture(b)}
	case b.List != nil:
		l := &list{Ordered: b.List.Ordered}
		for _, t := range b.List.Items {
			l.Items = append(l.Items, m.text(t))
		}
		return block{List: l}
	case b.Heading != "":
		return block{Heading: b.Heading}
	}
	return block{Text: m.text(b.Text)}
}

// blockID is the id of a table or picture.
func blockID(b report.Block, kind string, n int) string {
	if b.Name != "" {
		return "b-" + b.Name
	}
	return fmt.Sprintf("b-%s-%d", kind, n)
}

func (m *viewer) table(b report.Block) table {
	m.tables++
	t := table{ID: blockID(b, "table", m.tables), Caption: b.Table.Caption, Number: m.tables, Columns: len(b.Table.Header)}
	for k, h := range b.Table.Header {
		t.Header = append(t.Header, head{h, column(b.Table.Numeric, k)})
	}
	grid := func(rows [][]report.Text) (out [][]cell) {
		for _, row := range rows {
			var cells []cell
			for k, c := range row {
				cells = append(cells, newCell(m.text(c), column(b.Table.Numeric, k), k == 0 && len(row) > 1))
			}
			out = append(out, cells)
		}
		return out
	}
	t.Rows, t.Foot = grid(b.Table.Rows), grid(b.Table.Foot)
	t.Note = m.text(b.Table.Note)
	return t
}

const supOpen = `<sup class="ref">`

// newCell is a cell; one in which nothing stands keeps its place in what is read aloud and printed.
func newCell(text template.HTML, class string, heads bool) cell {
	if text == "" {
		return cell{HTML: "&nbsp;", Class: class}
	}
	if at := strings.LastIndex(string(text), supOpen); class != "" && at >= 0 && strings.HasSuffix(string(text), "</sup>") {
		text = text[:at] + `<sup class="ref hang">` + text[at+len(supOpen):] // it hangs beside the column, so that digits stand under digits
	}
	return cell{text, class, heads}
}

// column is the class of the cells of a column.
func column(numeric []bool, k int) string {
	if k < len(numeric) && numeric[k] {
		return "n"
	}
	return ""
}

func (m *viewer) picture(b report.Block) *picture {
	m.charts++
	id := blockID(b, "chart", m.charts)
	p := &picture{ID: id, Title: strings.TrimSuffix(b.Chart.Title, "."), Number: m.charts, SVG: template.HTML(spoken(*b.Chart))} // made by chart, which escapes its texts
	p.Wide = width(b.Chart.SVG) > 640
	if len(b.Chart.Table.Rows) > 0 {
		p.DataID = "d" + strings.TrimPrefix(id, "b")
		m.data = append(m.data, data{ID: p.DataID, BackID: id, Title: p.Title, Number: m.charts, Table: plainTable(b.Chart.Table, p)})
	}
	return p
}

var boxForm = regexp.MustCompile(`viewBox="0 0 ([0-9]+)`)

// width is that of a picture, in the units that it is drawn in.
func width(svg string) int {
	m := boxForm.FindStringSubmatch(svg)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1]) // digits; one that is too long is wide in no case
	return n
}

var descForm = regexp.MustCompile(`<desc>[^<]*</desc>`)

// spoken is the picture with its title and its description as one name: browsers print only the name into a PDF.
func spoken(c chart.Chart) string {
	name := strings.TrimSuffix(c.Title, ".") + "."
	if c.Desc != "" && c.Desc != c.Title {
		name += " " + c.Desc
	}
	svg := descForm.ReplaceAllLiteralString(c.SVG, "")
	return strings.Replace(svg, ` role="img"`, ` role="img" aria-label="`+template.HTMLEscapeString(name)+`"`, 1)
}

func plainTable(c chart.Table, p *picture) table {
	t := table{ID: p.DataID, Caption: p.Title, Number: p.Number, Columns: len(c.Header)}
	for k, h := range c.Header {
		t.Header = append(t.Header, head{h, column(c.Numeric, k)})
	}
	for _, row := range c.Rows {
		var cells []cell
		for k, words := range row {
			cells = append(cells, newCell(template.HTML(template.HTMLEscapeString(words)), column(c.Numeric, k), k == 0 && len(row) > 1))
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}
