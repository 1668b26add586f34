package web

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"milieu/internal/live"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/xlsform"
)

// VoiceNewPage asks for what a new survey is: whose questions, how far answers can be traced, who asks.
type VoiceNewPage struct {
	Base
	Heading  string
	Of       fieldwork.Survey // the survey of which this is a new wave; its ID is "" where there is none
	Shipped  []Choice         // N is how many questions
	Levels   []LevelChoice
	From     string // shipped:ID, text, file or wave
	Text     string
	Set      fieldwork.Settings
	Faults   map[string]string
	Problems []FaultLink
	Least    int // the least threshold
}

// LevelChoice is a level that can be chosen, with what it promises.
type LevelChoice struct {
	Value, Label, Meaning string
	Current               bool
}

// Where the questions of a new survey come from, besides those that are shipped.
const (
	fromShipped = "shipped:"
	fromText    = "text"
	fromFile    = "file"
	fromWave    = "wave"
)

// voiceNewMost is how much a request that makes a survey may bring: a form of another program and the rest.
const voiceNewMost = xlsform.MostBytes + survey.MostText + 64<<10

func (s *Server) newVoice(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	p, err := s.voiceNewPage(r, snap, r.URL.Query().Get("of"))
	if err != nil {
		return err
	}
	return s.render(w, r, "voicenew", p)
}

// voiceNewPage is the form, empty or with what a survey says of which a new wave is to be made.
func (s *Server) voiceNewPage(r *http.Request, snap *live.Snapshot, of string) (VoiceNewPage, error) {
	p := VoiceNewPage{Base: s.base(r, snap, "New survey", "/voices"), Heading: "Make a survey", Least: fieldwork.LeastThreshold, Set: fieldwork.Settings{Threshold: fieldwork.LeastThreshold}}
	level := survey.Level("")
	if of != "" {
		b, _ := s.voices()
		v, err := b.Survey(r.Context(), actorOf(r), of)
		if err != nil {
			return p, err
		}
		p.Heading, p.Of, p.From, p.Set, level = "New wave of "+v.Title, v, fromWave, v.Settings(), v.Level
		p.Set.Wave, p.Set.KeepUntil, p.Set.Results, p.Set.Evidence, p.Set.Series = "", "", "", "", orText(v.Series, v.Title)
	}
	for i, src := range survey.Shipped() {
		c := Choice{Value: fromShipped + src.ID, Label: src.Title}
		if in, err := survey.Parse(src.Text); err == nil {
			c.N = len(in.Questions())
		}
		if of == "" && i == 0 {
			p.From = c.Value
		}
		p.Shipped = append(p.Shipped, c)
	}
	p.level(string(level))
	return p, nil
}

func (p *VoiceNewPage) level(chosen string) {
	p.Levels = nil
	for _, l := range survey.Levels {
		p.Levels = append(p.Levels, LevelChoice{string(l.Level), voiceLevels[l.Level], l.Meaning, string(l.Level) == chosen})
	}
}

// voiceNewFields are the fields of the form in their order.
var voiceNewFields = []string{"draft", "title", "level", "about", "contact", "series", "wave", "threshold", "keep_until"}

func (s *Server) makeVoice(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	f := r.PostForm
	b, _ := s.voices()
	settings, faults := voiceSettings(r)
	draft, in, reason := s.newDraft(r, b)
	if reason != "" {
		faults["draft"] = reason
	}
	settings.Title = orText(settings.Title, in.Title)
	if len(faults) == 0 {
		id, err := b.New(r.Context(), actorOf(r), fieldwork.Survey{Title: settings.Title, About: settings.About, Level: survey.Level(f.Get("level")), Series: settings.Series, Wave: settings.Wave, Contact: settings.Contact,
			Threshold: settings.Threshold, KeepUntil: settings.KeepUntil, Draft: draft})
		if err == nil {
			return see(w, r, voicePath(id)+"/instrument", "voice-made")
		}
		more, ok := voiceFaults(err)
		if !ok {
			return err
		}
		faults = more
	}
	p, err := s.voiceNewPage(r, snap, f.Get("of"))
	if err != nil {
		return err
	}
	p.Set, p.From, p.Text, p.Faults, p.Problems = settings, f.Get("from"), f.Get("text"), faults, faultList(faults, voiceNewFields...)
	p.level(f.Get("level"))
	s.write(w, r, http.StatusUnprocessableEntity, "voicenew", p)
	return nil
}

