package facts

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"milieu/internal/bizcase"
	"milieu/internal/evidence"
	"milieu/internal/observation"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/parameter"
	"milieu/internal/portfolio/sequence"
	"milieu/internal/report"
)

// noSequence is why there is no order of the plan in time; empty where there is.
func noSequence(s sequence.Sequence) string {
	switch {
	case s.Cycle != nil:
		return "these wait for one another in a circle: " + strings.Join(s.Cycle, ", ")
	case len(s.Conflict) > 0 && !s.Kept:
		return "no order keeps these rules together: " + strings.Join(s.Conflict, "; ")
	case len(s.Rows) == 0:
		return "the plan chooses nothing that could be put in time"
	case len(s.Years) == 0:
		return "no order was found in the time given"
	}
	return ""
}

func (f *Facts) sequenceList(ctx context.Context) ([]entry, error) {
	s, err := f.Sequence(ctx)
	if err != nil {
		return nil, err
	}
	if why := noSequence(s); why != "" {
		return []entry{unknown(why, "interventions put in time", "sequence", "count"), unknown(why, "last year of the sequence", "sequence", "end"), unknown(why, "cost of the sequence", "sequence", "cost")}, nil
	}
	out := []entry{
		known(report.CountFigure(int64(len(s.Rows)), s.Ref("count")), "interventions put in time", "sequence", "count"),
		known(report.Figure{Text: portfolio.YearName(s.End), Ref: s.Ref("end")}, "last financial year of the sequence", "sequence", "end")}
	if s.Unstated() < len(s.Rows) {
		out = append(out, known(sequenceCost(s), "spending in the years looked at, "+s.Prices(), "sequence", "cost"))
	} else {
		out = append(out, unknown("no cost of what is put in time is stated", "cost of the sequence", "sequence", "cost"))
	}
	for _, r := range s.Rows {
		if r.From != 0 {
			out = append(out, known(startFigure(s, r), r.Name+": its years in the sequence", "sequence", "start", r.ID))
		}
	}
	for _, y := range s.Years {
		if y.Known() && y.AmountP > 0 {
			out = append(out, known(yearFigure(s, y), "spending of the sequence in "+portfolio.YearName(y.Year), "sequence", "spend", strconv.Itoa(y.Year)))
		}
	}
	return out, nil
}

func sequenceCost(s sequence.Sequence) report.Figure {
	f := report.Figure{Text: s.CostText(), Ref: s.Ref("cost")}
	if n := s.Unstated(); n > 0 {
		f.Note = fmt.Sprintf("without %d of which the cost is not stated", n)
	}
	return f
}

// startFigure are the years of an intervention in the sequence.
func startFigure(s sequence.Sequence, r sequence.Row) report.Figure {
	return report.Figure{Text: spanName(r.From, r.To), Ref: s.Ref("start", r.ID)}
}

// spanName is financial years from one to another: 2026-27, or 2026-27 to 2029-30.
func spanName(from, to int) string {
	if from == to {
		return portfolio.YearName(from)
	}
	return portfolio.YearName(from) + " to " + portfolio.YearName(to)
}

func yearFigure(s sequence.Sequence, y sequence.Year) report.Figure {
	return report.Figure{Text: y.AmountText(), Ref: s.Ref("spend", strconv.Itoa(y.Year)), Note: y.Caveat()}
}

