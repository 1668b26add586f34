package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/portfolio/appraisal"
	"milieu/internal/portfolio/parameter"
	"milieu/internal/report"
)

// AppraisalPage is the appraisal of one intervention, with assumptions that can be changed.
type AppraisalPage struct {
	Base
	ID, Name  string
	Finding   string
	Lede      report.Text
	Measures  []AppraisalMeasure
	Unknown   []AppraisalMeasure
	Chance    appraisal.Chance
	ChanceRef string
	ChanceFig report.Figure
	Warnings  []appraisal.Warning
	Missing   []AppraisalLack
	Switches  []AppraisalTest
	Ratings   []AppraisalRating
	Tornado   chart.Chart
	Drawn     bool
	OfTornado string
	Money     chart.Chart
	Work      chart.Chart
	HasMoney  bool
	HasWork   bool
	Costs     []AppraisalCost
	CostTotal AppraisalCost
	Funded    string
	Assumed   []string // of costs
	NoPublic  bool     // all money on record is private
	Outcomes  []AppraisalOutcome
	ByPlace   []AppraisalPart
	BySize    []AppraisalPart
	Groups    []AssumeGroup
	Draws     string
	Seed      string
	Faults    map[string]string // by field: what was typed and cannot be used
	FaultList []FaultLink
	Hidden    []HiddenField
	Changed   []ChangedRow
	Reset     string
	Way       string
	Error     float64
	Precise   string
	BaseYear  int
	CSV       string
	Back      string
	Fault     string // what was typed and cannot be used
	Keep      KeepForm
}

// AppraisalMeasure is one line of the figures.
type AppraisalMeasure struct {
	Label string
	AppraisalCell
}

// AppraisalLack is what is missing with the way to add it.
type AppraisalLack struct{ What, Next, Path string }

// AppraisalSwitch is one switching value.
type AppraisalSwitch struct {
	Input, Now, Why, Bound string
	OK                     bool
	Value                  report.Figure
}

// AppraisalTest is the switching values of one test.
type AppraisalTest struct {
	Test, Note string
	Rows       []AppraisalSwitch
}

// AppraisalRating is what a department would call a ratio.
type AppraisalRating struct{ Name, Version, Word, Ref string }

// AppraisalCost is the cost of a year by a funder.
type AppraisalCost struct {
	Year, Funder, Stated, PriceYear, Real, Bias, Net, Assumed string
	Private                                                   bool
}

// AppraisalOutcome is an outcome with what is left of it.
type AppraisalOutcome struct {
	appraisal.Outcome
	GrossText, NetText, Span string
	Ref                      string
	UnitGross, UnitNet       string
}

// AppraisalPart is a part of the jobs.
type AppraisalPart struct{ Name, Gross, Net string }

// AssumeGroup is the assumptions of one kind, as fields of the form.
type AssumeGroup struct {
	Label string
	Rows  []AssumeRow
}

// AssumeRow is one assumption.
type AssumeRow struct {
	ID, Field, Name, Unit, For string
	Value, Range               string
	Assumed, Changed, Stale    bool
	Fault                      string // why what was typed cannot be used
	Ref                        string
}

func (s *Server) appraisalOne(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	id := r.PathValue("id")
	if r.URL.Query().Has("try") {
		return s.tryAssumptions(w, r, snap, id)
	}
	_, set, err := readAppraised(r, snap)
	if err != nil {
		return err
	}
	res, item, err := s.appraiseOne(r, snap, set, id)
	if err != nil {
		return err
	}
	if wantsCSV(r) {
		return appraisalCSV(w, res, item)
	}
	return s.render(w, r, "appraisal", s.appraisalPage(r, snap, res, item))
}

