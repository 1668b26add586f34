package portfolio

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/report"
)

// Asked is what a survey came to on an intervention: among all firms, or those of a group.
type Asked struct {
	SurveyID, Survey, Wave, Day string
	Measure                     string // one of evidence.DemandShare, DemandPoints and DemandRank
	Grouping, Category          string // "" all firms
	Value, Lo, Hi               float64
	Level                       float64 // confidence of the interval
	Base                        int     // firms that answered
	Invented                    bool
	Record                      evidence.Record
	intervention                string
}

// Title is the survey with its wave.
func (a Asked) Title() string {
	if a.Wave == "" {
		return a.Survey
	}
	return a.Survey + ", " + a.Wave
}

// Says is what the number is, as the end of a sentence about a firm's answers.
func (a Asked) Says() string {
	switch a.Measure {
	case evidence.DemandPoints:
		return "is the share of a budget that firms would give it"
	case evidence.DemandRank:
		return "of firms put it among the first"
	}
	return "of firms want it"
}

// Figure is the value as shown, in percent, with the reference of its record.
func (a Asked) Figure() report.Figure {
	f := report.NumberFigure(100*a.Value, 100*a.Lo, 100*a.Hi, 0, a.Ref())
	f.Unit = "%"
	return f
}

// Ref is the reference of the figure.
func (a Asked) Ref() string {
	args := []string{a.intervention, a.SurveyID, a.Measure}
	if a.Grouping == "" {
		return evidence.MakeRef("asked", args)
	}
	return evidence.MakeRef("asked", args, "grouping", a.Grouping, "category", a.Category)
}

const askedQuery = `select intervention_id, survey_id, survey, wave, coalesce(day::varchar, ''), measure, grouping, category, value, lower, upper, level, base, invented, source, file, line
from demand order by source, file, line`

// readAsked reads what surveys came to, by intervention, in the order of the files.
func readAsked(ctx context.Context, q lake.Querier) (map[string][]Asked, error) {
	rows, err := q.QueryContext(ctx, askedQuery)
	if err != nil {
		return nil, fmt.Errorf("demand from surveys: %w", err)
	}
	defer rows.Close()
	out := map[string][]Asked{}
	for rows.Next() {
		var a Asked
		if err := rows.Scan(&a.intervention, &a.SurveyID, &a.Survey, &a.Wave, &a.Day, &a.Measure, &a.Grouping, &a.Category, &a.Value, &a.Lo, &a.Hi, &a.Level, &a.Base, &a.Invented,
			&a.Record.Source, &a.Record.File, &a.Record.Line); err != nil {
			return nil, fmt.Errorf("demand from surveys: %w", err)
		}
		out[a.intervention] = append(out[a.intervention], a)
	}
	return out, rows.Err()
}

// measures are those of demand, the most telling first: points weigh what is given up, a place among the first says that much is
// behind it, a mark says only that it would be welcome.
var measures = []string{evidence.DemandPoints, evidence.DemandRank, evidence.DemandShare}

// MeasureRank is the place of a measure of demand, the most telling first.
func MeasureRank(measure string) int { return slices.Index(measures, measure) }

// listened is the survey, and the measure of it, by which the lens of demand goes.
type listened struct {
	survey, measure, title string
	ok                     bool
}

// listen chooses the newest survey, and of its measures the most telling: all scores of a lens are of one survey and one
// measure, since others cannot be held against each other.
func listen(asked map[string][]Asked, invented bool) listened {
	var best Asked
	found := false
	for _, list := range asked {
		for _, a := range list {
			if a.Grouping != "" || a.Invented != invented {
				continue
			}
			newer := cmp.Or(strings.Compare(a.Day, best.Day), strings.Compare(a.SurveyID, best.SurveyID), MeasureRank(best.Measure)-MeasureRank(a.Measure))
			if !found || newer > 0 {
				best, found = a, true
			}
		}
	}
	return listened{best.SurveyID, best.Measure, best.Title(), found}
}

