package web

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"milieu/internal/auth"
	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/invent"
)

// VoicePage says how far a survey has come and what to do next.
type VoicePage struct {
	VoiceHead
	Finding  string
	Lede     string
	Promise  string // of the level
	Steps    []VoiceStep
	Progress fieldwork.Progress
	Rows     []ProgressRow
	All      ProgressRow
	Picture  chart.Chart
	Anonym   bool
	Set      fieldwork.Settings
	Faults   map[string]string
	Problems []FaultLink
	Least    int
	Erases   bool
	CanOpen  bool
	Public   bool
	Today    string
	Expired  string // day on which what names anybody was erased
	CSV      string
}

// VoiceStep is one of the things that are done with a survey, in their order.
type VoiceStep struct {
	Label, Says, Path string
	Done, Next        bool
}

// ProgressRow is how far a stratum has come. What firms did with their links is in words: of an anonymous survey it says no more than
// whether there are enough of them to be spoken of.
type ProgressRow struct {
	fieldwork.StratumProgress
	Opens, Begun, Answers, Refusals string
	Rate                            string // AAPOR RR2, in per cent
}

// progressRow writes a stratum, or the whole, whose own numbers few may not be told where few is above 0.
func progressRow(s fieldwork.StratumProgress, few int, whole bool) ProgressRow {
	row := ProgressRow{StratumProgress: s}
	for _, c := range []struct {
		to *string
		n  int
	}{{&row.Opens, s.Opened}, {&row.Begun, s.Started}, {&row.Answers, s.Done}, {&row.Refusals, s.Refused}} {
		switch {
		case few > 0 && c.n < few:
			*c.to = fmt.Sprintf("fewer than %d", few)
		case few > 0 && !whole:
			*c.to = fmt.Sprintf("%d or more", few)
		default:
			*c.to = chart.Number(float64(c.n), 0)
		}
	}
	if few == 0 || whole && s.Done >= few {
		row.Rate = rate(s)
	}
	return row
}

func (s *Server) voice(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	if !actorOf(r).May(auth.ReadSurveys) {
		return s.voiceForAll(w, r)
	}
	p, err := s.voicePage(r, snap)
	if err != nil {
		return err
	}
	if wantsCSV(r) {
		return writeCSV(w, "progress", progressHeader, p.table())
	}
	return s.render(w, r, "voice", p)
}

// voiceForAll leads somebody who may not see whom surveys ask to what is public of this one.
func (s *Server) voiceForAll(w http.ResponseWriter, r *http.Request) error {
	b, ok := s.voices()
	if !ok {
		return notFound("There is no page at this address.")
	}
	_, err := b.Survey(r.Context(), actorOf(r), r.PathValue("id"))
	if errors.Is(err, fieldwork.ErrNotFound) {
		return notFound("There is no survey with public results at this address. People of the team sign in to see those that are being made.")
	}
	if err != nil {
		return err
	}
	return see(w, r, voicePath(r.PathValue("id"))+"/results", "")
}

func (s *Server) voicePage(r *http.Request, snap *live.Snapshot) (VoicePage, error) {
	b, head, err := s.voiceHead(r, snap, "", "status")
	if err != nil {
		return VoicePage{}, err
	}
	v, a := head.Survey, actorOf(r)
	p := VoicePage{VoiceHead: head, Promise: v.Level.Meaning(), Anonym: v.Level == survey.Anonymous, Set: v.Settings(), Least: fieldwork.LeastThreshold, Erases: a.May(auth.EraseAnswers), CanOpen: v.Published > 0 && v.ExpiredAt == "",
		Public: v.Results == fieldwork.Public, Today: s.cfg.Now().UTC().Format(time.DateOnly), CSV: readdress(r, "format", "csv")}
	if v.ExpiredAt != "" {
		p.Expired = dayWords(v.ExpiredAt)
	}
	if p.Progress, err = b.Progress(r.Context(), a, v.ID); err != nil {
		return p, err
	}
	frozen, err := b.Frozen(r.Context(), a, v.ID)
	if err != nil && !errors.Is(err, fieldwork.ErrNotFound) {
		return p, err
	}
	noEmail := 0
	if p.Progress.Total.Drawn > 0 {
		if _, noEmail, err = b.UnitPage(r.Context(), a, v.ID, fieldwork.UnitFilter{NoEmail: true, Limit: 1}); err != nil {
			return p, err
		}
	}
	p.rows()
	p.steps(frozen, noEmail)
	p.say()
	return p, nil
}