// appraisalPage is the page of an intervention.
func (s *Server) appraisalPage(r *http.Request, snap *live.Snapshot, res appraisal.Result, item appraisal.Item) AppraisalPage {
	id := item.Intervention.ID
	p := AppraisalPage{Base: s.base(r, snap, "Appraisal: "+item.Intervention.Name, "/appraisal"), ID: id, Name: item.Intervention.Name, Chance: item.Chance, Warnings: item.Warnings, Funded: item.Funded, Assumed: item.Assumed(), NoPublic: item.Measure(appraisal.KeyPublic).Why == appraisal.NoPublic, Changed: changedRows(res), BaseYear: res.BaseYear}
	p.Method = "appraisal"
	q := appraisalQuery(res.Settings)
	p.Back, p.CSV = withQuery("/appraisal", q), withQuery("/appraisal/"+id, q, "format", "csv")
	p.Reset, p.Way = withQuery("/appraisal/"+id, appraisalQuery(appraisal.Settings{Starts: res.Starts})), res.Way()
	p.Keep = s.keepForm(r, withQuery("/appraisal/"+id, q))
	p.figures(res, item)
	p.find(res, item)
	p.lists(res, item, p.Who.Decides)
	p.pictures(item)
	p.form(res, item)
	return p
}

// figures are the measures of the item.
func (p *AppraisalPage) figures(res appraisal.Result, item appraisal.Item) {
	for _, m := range item.Measures {
		row := AppraisalMeasure{appraisal.Label(m.Key), appraisalCell(res, item, m.Key)}
		switch {
		case m.Known && m.Key == appraisal.KeyPrivate && m.Gross == 0:
		case m.Known:
			p.Measures = append(p.Measures, row)
		default:
			p.Unknown = append(p.Unknown, row)
		}
	}
	if c := item.Chance; c.Known {
		p.ChanceFig = report.NumberFigure(100*c.Mean, 100*c.Low, 100*c.High, 0, evidence.MakeRef("growth", []string{p.ID}))
		p.ChanceFig.Unit = "%"
	}
	jobs := item.Measure(appraisal.KeyJobs)
	if jobs.Known {
		p.Precise = fmt.Sprintf("The mean of the draws of net jobs is %s with a standard error of %s.", chart.Number(jobs.Mean, 1), chart.Number(jobs.Error, 2))
	}
	bcr := item.Measure(appraisal.KeyBCR)
	if !bcr.Known {
		return
	}
	for _, rating := range res.Params.Ratings("") {
		if rating.None != "" {
			continue
		}
		word := rating.Rate(bcr.Net)
		if low, high := rating.Rate(bcr.Low), rating.Rate(bcr.High); low != high {
			word = fmt.Sprintf("%s (%s to %s)", word, low, high)
		}
		p.Ratings = append(p.Ratings, AppraisalRating{rating.Name, rating.Version, word, parameter.Ref(rating.ID)})
	}
}

