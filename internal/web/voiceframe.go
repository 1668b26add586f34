package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/place"
	"milieu/internal/report"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	surveyframe "milieu/internal/survey/frame"
)

// VoiceFramePage chooses the firms that could be asked, freezes them, and draws those that are.
type VoiceFramePage struct {
	VoiceHead
	Finding  string
	Lede     string
	Choosing bool // no frame is frozen, or another one is being chosen
	Frozen   *FrozenView
	Form     FrameForm
	Firms    report.Figure // that pass or are frozen
	Says     string        // who they are, in words
	Groups   []FrameGroup
	Blank    string // groupings of which nothing is known
	Fault    string // why no frame can be made by this choice
	Small    string // strata that an anonymous survey must not have
	Plan     PlanView
	Asked    string // the choice as an address, for freezing
	Seed     string
	CanDraw  bool
	CanRedo  bool // nobody has been asked, so another frame may be frozen
	CSV      string
	Kept     []Choice // parts of the address that the form of the plan keeps
}

// FrozenView is what was frozen and drawn, in words.
type FrozenView struct {
	Release, When, Who, Hash string
	Drawn                    int
	DrawnWhen, Seed          string
	Groupings                int
}

// FrameGroup is how many firms each category of a grouping holds.
type FrameGroup struct {
	Label string
	Rows  []FrameGroupRow
}

// FrameGroupRow is one category.
type FrameGroupRow struct {
	Label   string
	N       int
	Percent int
}

func (s *Server) voiceFrame(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	b, head, err := s.voiceHead(r, snap, "frame", "whom to ask")
	if err != nil {
		return err
	}
	p := VoiceFramePage{VoiceHead: head}
	f, err := b.Frozen(r.Context(), actorOf(r), head.Survey.ID)
	has := err == nil
	if err != nil && !errors.Is(err, fieldwork.ErrNotFound) {
		return err
	}
	q := r.URL.Query()
	p.Choosing = !has || q.Has("again") && p.Runs
	counts := f.Counts
	if p.Choosing {
		if counts, err = p.choose(r, snap, q); err != nil {
			return err
		}
	} else if err := p.frozen(s, r, snap, b, f); err != nil {
		return err
	}
	if wantsCSV(r) {
		return s.frameCSV(w, r, snap, b, p)
	}
	if err := p.numbers(q, counts, f, s.cfg.Now().Format("20060102")); err != nil {
		return err
	}
	p.say(counts)
	return s.render(w, r, "voiceframe", p)
}

// choose reads the firms that pass what the address asks for. A choice that lets nobody pass is told on the page.
func (p *VoiceFramePage) choose(r *http.Request, snap *live.Snapshot, q url.Values) (fieldwork.Counts, error) {
	ask, err := parseFrame(r, snap, q)
	if err != nil {
		return fieldwork.Counts{}, err
	}
	if p.Form, err = frameForm(r, snap, ask); err != nil {
		return fieldwork.Counts{}, err
	}
	v := ask.values()
	p.Asked, p.CSV = v.Encode(), readdress(r, "format", "csv")
	p.Kept = keptChoices(v)
	c, fault, err := frameCounts(r, snap, ask)
	if err != nil {
		return c, err
	}
	p.Fault = fault
	p.Firms = report.CountFigure(int64(c.Firms), ask.Query.Ref())
	p.Says, err = p.words(r, snap, ask.Query, p.Form.Sectors, ask.AnchorName)
	if err != nil {
		return c, err
	}
	p.small(c)
	p.tables(c)
	return c, nil
}

// keptChoices are the parts of an address as hidden fields.
func keptChoices(v url.Values) []Choice {
	var out []Choice
	set := map[string]bool{}
	for name := range v {
		set[name] = true
	}
	for _, name := range sortedNames(set) {
		for _, value := range v[name] {
			out = append(out, Choice{Label: name, Value: value})
		}
	}
	return out
}

// frameCounts counts the firms that pass a choice; fault says in words why it makes no frame.
func frameCounts(r *http.Request, snap *live.Snapshot, ask frameAsk) (c fieldwork.Counts, fault string, err error) {
	if ask.Anchor != "" && ask.Query.Anchor == "" {
		return c, fmt.Sprintf("No single organisation is found by the words “%s”: choose one of those below, or leave the field empty.", cutText(ask.Anchor, 60)), nil
	}
	key, err := json.Marshal(ask.Query)
	if err != nil {
		return c, "", err
	}
	c, err = live.Remember(&snap.Cache, "frame/"+string(key), func() (fieldwork.Counts, error) {
		f, err := surveyframe.Read(r.Context(), snap.DB, snap.Rel.ID, ask.Query)
		return fieldwork.CountsOf(f), err
	})
	var wrong *surveyframe.QueryError
	switch {
	case errors.Is(err, surveyframe.ErrEmpty):
		return fieldwork.Counts{}, "No organisation of this release passes this choice: take a filter away.", nil
	case errors.As(err, &wrong):
		return fieldwork.Counts{}, frameFault(wrong), nil
	}
	return c, "", err
}

