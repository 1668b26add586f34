package web

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/live"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/typed"
)

// VoiceInstrumentPage shows the questions of a survey as they are being written, what is wrong with them, and the versions that
// were published.
type VoiceInstrumentPage struct {
	VoiceHead
	Finding    string
	Lede       string
	Text       string
	Faults     []TextFault
	Left       []string // what a form of another program held and was not taken, from the head of the text
	Problem    string   // why what was sent was not kept
	Theirs     string   // the draft that somebody else kept meanwhile
	Asks       string   // what the draft asks, in a sentence
	Same       bool     // the draft is what was published last
	Offers     []Choice // interventions that could be asked about, those that are ticked first
	MoreOffers []Choice
	LeftOut    []string // questions over interventions, where the place has none to choose from
	OfferMax   int
	Versions   []InstrumentVersion
	Note       string
	Preview    string
}

// TextFault is what is wrong with the text, with the line that it stands in.
type TextFault struct {
	survey.Fault
	Words string // of the line
}

// InstrumentVersion is a version that was published.
type InstrumentVersion struct {
	fieldwork.Version
	Who, When, Preview, Text string
}

// voiceTextMost is how much the form with the text may bring.
const voiceTextMost = 4 * survey.MostText

func (s *Server) voiceInstrument(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	p, err := s.instrumentPage(r, snap, nil, nil)
	if err != nil {
		return err
	}
	return s.render(w, r, "voiceinstrument", p)
}

// instrumentPage shows the text that was sent, or else the draft; chosen are the interventions that were ticked, nil for those
// that are proposed.
func (s *Server) instrumentPage(r *http.Request, snap *live.Snapshot, sent *string, chosen []string) (VoiceInstrumentPage, error) {
	b, head, err := s.voiceHead(r, snap, "instrument", "questions")
	if err != nil {
		return VoiceInstrumentPage{}, err
	}
	p := VoiceInstrumentPage{VoiceHead: head, Text: head.Survey.Draft, OfferMax: survey.MostChoosable, Preview: voicePath(head.Survey.ID) + "/preview"}
	if sent != nil {
		p.Text = *sent
	}
	if err := p.versions(s, r, b); err != nil {
		return p, err
	}
	var last survey.Instrument
	if p.Survey.Published > 0 {
		if last, _, err = b.Instrument(r.Context(), p.Survey.ID, 0); err != nil {
			return p, err
		}
	}
	in, err := survey.Parse([]byte(p.Text))
	p.Faults = textFaults(err, p.Text)
	if err == nil {
		p.Asks, p.Same = asksWords(in), p.Survey.Published > 0 && sameAsked(in, last)
		if len(in.Unfilled()) > 0 {
			if chosen == nil {
				chosen = askedAbout(last)
			}
			all, err := s.offers(r, snap, chosen)
			if err != nil {
				return p, err
			}
			if len(all) < 2 {
				for _, q := range in.Unfilled() {
					p.LeftOut = append(p.LeftOut, q.Text)
				}
				all, p.Same = nil, p.Survey.Published > 0 && sameAsked(in.Without(fromInterventions), last)
			}
			slices.SortStableFunc(all, tickedFirst)
			shown := min(len(all), offersShown)
			p.Offers, p.MoreOffers = all[:shown], all[shown:]
		}
	}
	p.Left = untaken(p.Text)
	p.say()
	return p, nil
}

// untaken are the remarks that fileDraft puts at the head of a text.
func untaken(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		what, ok := strings.CutPrefix(line, leftMark)
		switch {
		case ok:
			out = append(out, capital(strings.TrimSpace(what)))
		case !strings.HasPrefix(line, "#"):
			return out
		}
	}
	return out
}

