package web

import (
	"context"
	"fmt"
	"net/http"
	"sort"
	"strings"

	"milieu/internal/bizcase/facts"
	"milieu/internal/chart"
	"milieu/internal/cluster"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/org"
	"milieu/internal/portfolio"
	"milieu/internal/report"
)

// OverviewPage says what is most worth knowing of the place and leads to the rest.
type OverviewPage struct {
	Base
	Finding  string
	Any      bool // interventions are on record
	Lede     report.Text
	Stats    []Stat
	Area     string
	Against  string
	Year     int
	Rounding string
	MinJobs  int
	Special  []SpecialRow
	Path     string // of all industries of the area
	Roles    []RoleRow
	Sections []MixRow // the largest industries, where there is one role only
	Lenses   chart.Chart
	Conflict string
}

// Stat is a figure with what it counts.
type Stat struct {
	Figure report.Figure
	Label  string
	Path   string
}

// SpecialRow is an industry in which the area is special.
type SpecialRow struct {
	Name           string
	Jobs, Quotient report.Figure
	Range          chart.Chart
}

// RoleRow is a role with the number of organisations that play it.
type RoleRow struct {
	Key, Label, Meaning string
	Figure              report.Figure
}

func (s *Server) overview(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	p, err := live.Remember(&snap.Cache, "overview", func() (OverviewPage, error) { return overviewOf(r.Context(), snap) })
	if err != nil {
		return err
	}
	p.Base = s.base(r, snap, "Overview", "/")
	return s.render(w, r, "overview", p)
}

func overviewOf(ctx context.Context, snap *live.Snapshot) (OverviewPage, error) {
	var p OverviewPage
	counts, err := org.CountByRole(ctx, snap.DB, org.Filter{})
	if err != nil {
		return p, err
	}
	p.Roles = roleRows(counts)
	if len(p.Roles) == 1 {
		if p.Sections, err = largestSections(ctx, snap); err != nil {
			return p, err
		}
	}
	total, err := org.Total(ctx, snap.DB, org.Filter{})
	if err != nil {
		return p, err
	}
	p.Stats = overviewStats(snap, int64(total), counts)
	if f := snap.WS.Focus; f.Area != "" {
		profile, err := cluster.Special(ctx, snap.DB, cluster.Question{Area: f.Area, Reference: f.Reference, Year: f.Year})
		if err != nil {
			return p, err
		}
		p.special(profile, f.MinJobs)
	}
	all, err := portfolio.Interventions(ctx, snap.DB)
	if err != nil {
		return p, err
	}
	p.Any = len(all) > 0
	p.Lenses, p.Conflict = lensScatter(all, 420, 320), lensConflict(all)
	p.find(snap, int64(total))
	return p, nil
}

func roleRows(counts []org.Count) []RoleRow {
	var out []RoleRow
	for _, role := range org.Roles {
		for _, c := range counts {
			if c.Key == role.Key {
				out = append(out, RoleRow{role.Key, role.Label, role.Meaning, report.CountFigure(int64(c.N), evidence.MakeRef("count", []string{"organisations"}, "role", role.Key))})
			}
		}
	}
	return out
}

// mostSections is how many industries stand in for roles.
const mostSections = 8

// largestSections are the industries with the most organisations.
func largestSections(ctx context.Context, snap *live.Snapshot) ([]MixRow, error) {
	counts, err := org.CountBySection(ctx, snap.DB, org.Filter{})
	if err != nil {
		return nil, err
	}
	sort.SliceStable(counts, func(a, b int) bool { return counts[a].N > counts[b].N })
	var out []MixRow
	for _, c := range counts[:min(mostSections, len(counts))] {
		out = append(out, MixRow{c.Key, org.SectionLabel(c.Key), "/organisations?section=" + c.Key, report.CountFigure(int64(c.N), evidence.MakeRef("count", []string{"organisations"}, "section", c.Key)), 100 * c.N / counts[0].N})
	}
	return out, nil
}