// rows are the strata with their response rates, and the picture of how many of a hundred have answered.
func (p *VoicePage) rows() {
	spec := chart.BarsSpec{Title: "Answers of 100 firms that were asked, by stratum", Unit: "of 100", Axis: chart.Axis{Decimals: 0}, Width: 640}
	for _, s := range p.Progress.Strata {
		if s.Drawn == 0 && s.Done == 0 {
			continue
		}
		p.Rows = append(p.Rows, progressRow(s, p.few(), false))
		if s.Sent > 0 && !p.Anonym {
			spec.Bars = append(spec.Bars, chart.Bar{Label: cutText(s.Label, 34), Value: 100 * float64(s.Done) / float64(s.Sent)})
		}
	}
	p.All = progressRow(p.Progress.Total, p.few(), true)
	if len(spec.Bars) > 1 && len(spec.Bars) <= 40 {
		p.Picture = chart.Bars(spec)
	}
}

// few is from how many answers a stratum of an anonymous survey is spoken of; 0 where no answer is anonymous. Numbers of fewer would say
// of the firms of a small stratum who took part, and together with published results what they said.
func (p *VoicePage) few() int {
	if !p.Anonym {
		return 0
	}
	return p.Survey.Threshold
}

// answered is how many answers there are, in words.
func (p *VoicePage) answered() string {
	n := p.Progress.Total.Done + p.Progress.Outside
	if n < p.few() && n > 0 {
		return fmt.Sprintf("Fewer than %d answers", p.few())
	}
	return counted(n, "answer", "answers")
}

// answeredOf is how many answers of how many firms that were asked.
func (p *VoicePage) answeredOf() string {
	n := p.Progress.Total.Done + p.Progress.Outside
	text := chart.Number(float64(n), 0)
	if n < p.few() && n > 0 {
		text = fmt.Sprintf("fewer than %d", p.few())
	}
	return text + " of " + chart.Number(float64(p.Progress.Total.Sent), 0)
}

// rate writes a response rate in per cent; "" before anybody was asked.
func rate(s fieldwork.StratumProgress) string {
	if s.Sent == 0 || math.IsNaN(s.Rates.RR2) {
		return ""
	}
	return chart.Number(100*s.Rates.RR2, 0)
}

// steps are what is done with a survey, with the first that is still to do marked.
func (p *VoicePage) steps(f fieldwork.Frozen, noEmail int) {
	v, t, path := p.Survey, p.Progress.Total, voicePath(p.Survey.ID)
	drawn := f.DrawnAt != "" && t.Drawn > 0
	started := v.State != fieldwork.Drafted
	add := func(done bool, label, says, to string) {
		p.Steps = append(p.Steps, VoiceStep{Label: label, Says: says, Path: to, Done: done})
	}
	add(v.Published > 0, "Publish the questions", either(v.Published > 0, fmt.Sprintf("version %d is what is asked", v.Published), "the draft can be changed until then"), path+"/instrument")
	add(f.At != "", "Freeze the frame", either(f.At != "", counted(f.Counts.Firms, "firm", "firms")+" in "+counted(len(f.Counts.Strata), "stratum", "strata"), "whom the results will speak for"), path+"/frame")
	add(drawn, "Draw the firms", either(drawn, counted(t.Drawn, "firm", "firms"), "how many to ask, and the margin to expect"), path+"/frame")
	add(drawn && (noEmail < t.Drawn || t.Sent > 0), "Say whom to write to", either(drawn, counted(t.Drawn-noEmail, "firm has", "firms have")+" an address, "+chart.Number(float64(noEmail), 0)+" have none", "addresses are imported from a file, or firms get letters"), path+"/people")
	add(started, "Open it", either(started, "it is "+p.State, "answers are taken from then on"), path+"#state")
	add(t.Sent > 0, "Send the links", either(t.Sent > 0, counted(t.Sent, "firm was", "firms were")+" sent one, "+chart.Number(float64(t.Reminded), 0)+" reminded", "by mail, or by a file for your own letters"), path+"/people")
	add(v.State == fieldwork.Closed, "Close it", either(t.Done > 0, strings.ToLower(p.answered()), "results are shown then"), path+"#state")
	add(v.Results == fieldwork.Public, "Publish the results", either(v.Results == fieldwork.Public, "everybody can read them", "with intervals, and nobody recognisable"), path+"#state")
	if i := slices.IndexFunc(p.Steps, func(s VoiceStep) bool { return !s.Done }); i >= 0 && v.ExpiredAt == "" {
		p.Steps[i].Next = true
	}
}

func either(is bool, yes, no string) string {
	if is {
		return yes
	}
	return no
}

