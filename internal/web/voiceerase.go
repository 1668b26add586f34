package web

import (
	"net/http"
	"strings"

	"milieu/internal/live"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
)

// VoiceErasePage erases what a firm said, on its request.
type VoiceErasePage struct {
	Base
	Typed     string
	OrgID     string
	OrgName   string
	Which     []Choice // organisations that the words may mean
	NoOrg     string
	Whys      []Choice
	Said      []SaidRow     // what there is of the firm
	Named     []NamedAnswer // answers of firms that were kept by their name alone
	Problems  []FaultLink
	Done      *fieldwork.Erased
	Build     string // the build that takes it out of releases
	Prospects int    // entries of it as a firm that thought of coming, that were emptied
}

// NamedAnswer is the answers of a firm that was kept by its name alone.
type NamedAnswer struct{ ID, Name, Survey, When string }

// SaidRow is something that there is of a firm.
type SaidRow struct{ What, Path, When string }

// eraseVoice finds the firm, and shows what there is of it.
func (s *Server) eraseVoice(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	p, err := s.erasePage(r, snap, r.URL.Query().Get("organisation"))
	if err != nil {
		return err
	}
	return s.render(w, r, "voiceerase", p)
}

func (s *Server) erasePage(r *http.Request, snap *live.Snapshot, typed string) (VoiceErasePage, error) {
	p := VoiceErasePage{Base: s.base(r, snap, "Erase what a firm said", "/voices"), Typed: strings.TrimSpace(typed)}
	for _, w := range fieldwork.Whys {
		p.Whys = append(p.Whys, Choice{Value: w.Key, Label: w.Label})
	}
	if p.Typed == "" {
		return p, nil
	}
	id, which, err := whichOrg(r.Context(), snap, p.Typed)
	if err != nil {
		return p, err
	}
	b, _ := s.voices()
	if err := p.byName(r, b); err != nil {
		return p, err
	}
	if id == "" {
		// A firm that has left the register can be erased all the same, by its id.
		said, err := b.AnsweredBy(r.Context(), actorOf(r), p.Typed)
		if err != nil {
			return p, err
		}
		if len(said) == 0 {
			for _, c := range which {
				p.Which = append(p.Which, Choice{Label: c.Label, Path: withQuery("/voices/erase", r.URL.Query(), "organisation", c.Value)})
			}
			if len(which) == 0 && len(p.Named) == 0 {
				p.NoOrg = "No organisation is found by these words. Try fewer letters, or its id."
			}
			return p, nil
		}
		id = p.Typed
	}
	p.OrgID, p.OrgName = id, id
	o, err := snap.Orgs.Find(r.Context(), id)
	switch {
	case err == nil:
		p.OrgName = o.Name
	case !isNotFound(err):
		return p, err
	}
	return p, p.said(s, r, b)
}

// said lists the answers and the interviews of the firm.
func (p *VoiceErasePage) said(s *Server, r *http.Request, b fieldwork.Book) error {
	answers, err := b.AnsweredBy(r.Context(), actorOf(r), p.OrgID)
	if err != nil {
		return err
	}
	for _, a := range answers {
		if v, err := b.Survey(r.Context(), actorOf(r), a.SurveyID); err != nil || v.Invented { // no firm said that
			if err != nil {
				return err
			}
			continue
		}
		title := a.SurveyTitle
		if a.Wave != "" {
			title += ", " + a.Wave
		}
		p.Said = append(p.Said, SaidRow{What: "Answers to " + title, Path: voicePath(a.SurveyID), When: dayWords(a.DoneAt)})
	}
	if ib, ok := s.interviewBook(); ok {
		all, err := ib.InterviewsOf(r.Context(), actorOf(r), p.OrgID)
		if err != nil {
			return err
		}
		for _, i := range all {
			p.Said = append(p.Said, SaidRow{What: "Interview", Path: "/interviews/" + i.ID, When: daySay(i.Day)})
		}
	}
	return nil
}

// doErase erases, and shows what was. What prospects say of the firm goes too, also where it has answered nothing.
func (s *Server) doErase(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	f, a := r.PostForm, actorOf(r)
	b, _ := s.voices()
	var done fieldwork.Erased
	var err error
	org := f.Get("organisation")
	if id := f.Get("response"); id != "" {
		done, err = b.EraseResponse(r.Context(), a, id, f.Get("why"))
	} else {
		done, err = b.Erase(r.Context(), a, org, f.Get("why"))
	}
	faults, typed := voiceFaults(err)
	if err != nil && !typed {
		return err
	}
	prospects := 0
	if f.Get("response") == "" && faults["why"] == "" {
		if prospects, err = s.prospectBook().EraseOrg(r.Context(), a, org); err != nil {
			return err
		}
	}
	p, err := s.erasePage(r, snap, org)
	if err != nil {
		return err
	}
	if typed && prospects == 0 {
		p.Problems = faultList(faults, "organisation", "why")
		s.write(w, r, http.StatusUnprocessableEntity, "voiceerase", p)
		return nil
	}
	p.Done, p.Prospects = &done, prospects
	j, _, err := s.cfg.Team.Jobs.Ask(r.Context(), a, BuildJob)
	if err != nil {
		return err
	}
	p.Build = "/builds/" + j.ID
	return s.render(w, r, "voiceerase", p)
}

// byName are answers that came in on paper or in talk from a firm of which only a name was written down.
func (p *VoiceErasePage) byName(r *http.Request, b fieldwork.Book) error {
	all, err := b.Surveys(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	for _, v := range all {
		if v.Level == survey.Anonymous {
			continue
		}
		answers, err := b.Responses(r.Context(), actorOf(r), v.ID)
		if err != nil {
			return err
		}
		for _, one := range answers {
			if one.OrgID == "" && one.OrgName != "" && strings.Contains(strings.ToLower(one.OrgName), strings.ToLower(p.Typed)) {
				p.Named = append(p.Named, NamedAnswer{ID: one.ID, Name: one.OrgName, Survey: v.Title, When: dayWords(one.DoneAt)})
			}
		}
	}
	return nil
}