func overviewStats(snap *live.Snapshot, total int64, counts []org.Count) []Stat {
	n := func(role string) int64 {
		for _, c := range counts {
			if c.Key == role {
				return int64(c.N)
			}
		}
		return 0
	}
	fig := func(what string, v int64, set ...string) report.Figure {
		return report.CountFigure(v, evidence.MakeRef("count", []string{what}, set...))
	}
	m := snap.Rel.Manifest
	all := []Stat{
		{fig("organisations", total), "organisations on record", "/organisations"},
		{fig("organisations", n("driver"), "role", "driver"), "innovation drivers", "/organisations?role=driver"},
		{fig("organisations", n("cultivator"), "role", "cultivator"), "cultivators", "/organisations?role=cultivator"},
		{fig("facilities", m.Rows("facility")), "facilities", "/map"},
		{fig("ties", m.Rows("tie")), "ties with evidence", "/network"},
		{fig("interventions", m.Rows("intervention")), "interventions proposed or made", "/priorities"},
		{fig("areas", m.Rows("area")), "areas, official and drawn", "/areas"},
	}
	var out []Stat
	for _, stat := range all {
		if stat.Figure.Text != "0" && len(out) < mostStats {
			out = append(out, stat)
		}
	}
	return out
}

// mostStats is how many counts stand at the head of the overview.
const mostStats = 6

// mostSpecial is how many industries the overview shows.
const mostSpecial = 6

func (p *OverviewPage) special(profile cluster.Profile, minJobs int) {
	p.Path = "/areas/employment/" + evidence.Slug(profile.AreaCode)
	p.Area, p.Against, p.Year, p.Rounding, p.MinJobs = profile.Area, profile.Reference, profile.Year, profile.Rounding, minJobs
	most := profile.Most(float64(minJobs))
	top := 2.0
	for k, i := range most {
		if k < mostSpecial {
			top = max(top, i.Quotient.Hi)
		}
	}
	for k, i := range most {
		if k == mostSpecial {
			break
		}
		p.Special = append(p.Special, SpecialRow{Name: cluster.ShortName(i.Name), Jobs: facts.Jobs(i), Quotient: facts.Quotient(i),
			Range: chart.Range(chart.RangeSpec{Title: "Location quotient of " + cluster.ShortName(i.Name), Value: i.Quotient.Value, Interval: chart.Interval{Lo: i.Quotient.Lo, Hi: i.Quotient.Hi}, Min: 0, Max: top, Ref: 1, Decimals: 1})})
	}
}

// find writes the finding: only what the intervals support.
func (p *OverviewPage) find(snap *live.Snapshot, total int64) {
	p.Finding = snap.WS.Name
	count := report.CountFigure(total, evidence.MakeRef("count", []string{"organisations"}))
	if len(p.Special) == 0 {
		p.Lede = report.Say("%v organisations are on record here.", count)
		return
	}
	names := []string{}
	for k, row := range p.Special {
		if k < 3 {
			names = append(names, cluster.InSentence(cluster.Gist(row.Name)))
		}
	}
	p.Finding = fmt.Sprintf("%s stands out in %s", p.Area, andList(names))
	share := "the share of jobs in " + p.Against
	if p.Against == "Great Britain" || p.Against == "United Kingdom" || p.Against == "England" {
		share = "the national share of jobs"
	}
	p.Lede = report.Say("%v organisations are on record in %v. %v has %v times %v in %v; these are the industries whose share is larger whatever official rounding hides; the survey's sampling error comes on top.",
		count, snap.WS.Short, p.Area, p.Special[0].Quotient, share, names[0])
}

func andList(s []string) string {
	switch len(s) {
	case 0:
		return ""
	case 1:
		return s[0]
	}
	return strings.Join(s[:len(s)-1], ", ") + " and " + s[len(s)-1]
}
