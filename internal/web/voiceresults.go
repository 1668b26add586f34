package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/report"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/result"
	"milieu/internal/survey/telling"
)

// VoiceResultsPage is what firms said in a survey: findings in sentences, then section by section.
type VoiceResultsPage struct {
	VoiceHead
	Why       string // why there is nothing to see yet
	Few       bool   // fewer answers than may be shown
	Report    result.Report
	Lede      report.Text
	Stats     []VoiceStat
	Headlines []VoiceHeadline
	Lead      VoiceAnswer // the question that the overview draws
	LeadLabel string
	Parts     []Choice // overview and sections
	Part      string   // id of the section, "" for the overview
	PartTitle string
	By        []Choice // what tables can be broken down by
	ByKey     string
	ByLabel   string
	Answers   []VoiceAnswer
	Response  []VoiceResponse
	Ref       string // of the survey as a whole
	Others    []Choice
	Quotes    []VoiceQuotes
	CSV       string
	Singles   bool                      // the visitor may take single answers away
	in        map[string]survey.Section // by the id of a question
}

// VoiceStat is a number above the findings.
type VoiceStat struct {
	Figure report.Figure
	Label  string
}

// VoiceHeadline is a finding with the way to what it stands on.
type VoiceHeadline struct {
	Label, Path string
	Text        report.Text
}

// VoiceResponse is how many of a stratum have answered.
type VoiceResponse struct {
	Label         string
	Frame, Drawn  int
	Answers, Rate string
}

func (s *Server) voiceResults(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	b, head, err := s.voiceHead(r, snap, "results", "results")
	if err != nil {
		return err
	}
	p := VoiceResultsPage{VoiceHead: head, Ref: telling.Ref(head.Survey.ID, "", ""), Singles: actorOf(r).May(auth.ReadAnswers)}
	t, why, err := s.told(r, b, head.Survey.ID)
	if err != nil {
		return err
	}
	if p.Why = why; why != "" {
		if wantsCSV(r) {
			return statusError{http.StatusConflict, why}
		}
		return s.render(w, r, "voiceresults", p)
	}
	if wantsCSV(r) {
		return writeVoices(w, "results-"+t.Survey.ID, t, t.Report.Table())
	}
	p.Report, p.in, p.Method = t.Report, sectionsOf(t.Input), "survey results"
	p.CSV = voicePath(head.Survey.ID) + "/results?format=csv"
	p.Few = t.Report.Answers.Hidden || t.Report.Answers.N < t.Report.Threshold
	p.summary()
	if err := p.choose(r.URL.Query()); err != nil {
		return err
	}
	if p.Part == "" {
		p.overview()
		if p.Others, err = s.otherWaves(r, b, head.Survey); err != nil {
			return err
		}
	} else {
		for _, q := range t.Report.Questions {
			if p.in[q.ID].ID == p.Part {
				p.Answers = append(p.Answers, voiceAnswer(t.Report, q, p.ByKey))
			}
		}
	}
	if p.Quotes, err = s.voiceQuotes(r, p); err != nil {
		return err
	}
	return s.render(w, r, "voiceresults", p)
}

// summary says how many answered and how far their answers reach.
func (p *VoiceResultsPage) summary() {
	r := p.Report
	asked := r.Drawn
	if asked == 0 {
		asked = r.Frame
	}
	answers := telling.CountFigure(r.Answers, p.Ref)
	switch {
	case p.Few:
		p.Lede = report.Say("Fewer than " + chart.Number(float64(r.Threshold), 0) + " firms have answered, so nothing they said is shown.")
	default:
		p.Lede = report.Say(fmt.Sprintf("%%v of %s firms that were asked have answered. Their answers are weighted to stand for the %s firms of the frame; a range holds the figure of all of them in 95 of 100 samples.", chart.Number(float64(asked), 0), chart.Number(float64(r.Frame), 0)), answers)
	}
	if p.Few {
		return
	}
	p.Stats = []VoiceStat{{answers, "firms answered"}}
	if r.Drawn > 0 && !r.Answers.Hidden {
		p.Stats = append(p.Stats, VoiceStat{report.Figure{Text: chart.Number(100*float64(r.Answers.N)/float64(r.Drawn), 0), Unit: "%", Ref: p.Ref}, "of those that were asked"})
	}
	// Where small strata are hidden these are left out, so that nothing of them can be worked out.
	if r.Weighting.Effective > 0 {
		p.Stats = append(p.Stats, VoiceStat{report.Figure{Text: chart.Number(r.Weighting.Effective, 0), Ref: p.Ref}, "answers of equal weight would say as much"})
	}
	if r.Weighting.Kish > 0 {
		p.Stats = append(p.Stats, VoiceStat{report.Figure{Text: chart.Number(r.Weighting.Kish, 1), Ref: p.Ref}, "design effect of the weights"})
	}
}

