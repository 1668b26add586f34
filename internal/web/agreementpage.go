package web

import (
	"net/http"
	"strconv"

	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/report"
	"milieu/internal/stat"
	"milieu/internal/survey/interview"
)

// AgreementPage says how far those who code agree, code by code.
type AgreementPage struct {
	Base
	Finding, Lede string
	Tabs          []Choice
	A             interview.Agreement
	Coders        int
	Together      report.Figure
	TogetherSays  string
	Picture       chart.Chart
	Rows          []AgreementRow
	Pairs         bool // some code was judged by exactly two people
	Apart         []DifferRow
	More          int // excerpts that differ and are not listed
	ToCode        []DifferRow
	CSV           string
}

// AgreementRow is the agreement on one code.
type AgreementRow struct {
	Label, Definition     string
	Retired               bool
	Excerpts, Given, All  int
	Alpha, Kappa          report.Figure
	Verdict, VerdictClass string
}

// DifferRow is an excerpt that people coded differently, or that waits to be coded.
type DifferRow struct{ Path, Text, Codes string }

// apartMost is how many excerpts the page lists.
const apartMost = 20

var agreementHeader = []string{"code_id", "label", "excerpts", "given_by_any", "given_by_all", "alpha", "alpha_lo", "alpha_hi", "kappa", "kappa_lo", "kappa_hi", "observed", "expected"}

