package result

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/survey"
	"milieu/internal/survey/invent"
)

// Further measures of Table: numbers of answers that are no estimates.
const (
	Answered  = "answered"  // how many answered the question
	State     = "state"     // how many did not, by the state that option names
	Responded = "responded" // how many of the group, or of the stratum, answered the survey
)

// stateWords are the states without an answer as they are called.
var stateWords = map[survey.State]string{survey.DoesntKnow: "does not know", survey.Refused: "prefers not to say", survey.NotApply: "does not apply", survey.Blank: "left empty", survey.NotAsked: "not asked"}

// byStratum is what Table writes as the breakdown of the response.
const byStratum = "stratum"

var tableColumns = []string{"survey", "wave", "question", "topic", "breakdown", "group", "measure", "option", "label", "value", "lower", "upper", "step", "n", "worst", "best", "rank_low", "rank_high", "hidden", "note"}

// Table is the report as a tidy table, header first: one row a figure. Shares are of 1. Of hidden figures all numbers are empty
// and hidden is 1.
func (r Report) Table() [][]string {
	out := [][]string{tableColumns}
	note := noteOf(r.Invented)
	add := func(q Question, breakdown, group, measure, option, label string, rest ...string) {
		out = append(out, slices.Concat([]string{r.SurveyID, r.Wave, q.ID, q.Topic, breakdown, group, measure, option, label}, rest, []string{note}))
	}
	var none Question
	add(none, "", "", Responded, "", "All answers", counted(r.Answers)...)
	for _, s := range r.Response {
		add(none, byStratum, s.Stratum, Responded, "", s.Label, counted(s.Answers)...)
	}
	for _, b := range r.Breakdowns {
		for _, g := range b.Groups {
			add(none, b.Key, g.Key, Responded, "", g.called(), counted(g.Answers)...)
		}
	}
	for _, q := range r.Questions {
		part := func(breakdown string, p Part) {
			add(q, breakdown, p.Key, Answered, "", p.Label, counted(p.Base)...)
			for _, s := range p.States {
				add(q, breakdown, p.Key, State, string(s.State), stateWords[s.State], counted(s.Count)...)
			}
			for _, i := range p.Items {
				add(q, breakdown, p.Key, i.Measure, i.Option, i.Label, i.cells()...)
			}
		}
		part("", q.Whole)
		for _, b := range r.Breakdowns {
			for _, p := range q.By[b.Key] {
				part(b.Key, p)
			}
		}
	}
	return out
}

// called is the label of the group, with those that stand in it.
func (g Group) called() string {
	if len(g.Members) == 0 {
		return g.Label
	}
	return g.Label + ": " + strings.Join(g.Members, "; ")
}

// counted are the numeric cells of a row that has nothing but a count.
func counted(c Count) []string {
	cells := make([]string, 10)
	if c.Hidden {
		cells[9] = "1"
		return cells
	}
	cells[4], cells[9] = strconv.Itoa(c.N), "0"
	return cells
}

func (i Item) cells() []string {
	cells := make([]string, 10)
	if i.Hidden {
		cells[9] = "1"
		return cells
	}
	cells[4], cells[9] = strconv.Itoa(i.N), "0"
	if i.N == 0 {
		return cells
	}
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	cells[0], cells[1], cells[2] = number(i.Value), number(i.Lower), number(i.Upper)
	if i.Step > 0 {
		cells[3] = number(i.Step)
	}
	if i.Worst != 0 || i.Best != 0 {
		cells[5], cells[6] = number(i.Worst), number(i.Best)
	}
	if i.RankLow > 0 {
		cells[7], cells[8] = strconv.Itoa(i.RankLow), strconv.Itoa(i.RankHigh)
	}
	return cells
}

// AnswerTable is the answers themselves as a tidy table, header first: one row an answer, in the order of what they say. The
// firms are not in it. It is for those who may read answers. Of anonymous answers it holds no group, no number, no version of the
// questionnaire, none of the questions by whose answers a firm could be found in a register (identifies), and the stratum only where
// enough answers are of it; words stand apart from the rows, each column in an order of its own, so that nothing joins them.
func AnswerTable(in Input) ([][]string, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	s, err := newSample(in, rule{threshold: in.Threshold})
	if err != nil {
		return nil, err
	}
	newest, _ := in.Newest()
	anonymous := in.Level == survey.Anonymous
	header := []string{"survey", "wave", "stratum"}
	if !anonymous {
		header = append(header, "instrument")
		for _, g := range in.Groupings {
			header = append(header, "group."+g.Key)
		}
	}
	var columns, apart []survey.Column
	for _, c := range newest.Columns() {
		q, _ := newest.Find(c.Of())
		switch {
		case anonymous && (identifies(q) || q.Kind == survey.Number && !strings.HasSuffix(c.Name, ".state")):
		case anonymous && (c.Name == c.Of() && q.Kind == survey.Text || strings.HasSuffix(c.Name, ".words")):
			apart = append(apart, c)
		default:
			columns = append(columns, c)
		}
	}
	for _, c := range columns {
		header = append(header, c.Name)
	}
	rows := s.answerRows(columns)
	for _, c := range apart {
		header = append(header, c.Name)
		words := s.words(c)
		for i := range rows {
			rows[i] = append(rows[i], words[i])
		}
	}
	for i := range rows {
		rows[i] = append(rows[i], noteOf(in.Invented))
	}
	return append([][]string{append(header, "note")}, rows...), nil
}

