package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/org"
	"milieu/internal/report"
)

// RecordView is one of the records of which an organisation is made.
type RecordView struct {
	Name, Key, Source, SourcePath string
	How                           string
	Decision                      string // that joins it
	Ref                           string
	Waterfall                     *chart.Chart // of the pair that joins it by evidence
	PairPath                      string
}

// NameView is a further name with the sources that give it.
type NameView struct{ Name, Kind, Sources string }

// AwardView is the part that an organisation takes in a project.
type AwardView struct {
	org.Participation
	When, FunderPath string
	To, ToPath       string // who is paid, of what it pays for
	Money            *report.Figure
	Ref              string
}

// GroupView is the group of which an organisation is part.
type GroupView struct {
	Head, HeadPath string // "" where it is the head itself
	Parents        []GroupTieView
	Members        []GroupTieView
	Ref            string
}

// GroupTieView is who owns or controls a member of the group.
type GroupTieView struct {
	Name, Path, How, Ref string
}

const (
	waterfallsShown = 4 // drawn on the page itself; the others have their own page

	awardsShown = 20 // before the table ends and the CSV goes on

)

// linked fills what the page says of the organisation's records, names, awards and group.
func (p *OrganisationPage) linked(r *http.Request, snap *live.Snapshot) error {
	titles := sourceTitles(snap)
	if err := p.records(r, snap, titles); err != nil {
		return err
	}
	p.names(titles)
	p.awards()
	p.group()
	return p.gives(r, snap)
}

func (p *OrganisationPage) records(r *http.Request, snap *live.Snapshot, titles map[string]string) error {
	if len(p.Joined) < 2 {
		return nil
	}
	drawn, sources := 0, map[string]bool{}
	for _, j := range p.Joined {
		sources[j.Record.Source] = true
		v := RecordView{Name: j.Name, Key: j.Key, Source: orText(titles[j.Record.Source], j.Record.Source), SourcePath: "/sources/" + url.PathEscape(j.Record.Source), Ref: p.Ref, Decision: j.ByDecision()}
		v.How = joinedWords(j)
		if j.With != "" && j.Probability.Valid {
			v.Ref, v.PairPath = evidence.MakeRef("link", []string{j.Key, j.With}), pairPath(j.Key, j.With)
		}
		if j.ByEvidence() && v.PairPath != "" && drawn < waterfallsShown {
			pair, err := org.Pair(r.Context(), snap.DB, j.Key, j.With)
			if err != nil {
				return err
			}
			c := waterfall(pair.AName+" and "+pair.BName, pair.Why, pair.Probability)
			v.Waterfall = &c
			drawn++
		}
		p.Records = append(p.Records, v)
	}
	p.RecordsSay = fmt.Sprintf("%s in %s.", counted(len(p.Joined), "record", "records"), counted(len(sources), "source", "sources"))
	return nil
}

// joinedWords say how a record is joined.
func joinedWords(j org.JoinedRecord) string {
	switch {
	case j.JoinedBy == "own":
		return "the organisation's own record"
	case j.JoinedBy == "key":
		return "under the same key"
	case j.ByDecision() != "":
		return "joined by decision"
	case j.ByEvidence() && j.Probability.Valid:
		return fmt.Sprintf("joined by the evidence: %s, %s, score %s", chanceWords(j.Probability.Float64), chance(j.Probability.Float64), chart.Signed(j.Weight.Float64, 1))
	case j.ByEvidence():
		return "joined by the evidence"
	}
	return "joined by the " + strings.TrimSuffix(j.JoinedBy, " number") + " number, which is the same"
}

// names are the other names, each once, with the kinds and sources that give it.
func (p *OrganisationPage) names(titles map[string]string) {
	at := map[string]int{folded(p.Name): -1}
	for _, n := range p.Names {
		source := orText(titles[n.Record.Source], n.Record.Source)
		key := folded(n.Name)
		k, seen := at[key]
		switch {
		case seen && k < 0: // the name of the page in another case
		case seen && !strings.Contains(p.OtherNames[k].Sources, source):
			p.OtherNames[k].Sources += ", " + source
		case !seen:
			at[key] = len(p.OtherNames)
			v := NameView{Name: n.Name, Kind: nameKinds[n.Kind], Sources: source}
			if n.Language != "" && n.Language != "en" {
				v.Kind = strings.TrimPrefix(v.Kind+", in "+languageName(n.Language), ", ")
			}
			p.OtherNames = append(p.OtherNames, v)
		}
	}
}

// nameKinds say what sort of name it is; that of another record needs no word.
var nameKinds = map[string]string{"alias": "alias", "acronym": "acronym", "former": "former name", "trading": "trading name"}

// languageNames are the languages that names in the United Kingdom's registers come in.
var languageNames = map[string]string{"cy": "Welsh", "gd": "Gaelic", "ga": "Irish", "fr": "French", "de": "German", "es": "Spanish", "it": "Italian", "nl": "Dutch"}

func languageName(code string) string { return orText(languageNames[code], code) }

func (p *OrganisationPage) awards() {
	for _, x := range p.Projects {
		if x.Role != "funder" { // that stands with who is paid
			p.Awards = append(p.Awards, viewAward(p.ID, x))
		}
	}
	if len(p.Awards) == 0 {
		return
	}
	say := report.Text{{Words: counted(len(p.Awards), "part in a project is on record", "parts in projects are on record")}}
	for i, m := range p.Organisation.Received() {
		f := report.Figure{Text: money(m.Currency, m.Amount), Ref: evidence.MakeRef("awards", []string{p.ID, m.Currency})}
		lead := ", and "
		if i == 0 {
			lead = "; its sources state "
		}
		say = append(say, report.Span{Words: lead}, report.Span{Figure: &f}, report.Span{Words: " in " + counted(m.Awards, "award", "awards")})
	}
	p.AwardsSay = append(say, report.Span{Words: "."})
}