// choose reads which section is shown, and by which groups.
func (p *VoiceResultsPage) choose(q url.Values) error {
	base := voicePath(p.Survey.ID) + "/results"
	p.Part, p.ByKey = q.Get("part"), q.Get("by")
	var sections []string
	p.Parts = []Choice{{Label: "Overview", Path: base, Current: p.Part == ""}}
	for _, x := range p.Report.Questions {
		if in := p.in[x.ID]; !slices.Contains(sections, in.ID) {
			sections = append(sections, in.ID)
			p.Parts = append(p.Parts, Choice{Value: in.ID, Label: in.Title, Path: withQuery(base, url.Values{}, "part", in.ID, "by", p.ByKey), Current: p.Part == in.ID})
			if p.Part == in.ID {
				p.PartTitle = in.Title
			}
		}
	}
	if p.Part != "" && p.PartTitle == "" {
		return badRequest("The survey has no section %q; its sections are %s.", cutText(p.Part, 40), strings.Join(sections, ", "))
	}
	p.By = []Choice{{Value: "", Label: "All firms together", Current: p.ByKey == ""}}
	for _, b := range p.Report.Breakdowns {
		p.By = append(p.By, Choice{Value: b.Key, Label: telling.ByLabel(b), Current: b.Key == p.ByKey})
		if b.Key == p.ByKey {
			p.ByLabel = telling.ByLabel(b)
		}
	}
	if p.ByKey != "" && p.ByLabel == "" {
		return badRequest("The answers cannot be broken down by %q: nothing of that kind is known of those who answered.", cutText(p.ByKey, 40))
	}
	return nil
}

// sectionsOf are the sections of the instrument that is reported, by the ids of their questions.
func sectionsOf(in result.Input) map[string]survey.Section {
	out := map[string]survey.Section{}
	newest, _ := in.Newest()
	for _, s := range newest.Sections {
		for _, q := range s.Questions {
			out[q.ID] = s
		}
	}
	return out
}

// overview fills the first page: findings, the leading question as a picture, and the response.
func (p *VoiceResultsPage) overview() {
	for _, h := range telling.Headlines(p.Report) {
		p.Headlines = append(p.Headlines, VoiceHeadline{Label: h.Label, Text: h.Text, Path: withQuery(voicePath(p.Survey.ID)+"/results", url.Values{}, "part", p.in[h.Question].ID) + "#" + h.Question})
		if p.Lead.ID == "" {
			if q, ok := p.Report.Question(h.Question); ok && telling.Main(q.Whole) != result.Mean {
				p.Lead, p.LeadLabel = voiceAnswer(p.Report, q, ""), h.Label
			}
		}
	}
	p.Response = voiceResponse(p.Report)
}

// voiceResponse is who answered, by stratum.
func voiceResponse(r result.Report) []VoiceResponse {
	var out []VoiceResponse
	for _, x := range r.Response {
		row := VoiceResponse{Label: x.Label, Frame: x.Frame, Drawn: x.Drawn, Answers: x.Answers.Text(), Rate: telling.HiddenText}
		if !x.Answers.Hidden && x.Drawn > 0 {
			row.Rate = chart.Number(100*x.Rate, 0) + " %"
		}
		out = append(out, row)
	}
	return out
}

// otherWaves are the surveys with which this one can be compared: closed ones of the same series that the visitor may see.
func (s *Server) otherWaves(r *http.Request, b fieldwork.Book, v fieldwork.Survey) ([]Choice, error) {
	all, err := b.Surveys(r.Context(), actorOf(r))
	if err != nil {
		return nil, err
	}
	var out []Choice
	for _, o := range all {
		if o.ID != v.ID && o.State == fieldwork.Closed && o.Invented == v.Invented && o.Series == v.Series && o.Series != "" {
			out = append(out, Choice{Value: o.ID, Label: orText(o.Wave, o.Title), Path: withQuery(voicePath(v.ID)+"/compare", url.Values{}, "with", o.ID)})
		}
	}
	return out, nil
}
