package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/appraisal"
	"milieu/internal/report"
)

// AppraisalsPage lists what interventions cost and bring, net beside gross.
type AppraisalsPage struct {
	Base
	Finding  string
	Lede     report.Text
	All      int
	Open     bool // only those that are open to choice in the workspace's plan
	Tabs     []LensTab
	Stats    []Stat
	Sums     []AppraisalSum
	Twice    []AppraisalHeld
	Over     []AppraisalOver // over by their years on record: left out
	Rows     []AppraisalRow
	Sort     string
	Heads    []AppraisalHead
	Overlap  string // how far the intervals of unit costs overlap
	Picture  chart.Chart
	Drawn    bool
	Missing  []AppraisalRow
	Changed  []ChangedRow
	Reset    string
	Way      string // base year, schedule, draws
	Stale    []appraisal.Used
	CSV      string
	Keep     KeepForm
	BaseYear int
}

// AppraisalRow is one intervention.
type AppraisalRow struct {
	ID, Name, Stage, Path         string
	Cost, Jobs, PerJob, NPSV, BCR AppraisalCell
	Chance                        string
	Warnings                      int
	Lacks                         []appraisal.Missing
	Hindsight                     bool
	ClaimedNet                    bool
	First                         int
	item                          appraisal.Item
}

// AppraisalSum is one line of the sums over the list.
type AppraisalSum struct {
	Label, Gross  string
	Claimed       string // part of Gross that is stated net
	Net, Expected report.Figure
	HasExpected   bool
	Of, Chanced   int
}

// AppraisalHeld is a part that sums of money leave out, since another of the list holds its cost.
type AppraisalHeld struct{ Part, Whole, Net string }

// AppraisalOver is an intervention that is over by its years on record, with why.
type AppraisalOver struct{ Name, Path, Reason string }

// AppraisalHead is a column that the table can be sorted by.
type AppraisalHead struct {
	Key, Label, Path string
	Current, Number  bool
	Down             bool
}

// appraisalSorts are the orders of the list: by name, or by a measure.
var appraisalSorts = []struct{ key, label string }{{"name", "Intervention"}, {appraisal.KeyPublic, "Public cost"}, {appraisal.KeyJobs, "Jobs in the area"}, {appraisal.KeyCostPerJob, "Public cost for each job"}}

func (s *Server) appraisalList(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	ask, res, err := s.readAppraisal(r, snap)
	if err != nil {
		return err
	}
	sort := r.URL.Query().Get("sort")
	if sort == "" {
		sort = "name"
	}
	if !slices.ContainsFunc(appraisalSorts, func(c struct{ key, label string }) bool { return c.key == sort }) {
		return badRequest("The list cannot be sorted by %q: sort by name, public-cost, jobs or cost-per-job.", sort)
	}
	p := AppraisalsPage{Base: s.base(r, snap, "Appraisal", "/appraisal"), All: len(res.Items), Sort: sort, Changed: changedRows(res), Stale: res.Stale, BaseYear: res.BaseYear, CSV: readdress(r, "format", "csv")}
	p.Method = "appraisal"
	in, err := s.readInputs(r.Context(), snap)
	if err != nil {
		return err
	}
	ids, over := appraisalChoice(in, ask)
	p.rows(res, ids, over)
	if wantsCSV(r) {
		return appraisalsCSV(w, res, ids)
	}
	t, err := s.totalOf(r.Context(), snap, res, ids)
	if err != nil {
		return err
	}
	p.sums(res, ask, t)
	p.tabs(r, ask, snap)
	p.sort(r, sort)
	p.draw()
	p.Way = res.Way()
	p.Reset = withQuery("/appraisal", appraisalQuery(appraisal.Settings{Starts: res.Starts}))
	p.Keep = s.keepForm(r, withQuery("/appraisal", appraisalQuery(res.Settings, "regions", strings.Join(ask.Regions, ","), "stages", strings.Join(ask.Stages, ","))))
	return s.render(w, r, "appraisals", p)
}