// riskList counts the risks on record of what the plan chooses.
func (f *Facts) riskList(ctx context.Context) ([]entry, error) {
	in, err := f.Input(ctx)
	if err != nil {
		return nil, err
	}
	p, err := f.Plan(ctx)
	if err != nil {
		return nil, err
	}
	if why := noPlan(p, in.All); why != "" {
		return []entry{unknown(why, "risks of the plan", "risk", "count"), unknown(why, "high risks of the plan", "risk", "high"), unknown(why, "chosen interventions without a risk on record", "risk", "without")}, nil
	}
	count, high, without := 0, 0, 0
	for _, i := range p.Chosen {
		list := in.Register.Of(i.ID).Risks
		if len(list) == 0 {
			without++
		}
		for _, k := range list {
			count++
			if k.High() {
				high++
			}
		}
	}
	ids := idsOf(p.Chosen)
	fig := func(what string, n int) report.Figure {
		return report.CountFigure(int64(n), portfolio.RisksRef(what, ids))
	}
	return []entry{
		known(fig("count", count), "risks on record of the chosen interventions", "risk", "count"),
		known(fig("high", high), "risks of the chosen whose likelihood or impact is high", "risk", "high"),
		known(fig("without", without), "chosen interventions of which no risk is on record", "risk", "without")}, nil
}

// indicator is a published figure about the place.
type indicator struct {
	ID, Name, Place, Status, Note, URL, Unit string
	Year                                     sql.NullInt64
	Value                                    sql.NullFloat64
}

func (i indicator) figure() report.Figure {
	f := quantity(i.Value.Float64, i.Unit, false, evidence.MakeRef("indicator", []string{i.ID}))
	if s := i.says(); s != "" {
		f.Note = strings.TrimPrefix(f.Note+"; "+s, "; ")
	}
	return f
}

// ourReading is how the note of an indicator says that its source calls it no target, but states a plan or a promise.
const ourReading = "status is our reading"

// aimed says whether an indicator is a target, and whether its source says so.
func (i indicator) aimed() (target, stated bool) {
	target = i.Status == statusTarget
	return target, target && !strings.Contains(i.Note, ourReading)
}

// says is the status in words; empty where it is a fact.
func (i indicator) says() string {
	switch target, stated := i.aimed(); {
	case target && !stated:
		return "target by our reading"
	case i.Status == "fact":
		return ""
	}
	return i.Status
}

// title names what the figure is of, its place and its year.
func (i indicator) title() string {
	s := i.Name
	if i.Place != "" {
		s += ", " + i.Place
	}
	if i.Year.Valid {
		s += fmt.Sprintf(", %d", i.Year.Int64)
	}
	if is := i.says(); is != "" {
		s += " (" + is + ")"
	}
	return s
}

const indicatorQuery = `select indicator_id, indicator, coalesce(place, ''), coalesce(status, ''), coalesce(note, ''), coalesce(source_url, ''), coalesce(unit, ''), year, value from indicator order by source, line`

func (f *Facts) indicators(ctx context.Context) ([]indicator, error) {
	rows, err := f.s.Q.QueryContext(ctx, indicatorQuery)
	if err != nil {
		return nil, fmt.Errorf("indicators: %w", err)
	}
	defer rows.Close()
	var out []indicator
	for rows.Next() {
		var i indicator
		if err := rows.Scan(&i.ID, &i.Name, &i.Place, &i.Status, &i.Note, &i.URL, &i.Unit, &i.Year, &i.Value); err != nil {
			return nil, fmt.Errorf("indicators: %w", err)
		}
		if i.Value.Valid {
			out = append(out, i)
		}
	}
	return out, rows.Err()
}

// mostSeries is how many series of official figures are listed by name.
const mostSeries = 200