// find is what the survey came to on an intervention, all firms together.
func (l listened) find(list []Asked) (Asked, bool) {
	i := slices.IndexFunc(list, func(a Asked) bool {
		return l.ok && a.SurveyID == l.survey && a.Measure == l.measure && a.Grouping == ""
	})
	if i < 0 {
		return Asked{}, false
	}
	return list[i], true
}

// hear sets the scores that come from surveys. Where firms have been asked the lens of demand is what they said and no longer
// what they use; an intervention that the survey did not ask about has no score then. Invented answers are never the
// lens of demand: they have one of their own, and only where no firm has been asked.
func (i *Intervention) hear(all []Asked, real, invented listened) {
	i.Asked = all
	if real.ok {
		i.Demand = real.score(i.ID, all, Demand)
		return
	}
	if invented.ok {
		i.Invented = invented.score(i.ID, all, Invented)
	}
}

func (l listened) score(id string, all []Asked, lens Lens) Score {
	s := Score{Ref: evidence.MakeRef(string(lens), []string{id})}
	a, ok := l.find(all)
	if !ok {
		s.Basis = fmt.Sprintf("the survey “%s” did not ask about it, or too few answered", l.title)
		if lens == Invented {
			s.Basis = "the invented answers do not speak of it"
		}
		return s
	}
	what := fmt.Sprintf("%s %% %s", chart.Number(100*a.Value, 1), a.Says())
	s = Score{Known: true, Value: a.Value, Lo: a.Lo, Hi: a.Hi, Ref: s.Ref, Confidence: a.Level, Asked: &a,
		Basis:   fmt.Sprintf("%s, by %d answers to “%s”, weighted to all firms of its frame", what, a.Base, a.Title()),
		Caution: "what firms say they want, not what it would do for them"}
	if a.Invented {
		s.Basis = evidence.InventedNote + " " + capital(s.Basis)
		s.Caution = "no firm said this"
	}
	return s
}

// Heard is the survey that a lens goes by: what one of the scores rests on; false where it goes by ties on record, or by nothing.
func Heard(all []Intervention, l Lens) (Asked, bool) {
	for _, i := range all {
		if s := i.Score(l); s.Known && s.Asked != nil {
			return *s.Asked, true
		}
	}
	return Asked{}, false
}

// Lenses are the lenses under which these interventions can be looked at.
func Lenses(all []Intervention) []Lens {
	out := []Lens{Growth, Demand}
	if slices.ContainsFunc(all, func(i Intervention) bool { return i.Invented.Known }) {
		out = append(out, Invented)
	}
	return out
}

// Short is what the scores of the lens are, in a few words: the head of a column.
func Short(all []Intervention, l Lens) string {
	a, heard := Heard(all, l)
	switch {
	case l == Growth:
		return "Growth"
	case !heard:
		return "Use now"
	case a.Invented:
		return "Invented demand"
	case a.Measure == evidence.DemandPoints:
		return "Share of budget"
	}
	return "Firms that want it"
}

// LabelOf is the lens in words, as these interventions are looked at: by what firms use, or by what they said.
func LabelOf(all []Intervention, l Lens) string {
	if l != Demand {
		return l.Label()
	}
	if _, heard := Heard(all, l); heard {
		return "what firms ask for"
	}
	return l.Label()
}

// IntervalWords says how sure the intervals of the lens are, such as "90 %".
func IntervalWords(all []Intervention, l Lens) string {
	level := Level
	if a, heard := Heard(all, l); heard {
		level = a.Level
	}
	return chart.Number(100*level, 0) + " %"
}

// DemandSource says from what the lens of demand is read, as part of a sentence.
func DemandSource(all []Intervention) string {
	if a, heard := Heard(all, Demand); heard {
		return fmt.Sprintf("what firms want, read from %d answers to the survey “%s”, weighted to all firms", a.Base, a.Title())
	}
	return "what firms use now, read from the ties on record, since no survey is in this release"
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