// rows parts the interventions of the ask into those with figures and those that lack what figures need.
func (p *AppraisalsPage) rows(res appraisal.Result, ids []string, over []portfolio.Left) {
	q := appraisalQuery(res.Settings)
	for _, l := range over {
		p.Over = append(p.Over, AppraisalOver{l.Name, withQuery("/appraisal/"+l.ID, q), l.Reason})
	}
	for _, id := range ids {
		item, _ := res.Item(id)
		i := item.Intervention
		row := AppraisalRow{ID: i.ID, Name: i.Name, Stage: words(i.Stage), Path: withQuery("/appraisal/"+i.ID, q), Warnings: len(item.Warnings), Lacks: item.Missing, Hindsight: item.Hindsight(), ClaimedNet: item.ClaimedNet(), First: item.Recorded, item: item}
		row.Cost, row.Jobs, row.PerJob = appraisalCell(res, item, appraisal.KeyPublic), appraisalCell(res, item, appraisal.KeyJobs), appraisalCell(res, item, appraisal.KeyCostPerJob)
		row.NPSV, row.BCR = appraisalCell(res, item, appraisal.KeyNPSV), appraisalCell(res, item, appraisal.KeyBCR)
		if item.Chance.Known {
			row.Chance = chart.Number(100*item.Chance.Mean, 0) + " %"
		}
		if row.Jobs.Known || row.NPSV.Known {
			p.Rows = append(p.Rows, row)
			continue
		}
		p.Missing = append(p.Missing, row)
	}
}

// sums adds what the list holds.
func (p *AppraisalsPage) sums(res appraisal.Result, ask portfolio.Ask, t appraisal.Total) {
	for _, key := range []string{appraisal.KeyPublic, appraisal.KeyPrivate, appraisal.KeyJobs, appraisal.KeySafeguarded, appraisal.KeyGVA, appraisal.KeyNPSV} {
		sum := t.Sum(key)
		if sum.N == 0 {
			continue
		}
		ref := totalRef(key, ask, res.Settings)
		claimed := ""
		if sum.Claimed > 0 {
			claimed = appraisal.Text(key, sum.Claimed)
		}
		p.Sums = append(p.Sums, AppraisalSum{Claimed: claimed, Label: appraisal.Label(key), Gross: appraisal.Text(key, sum.Gross), Net: spanned(key, sum.Net, sum.Low, sum.High, ref),
			HasExpected: sum.Chanced > 0, Expected: spanned(key, sum.Expected, sum.ExpectedLow, sum.ExpectedHigh, ref), Of: sum.N, Chanced: sum.Chanced})
	}
	for _, h := range t.Twice {
		part, _ := res.Item(h.Part)
		whole, _ := res.Item(h.Whole)
		p.Twice = append(p.Twice, AppraisalHeld{part.Intervention.Name, whole.Intervention.Name, appraisal.Pounds(h.Net)})
	}
	p.find(res, ask, t)
}

// find says what the list comes to.
func (p *AppraisalsPage) find(res appraisal.Result, ask portfolio.Ask, t appraisal.Total) {
	jobs := t.Sum(appraisal.KeyJobs)
	switch {
	case p.All == 0:
		p.Finding = "There is nothing to appraise yet"
		p.Lede = report.Say("Add a table of interventions, and what each costs and is expected to bring.")
		return
	case jobs.N == 0:
		p.Finding = "None of these interventions states what it would bring"
		p.Lede = report.Say("Add rows to the tables of costs and outcomes: without them nothing can be appraised.")
		return
	}
	p.Finding = fmt.Sprintf("Of %s jobs that are claimed, about %s would be additional if everything worked", appraisal.Text(appraisal.KeyJobs, jobs.Gross), appraisal.Text(appraisal.KeyJobs, jobs.Net))
	p.Lede = report.Say("%v of %v interventions state jobs. The rest of what is claimed would come anyway, go to people elsewhere, or be taken from neighbours. No job counts as a benefit to the country by itself, so most have no net present social value: their pages say what a job would have to be worth.",
		report.Figure{Text: strconv.Itoa(jobs.N), Ref: totalRef("count", ask, res.Settings)}, strconv.Itoa(len(p.Rows)+len(p.Missing)))
	if !t.PerJob.OK {
		return
	}
	ref := totalRef(appraisal.KeyCostPerJob, ask, res.Settings)
	plain := func(key string, v float64, ref string) report.Figure {
		return report.Figure{Text: appraisal.Text(key, v), Ref: ref}
	}
	work := totalRef(appraisal.KeyJobs, ask, res.Settings)
	p.Stats = []Stat{
		{plain(appraisal.KeyJobs, jobs.Gross, work), "jobs claimed, gross", "#sums"},
		{plain(appraisal.KeyJobs, jobs.Net, work), "net additional, if all work (" + appraisal.Span(appraisal.KeyJobs, jobs.Low, jobs.High) + ")", "#sums"},
		{plain(appraisal.KeyCostPerJob, t.PerJob.Value, ref), fmt.Sprintf("public cost for each net job (%s; gross %s)", appraisal.Span(appraisal.KeyCostPerJob, t.PerJob.Low, t.PerJob.High), appraisal.Pounds(t.PerJob.Gross.Value)), "#sums"},
	}
	if jobs.Chanced > 0 {
		p.Stats = append(p.Stats, Stat{plain(appraisal.KeyJobs, jobs.Expected, work), fmt.Sprintf("net, chance counted, of the %d with studies (%s)", jobs.Chanced, appraisal.Span(appraisal.KeyJobs, jobs.ExpectedLow, jobs.ExpectedHigh)), "#sums"})
	}
}