// voiceSettings reads what can be set of a survey from its form, with the fault of a number that is none.
func voiceSettings(r *http.Request) (fieldwork.Settings, map[string]string) {
	f := r.PostForm
	set := fieldwork.Settings{Title: f.Get("title"), About: f.Get("about"), Series: f.Get("series"), Wave: f.Get("wave"), Contact: f.Get("contact"), KeepUntil: f.Get("keep_until"), Threshold: fieldwork.LeastThreshold}
	faults := map[string]string{}
	if t := strings.TrimSpace(f.Get("threshold")); t != "" {
		n, err := strconv.Atoi(t)
		if err != nil {
			faults["threshold"] = fmt.Sprintf("%.20q is not a whole number", t)
		}
		set.Threshold = n
	}
	return set, faults
}

// newDraft is the text of the instrument that the form asks for; reason says in words why there is none. Text that is no
// instrument yet is taken too: its faults are shown beside it on the page where it is written.
func (s *Server) newDraft(r *http.Request, b fieldwork.Book) (text string, in survey.Instrument, reason string) {
	from := r.PostForm.Get("from")
	switch {
	case strings.HasPrefix(from, fromShipped):
		for _, src := range survey.Shipped() {
			if fromShipped+src.ID == from {
				text = string(src.Text)
			}
		}
		if text == "" {
			return "", in, "is not one of those that come with the program"
		}
	case from == fromText:
		if text = strings.TrimSpace(r.PostForm.Get("text")); text == "" {
			return "", in, "is empty: paste the text of the questions, or choose others"
		}
	case from == fromFile:
		if text, reason = fileDraft(r); reason != "" {
			return "", in, reason
		}
	case from == fromWave:
		if text, reason = s.waveDraft(r, b); reason != "" {
			return "", in, reason
		}
	default:
		return "", in, "is missing: choose where the questions come from"
	}
	in, _ = survey.Parse([]byte(text)) // what is wrong with it is shown where it is written
	return text, in, ""
}

// waveDraft is the text of the instrument that the survey asked last, of which this is a new wave.
func (s *Server) waveDraft(r *http.Request, b fieldwork.Book) (text, reason string) {
	id := r.PostForm.Get("of")
	v, err := b.Survey(r.Context(), actorOf(r), id)
	if err != nil {
		return "", "cannot be taken from that survey: it is not there"
	}
	if v.Published == 0 {
		return v.Draft, ""
	}
	in, _, err := b.Instrument(r.Context(), id, 0)
	if err != nil {
		return "", "cannot be taken from that survey: " + err.Error()
	}
	out, err := in.TOML()
	if err != nil {
		return "", "cannot be taken from that survey: " + err.Error()
	}
	return string(out), ""
}

// leftMark begins a remark on what an XLSForm held and could not be taken.
const leftMark = "# - "

// fileDraft is the text of an instrument that was uploaded as a file of its own form or as an XLSForm. What the latter holds and
// cannot be taken stands in comments at the head of the text.
func fileDraft(r *http.Request) (text, reason string) {
	f, h, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return "", "is missing: choose a file (.toml or .xlsx)"
	}
	if err != nil {
		return "", "did not arrive whole: send it again"
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, xlsform.MostBytes+1))
	if err != nil {
		return "", "did not arrive whole: send it again"
	}
	if len(data) > xlsform.MostBytes {
		return "", fmt.Sprintf("is larger than %d MB", xlsform.MostBytes>>20)
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return "", "is empty: choose a file with questions"
	}
	if !bytes.HasPrefix(data, []byte("PK")) {
		if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
			return "", "is neither a text file (.toml) nor a workbook (.xlsx)"
		}
		return strings.TrimPrefix(string(data), "\ufeff"), ""
	}
	in, problems, err := xlsform.Read(data)
	if err != nil {
		return "", "cannot be read as an XLSForm: " + err.Error()
	}
	out, err := in.TOML()
	if err != nil {
		return "", "cannot be read as an XLSForm: " + err.Error()
	}
	var head strings.Builder
	for i, p := range problems {
		if i == 0 {
			fmt.Fprintf(&head, "# From %q. What could not be taken:\n", h.Filename)
		}
		fmt.Fprintf(&head, leftMark+"%s\n", strings.Join(strings.Fields(p.String()), " "))
	}
	return head.String() + string(out), ""
}