// find says what the appraisal comes to.
func (p *AppraisalPage) find(res appraisal.Result, item appraisal.Item) {
	jobs, per, npsv := item.Measure(appraisal.KeyJobs), item.Measure(appraisal.KeyCostPerJob), item.Measure(appraisal.KeyNPSV)
	txt := appraisal.Text
	switch {
	case npsv.Known:
		p.Finding = fmt.Sprintf("%s: net present social value %s if it works", p.Name, txt(npsv.Key, npsv.Net))
		p.Lede = report.Say("Range %v. Gross, with nothing taken away, it would be %v.", appraisal.Span(npsv.Key, npsv.Low, npsv.High), txt(npsv.Key, npsv.Gross))
	case per.Known && item.ClaimedNet():
		p.Finding = fmt.Sprintf("%s: %s jobs that its proposer calls net, at %s of public money each", p.Name, txt(jobs.Key, jobs.Net), txt(per.Key, per.Net))
		p.Lede = report.Say("That is if it works and if the claim is right, with a range of %v to %v for each job; without optimism bias it would be %v.", txt(per.Key, per.Low), txt(per.Key, per.High), txt(per.Key, per.Gross))
	case per.Known:
		p.Finding = fmt.Sprintf("%s: of %s jobs claimed about %s would be additional if it works, at %s of public money each", p.Name, txt(jobs.Key, jobs.Gross), txt(jobs.Key, jobs.Net), txt(per.Key, per.Net))
		p.Lede = report.Say("The range is %v to %v for each job; as stated it would be %v.", txt(per.Key, per.Low), txt(per.Key, per.High), txt(per.Key, per.Gross))
	case jobs.Known:
		p.Finding = fmt.Sprintf("%s: of %s jobs claimed about %s would be additional", p.Name, txt(jobs.Key, jobs.Gross), txt(jobs.Key, jobs.Net))
		p.Lede = report.Say("That is if it works, with a range of %v. %v", appraisal.Span(jobs.Key, jobs.Low, jobs.High), perWhy(per))
		if item.ClaimedNet() {
			p.Finding = fmt.Sprintf("%s: %s jobs that its proposer calls net", p.Name, txt(jobs.Key, jobs.Net))
		}
	default:
		p.Finding = p.Name + ": it cannot be appraised yet"
		p.Lede = report.Say("What it would bring is not on record as a quantity. Below is what is missing, and how to add it.")
		return
	}
	if c := item.Chance; c.Known && npsv.Known && npsv.Counted {
		p.Lede = append(p.Lede, report.Say(" With the chance that it works, %v by studies of its type, it is %v.", p.ChanceFig, spanned(npsv.Key, npsv.Expected, npsv.ExpectedLow, npsv.ExpectedHigh, appraisal.Ref(p.ID, npsv.Key, res.Settings)))...)
	} else if c.Known {
		p.Lede = append(p.Lede, report.Say(" The chance that it works is %v by studies of its type.", p.ChanceFig)...)
	} else {
		p.Lede = append(p.Lede, report.Say(" How likely it is to work nobody knows: %v.", c.Why)...)
	}
	for _, s := range item.Switches {
		if s.Ref == "job-year" && s.OK && !npsv.Known {
			p.Lede = append(p.Lede, report.Say(" For the country to be no worse off, each job that is additional in the country would have to be worth %v a year.", report.Figure{Text: appraisal.Pounds(s.Value), Range: switchRange(s), Ref: appraisal.Ref(p.ID, "switch-job-year", res.Settings)})...)
		}
	}
}

// perWhy says why there is no public cost of a job.
func perWhy(per appraisal.Measure) string {
	if per.Why == appraisal.NoPublic {
		return "Public money: none on record; all that is on record is private."
	}
	return "What it costs the public is not on record."
}

// lists are the tables of switching values, costs, outcomes and parts, and what is missing.
func (p *AppraisalPage) lists(res appraisal.Result, item appraisal.Item, decides bool) {
	for _, m := range item.Missing {
		row := AppraisalLack{What: m.What, Next: m.Next}
		switch {
		case !decides:
		case strings.Contains(m.Next, "of costs"):
			row.Path = "/tables/costs/new?f.intervention_id=" + p.ID
		case strings.Contains(m.Next, "of outcomes"), strings.Contains(m.What, "national value"):
			row.Path = "/tables/outcomes/new?f.intervention_id=" + p.ID
		case strings.Contains(m.Next, "evaluation"):
			row.Path = "/tables/delivery/new?f.intervention_id=" + p.ID
		}
		p.Missing = append(p.Missing, row)
	}
	for _, s := range item.Switches {
		row := AppraisalSwitch{Input: capital(s.Input), Why: s.Why, OK: s.OK, Bound: "at least"}
		if s.Lower {
			row.Bound = "at most"
		}
		if s.HasNow {
			row.Now = appraisal.SwitchText(s.Unit, s.Now)
		}
		if s.OK {
			row.Value = report.Figure{Text: appraisal.SwitchText(s.Unit, s.Value), Range: switchRange(s), Ref: appraisal.Ref(p.ID, "switch-"+s.Ref, res.Settings)}
		}
		if n := len(p.Switches); n == 0 || p.Switches[n-1].Test != s.Test {
			p.Switches = append(p.Switches, AppraisalTest{Test: s.Test, Note: appraisal.Mind(s.Test)})
		}
		last := &p.Switches[len(p.Switches)-1]
		last.Rows = append(last.Rows, row)
	}
	p.costs(item)
	for _, o := range item.Outcomes {
		row := AppraisalOutcome{Outcome: o, Ref: appraisal.Ref(p.ID, "outcome-"+o.ID, res.Settings)}
		if o.Known {
			row.GrossText, row.NetText = outcomeText(o, o.Gross), outcomeText(o, o.Net)
			row.Span = outcomeText(o, o.Low) + "–" + outcomeText(o, o.High)
		}
		if o.ClaimedNet {
			row.GrossText = ""
		}
		switch {
		case !o.Known || o.Unit == "pounds" || o.Unit == "%":
		case o.NetUnit.OK:
			row.UnitNet = appraisal.Pounds(o.NetUnit.Value) + o.Yearly()
			if !o.ClaimedNet {
				row.UnitGross = appraisal.Pounds(o.GrossUnit.Value) + o.Yearly()
			}
		case p.NoPublic:
			row.UnitGross, row.UnitNet = "none on record", "none on record"
		}
		p.Outcomes = append(p.Outcomes, row)
	}
	for _, v := range item.ByPlace {
		p.ByPlace = append(p.ByPlace, appraisalPart(v))
	}
	for _, v := range item.BySize {
		p.BySize = append(p.BySize, appraisalPart(v))
	}
}

