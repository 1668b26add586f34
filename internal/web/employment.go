package web

import (
	"fmt"
	"net/http"
	"net/url"
	"sort"
	"strconv"

	"milieu/internal/bizcase/facts"
	"milieu/internal/chart"
	"milieu/internal/cluster"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/report"
)

// EmploymentPage is what an area of the employment table is special in.
type EmploymentPage struct {
	Base
	Finding    string
	Lede       report.Text
	Area       string
	Reference  string
	Year       int
	Rounding   string
	MinJobs    int
	Years      []Choice
	References []Choice
	Schemes    []Choice
	Small      bool   // shows the industries under the least number of jobs
	Switch     string // address of the other part
	Large, Few int    // industries of each part
	Rows       []QuotientRow
	Scale      string // of the bars
	Pager      Pager
	CSV        string
}

// QuotientRow is one industry with its quotient.
type QuotientRow struct {
	Code, Name     string
	Jobs, Quotient report.Figure
	Range          chart.Chart
	Reading        string // above, below, unclear or none
}

// Readings of a quotient's interval.
const (
	readAbove   = "above"
	readBelow   = "below"
	readUnclear = "unclear" // the interval holds 1
	readNone    = "none"    // there is no quotient
)

// reading says what the interval supports.
func reading(i cluster.Industry) string {
	switch q := i.Quotient; {
	case !q.Defined:
		return readNone
	case q.Above(1):
		return readAbove
	case q.Below(1):
		return readBelow
	}
	return readUnclear
}

const (
	quotientRows   = 50 // industries on a page
	defaultMinJobs = 500
	mostMinJobs    = 10_000_000
)

// employmentQuestion is what the address asks for.
type employmentQuestion struct {
	cluster.Question
	minJobs, page int
	small         bool
}

func parseEmployment(r *http.Request, snap *live.Snapshot) (employmentQuestion, error) {
	q := r.URL.Query()
	ask := employmentQuestion{Question: cluster.Question{Area: r.PathValue("slug"), Reference: q.Get("against"), Scheme: q.Get("scheme")}, minJobs: defaultMinJobs, page: 1, small: q.Get("small") == "1"}
	focus := snap.WS.Focus
	if focus.MinJobs > 0 {
		ask.minJobs = focus.MinJobs
	}
	if !q.Has("against") && evidence.Slug(focus.Area) == ask.Area {
		ask.Reference = focus.Reference
		ask.Year = focus.Year
	}
	for _, n := range []struct {
		name string
		to   *int
		most int
	}{{"year", &ask.Year, 9999}, {"min", &ask.minJobs, mostMinJobs}, {"page", &ask.page, pagesMost}} {
		text := q.Get(n.name)
		if text == "" {
			continue
		}
		v, err := strconv.Atoi(text)
		if err != nil || v < 0 || v > n.most || n.name == "page" && v == 0 {
			return ask, badRequest("%q is not a number for %s.", text, n.name)
		}
		*n.to = v
	}
	return ask, nil
}

func (s *Server) employment(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	ask, err := parseEmployment(r, snap)
	if err != nil {
		return err
	}
	profile, err := live.Remember(&snap.Cache, fmt.Sprintf("employment/%s/%s/%d/%s", ask.Area, ask.Reference, ask.Year, ask.Scheme), func() (cluster.Profile, error) {
		return cluster.Special(r.Context(), snap.DB, ask.Question)
	})
	if err != nil {
		return err
	}
	ranked := byLowerBound(profile)
	if wantsCSV(r) {
		return writeCSV(w, fmt.Sprintf("employment-%s-%d", evidence.Slug(profile.Area), profile.Year), quotientHeader, quotientTable(profile, ranked))
	}
	p := EmploymentPage{Base: s.base(r, snap, profile.Area+": jobs by industry", "/areas"), Area: profile.Area, Reference: profile.Reference, Year: profile.Year, Rounding: profile.Rounding, MinJobs: ask.minJobs, Small: ask.small}
	q := r.URL.Query()
	here := r.URL.EscapedPath()
	p.CSV = withQuery(here, q, "format", "csv", "page", "", "small", "", "min", "")
	p.Switch = withQuery(here, q, "small", map[bool]string{true: "", false: "1"}[ask.small], "page", "")
	if err := p.choices(r, snap, profile); err != nil {
		return err
	}
	p.rows(ranked, ask, here, q)
	p.find(profile, ask.minJobs)
	return s.render(w, r, "employment", p)
}

// byLowerBound orders industries by the lower bound of their quotient, those
// without one last.
func byLowerBound(p cluster.Profile) []cluster.Industry {
	out := append([]cluster.Industry{}, p.Industries...)
	sort.SliceStable(out, func(a, b int) bool {
		if x, y := out[a].Quotient, out[b].Quotient; x.Defined != y.Defined {
			return x.Defined
		} else if x.Defined && x.Lo != y.Lo {
			return x.Lo > y.Lo
		}
		return out[a].Code < out[b].Code
	})
	return out
}