// frameFault says what is wrong with a choice in the words of the form.
func frameFault(e *surveyframe.QueryError) string {
	field := map[string]string{"strata": "The strata", "areas": "The areas for groups", "anchor": "The organisation from which distance is measured", "max_employees": "The most employees", "min_employees": "The least employees", "least": "The least of a stratum"}[e.Field]
	return orText(field, "The choice") + " " + e.Reason + "."
}

func (p *VoiceFramePage) words(r *http.Request, snap *live.Snapshot, q surveyframe.Query, sectors []Choice, anchor string) (string, error) {
	sectorName, areaName := "", ""
	for _, c := range sectors {
		if c.Value == q.Sector {
			sectorName = c.Label
		}
	}
	if q.AreaSet != "" {
		a, err := place.Find(r.Context(), snap.DB, q.AreaSet, q.AreaID)
		switch {
		case err == nil:
			areaName = a.Name
		case !isNotFound(err):
			return "", err
		}
	}
	return frameWords(q, sectorName, areaName, anchor), nil
}

// small says which strata are too small for the survey's level.
func (p *VoiceFramePage) small(c fieldwork.Counts) {
	if p.Survey.Level != survey.Anonymous {
		return
	}
	var names []string
	for _, s := range c.Strata {
		if s.Frame < surveyframe.LeastAnonymous {
			names = append(names, fmt.Sprintf("%s (%d)", s.Label, s.Frame))
		}
	}
	if len(names) > 0 {
		p.Small = fmt.Sprintf("A stratum of an anonymous survey holds %d firms or more, so that nobody is found by it. Too small: %s. Set the least of a stratum to %d or more.", surveyframe.LeastAnonymous, andList(names[:min(len(names), 6)]), surveyframe.LeastAnonymous)
	}
}

// tables are the firms by grouping.
func (p *VoiceFramePage) tables(c fieldwork.Counts) {
	var blank []string
	for _, g := range c.Groupings {
		if len(g.Categories) == 1 && g.Categories[0].Key == surveyframe.Unknown {
			blank = append(blank, strings.ToLower(g.Label))
			continue
		}
		t := FrameGroup{Label: g.Label}
		for _, k := range g.Categories {
			t.Rows = append(t.Rows, FrameGroupRow{k.Label, k.Frame, int(100*float64(k.Frame)/float64(max(c.Firms, 1)) + 0.5)})
		}
		p.Groups = append(p.Groups, t)
	}
	if len(blank) > 0 {
		p.Blank = capital(andList(blank)) + " of none of them is known in this release, so results cannot be shown by that."
	}
}

// frozen fills in what was frozen.
func (p *VoiceFramePage) frozen(s *Server, r *http.Request, snap *live.Snapshot, b fieldwork.Book, f fieldwork.Frozen) error {
	names, err := s.peopleNames(r, f.By)
	if err != nil {
		return err
	}
	v := FrozenView{Release: f.ReleaseID, When: dayWords(f.At), Who: orText(names[f.By], f.By), Hash: f.Hash[:min(len(f.Hash), 12)], Groupings: len(f.Counts.Groupings)}
	progress, err := b.Progress(r.Context(), actorOf(r), p.Survey.ID)
	if err != nil {
		return err
	}
	if f.DrawnAt != "" {
		v.Drawn, v.DrawnWhen, v.Seed = progress.Total.Drawn, dayWords(f.DrawnAt), strconv.FormatUint(f.Seed, 10)
	}
	p.Frozen, p.CSV = &v, readdress(r, "format", "csv")
	asked := progress.Total.Sent > 0 || progress.Total.Done > 0 || progress.Outside > 0
	p.CanRedo, p.CanDraw = !asked && p.Runs, p.Runs && p.Survey.ExpiredAt == ""
	p.Firms = report.Figure{Text: chart.Number(float64(f.Counts.Firms), 0)}
	sectors, _, err := sectorFilter(r, snap, "")
	if err != nil {
		return err
	}
	anchor := f.Query.Anchor
	if anchor != "" {
		if o, err := snap.Orgs.Find(r.Context(), anchor); err == nil {
			anchor = o.Name
		}
	}
	if p.Says, err = p.words(r, snap, f.Query, sectors, anchor); err != nil {
		return err
	}
	p.tables(f.Counts)
	return nil
}