// tabs lead to what is open to choice and to all.
func (p *AppraisalsPage) tabs(r *http.Request, ask portfolio.Ask, snap *live.Snapshot) {
	def := defaultAsk(snap)
	p.Open = slices.Equal(ask.Regions, def.Regions) && slices.Equal(ask.Stages, def.Stages)
	q := r.URL.Query()
	q.Del("format")
	q.Del("regions")
	q.Del("stages")
	open := withQuery("/appraisal", q)
	q.Set("regions", "")
	q.Set("stages", "")
	p.Tabs = []LensTab{{"Open to choice", open, p.Open}, {fmt.Sprintf("All %d on record", p.All), withQuery("/appraisal", q), len(ask.Regions)+len(ask.Stages) == 0}}
}

// sort orders the rows; what is not known comes last. A higher place says no more than the intervals do.
func (p *AppraisalsPage) sort(r *http.Request, by string) {
	for _, c := range appraisalSorts {
		p.Heads = append(p.Heads, AppraisalHead{Key: c.key, Label: c.label, Path: readdress(r, "sort", c.key), Current: c.key == by, Number: c.key != "name", Down: c.key == appraisal.KeyPublic || c.key == appraisal.KeyJobs})
	}
	if by == "name" {
		slices.SortStableFunc(p.Rows, func(a, b AppraisalRow) int { return strings.Compare(a.Name, b.Name) })
		return
	}
	slices.SortStableFunc(p.Rows, func(a, b AppraisalRow) int {
		x, y := a.item.Measure(by), b.item.Measure(by)
		switch {
		case x.Known != y.Known:
			return cmp.Compare(boolInt(y.Known), boolInt(x.Known))
		case !x.Known:
			return strings.Compare(a.Name, b.Name)
		case by == appraisal.KeyCostPerJob:
			return cmp.Compare(x.Net, y.Net)
		}
		return cmp.Compare(y.Net, x.Net)
	})
	p.overlap(by)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// overlap says how many neighbours of the order cannot be told apart.
func (p *AppraisalsPage) overlap(by string) {
	pairs, meet := 0, 0
	for k := 1; k < len(p.Rows); k++ {
		x, y := p.Rows[k-1].item.Measure(by), p.Rows[k].item.Measure(by)
		if !x.Known || !y.Known {
			continue
		}
		pairs++
		if x.Low <= y.High && y.Low <= x.High {
			meet++
		}
	}
	if pairs > 0 {
		p.Overlap = fmt.Sprintf("The order is by the central figure and is no ranking: of %d pairs of neighbours, %d have ranges that overlap.", pairs, meet)
	}
}

// draw pictures the public cost for each net job.
func (p *AppraisalsPage) draw() {
	sp := chart.ForestSpec{Title: "Public cost for each net additional job, thousand pounds, if it works (ratio scale)", Unit: "£000 for each net job", Log: true, Width: 760}
	for _, row := range p.Rows {
		m := row.item.Measure(appraisal.KeyCostPerJob)
		if m.Known && m.Net > 0 {
			sp.Rows = append(sp.Rows, chart.ForestRow{Label: row.Name, Value: m.Net / 1000, Interval: chart.Interval{Lo: m.Low / 1000, Hi: m.High / 1000}})
		}
	}
	slices.SortStableFunc(sp.Rows, func(a, b chart.ForestRow) int { return cmp.Compare(a.Value, b.Value) })
	p.Drawn = len(sp.Rows) > 0
	p.Picture = chart.Forest(sp)
}