func (p *EmploymentPage) choices(r *http.Request, snap *live.Snapshot, profile cluster.Profile) error {
	for i := len(profile.Years) - 1; i >= 0; i-- {
		y := profile.Years[i]
		p.Years = append(p.Years, Choice{Value: strconv.Itoa(y), Label: strconv.Itoa(y), Current: y == profile.Year})
	}
	all, err := employmentAreas(r, snap)
	if err != nil {
		return err
	}
	schemes, err := cluster.Schemes(r.Context(), snap.DB, profile.AreaCode, profile.Year)
	if err != nil {
		return err
	}
	for _, s := range schemes {
		p.Schemes = append(p.Schemes, Choice{Value: s.Name, Label: s.Name, N: s.Industries, Current: s.Name == profile.Scheme})
	}
	p.References = append(p.References, Choice{Label: "All areas of the table", Current: profile.Reference == "all areas of the table"})
	for _, a := range all {
		if a.Code != profile.AreaCode {
			p.References = append(p.References, Choice{Value: evidence.Slug(a.Code), Label: a.Name, Current: a.Name == profile.Reference})
		}
	}
	return nil
}

func (p *EmploymentPage) rows(ranked []cluster.Industry, ask employmentQuestion, here string, q url.Values) {
	var part []cluster.Industry
	for _, i := range ranked {
		large := i.Jobs.Value >= float64(ask.minJobs)
		if large {
			p.Large++
		} else {
			p.Few++
		}
		if large != ask.small {
			part = append(part, i)
		}
	}
	p.Pager = pager(here, q, ask.page, quotientRows, len(part))
	from := min((ask.page-1)*quotientRows, len(part))
	part = part[from:min(from+quotientRows, len(part))]
	top := 2.0
	for _, i := range part {
		if i.Quotient.Defined {
			top = max(top, min(i.Quotient.Hi, quotientTop))
		}
	}
	p.Scale = chart.Number(top, 1)
	for _, i := range part {
		name := cluster.ShortName(i.Name)
		row := QuotientRow{Code: i.Code, Name: name, Jobs: facts.Jobs(i), Reading: reading(i)}
		if i.Quotient.Defined {
			row.Quotient = facts.Quotient(i)
			row.Range = chart.Range(chart.RangeSpec{Title: "Quotient", Value: i.Quotient.Value, Interval: chart.Interval{Lo: i.Quotient.Lo, Hi: i.Quotient.Hi}, Max: top, Ref: 1, Decimals: 1})
		}
		p.Rows = append(p.Rows, row)
	}
}

// quotientTop is where the scale of the bars ends at most: one tiny industry shall
// not press all others to the left.
const quotientTop = 20

// find writes the finding: only what the intervals support.
func (p *EmploymentPage) find(profile cluster.Profile, minJobs int) {
	most := profile.Most(float64(minJobs))
	jobs := report.NumberFigure(profile.Total.Value, profile.Total.Lo, profile.Total.Hi, 0, evidence.MakeRef("jobs", []string{evidence.Slug(profile.AreaCode), "all", strconv.Itoa(profile.Year)}, "scheme", profile.Scheme))
	if len(most) == 0 {
		p.Finding = fmt.Sprintf("No industry of %s stands out beyond rounding", profile.Area)
		p.Lede = report.Say("Among its %v jobs in %v, no industry with %v jobs or more has a larger share, whatever rounding hides, than in %v.", jobs, profile.Year, chart.Number(float64(minJobs), 0), profile.Reference)
		return
	}
	var names []string
	for _, i := range most[:min(2, len(most))] {
		names = append(names, cluster.InSentence(cluster.Gist(cluster.ShortName(i.Name))))
	}
	p.Finding = fmt.Sprintf("%s stands out in %s", profile.Area, andList(names))
	p.Lede = report.Say("Of its %v jobs in %v, %v are in %v: %v times the share in %v. %v in all stand out beyond rounding (sampling error comes on top) among those with %v jobs or more.",
		jobs, profile.Year, facts.Jobs(most[0]), names[0], facts.Quotient(most[0]), profile.Reference, counted(len(most), "industry", "industries"), chart.Number(float64(minJobs), 0))
}

var quotientHeader = []string{"area", "reference", "year", "scheme", "industry_code", "industry", "jobs", "jobs_lo", "jobs_hi", "reference_jobs", "reference_jobs_lo", "reference_jobs_hi", "lq", "lq_lo", "lq_hi", "against_reference", "source", "file", "line"}

func quotientTable(p cluster.Profile, ranked []cluster.Industry) [][]string {
	f := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	var out [][]string
	for _, i := range ranked {
		lq := []string{"", "", ""}
		if i.Quotient.Defined {
			lq = []string{f(i.Quotient.Value), f(i.Quotient.Lo), f(i.Quotient.Hi)}
		}
		row := []string{p.Area, p.Reference, strconv.Itoa(p.Year), p.Scheme, i.Code, i.Name, f(i.Jobs.Value), f(i.Jobs.Lo), f(i.Jobs.Hi), f(i.Wider.Value), f(i.Wider.Lo), f(i.Wider.Hi)}
		out = append(out, append(append(row, lq...), reading(i), i.Record.Source, i.Record.File, strconv.FormatInt(int64(i.Record.Line), 10)))
	}
	return out
}