func (p *VoiceInstrumentPage) versions(s *Server, r *http.Request, b fieldwork.Book) error {
	all, err := b.Versions(r.Context(), actorOf(r), p.Survey.ID)
	if err != nil {
		return err
	}
	var ids []string
	for _, v := range all {
		ids = append(ids, v.By)
	}
	names, err := s.peopleNames(r, ids...)
	if err != nil {
		return err
	}
	for _, v := range slices.Backward(all) {
		p.Versions = append(p.Versions, InstrumentVersion{v, orText(names[v.By], v.By), dayWords(v.At), fmt.Sprintf("%s?n=%d", p.Preview, v.N), fmt.Sprintf("%s/instrument.toml?n=%d", voicePath(p.Survey.ID), v.N)})
	}
	return nil
}

// say writes the finding and the sentence below it.
func (p *VoiceInstrumentPage) say() {
	n := p.Survey.Published
	switch {
	case len(p.Faults) > 0 && n == 0:
		p.Finding = "The draft cannot be published yet"
		p.Lede = counted(len(p.Faults), "thing is", "things are") + " wrong with it. It is kept all the same, so that you can go on later."
	case n == 0:
		p.Finding = "The questions are ready to be published"
		p.Lede = "Look at them as firms would see them, then publish. A published version never changes."
	case len(p.Faults) > 0:
		p.Finding = fmt.Sprintf("Version %d is what is asked", n)
		p.Lede = "The draft below is being changed and has " + counted(len(p.Faults), "fault", "faults") + "."
	case p.Same:
		p.Finding = fmt.Sprintf("Version %d is what is asked", n)
		p.Lede = "The draft below asks the same. Change it and publish again if something has to be mended: who has begun goes on with the version that they have."
	default:
		p.Finding = fmt.Sprintf("The draft differs from version %d", n)
		p.Lede = "What is asked is the version, until the draft is published."
	}
}

// textFaults are the faults of a text with the words of their lines.
func textFaults(err error, text string) []TextFault {
	if err == nil {
		return nil
	}
	var parse *survey.ParseError
	if !errors.As(err, &parse) {
		return []TextFault{{Fault: survey.Fault{What: err.Error()}}}
	}
	lines := strings.Split(text, "\n")
	var out []TextFault
	for _, f := range parse.Faults {
		t := TextFault{Fault: f}
		if f.Line > 0 && f.Line <= len(lines) {
			t.Words = cutText(strings.TrimSpace(lines[f.Line-1]), 120)
		}
		out = append(out, t)
	}
	return out
}

// asksWords says in a sentence what an instrument asks.
func asksWords(in survey.Instrument) string {
	kinds := map[string]int{}
	for _, q := range in.Questions() {
		kinds[q.Kind]++
	}
	text := fmt.Sprintf("%s on %s", counted(len(in.Questions()), "question", "questions"), counted(len(in.Sections), "page", "pages"))
	if in.Minutes > 0 {
		text += fmt.Sprintf(", said to take %s", counted(in.Minutes, "minute", "minutes"))
	}
	if n := kinds[survey.Text]; n > 0 {
		text += fmt.Sprintf("; %d to be answered in words", n)
	}
	return text + "."
}

// sameAsked says that a draft asks what was published: options that are filled in at publication are those of the published one.
func sameAsked(draft, published survey.Instrument) bool {
	for i, sec := range draft.Sections {
		sec.Questions = slices.Clone(sec.Questions)
		for k, q := range sec.Questions {
			if was, ok := published.Find(q.ID); ok && q.From != "" && q.From == was.From {
				sec.Questions[k].Options = was.Options
			}
		}
		draft.Sections[i] = sec
	}
	a, errA := draft.TOML()
	b, errB := published.TOML()
	return errA == nil && errB == nil && bytes.Equal(a, b)
}

func (s *Server) saveInstrument(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	b, _ := s.voices()
	id, text := r.PathValue("id"), formText(r, "draft")
	if err := b.SaveDraft(r.Context(), actorOf(r), id, version, text); err != nil {
		return s.instrumentAgain(w, r, snap, err, text)
	}
	return see(w, r, voicePath(id)+"/instrument", "draft-kept")
}

