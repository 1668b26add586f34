package web

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/survey/prospect"
)

// ProspectsPage lists firms that thought of coming, with what they came to.
type ProspectsPage struct {
	Base
	Finding, Lede string
	Writes        bool
	Total         int
	Tabs          []Choice
	Rows          []ProspectRow
	Pager         Pager
	Stages        chart.Chart
	Ended         string
	Reached       string // how many ever came how far
	Attract       []ProspectReason
	Deter         []ProspectReason
	AttractN      int
	DeterN        int
	Places        []prospect.Place
	CSV           string
}

// ProspectRow is a prospect of the list.
type ProspectRow struct {
	prospect.Prospect
	Path, SinceDay, SizeIs string
	About                  string   // what it does and where it is
	Says                   []Choice // its reasons: label and value
}

// ProspectReason is how many prospects gave a reason.
type ProspectReason struct {
	prospect.ReasonCount
	Of, Within string // "5 of 8", "62 % (31–86)"
	Range      chart.Chart
}

// prospectTabs are the lists of prospects.
var prospectTabs = []struct {
	key, label string
	has        func(prospect.Stage) bool
}{
	{"", "On their way", func(s prospect.Stage) bool { return !s.Ended() }},
	{"landed", "Landed", func(s prospect.Stage) bool { return s == prospect.Landed }},
	{"gone", "Went elsewhere or lost", func(s prospect.Stage) bool { return s == prospect.Elsewhere || s == prospect.Lost }},
	{"all", "All", func(prospect.Stage) bool { return true }},
}

