package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/network"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	namedties "milieu/internal/survey/named"
)

// VoiceTiesPage says how good the ties are that firms named in a survey: whether both ends agree, and what silence leaves unknown.
type VoiceTiesPage struct {
	VoiceHead
	Finding   string
	Report    namedties.Report
	PairsSay  string
	Ref       string
	Kinds     []TieKindView
	Ways      []Choice // label, meaning in Value
	Questions []TieQuestion
	Mentions  []TieMention
	Ties      []NamedTieView
	Pager     Pager
	CSV       string
	Enters    string // what becomes of the ties
}

// TieKindView is what the ties of a kind came to.
type TieKindView struct {
	namedties.Kind
	Counts []int // by the ways, in their order
	Agreed string
}

// TieQuestion is what a question on organisations brought.
type TieQuestion struct {
	namedties.Question
	Says   string // those without an answer, by kind
	Cutoff string
}

// TieMention is an organisation that firms named.
type TieMention struct {
	namedties.Mention
	Path, WayIs string
}

// NamedTieView is a named tie of the list.
type NamedTieView struct {
	namedties.Tie
	FromPath, ToPath, KindIs, WayIs, Who string
}

// mentionsShown is how many of the organisations that were named the page lists.
const mentionsShown = 15

func (s *Server) voiceTies(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	b, head, err := s.voiceHead(r, snap, "ties", "named ties")
	if err != nil {
		return err
	}
	if head.Survey.Level == survey.Anonymous {
		return notFound("Nobody can say which ties firms named in an anonymous survey: its answers belong to no firm.")
	}
	rep, err := namedReport(r.Context(), actorOf(r), b, head.Survey.ID)
	if err != nil {
		return err
	}
	p := VoiceTiesPage{VoiceHead: head, Report: rep, CSV: voicePath(head.Survey.ID) + "/ties?format=csv"}
	p.Method = "ties named in answers"
	if wantsCSV(r) {
		if err := s.cfg.Team.Book.Exported(r.Context(), actorOf(r), auth.ReadAnswers, "named ties "+head.Survey.ID, "csv", len(rep.Ties)); err != nil {
			return err
		}
		return writeCSV(w, "named-ties-"+head.Survey.ID, namedHeader, namedTable(rep, head.Survey.Invented))
	}
	page, err := pageNumber(r.URL.Query())
	if err != nil {
		return err
	}
	p.judge()
	p.list(page)
	return s.render(w, r, "voiceties", p)
}

// namedReport reads the answers of a survey with their firms, and judges the ties that they name.
func namedReport(ctx context.Context, a auth.Actor, b fieldwork.Book, id string) (namedties.Report, error) {
	in := namedties.Input{Instruments: map[int]survey.Instrument{}, Asked: map[string]string{}}
	all, err := b.Responses(ctx, a, id)
	if err != nil {
		return namedties.Report{}, err
	}
	units, err := b.Units(ctx, a, id, fieldwork.UnitFilter{})
	if err != nil {
		return namedties.Report{}, err
	}
	for _, u := range units {
		if u.State != fieldwork.UnitOutOfScope && u.State != fieldwork.UnitErased {
			in.Asked[u.OrgID] = u.Name
		}
	}
	for _, x := range all {
		if x.OrgID == "" {
			continue
		}
		if _, ok := in.Instruments[x.N]; !ok {
			if in.Instruments[x.N], _, err = b.Instrument(ctx, id, x.N); err != nil {
				return namedties.Report{}, err
			}
		}
		in.Answers = append(in.Answers, namedties.Answered{OrgID: x.OrgID, Name: x.OrgName, N: x.N, Answers: x.Answers, Ties: x.Consent.Ties})
	}
	return namedties.Reckon(in), nil
}

// judge writes what the ties are worth.
func (p *VoiceTiesPage) judge() {
	r := p.Report
	p.Finding = "No firm has named another yet"
	if len(r.Ties) > 0 {
		p.Finding = counted(len(r.Ties), "tie was named", "ties were named") + " by " + counted(r.Answered, "firm", "firms")
	}
	p.PairsSay, p.Ref = pairsSay(r), evidence.MakeRef(namedRef, []string{p.Survey.ID})
	p.kinds(r)
	for _, q := range r.Questions {
		p.Questions = append(p.Questions, tieQuestion(q))
	}
	switch {
	case p.Survey.Invented:
		p.Enters = "They are invented: none enters the network."
	case p.Survey.Level != survey.Attributable:
		p.Enters = "The survey is confidential: none enters the network."
	case p.Survey.Evidence == "":
		p.Enters = fmt.Sprintf("%d of %d firms agreed that theirs enter the network. They do once the survey is let into releases and closed.", r.Consented, r.Answered)
	default:
		p.Enters = fmt.Sprintf("Those of the %d of %d firms that agreed enter the network with the next build after the survey is closed, as evidence of a survey.", r.Consented, r.Answered)
	}
}