func (f *Facts) targetList(ctx context.Context) ([]entry, error) {
	list, err := f.indicators(ctx)
	if err != nil {
		return nil, err
	}
	all, own := 0, 0
	var out []entry
	for _, i := range list {
		e := known(i.figure(), i.title(), "indicator", i.ID)
		target, stated := i.aimed()
		switch {
		case !target:
			e.within = groupIndicators
		case !stated:
			e.within, all = groupIndicators, all+1
		default:
			all, own = all+1, own+1
		}
		out = append(out, e)
	}
	count := func(n int, key string) report.Figure {
		return report.CountFigure(int64(n), evidence.MakeRef("count", []string{key}))
	}
	out = append([]entry{known(count(all, "targets"), "published figures that are read as targets, those of our own reading among them", "targets", "count"),
		known(count(own, "targets-stated"), "published figures that their sources state as targets", "targets", "stated")}, out...)
	series, err := observation.List(ctx, f.s.Q, observation.Filter{Industry: "all"}, mostSeries, 0)
	if err != nil {
		return nil, err
	}
	for _, s := range series {
		fig, err := f.observed(ctx, s, s.Last)
		if isNone(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		e := known(fig, fmt.Sprintf("%s, %d", s.Name(), s.Last), "series", s.ID)
		e.within = groupIndicators
		out = append(out, e)
	}
	return out, nil
}

// statusTarget marks an indicator that is aimed at.
const statusTarget = "target"

// groupIndicators is the group of names of published figures that no source states as a target.
const groupIndicators = "indicators"

// observed is a figure of a series.
func (f *Facts) observed(ctx context.Context, s observation.Series, year int) (report.Figure, error) {
	values, err := observation.Values(ctx, f.s.Q, s.ID)
	if err != nil {
		return report.Figure{}, err
	}
	for _, v := range observation.InUse(values) {
		if v.Year != year {
			continue
		}
		fig := report.Figure{Text: observation.Number(v.Value), Unit: s.Unit, Ref: observation.Ref(s.ID, year)}
		if v.Lower.Valid && v.Upper.Valid && v.Lower.Float64 != v.Upper.Float64 {
			fig.Range = observation.Bound(v.Lower.Float64) + "–" + observation.Bound(v.Upper.Float64)
		}
		if fig.Unit == "percent" || fig.Unit == "per cent" {
			fig.Unit = "%"
		}
		return fig, nil
	}
	return report.Figure{}, &bizcase.UnknownError{Message: fmt.Sprintf("the series %s has no figure for %d; it runs from %d to %d", s.ID, year, s.First, s.Last)}
}

// openSeries finds series ID [YEAR] of any series.
func (f *Facts) openSeries(ctx context.Context, w []string) (report.Figure, error) {
	if w[0] != "series" || len(w) < 2 || len(w) > 3 {
		return report.Figure{}, evidence.ErrNoFigure
	}
	s, err := observation.Find(ctx, f.s.Q, w[1])
	if err != nil {
		return report.Figure{}, &bizcase.UnknownError{Message: fmt.Sprintf("there is no series %q in this release: milieu figures lists them", w[1])}
	}
	year := s.Last
	if len(w) == 3 {
		if year, err = strconv.Atoi(w[2]); err != nil {
			return report.Figure{}, &bizcase.UnknownError{Message: fmt.Sprintf("“%s”: %q is not a year", source(w), w[2])}
		}
	}
	return f.observed(ctx, s, year)
}

// parameterList are the parameters that are one number.
func (f *Facts) parameterList(ctx context.Context) ([]entry, error) {
	set, err := f.Params(ctx)
	if err != nil {
		return nil, err
	}
	var out []entry
	for _, p := range set.All() {
		fig := parameterFigure(p)
		if fig.Text == "" {
			out = append(out, unknown("it has no value: "+p.None, p.Name, "parameter", p.ID))
			continue
		}
		out = append(out, known(fig, p.Name, "parameter", p.ID))
	}
	return out, nil
}

func parameterFigure(p parameter.Parameter) report.Figure {
	f := report.Figure{Text: p.Brief(), Ref: parameter.Ref(p.ID)}
	if p.None != "" {
		f.Text = ""
	}
	if r := p.SaysRange(); r != "" {
		f.Range = r
	}
	if rest, ok := strings.CutSuffix(f.Text, " %"); ok && !strings.Contains(rest, "%") {
		f.Text, f.Unit, f.Range = rest, "%", strings.ReplaceAll(f.Range, " %", "")
	}
	f.Words = !strings.ContainsAny(f.Text, "0123456789")
	if p.Assumed {
		f.Note = "assumed"
	}
	return f
}