// say writes the finding and the sentence below it.
func (p *VoicePage) say() {
	t := p.Progress.Total
	answers := p.answered()
	switch {
	case p.Expired != "":
		p.Finding, p.Lede = answers+" are kept without names", "The time for which names are kept was over on "+p.Expired+": nothing that names a firm or a person is left. The survey stays closed."
	case p.Survey.State == fieldwork.Drafted:
		p.Finding, p.Lede = "It is being made: nobody has been asked", "What is still to do stands below, in its order."
	case p.Survey.State == fieldwork.Open && t.Sent == 0:
		p.Finding, p.Lede = "It is open, and nobody has been asked yet", "Send the links, by mail or with letters of your own."
	case p.Survey.State == fieldwork.Open:
		p.Finding = fmt.Sprintf("%s from %s so far", answers, counted(t.Sent, "firm that was asked", "firms that were asked"))
		p.Lede = "It takes answers."
	default:
		p.Finding = fmt.Sprintf("%s from %s", answers, counted(t.Sent, "firm that was asked", "firms that were asked"))
		p.Lede = "It is closed: no answers are taken, and the results are shown."
	}
	if r := p.All.Rate; r != "" && p.Expired == "" {
		p.Lede += " The response is " + r + " % (AAPOR RR2)."
	}
}

var progressHeader = []string{"stratum", "label", "frame", "drawn", "sent", "reminded", "partial", "bounced", "out_of_scope", "erased", "links", "opened", "started", "done", "refused", "rr1", "rr2", "note"}

// table is the progress as data, with the same words where a number is not told.
func (p *VoicePage) table() [][]string {
	var out [][]string
	for _, s := range append(slices.Clone(p.Rows), p.All) {
		row := []string{s.Key, s.Label}
		for _, n := range []int{s.Frame, s.Drawn, s.Sent, s.Reminded, s.Partial, s.Bounced, s.OutOfScope, s.Erased, s.Links} {
			row = append(row, strconv.Itoa(n))
		}
		row = append(row, strings.ReplaceAll(s.Opens, ",", ""), strings.ReplaceAll(s.Begun, ",", ""), strings.ReplaceAll(s.Answers, ",", ""), strings.ReplaceAll(s.Refusals, ",", ""))
		for _, x := range []float64{s.Rates.RR1, s.Rates.RR2} {
			text := ""
			if s.Rate != "" && !math.IsNaN(x) {
				text = strconv.FormatFloat(x, 'f', 4, 64)
			}
			row = append(row, text)
		}
		note := ""
		if p.Survey.Invented {
			note = invent.Note
		}
		out = append(out, append(row, note))
	}
	return out
}

// changeVoice keeps the settings of the form.
func (s *Server) changeVoice(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	b, _ := s.voices()
	id := r.PathValue("id")
	v, err := b.Survey(r.Context(), actorOf(r), id)
	if err != nil {
		return err
	}
	set, faults := voiceSettings(r)
	set.Results, set.Evidence = v.Results, v.Evidence
	if len(faults) == 0 {
		err := b.Change(r.Context(), actorOf(r), id, version, set)
		if err == nil {
			return see(w, r, voicePath(id), "settings-kept")
		}
		more, ok := voiceFaults(err)
		if !ok {
			return err
		}
		faults = more
	}
	p, err := s.voicePage(r, snap)
	if err != nil {
		return err
	}
	p.Set, p.Faults, p.Problems = set, faults, faultList(faults, voiceNewFields...)
	s.write(w, r, http.StatusUnprocessableEntity, "voice", p)
	return nil
}

// turnVoice opens or closes a survey.
func (s *Server) turnVoice(turn func(b fieldwork.Book, r *http.Request, id string, version int64) error, said string) handler {
	return func(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
		version, err := formVersion(r)
		if err != nil {
			return err
		}
		b, _ := s.voices()
		id := r.PathValue("id")
		if err := turn(b, r, id, version); err != nil {
			return err
		}
		return see(w, r, voicePath(id), said)
	}
}

func openVoice(b fieldwork.Book, r *http.Request, id string, version int64) error {
	v, err := b.Survey(r.Context(), actorOf(r), id)
	if err != nil {
		return err
	}
	if v.State == fieldwork.Closed {
		return b.Reopen(r.Context(), actorOf(r), id, version)
	}
	return b.Open(r.Context(), actorOf(r), id, version)
}

func closeVoice(b fieldwork.Book, r *http.Request, id string, version int64) error {
	return b.Close(r.Context(), actorOf(r), id, version)
}

// shareVoice says who may read the results, and whether releases take what firms agreed to.
func (s *Server) shareVoice(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	b, _ := s.voices()
	id := r.PathValue("id")
	v, err := b.Survey(r.Context(), actorOf(r), id)
	if err != nil {
		return err
	}
	set, said := v.Settings(), ""
	switch r.PostForm.Get("do") {
	case "public":
		set.Results, said = fieldwork.Public, "results-public"
	case "team":
		set.Results, said = "", "results-team"
	case "evidence":
		set.Evidence, said = s.cfg.Now().UTC().Format(time.DateOnly), "evidence-on"
	case "no-evidence":
		set.Evidence, said = "", "evidence-off"
	default:
		return badRequest("The form cannot be read: open it again from its page.")
	}
	if err := b.Change(r.Context(), actorOf(r), id, version, set); err != nil {
		return err
	}
	return see(w, r, voicePath(id), said)
}