// pairsSay says of how many pairs of firms a tie could have been seen.
func pairsSay(r namedties.Report) string {
	if r.Pairs == 0 {
		return ""
	}
	return fmt.Sprintf("Of the %s pairs of firms that were asked, both ends answered in %s (%.0f %%), one in %s (%.0f %%) and neither in %s (%.0f %%): a tie between two silent firms cannot be seen at all.",
		chart.Number(float64(r.Pairs), 0), chart.Number(float64(r.PairsBoth), 0), tiePercent(r.PairsBoth, r.Pairs), chart.Number(float64(r.PairsOne), 0), tiePercent(r.PairsOne, r.Pairs), chart.Number(float64(r.PairsNone), 0), tiePercent(r.PairsNone, r.Pairs))
}

// kinds is what the ties of each kind came to.
func (p *VoiceTiesPage) kinds(r namedties.Report) {
	for _, w := range namedties.Ways {
		p.Ways = append(p.Ways, Choice{Label: w.Label, Value: w.Meaning})
	}
	for _, k := range r.Kinds {
		v := TieKindView{Kind: k, Agreed: "none could be"}
		for _, w := range namedties.Ways {
			v.Counts = append(v.Counts, k.Ways[w.Key])
		}
		if k.Agreed.N > 0 {
			v.Agreed = fmt.Sprintf("%d of %d: %.0f %% (%.0f–%.0f)", k.Agreed.K, k.Agreed.N, 100*k.Agreed.Value(), 100*k.Agreed.Lo, 100*k.Agreed.Hi)
		}
		p.Kinds = append(p.Kinds, v)
	}
}

func tiePercent(k, n int) float64 {
	if n == 0 {
		return 0
	}
	return 100 * float64(k) / float64(n)
}

func tieQuestion(q namedties.Question) TieQuestion {
	v := TieQuestion{Question: q}
	var parts []string
	for _, x := range []struct {
		state survey.State
		says  string
	}{{survey.DoesntKnow, "do not know"}, {survey.Refused, "would rather not say"}, {survey.NotApply, "say it does not apply"}, {survey.Blank, "left it empty"}, {survey.NotAsked, "were not asked"}} {
		if n := q.States[x.state]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, x.says))
		}
	}
	v.Says = strings.Join(parts, ", ")
	if q.Most > 0 {
		v.Cutoff = fmt.Sprintf("%d of %d gave all %d that it takes", q.Full, q.Firms, q.Most)
	}
	return v
}

// list is the organisations that were named most, and a page of the ties.
func (p *VoiceTiesPage) list(page int) {
	silent := map[string]string{namedties.Both: "answered", namedties.Silent: "asked, did not answer", namedties.Outside: "not asked"}
	for _, m := range p.Report.Mentions[:min(len(p.Report.Mentions), mentionsShown)] {
		p.Mentions = append(p.Mentions, TieMention{m, orgPath(m.OrgID), silent[m.Way]})
	}
	ways := map[string]string{}
	for _, w := range namedties.Ways {
		ways[w.Key] = w.Label
	}
	from := min((page-1)*pageRows, len(p.Report.Ties))
	for _, t := range p.Report.Ties[from:min(from+pageRows, len(p.Report.Ties))] {
		who := "both"
		if len(t.By) == 1 {
			who = t.FromName
			if t.By[0] == t.To {
				who = t.ToName
			}
		}
		p.Ties = append(p.Ties, NamedTieView{t, orgPath(t.From), orgPath(t.To), network.KindOf(t.Kind).Label, ways[t.Way], who})
	}
	p.Pager = pager(voicePath(p.Survey.ID)+"/ties", nil, page, pageRows, len(p.Report.Ties))
}

var namedHeader = []string{"kind", "from_id", "from_name", "to_id", "to_name", "named_by", "known_how", "invented"}

func namedTable(r namedties.Report, invented bool) [][]string {
	var out [][]string
	for _, t := range r.Ties {
		out = append(out, []string{t.Kind, t.From, t.FromName, t.To, t.ToName, strings.Join(t.By, ";"), t.Way, strconv.FormatBool(invented)})
	}
	return out
}