// formText is a text of many lines that a form sent, with the ends of lines that files have.
func formText(r *http.Request, name string) string {
	return strings.ReplaceAll(r.PostForm.Get(name), "\r\n", "\n")
}

// publishInstrument keeps the text and publishes it as the next version.
func (s *Server) publishInstrument(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	b, _ := s.voices()
	id, text, a := r.PathValue("id"), formText(r, "draft"), actorOf(r)
	v, err := b.Survey(r.Context(), a, id)
	if err != nil {
		return err
	}
	in, err := survey.Parse([]byte(text))
	if err != nil {
		return s.instrumentAgain(w, r, snap, worded("the text has faults, which are named below: mend them, then publish"), text)
	}
	if len(in.Unfilled()) > 0 {
		all, err := s.offers(r, snap, r.PostForm["offer"])
		if err != nil {
			return err
		}
		options := chosenOffers(all, r.PostForm["offer"])
		switch {
		case len(all) < 2: // the page has said that they are left out
			in = in.Without(fromInterventions)
		case len(options) < 2 || len(options) > survey.MostChoosable:
			return s.instrumentAgain(w, r, snap, worded(fmt.Sprintf("tick from 2 to %d interventions to ask about; %d are ticked", survey.MostChoosable, len(options))), text)
		default:
			in = in.Fill(fromInterventions, options)
		}
	}
	if text != v.Draft {
		if err := b.SaveDraft(r.Context(), a, id, version, text); err != nil {
			return s.instrumentAgain(w, r, snap, err, text)
		}
		version++
	}
	if _, err := b.Publish(r.Context(), a, id, version, in, r.PostForm.Get("note")); err != nil {
		return s.instrumentAgain(w, r, snap, err, text)
	}
	return see(w, r, voicePath(id)+"/instrument", "published")
}

// worded is what is wrong with a form, in words for the one who sent it.
type worded string

func (w worded) Error() string { return string(w) }

// instrumentAgain shows the page with what was typed and why it was not kept; faults of this side go on as they are.
func (s *Server) instrumentAgain(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, fault error, text string) error {
	var conflict *fieldwork.ConflictError
	var input *typed.InputError
	var said worded
	status := http.StatusUnprocessableEntity
	isConflict := errors.As(fault, &conflict)
	if !isConflict && !errors.As(fault, &input) && !errors.As(fault, &said) {
		return fault
	}
	ticked := r.PostForm["offer"]
	if ticked == nil {
		ticked = []string{}
	}
	p, err := s.instrumentPage(r, snap, &text, ticked)
	if err != nil {
		return err
	}
	p.Problem, p.Note = capital(fault.Error())+".", r.PostForm.Get("note")
	if isConflict {
		status, p.Theirs = http.StatusConflict, p.Survey.Draft
		p.Problem = "Somebody else has changed this survey since you opened the page. Yours is below and not kept yet: compare it with what they kept, then keep it again."
	}
	s.write(w, r, status, "voiceinstrument", p)
	return nil
}

// instrumentText gives a version as a file, or the draft.
func (s *Server) instrumentText(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	b, head, err := s.voiceHead(r, snap, "instrument", "questions")
	if err != nil {
		return err
	}
	name, text := "draft", []byte(head.Survey.Draft)
	if q := r.URL.Query().Get("n"); q != "" {
		n, err := strconv.Atoi(q)
		if err != nil || n < 1 {
			return badRequest("%q is no version of the questions: versions are numbered from 1.", cutText(q, 20))
		}
		in, _, err := b.Instrument(r.Context(), head.Survey.ID, n)
		if err != nil {
			return err
		}
		if text, err = in.TOML(); err != nil {
			return err
		}
		name = "version-" + q
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name+".toml"))
	_, err = w.Write(text)
	return err
}
