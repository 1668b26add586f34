package api

import (
	"math"
	"strconv"

	"milieu/internal/auth"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/invent"
	"milieu/internal/survey/result"
	"milieu/internal/survey/telling"
)

// voiceItem is one figure of the results of a survey: an option, or the mean, of a question, of all firms or of a group.
type voiceItem struct {
	Survey    string   `json:"survey"`
	Title     string   `json:"title"`
	Series    *string  `json:"series"`
	Wave      *string  `json:"wave"`
	Level     string   `json:"level"`
	Invented  bool     `json:"invented"`
	Note      *string  `json:"note"` // of invented answers: that nobody gave them
	Question  string   `json:"question"`
	Text      string   `json:"text"`
	Topic     *string  `json:"topic"`
	Breakdown *string  `json:"breakdown"` // null: all firms
	Group     *string  `json:"group"`
	Measure   string   `json:"measure"`
	Option    *string  `json:"option"`
	Label     *string  `json:"label"`
	Hidden    bool     `json:"hidden"` // too few answers, or others could be worked out: no figure is given
	Value     *float64 `json:"value"`
	Lower     *float64 `json:"lower"`
	Upper     *float64 `json:"upper"`
	Answers   *int64   `json:"answers"`
}

var voiceColumns = []string{"survey", "title", "series", "wave", "level", "invented", "note", "question", "text", "topic", "breakdown", "group", "measure", "option", "label", "hidden", "value", "lower", "upper", "answers"}

func (v voiceItem) cells() []string {
	return []string{v.Survey, v.Title, cell(v.Series), cell(v.Wave), v.Level, strconv.FormatBool(v.Invented), cell(v.Note), v.Question, v.Text, cell(v.Topic), cell(v.Breakdown), cell(v.Group),
		v.Measure, cell(v.Option), cell(v.Label), strconv.FormatBool(v.Hidden), cell(v.Value), cell(v.Lower), cell(v.Upper), cell(v.Answers)}
}

// voices lists the results that everybody may see: of closed surveys whose results are public.
func (s *Server) voices(a *ask) error {
	of, question, breakdown := a.query.text("survey"), a.query.text("question"), a.query.text("breakdown")
	w := a.window()
	if err := a.query.err(); err != nil {
		return err
	}
	all, err := s.publicResults(a, of)
	if err != nil {
		return err
	}
	var found []voiceItem
	for _, r := range all {
		for _, q := range r.Questions {
			if question == "" || q.ID == question {
				found = append(found, voiceItems(r, q, breakdown)...)
			}
		}
	}
	p := newPage[voiceItem](a, w, len(found))
	found = found[min(w.offset, len(found)):min(w.offset+w.limit, len(found))]
	if a.format == asCSV {
		return s.table(a, w, p.Total, "voices", voiceColumns, func(row func(...string) error) error {
			for _, v := range found {
				if err := row(v.cells()...); err != nil {
					return err
				}
			}
			return nil
		})
	}
	p.Items = append(p.Items, found...)
	return a.send(p)
}

// publicResults are the reports that everybody may see, of all surveys or of one.
func (s *Server) publicResults(a *ask, of string) ([]result.Report, error) {
	if s.cfg.Book == nil {
		return nil, s.noSurvey(of)
	}
	b := fieldwork.Book{DB: s.cfg.Book.DB, Workspace: s.cfg.Book.Workspace, Now: s.cfg.Now}
	visitor := auth.Actor{Workspace: b.Workspace, Via: auth.ViaAPI}
	list, err := telling.Published(a.r.Context(), b)
	if err != nil {
		return nil, err
	}
	var out []result.Report
	for _, one := range list {
		if of != "" && one.ID != of {
			continue
		}
		t, err := telling.Read(a.r.Context(), b, visitor, one.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, t.Report)
	}
	if len(out) == 0 {
		return nil, s.noSurvey(of)
	}
	return out, nil
}

// noSurvey is a fault where one survey was asked for, which has no public results.
func (s *Server) noSurvey(of string) error {
	if of == "" {
		return nil
	}
	return failed(badParameter, "No survey %q has public results here. /api/v1/voices without it lists those that have.", clip(of))
}

// voiceItems are the figures of a question, of all firms and by the breakdowns; breakdown narrows to one of them.
func voiceItems(r result.Report, q result.Question, breakdown string) []voiceItem {
	var out []voiceItem
	add := func(by string, p result.Part) {
		for _, i := range p.Items {
			out = append(out, voiceItemOf(r, q, by, p, i))
		}
	}
	if breakdown == "" {
		add("", q.Whole)
	}
	for _, b := range r.Breakdowns {
		if breakdown != "" && b.Key != breakdown {
			continue
		}
		for _, p := range q.By[b.Key] {
			add(b.Key, p)
		}
	}
	return out
}

func voiceItemOf(r result.Report, q result.Question, by string, p result.Part, i result.Item) voiceItem {
	v := voiceItem{Survey: r.SurveyID, Title: r.Title, Series: optText(r.Series), Wave: optText(r.Wave), Level: string(r.Level), Invented: r.Invented, Question: q.ID, Text: q.Text, Topic: optText(q.Topic),
		Breakdown: optText(by), Measure: i.Measure, Option: optText(i.Option), Label: optText(i.Label), Hidden: i.Hidden}
	if by != "" {
		v.Group = optText(p.Label)
	}
	if r.Invented {
		v.Note = optText(invent.Note)
	}
	if i.Hidden {
		return v
	}
	n := int64(i.N)
	v.Value, v.Lower, v.Upper, v.Answers = finite(i.Value), finite(i.Lower), finite(i.Upper), &n
	return v
}

// finite is null where there is no number.
func finite(f float64) *float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil
	}
	return &f
}