func viewAward(id string, x org.Participation) AwardView {
	v := AwardView{Participation: x, Ref: evidence.MakeRef("award", []string{x.ID})}
	v.Title = orText(x.Title, x.ProjectID)
	if x.FunderID != "" && x.FunderID != id {
		v.FunderPath = orgPath(x.FunderID)
	}
	switch {
	case x.Start.Valid && x.End.Valid && x.Start.Time.Year() != x.End.Time.Year():
		v.When = fmt.Sprintf("%d to %d", x.Start.Time.Year(), x.End.Time.Year())
	case x.Start.Valid:
		v.When = x.Start.Time.Format("2006")
	case x.End.Valid:
		v.When = x.End.Time.Format("until 2006")
	}
	if x.Amount.Valid {
		v.Money = &report.Figure{Text: money(x.Currency, x.Amount.Int64), Ref: v.Ref}
	}
	return v
}

// gives is what others are paid by the organisation.
func (p *OrganisationPage) gives(r *http.Request, snap *live.Snapshot) (err error) {
	f := org.AwardFilter{FunderID: p.ID}
	if p.GivesN, err = org.CountAwards(r.Context(), snap.DB, f); err != nil || p.GivesN == 0 {
		return err
	}
	some, err := org.NewestAwards(r.Context(), snap.DB, f, awardsShown, 0)
	for _, a := range some {
		v := viewAward(p.ID, a.Participation)
		v.To, v.ToPath = a.OrgName, orgPath(a.OrgID)
		p.Gives = append(p.Gives, v)
	}
	return err
}

// givesCSV is all of what others are paid by the organisation.
func (s *Server) givesCSV(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, o org.Organisation) error {
	header := append([]string{"recipient_id", "recipient_name"}, awardColumns...)
	return s.streamCSV(r.Context(), w, "paid-by-"+evidence.Slug(o.ID), header, func(row func([]string) error) error {
		return eachChunk(func(limit, offset int) (int, error) {
			some, err := org.NewestAwards(r.Context(), snap.DB, org.AwardFilter{FunderID: o.ID}, limit, offset)
			for _, a := range some {
				if err := row(append([]string{a.OrgID, a.OrgName}, awardRow(a.Participation)...)); err != nil {
					return 0, err
				}
			}
			return len(some), err
		})
	})
}

func (p *OrganisationPage) group() {
	g := p.Organisation.Group
	if g.Name == "" {
		return
	}
	v := GroupView{Ref: evidence.MakeRef("group", []string{p.ID})}
	if g.ID != p.ID {
		v.Head = g.Name
		if g.ID != "" {
			v.HeadPath = orgPath(g.ID)
		}
	}
	for _, t := range g.Parents {
		v.Parents = append(v.Parents, GroupTieView{Name: t.ParentName, Path: pathOf(t.ParentID), How: parentWords(t), Ref: v.Ref})
	}
	for _, t := range g.Members {
		if t.OrgID == g.ID && v.Head != "" {
			continue // it has its own line
		}
		m := GroupTieView{Name: t.Name, Path: pathOf(t.OrgID), How: "the head", Ref: evidence.MakeRef("group", []string{t.OrgID})}
		if t.ParentName != "" {
			m.How = tieShare(t) + " " + t.ParentName
			if t.ParentID == p.ID {
				m.How = tieShare(t) + " this one"
			}
		}
		v.Members = append(v.Members, m)
	}
	p.InGroup = &v
}

// parentWords say what the one above a member has to do with it.
func parentWords(t org.GroupTie) string {
	switch {
	case t.Via == "control" && t.ShareLow.Valid:
		return fmt.Sprintf("controls at least %d %% of it", t.ShareLow.Int64)
	case t.Via == "control":
		return "controls it"
	case t.Via == "part_of":
		return "it is a part of this"
	case t.Via == "subsidiary_of":
		return "it is a subsidiary of this"
	case t.ShareLow.Valid:
		return fmt.Sprintf("owns at least %d %% of it", t.ShareLow.Int64)
	}
	return "owns it"
}

func pathOf(id string) string {
	if id == "" {
		return ""
	}
	return orgPath(id)
}

// tieShare says how a member hangs on the one above it.
func tieShare(t org.GroupTie) string {
	how := map[string]string{"control": "controlled by", "part_of": "part of", "subsidiary_of": "subsidiary of", "owned_by": "owned by"}[t.Via]
	if how == "" {
		how = "under"
	}
	if t.ShareLow.Valid {
		how = fmt.Sprintf("at least %d %% %s", t.ShareLow.Int64, how)
	}
	return how
}

// awardsTable is every part in a project as rows.
func awardsTable(o org.Organisation) [][]string {
	var rows [][]string
	for _, p := range o.Projects {
		rows = append(rows, awardRow(p))
	}
	return rows
}

func awardRow(p org.Participation) []string {
	return []string{p.ID, p.ProjectID, p.Title, p.Programme, p.Funder, p.FunderID, p.Role, dayText(p.Start), dayText(p.End), wholeText(p.Amount), wholeText(p.Cost), p.Currency, p.Status, p.Reference,
		p.SourceURL, p.Record.Source, p.Record.File, fmt.Sprint(p.Record.Line)}
}

var awardColumns = []string{"participation_id", "project_id", "title", "programme", "funder", "funder_id", "role", "start_date", "end_date", "amount_p", "cost_p", "currency", "status", "reference", "source_url", "source", "file", "line"}
