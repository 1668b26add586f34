package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"milieu/internal/auth"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
)

// VoicesPage lists surveys: all of them for people of the workspace, those with public results for everybody else.
type VoicesPage struct {
	Base
	Finding  string
	Lede     string
	Rows     []VoiceRow
	Pages    Leaves
	Team     bool // the visitor may see whom surveys ask
	Runs     bool // and may make one
	Erases   bool
	ReadOnly bool // a site without a store
	Invented bool // some survey of the list is
	CSV      string
}

// VoiceRow is one survey of the list.
type VoiceRow struct {
	ID, Title, Path, Wave, Level, State, Made string
	Invented, Public                          bool
	Answers                                   string // of how many that were asked, for the team
}

func voiceRow(v fieldwork.Survey, team bool) VoiceRow {
	row := VoiceRow{ID: v.ID, Title: v.Title, Path: voicePath(v.ID), Wave: v.Wave, Level: voiceLevels[v.Level], State: voiceStates[v.State], Made: dayWords(v.MadeAt), Invented: v.Invented, Public: v.Results == fieldwork.Public}
	if !team {
		row.Path += "/results"
	}
	return row
}

var voiceHeader = []string{"survey_id", "title", "series", "wave", "level", "state", "invented", "published_version", "results", "in_releases_since", "keep_until", "made_at", "note"}

func (s *Server) listVoices(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	a := actorOf(r)
	p := VoicesPage{Base: s.base(r, snap, "Voices", "/voices"), Team: a.May(auth.ReadSurveys), Runs: a.May(auth.RunSurvey), Erases: a.May(auth.EraseAnswers), CSV: readdress(r, "format", "csv")}
	p.Notice = orText(p.Notice, voiceNotices[r.URL.Query().Get("said")])
	b, ok := s.voices()
	p.ReadOnly = !ok
	var all []fieldwork.Survey
	if ok {
		var err error
		if all, err = b.Surveys(r.Context(), a); err != nil {
			return err
		}
	}
	if wantsCSV(r) {
		return writeCSV(w, "surveys", voiceHeader, voiceTable(all))
	}
	slices.SortStableFunc(all, func(x, y fieldwork.Survey) int { return cmp.Compare(stateRank[x.State], stateRank[y.State]) })
	shown, pages := leaf(r, all, "list", "surveys")
	p.Pages = pages
	for _, v := range shown {
		row := voiceRow(v, p.Team)
		if p.Team && v.State != fieldwork.Drafted {
			progress, err := b.Progress(r.Context(), a, v.ID)
			if err != nil {
				return err
			}
			row.Answers = (&VoicePage{VoiceHead: VoiceHead{Survey: v}, Progress: progress, Anonym: v.Level == survey.Anonymous}).answeredOf()
		}
		p.Rows = append(p.Rows, row)
		p.Invented = p.Invented || v.Invented
	}
	p.say(all)
	return s.render(w, r, "voices", p)
}

// stateRank puts the surveys that take answers first.
var stateRank = map[string]int{fieldwork.Open: 0, fieldwork.Drafted: 1, fieldwork.Closed: 2}

// say writes the finding and the sentence below it.
func (p *VoicesPage) say(all []fieldwork.Survey) {
	p.Lede = "Why firms are here, what helps them, what stops them and what they want done, asked of firms that were drawn from the register."
	open := 0
	for _, v := range all {
		if v.State == fieldwork.Open {
			open++
		}
	}
	switch {
	case len(all) == 0 && p.Team:
		p.Finding = "Nobody has been asked yet"
	case len(all) == 0:
		p.Finding = "No results are public yet"
	case !p.Team:
		p.Finding = counted(len(all), "survey has", "surveys have") + " public results"
	case open > 0:
		p.Finding = counted(open, "survey takes", "surveys take") + " answers now"
	default:
		p.Finding = counted(len(all), "survey", "surveys") + ", none open"
	}
}

func voiceTable(all []fieldwork.Survey) [][]string {
	var rows [][]string
	for _, v := range all {
		invented, note := "no", ""
		if v.Invented {
			invented, note = "yes", evidence.InventedNote
		}
		rows = append(rows, []string{v.ID, v.Title, v.Series, v.Wave, string(v.Level), v.State, invented, strconv.Itoa(v.Published), v.Results, v.Evidence, v.KeepUntil, v.MadeAt, note})
	}
	return rows
}