// appraisalPart shows a part of the jobs; what is stated net has no gross.
func appraisalPart(v appraisal.Part) AppraisalPart {
	gross := appraisal.Text(appraisal.KeyJobs, v.Gross)
	if v.NetOnly {
		gross = "not stated"
	}
	return AppraisalPart{v.Name, gross, appraisal.Text(appraisal.KeyJobs, v.Net)}
}

// switchRange is the range of a switching value over the draws.
func switchRange(s appraisal.Switch) string {
	if !s.HasRange {
		return ""
	}
	return appraisal.SwitchText(s.Unit, s.Low) + "–" + appraisal.SwitchText(s.Unit, s.High)
}

func outcomeText(o appraisal.Outcome, v float64) string {
	if o.Unit == "pounds" {
		return appraisal.Pounds(v)
	}
	return appraisal.Text(appraisal.KeyJobs, v)
}

// pictures are the tornado, and money and jobs by year.
func (p *AppraisalPage) pictures(item appraisal.Item) {
	if t := item.Tornado; t.Key != "" && len(t.Bars) > 0 {
		sp := chart.TornadoSpec{Title: appraisal.Label(t.Key) + ", one input at a time", Unit: appraisal.Label(t.Key), Now: t.Now, Format: func(v float64) string { return appraisal.Text(t.Key, v) }}
		for _, b := range t.Bars {
			sp.Bars = append(sp.Bars, chart.TornadoBar{Label: b.Name, Low: appraisal.Short(b.Name, b.Low), High: appraisal.Short(b.Name, b.High), AtLow: b.AtLow, AtHigh: b.AtHigh})
		}
		p.Tornado, p.Drawn, p.OfTornado = chart.Tornado(sp), true, appraisal.Label(t.Key)
	}
	money := chart.ColumnsSpec{Title: "Public cost by year, £m", Unit: "£m", Name: "Year", Axis: chart.Axis{Decimals: 1}}
	work := chart.ColumnsSpec{Title: "Net additional jobs by year, if it works", Unit: "Jobs", Name: "Year"}
	jobs, last := 0.0, 0
	for k, y := range item.Years {
		if y.Public+y.Private > 0 {
			last = k
		}
		jobs += y.JobsNet
		work.Columns = append(work.Columns, chart.Column{Label: strconv.Itoa(y.Year), Value: y.JobsNet})
	}
	for k, y := range item.Years {
		if k <= last {
			money.Columns = append(money.Columns, chart.Column{Label: strconv.Itoa(y.Year), Value: y.Public / 1e6})
		}
	}
	p.HasMoney, p.HasWork = len(item.Costs) > 0 && !p.NoPublic, jobs > 0
	p.Money, p.Work = chart.Columns(money), chart.Columns(work)
}