func (s *Server) agreementPage(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	b, _ := s.interviewBook()
	a, err := b.Agreement(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	if wantsCSV(r) {
		return writeCSV(w, "agreement", agreementHeader, agreementTable(a))
	}
	p := AgreementPage{Base: s.base(r, snap, "Agreement of coders", "/interviews"), Tabs: interviewTabs("/interviews/agreement"), A: a, Coders: len(a.Coders), CSV: "/interviews/agreement?format=csv"}
	p.Method = "agreement of coders"
	for _, c := range a.Codes {
		p.Rows = append(p.Rows, agreementRow(c))
		p.Pairs = p.Pairs || c.Pair
	}
	p.Picture = agreementPicture(a)
	p.Together, p.TogetherSays = agreementFigure(a.Together, interview.AgreementRef), interview.Verdict(a.Together)
	all, err := b.Excerpts(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	book, err := b.Codes(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	p.apart(all, book)
	p.say()
	return s.render(w, r, "agreement", p)
}

func (p *AgreementPage) say() {
	p.Finding = "Nothing has been coded by two people yet"
	p.Lede = "Two people code the same excerpts without seeing each other’s codes; how far they agree says whether the codes mean the same to both."
	if p.A.Enough() {
		p.Finding = "How far " + counted(p.Coders, "coder agrees", "coders agree")
		p.Lede = counted(p.A.Excerpts, "excerpt was", "excerpts were") + " coded by two people or more, each before seeing what the others gave. Agreement is measured beyond what chance would bring: 1 is full, 0 is none."
	}
}

// agreementPicture draws the alpha of each code with its interval, against what Krippendorff's rule asks for.
func agreementPicture(a interview.Agreement) chart.Chart {
	spec := chart.ForestSpec{Title: "Agreement of coders by code (Krippendorff’s alpha, 95 % interval)", Axis: chart.Axis{Decimals: 2, Max: 1, Refs: []chart.Ref{{At: interview.Tentative, Label: "0.67"}, {At: interview.Reliable, Label: "0.8"}}}}
	for _, c := range a.Codes {
		if !c.Alpha.Defined {
			continue
		}
		row := chart.ForestRow{Label: c.Code.Label, Value: c.Alpha.Value, Mark: chart.MarkUs}
		if c.Alpha.Lo <= c.Alpha.Hi {
			row.Interval = chart.Interval{Lo: c.Alpha.Lo, Hi: c.Alpha.Hi}
		}
		if agreementClass(c.Alpha) == "flag" {
			row.Mark = chart.MarkWarn
		}
		spec.Axis.Min = min(spec.Axis.Min, c.Alpha.Value)
		if c.Alpha.Lo < spec.Axis.Min {
			spec.Axis.Min = c.Alpha.Lo
		}
		spec.Rows = append(spec.Rows, row)
	}
	if len(spec.Rows) == 0 {
		return chart.Chart{}
	}
	spec.Width = 480
	return chart.Forest(spec)
}

// agreementClass marks what is surely too low and what is surely good enough.
func agreementClass(a stat.Agreement) string {
	switch {
	case a.Defined && a.Hi < interview.Tentative:
		return "flag"
	case a.Defined && a.Lo >= interview.Tentative:
		return "ok"
	}
	return ""
}

func agreementFigure(a stat.Agreement, ref string) report.Figure {
	if !a.Defined {
		return report.Figure{Text: "not defined", Ref: ref}
	}
	f := report.Figure{Text: chart.Number(a.Value, 2), Ref: ref}
	if a.Lo <= a.Hi { // false for NaN: no interval
		f.Range = chart.Number(a.Lo, 2) + " to " + chart.Number(a.Hi, 2)
	}
	return f
}

func agreementRow(c interview.CodeAgreement) AgreementRow {
	row := AgreementRow{Label: c.Code.Label, Definition: c.Code.Definition, Retired: c.Code.RetiredAt != "", Excerpts: c.Excerpts, Given: c.Given, All: c.All,
		Alpha: agreementFigure(c.Alpha, interview.CodeRef(c.Code.ID)), Verdict: interview.Verdict(c.Alpha)}
	if c.Pair {
		row.Kappa = agreementFigure(c.Kappa, interview.CodeRef(c.Code.ID))
	}
	row.VerdictClass = orText(agreementClass(c.Alpha), "muted")
	return row
}

// apart lists the excerpts on which people differ, as far as the person may see that, and those that wait for a second coder.
func (p *AgreementPage) apart(all []interview.Excerpt, book []interview.Code) {
	for _, e := range all {
		row := DifferRow{Path: interviewPath(e.InterviewID) + "#x-" + e.ID, Text: cutText(e.Text, 140)}
		if e.Mine == nil && e.Coders == 1 && p.Who.Decides && len(p.ToCode) < apartMost {
			p.ToCode = append(p.ToCode, row)
			continue
		}
		sets := make([][]string, 0, len(e.Others)+1)
		if e.Mine != nil {
			sets = append(sets, e.Mine.Codes)
		}
		for _, o := range e.Others {
			sets = append(sets, o.Codes)
		}
		if row.Codes = differing(sets, book); row.Codes == "" {
			continue
		}
		if len(p.Apart) == apartMost {
			p.More++
			continue
		}
		p.Apart = append(p.Apart, row)
	}
}

// differing are the labels of codes that some gave and others did not, each with how many gave it.
func differing(sets [][]string, book []interview.Code) string {
	n := map[string]int{}
	for _, s := range sets {
		for _, id := range s {
			n[id]++
		}
	}
	out := ""
	for _, c := range book {
		if n[c.ID] > 0 && n[c.ID] < len(sets) {
			if out != "" {
				out += "; "
			}
			out += c.Label + " (" + strconv.Itoa(n[c.ID]) + " of " + strconv.Itoa(len(sets)) + ")"
		}
	}
	return out
}

func agreementTable(a interview.Agreement) [][]string {
	num := func(v float64) string {
		if v != v { // not a number: there is none
			return ""
		}
		return strconv.FormatFloat(v, 'f', 6, 64)
	}
	of := func(x stat.Agreement, there bool) []string {
		if !there || !x.Defined {
			return []string{"", "", ""}
		}
		return []string{num(x.Value), num(x.Lo), num(x.Hi)}
	}
	var rows [][]string
	for _, c := range a.Codes {
		row := []string{c.Code.ID, c.Code.Label, strconv.Itoa(c.Excerpts), strconv.Itoa(c.Given), strconv.Itoa(c.All)}
		row = append(append(row, of(c.Alpha, true)...), of(c.Kappa, c.Pair)...)
		rows = append(rows, append(row, num(c.Alpha.Observed), num(c.Alpha.Expected)))
	}
	return rows
}