// answerRows are the answers, sorted.
func (s sample) answerRows(columns []survey.Column) [][]string {
	newest, _ := s.in.Newest()
	in := map[string]int{}
	for _, r := range s.rows {
		in[r.Stratum]++
	}
	var rows [][]string
	for i, r := range s.rows {
		row := []string{s.in.SurveyID, s.in.Wave, r.Stratum}
		if s.in.Level == survey.Anonymous {
			if s.rule.small(in[r.Stratum]) {
				row[2] = Together
			}
		} else {
			row = append(row, strconv.Itoa(r.N))
			for _, g := range s.in.Groupings {
				row = append(row, r.Groups[g.Key])
			}
		}
		for _, c := range columns {
			q, _ := newest.Find(c.Of())
			row = append(row, c.Cell(s.answer(i, q)))
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, slices.Compare[[]string])
	return rows
}

// words are the cells of a column by themselves, sorted, the empty ones last.
func (s sample) words(c survey.Column) []string {
	newest, _ := s.in.Newest()
	q, _ := newest.Find(c.Of())
	var out []string
	for i := range s.rows {
		out = append(out, c.Cell(s.answer(i, q)))
	}
	slices.SortFunc(out, func(a, b string) int {
		if (a == "") != (b == "") {
			return strings.Compare(b, a)
		}
		return strings.Compare(a, b)
	})
	return out
}

// identifies says that answers to a question are much the same as a firm's name to those who have the register: what the register
// says as well, whom to ask, and with whom it deals.
func identifies(q survey.Question) bool {
	return q.Prefill != "" || q.Topic == "profile" || q.Topic == "contact" || q.Kind == survey.Organisations
}

func noteOf(invented bool) string {
	if invented {
		return invent.Note
	}
	return ""
}

// CodeBook says what the columns of Table and of AnswerTable mean, header first.
func (r Report) CodeBook(in survey.Instrument) [][]string {
	out := [][]string{{"file", "column", "question", "label", "meaning"}}
	for _, c := range tableColumns {
		out = append(out, []string{"results", c, "", "", tableMeaning[c]})
	}
	for _, m := range measureMeaning {
		out = append(out, []string{"results", "measure = " + m[0], "", "", m[1]})
	}
	for _, q := range r.Questions {
		out = append(out, []string{"results", "question = " + q.ID, q.Text, "", kindMeaning(q.Question)})
	}
	for _, c := range [][2]string{{"survey", "id of the survey"}, {"wave", "wave of the survey"}, {"instrument", "version of the questionnaire that was answered; not there where answers are anonymous"},
		{"stratum", "stratum that the firm was drawn from; of anonymous answers " + Together + " for strata with few answers, and words are in an order of their own: they do not belong to the rest of their row"}, {"group.*", "group of the firm; not there where answers are anonymous"}, {"note", "says so where answers are invented"}} {
		out = append(out, []string{"answers", c[0], "", "", c[1]})
	}
	for _, c := range in.Columns() {
		out = append(out, []string{"answers", c.Name, c.Question, c.Label, c.Values})
	}
	return out
}

func kindMeaning(q survey.Question) string {
	parts := []string{q.Kind}
	if q.Min < q.Max {
		parts = append(parts, "from "+strconv.FormatFloat(q.Min, 'f', -1, 64)+" "+q.Low, "to "+strconv.FormatFloat(q.Max, 'f', -1, 64)+" "+q.High)
	}
	if q.Unit != "" {
		parts = append(parts, "in "+q.Unit)
	}
	if q.ShowIf.Question != "" {
		parts = append(parts, "asked by the answer to "+q.ShowIf.Question)
	}
	return strings.Join(strings.Fields(cmp.Or(strings.Join(parts, ", "), q.Kind)), " ")
}

var tableMeaning = map[string]string{
	"survey": "id of the survey", "wave": "wave of the survey", "question": "id of the question; empty for the response to the survey", "topic": "what the question is about",
	"breakdown": "what the groups are made by; empty for all answers", "group": "group of firms; " + Together + " for small groups that stand together",
	"measure": "what is measured, see below", "option": "id of the option, or the state without an answer", "label": "the option, the group or the state in words",
	"value": "weighted estimate; shares are of 1", "lower": "lower end of the 95 % interval", "upper": "upper end of the 95 % interval", "step": "what value, lower and upper are rounded to; empty: two significant digits", "n": "answers: those behind the estimate, or how many there are",
	"worst": "estimate if all firms that were not heard had said the least", "best": "estimate if all firms that were not heard had said the most",
	"rank_low": "best place that the option can have among those shown, all together at 95 %", "rank_high": "worst place that it can have",
	"hidden": "1: the figure is not shown, because it rests on few answers or would give away one that does; 0: shown", "note": "says so where answers are invented",
}

var measureMeaning = [][2]string{
	{Share, "share of those who answered the question that chose the option, or gave it any place"}, {First, "share of those who answered that put the option first"},
	{Mean, "mean of what was answered"}, {Points, "mean of the points of 100 that the option was given"}, {Answered, "number who answered the question"},
	{State, "number without an answer: does not know, prefers not to say, does not apply, left empty, not asked; none of these counts as no"},
	{Responded, "number of the group, or of the stratum, who answered the survey"},
}