func (s *Server) prospects(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	q := r.URL.Query()
	all, err := s.prospectBook().All(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	page, err := pageNumber(q)
	if err != nil {
		return err
	}
	p := ProspectsPage{Base: s.base(r, snap, "Prospects", "/prospects"), Writes: actorOf(r).May(auth.RunSurvey), Total: len(all), CSV: withQuery("/prospects", q, "format", "csv", "said", "")}
	p.Method = "prospects that the team has written down"
	rows, err := p.list(all, q.Get("show"))
	if err != nil {
		return err
	}
	if wantsCSV(r) {
		if err := s.cfg.Team.Book.Exported(r.Context(), actorOf(r), auth.ReadSurveys, "prospects", "csv", len(rows)); err != nil {
			return err
		}
		return writeCSV(w, "prospects", prospectHeader, prospectTable(rows))
	}
	from := min((page-1)*pageRows, len(rows))
	for _, x := range rows[from:min(from+pageRows, len(rows))] {
		p.Rows = append(p.Rows, prospectRow(x.Prospect))
	}
	q.Del("said")
	p.Pager = pager("/prospects", q, page, pageRows, len(rows))
	p.count(prospect.Count(all))
	return s.render(w, r, "prospects", p)
}

// list makes the tabs and gives the prospects of the current one.
func (p *ProspectsPage) list(all []prospect.Way, show string) ([]prospect.Way, error) {
	var rows []prospect.Way
	found := false
	for _, t := range prospectTabs {
		c := Choice{Value: t.key, Label: t.label, Path: "/prospects", Current: t.key == show}
		if t.key != "" {
			c.Path += "?show=" + t.key
		}
		for _, x := range all {
			if t.has(x.Stage) {
				c.N++
				if c.Current {
					rows = append(rows, x)
				}
			}
		}
		found = found || c.Current
		p.Tabs = append(p.Tabs, c)
	}
	if !found {
		return nil, badRequest("There is no list %.40q of prospects; there are landed, gone and all.", show)
	}
	return rows, nil
}

// count says what the prospects came to.
func (p *ProspectsPage) count(c prospect.Counts) {
	open := 0
	var bars []chart.Bar
	for _, st := range prospect.Stages {
		if !st.Stage.Ended() {
			open += c.ByStage[st.Stage]
		}
		b := chart.Bar{Label: st.Label, Value: float64(c.ByStage[st.Stage])}
		switch st.Stage {
		case prospect.Landed:
			b.Mark = chart.MarkGood
		case prospect.Elsewhere, prospect.Lost:
			b.Mark = chart.MarkOther
		}
		bars = append(bars, b)
	}
	p.Finding = counted(open, "firm is on its way", "firms are on their way")
	if n := c.ByStage[prospect.Landed]; n > 0 {
		p.Finding += fmt.Sprintf(", %d %s landed", n, haveHas(n))
	}
	p.Lede = "Firms that thought of coming: what draws them, what keeps them away, where they went instead. Only people of this workspace see them."
	p.Stages = chart.Bars(chart.BarsSpec{Title: "Prospects by the stage where they are", Unit: "Firms", Bars: bars, Width: 420})
	if c.Ended.N > 0 {
		p.Ended = fmt.Sprintf("Of %s come to an end, %d landed: %s.", counted(c.Ended.N, "that has", "that have"), c.Ended.K, percentRange(c.Ended))
	}
	p.Reached = reachedSay(c)
	p.Attract, p.AttractN = prospectReasons(c.Attract), c.Attracts
	p.Deter, p.DeterN = prospectReasons(c.Deter), c.Deters
	p.Places = c.Places
}

// reachedSay says how many ever came how far, wherever they are now.
func reachedSay(c prospect.Counts) string {
	n := c.Reached
	return fmt.Sprintf("Of all %d, wherever they are now, %d came as far as a talk or further, %d as thinking about it, %d as a visit, %d as deciding to come; %d landed.",
		c.Total, n[prospect.Contacted], n[prospect.Considering], n[prospect.Visited], n[prospect.Decided], n[prospect.Landed])
}

func haveHas(n int) string {
	if n == 1 {
		return "has"
	}
	return "have"
}

// percentRange writes a share with its interval.
func percentRange(s prospect.Share) string {
	return fmt.Sprintf("%.0f %% (%.0f–%.0f)", 100*s.Value(), 100*s.Lo, 100*s.Hi)
}

func prospectReasons(list []prospect.ReasonCount) []ProspectReason {
	var out []ProspectReason
	for _, x := range list {
		out = append(out, ProspectReason{ReasonCount: x, Of: fmt.Sprintf("%d of %d", x.All.K, x.All.N), Within: percentRange(x.All),
			Range: chart.Range(chart.RangeSpec{Title: x.Label + ", %", Value: 100 * x.All.Value(), Interval: chart.Interval{Lo: 100 * x.All.Lo, Hi: 100 * x.All.Hi}, Min: 0, Max: 100, Ref: math.NaN()})})
	}
	return out
}

func prospectRow(x prospect.Prospect) ProspectRow {
	row := ProspectRow{Prospect: x, Path: prospectPath(x.ID), SinceDay: daySay(x.Since), SizeIs: prospectSize(x.Size)}
	if row.Name == "" {
		row.Name = "Erased"
	}
	row.Says = reasonWords(x.Reasons)
	row.About = capital(strings.Trim(x.Sector+", "+x.ComesFrom, ", "))
	return row
}

// reasonWords are reasons as people read them, by topic.
func reasonWords(reasons []prospect.Reason) []Choice {
	var parts []Choice
	for _, topic := range []struct{ key, says string }{{prospect.Attract, "draws"}, {prospect.Deter, "keeps away"}} {
		var labels []string
		for _, r := range reasons {
			if r.Topic == topic.key {
				labels = append(labels, r.Label)
			}
		}
		if len(labels) > 0 {
			parts = append(parts, Choice{Label: topic.says, Value: strings.Join(labels, "; ")})
		}
	}
	return parts
}

func prospectSize(key string) string {
	for _, x := range prospect.Sizes {
		if x.Key == key {
			return x.Label
		}
	}
	return key
}

var prospectHeader = []string{"prospect_id", "name", "stage", "since", "comes_from", "sector", "size", "organisation_id", "went_to", "attract", "deter", "steps"}

// prospectTable leaves contacts and notes out: they are read on the page.
func prospectTable(rows []prospect.Way) [][]string {
	var out [][]string
	for _, x := range rows {
		labels := map[string][]string{}
		for _, r := range x.Reasons {
			labels[r.Topic] = append(labels[r.Topic], r.Label)
		}
		out = append(out, []string{x.ID, x.Name, string(x.Stage), x.Since, x.ComesFrom, x.Sector, x.Size, x.OrgID, x.WentTo,
			strings.Join(labels[prospect.Attract], ";"), strings.Join(labels[prospect.Deter], ";"), strconv.Itoa(len(x.Steps))})
	}
	return out
}