// numbers reckons how many to ask; seed is proposed where none was used yet.
func (p *VoiceFramePage) numbers(q url.Values, c fieldwork.Counts, f fieldwork.Frozen, seed string) error {
	if c.Firms == 0 {
		return nil
	}
	ask, err := parsePlan(p.Survey, q)
	if err != nil {
		return err
	}
	if !p.Choosing && f.Plan != nil && ask.own == nil && !q.Has("margin") {
		ask.own = map[string]int{} // what was drawn is shown until another plan is asked for
		for _, s := range c.Strata {
			ask.own[s.Key] = f.Plan[s.Key]
		}
	}
	plan, _, err := ask.plan(p.Survey, c)
	if err != nil {
		plan, err = planFault(plan, err)
	}
	p.Plan = plan
	if p.Frozen != nil {
		seed = orText(p.Frozen.Seed, seed)
	}
	p.Seed = orText(q.Get("seed"), seed)
	return err
}

// say writes the finding and the sentence below it.
func (p *VoiceFramePage) say(c fieldwork.Counts) {
	n := chart.Number(float64(c.Firms), 0)
	switch {
	case p.Choosing && p.Fault != "":
		p.Finding, p.Lede = "Nobody could be asked by this choice", p.Fault
	case p.Choosing:
		p.Finding, p.Lede = counted(c.Firms, "firm", "firms")+" could be asked", "Choose whom the survey is about. When it is right, freeze the frame: results will speak for these firms, as they stood in this release, and for no others."
	case p.Frozen.Drawn > 0:
		p.Finding, p.Lede = counted(p.Frozen.Drawn, "firm is", "firms are")+" drawn from "+n, "Each firm of a stratum had the same chance. With the same frame, numbers and seed anybody draws the same firms again."
	default:
		p.Finding, p.Lede = "The frame holds "+counted(c.Firms, "firm", "firms"), "It is frozen: results will speak for these firms. Now decide how many to ask, and draw them."
	}
}

// freezeFrame keeps the firms that pass the choice of the form.
func (s *Server) freezeFrame(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	q, err := url.ParseQuery(r.PostForm.Get("choice"))
	if err != nil {
		return badRequest("The form cannot be read: open it again from its page.")
	}
	ask, err := parseFrame(r, snap, q)
	if err != nil {
		return err
	}
	var wrong *surveyframe.QueryError
	f, err := surveyframe.Read(r.Context(), snap.DB, snap.Rel.ID, ask.Query)
	switch {
	case errors.Is(err, surveyframe.ErrEmpty):
		return statusError{http.StatusUnprocessableEntity, "No organisation of this release passes this choice: take a filter away."}
	case errors.As(err, &wrong):
		return statusError{http.StatusUnprocessableEntity, frameFault(wrong)}
	case err != nil:
		return err
	}
	titles := map[string]string{}
	for _, src := range snap.Rel.Manifest.Sources {
		titles[src.ID] = src.Title
	}
	b, _ := s.voices()
	id := r.PathValue("id")
	if err := b.Freeze(r.Context(), actorOf(r), id, version, f.Titled(titles)); err != nil {
		return err
	}
	return see(w, r, voicePath(id)+"/frame", "frozen")
}

// drawFirms draws as many firms of each stratum as the form says.
func (s *Server) drawFirms(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	b, _ := s.voices()
	id, a := r.PathValue("id"), actorOf(r)
	v, err := b.Survey(r.Context(), a, id)
	if err != nil {
		return err
	}
	ask, err := parsePlan(v, r.PostForm)
	if err != nil {
		return err
	}
	seed, err := strconv.ParseUint(r.PostForm.Get("seed"), 10, 63)
	if err != nil {
		return badRequest("The seed %q is not a whole number from 0.", cutText(r.PostForm.Get("seed"), 30))
	}
	if err := b.Draw(r.Context(), a, id, version, ask.own, seed); err != nil {
		return err
	}
	return see(w, r, voicePath(id)+"/frame", "drawn")
}

var frameHeader = []string{"grouping", "category", "label", "firms"}

// frameCSV gives the frame in counts: of strata and of groups. The firms are not named, so that everybody of the team may take it.
func (s *Server) frameCSV(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, b fieldwork.Book, p VoiceFramePage) error {
	var c fieldwork.Counts
	if p.Choosing {
		ask, err := parseFrame(r, snap, r.URL.Query())
		if err != nil {
			return err
		}
		if c, _, err = frameCounts(r, snap, ask); err != nil {
			return err
		}
	} else {
		f, err := b.Frozen(r.Context(), actorOf(r), p.Survey.ID)
		if err != nil {
			return err
		}
		c = f.Counts
	}
	var rows [][]string
	for _, t := range c.Strata {
		rows = append(rows, []string{"stratum", t.Key, t.Label, strconv.Itoa(t.Frame)})
	}
	for _, g := range c.Groupings {
		for _, k := range g.Categories {
			rows = append(rows, []string{g.Key, k.Key, k.Label, strconv.Itoa(k.Frame)})
		}
	}
	return writeCSV(w, "frame", frameHeader, rows)
}
