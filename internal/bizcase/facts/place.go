package facts

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"milieu/internal/bizcase"
	"milieu/internal/cluster"
	"milieu/internal/cluster/density"
	"milieu/internal/evidence"
	"milieu/internal/network"
	"milieu/internal/org"
	"milieu/internal/report"
	"milieu/internal/sector"
)

func count(what string, n int64, settings ...string) report.Figure {
	return report.CountFigure(n, evidence.MakeRef("count", []string{what}, settings...))
}

// placeList counts what is on record.
func (f *Facts) placeList(ctx context.Context) ([]entry, error) {
	total, err := org.Total(ctx, f.s.Q, org.Filter{})
	if err != nil {
		return nil, err
	}
	out := []entry{known(count("organisations", int64(total)), "organisations on record", "organisations")}
	roles, err := org.CountByRole(ctx, f.s.Q, org.Filter{})
	if err != nil {
		return nil, err
	}
	for _, r := range roles {
		label := strings.ToLower(org.RoleLabel(r.Key))
		out = append(out, known(count("organisations", int64(r.N), "role", r.Key), "organisations on record: "+label, "organisations", r.Key))
	}
	m := f.s.Release.Manifest
	for _, c := range []struct{ name, table, title, why string }{
		{"facilities", "facility", "facilities on record", "no table of facilities is in the workspace"},
		{"ties", "tie", "ties between organisations on record, each with the page that shows it", "no table of ties is in the workspace"},
		{"interventions", "intervention", "interventions on record: proposed, under way and done", "no table of interventions is in the workspace"},
	} {
		n := m.Rows(c.table)
		if n == 0 {
			out = append(out, unknown(c.why+": add one and build again", c.title, c.name))
			continue
		}
		out = append(out, known(count(c.name, n), c.title, c.name))
	}
	return out, nil
}

// mostBrokers is how many organisations between others are listed.
const mostBrokers = 8

// brokers are the organisations on the most shortest paths.
func (f *Facts) brokers(ctx context.Context) ([]*network.Node, error) {
	b, err := network.Read(ctx, f.s.Q)
	if err != nil {
		return nil, err
	}
	return b.Brokers(mostBrokers), nil
}

func degree(n *network.Node) report.Figure {
	return report.CountFigure(int64(n.Whole.Degree), evidence.MakeRef("degree", []string{n.ID}))
}

func between(n *network.Node) report.Figure {
	v := n.Whole.Betweenness
	return report.NumberFigure(v, v, v, 0, evidence.MakeRef("betweenness", []string{n.ID}))
}

func (f *Facts) linkList(ctx context.Context) ([]entry, error) {
	list, err := f.brokers(ctx)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return []entry{unknown("no ties are on record in which one organisation stands between others: add a table of ties, or more rows to it", "the organisation on the most paths between others", "broker", "1", "name")}, nil
	}
	var out []entry
	for k, n := range list {
		no := fmt.Sprint(k + 1)
		out = append(out,
			known(words(n.Name, evidence.MakeRef("org", []string{n.ID})), "name of the organisation that is "+ordinal(k+1)+" by paths between others that pass through it", "broker", no, "name"),
			known(degree(n), "organisations tied to "+n.Name, "broker", no, "degree"),
			known(between(n), "pairs of organisations whose shortest paths pass through "+n.Name, "broker", no, "between"))
	}
	return out, nil
}

// ordinal is 1st, 2nd and so on.
func ordinal(n int) string {
	switch {
	case n%100/10 == 1:
	case n%10 == 1:
		return fmt.Sprintf("%dst", n)
	case n%10 == 2:
		return fmt.Sprintf("%dnd", n)
	case n%10 == 3:
		return fmt.Sprintf("%drd", n)
	}
	return fmt.Sprintf("%dth", n)
}

// words are words that come from the data.
func words(text, ref string) report.Figure {
	return report.Figure{Text: text, Ref: ref, Words: true}
}

// clustered is a sector with its clusters of firms.
type clustered struct {
	run   density.Run
	firms []density.Firm
}

// clusters are the sectors of the release with their clusters, those that chance would least make first.
func (f *Facts) clusters(ctx context.Context) ([]clustered, error) {
	runs, err := density.Runs(ctx, f.s.Q)
	if err != nil {
		return nil, err
	}
	var out []clustered
	for _, r := range runs {
		firms, err := density.Firms(ctx, f.s.Q, r)
		if err != nil {
			return nil, err
		}
		out = append(out, clustered{r, firms})
	}
	return out, nil
}

// mostClusters is how many clusters of a sector have names of their own.
const mostClusters = 5

func (f *Facts) clusterList(ctx context.Context) ([]entry, error) {
	list, err := f.clusters(ctx)
	if err != nil {
		return nil, err
	}
	var out []entry
	for _, c := range list {
		ref := evidence.MakeRef("cluster", []string{c.run.Sector})
		if c.run.Organisations == 0 {
			const why = "no firm on record is known to be of the sector: add a register of companies, whose industry codes tell"
			for _, what := range []string{"count", "significant", "firms"} {
				out = append(out, unknown(why, "clusters of firms: "+c.run.Label, "cluster", c.run.Sector, what))
			}
			continue
		}
		out = append(out,
			known(report.CountFigure(int64(c.run.Clusters), ref), "clusters of firms: "+c.run.Label, "cluster", c.run.Sector, "count"),
			known(report.CountFigure(int64(c.run.Significant), ref), "clusters of firms that are more than chance: "+c.run.Label, "cluster", c.run.Sector, "significant"),
			known(count("organisations", int64(c.run.Organisations), "sector", c.run.Sector), "organisations of the sector "+c.run.Label, "cluster", c.run.Sector, "firms"))
		for k, v := range c.firms[:min(mostClusters, len(c.firms))] {
			out = append(out, clusterEntries(c.run, k+1, v)...)
		}
	}
	return out, nil
}

func clusterEntries(run density.Run, n int, v density.Firm) []entry {
	no, ref := fmt.Sprint(n), density.Ref(v.Sector, v.Cluster)
	what := fmt.Sprintf("of the %s cluster of %s, %s", ordinal(n), run.Label, v.Name)
	out := []entry{
		known(words(v.Name, ref), "name "+what, "cluster", run.Sector, no, "name"),
		known(report.CountFigure(int64(v.Organisations), ref), "organisations "+what, "cluster", run.Sector, no, "firms"),
		known(report.NumberFigure(v.Ratio, v.Lo, v.Hi, 1, ref), "times its share of all organisations, "+what, "cluster", run.Sector, no, "times")}
	if v.EmployeesKnown > 0 {
		e := report.CountFigure(int64(v.Employees), ref)
		e.Note = "of those members whose accounts state employees"
		out = append(out, known(e, "employees "+what, "cluster", run.Sector, no, "employees"))
	}
	return out
}

// place is what the focus of the workspace is special in.
type place struct {
	cluster.Profile
	set     bool // a focus is set and the employment table has it
	why     string
	special []cluster.Industry
	large   []cluster.Industry
}

// focus reads the profile of the workspace's area.
func (f *Facts) focus(ctx context.Context) (place, error) {
	return f.profile.get(ctx, func(ctx context.Context) (place, error) {
		at := f.s.Workspace.Focus
		if at.Area == "" {
			return place{why: "the workspace names no area of the employment table: set focus.area in " + evidence.File}, nil
		}
		p, err := cluster.Special(ctx, f.s.Q, cluster.Question{Area: at.Area, Reference: at.Reference, Year: at.Year})
		if isNone(err) {
			return place{why: err.Error()}, nil
		}
		if err != nil {
			return place{}, err
		}
		least := float64(at.MinJobs)
		return place{Profile: p, set: true, special: p.Most(least), large: p.Large(least)}, nil
	})
}

// Quotient is the figure of an industry's location quotient.
func Quotient(i cluster.Industry) report.Figure {
	return report.NumberFigure(i.Quotient.Value, i.Quotient.Lo, i.Quotient.Hi, 1, i.Ref)
}

// Jobs is the figure of an industry's jobs.
func Jobs(i cluster.Industry) report.Figure {
	return report.NumberFigure(i.Jobs.Value, i.Jobs.Lo, i.Jobs.Hi, 0, "jobs"+strings.TrimPrefix(i.Ref, "lq"))
}

// mostSpecial is how many industries have a name by their place.
const mostSpecial = 10

func (f *Facts) specialList(ctx context.Context) ([]entry, error) {
	p, err := f.focus(ctx)
	if err != nil {
		return nil, err
	}
	if !p.set {
		return []entry{unknown(p.why, "industries in which the place is special", "special", "count"), unknown(p.why, "industries large enough to be", "special", "of")}, nil
	}
	least := float64(f.s.Workspace.Focus.MinJobs)
	at := fmt.Sprintf("%s against %s, %d", p.Area, p.Reference, p.Year)
	out := []entry{
		known(report.CountFigure(int64(len(p.special)), p.CountRef("special", least)), "industries whose share of jobs is surely above that of the reference, "+at, "special", "count"),
		known(report.CountFigure(int64(len(p.large)), p.CountRef("industries", least)), "industries large enough to be compared, "+at, "special", "of")}
	for k, i := range p.special[:min(mostSpecial, len(p.special))] {
		no, name := fmt.Sprint(k+1), cluster.ShortName(i.Name)
		out = append(out,
			known(words(name, i.Ref), "name of the "+ordinal(k+1)+" most specialised industry, "+at, "special", no, "name"),
			known(Quotient(i), "location quotient of "+name+", "+at, "special", no, "lq"),
			known(Jobs(i), "jobs in "+name+", "+at, "special", no, "jobs"))
	}
	area := evidence.Slug(p.Area)
	total := report.NumberFigure(p.Total.Value, p.Total.Lo, p.Total.Hi, 0, allJobs(p.Profile))
	out = append(out, known(total, "jobs in all industries, "+at, "jobs", "all", area))
	sectors, err := f.sectorEntries(ctx, p.Profile, at, area)
	if err != nil {
		return nil, err
	}
	out = append(out, sectors...)
	for _, i := range p.Industries {
		name := cluster.ShortName(i.Name)
		if i.Quotient.Defined {
			out = append(out, known(Quotient(i), "location quotient of "+name+", "+at, "lq", i.Code, area))
		}
		out = append(out, known(Jobs(i), "jobs in "+name+", "+at, "jobs", i.Code, area))
	}
	return out, nil
}

// sectorEntries are the quotients and jobs of sectors, as far as the industries of the table tell.
func (f *Facts) sectorEntries(ctx context.Context, p cluster.Profile, at, area string) ([]entry, error) {
	list, err := sector.List(ctx, f.s.Q)
	if err != nil {
		return nil, err
	}
	var out []entry
	for _, s := range list {
		for _, kind := range []struct{ key, title string }{{"lq", "location quotient of the sector "}, {"jobs", "jobs in the sector "}} {
			w := []string{kind.key, s.ID, area}
			fig, err := f.openSector(ctx, w, p, nil)
			if isNone(err) {
				continue // the name itself says why
			}
			if err != nil {
				return nil, err
			}
			out = append(out, known(fig, kind.title+s.Name+", "+at+", "+fig.Note, w...))
		}
	}
	return out, nil
}

// allJobs is the reference of the jobs of all industries of a profile.
func allJobs(p cluster.Profile) string {
	if len(p.Industries) == 0 {
		return evidence.MakeRef("jobs", []string{evidence.Slug(p.AreaCode), "all", fmt.Sprint(p.Year)})
	}
	first := p.Industries[0]
	return strings.Replace("jobs"+strings.TrimPrefix(first.Ref, "lq"), "/"+first.Code+"/", "/all/", 1)
}

// openSpecial finds lq INDUSTRY AREA [YEAR] and jobs INDUSTRY AREA [YEAR] of any area and year of the employment table.
func (f *Facts) openSpecial(ctx context.Context, w []string) (report.Figure, error) {
	if w[0] == "special" {
		return report.Figure{}, evidence.ErrNoFigure
	}
	if len(w) < 3 || len(w) > 4 {
		return report.Figure{}, none("“%s”: write %s INDUSTRY AREA YEAR, such as %s 25 south-yorkshire 2021", source(w), w[0], w[0])
	}
	year := 0
	if len(w) == 4 {
		var err error
		if year, err = strconv.Atoi(w[3]); err != nil {
			return report.Figure{}, none("“%s”: %q is not a year", source(w), w[3])
		}
	}
	q := cluster.Question{Area: w[2], Reference: f.s.Workspace.Focus.Reference, Year: year}
	if strings.EqualFold(evidence.Slug(q.Reference), evidence.Slug(w[2])) {
		q.Reference = "" // an area is not compared with itself
	}
	p, err := cluster.Special(ctx, f.s.Q, q)
	if isNone(err) {
		return report.Figure{}, f.noArea(ctx, w, err)
	}
	if err != nil {
		return report.Figure{}, err
	}
	if w[0] == "jobs" && w[1] == "all" {
		return report.NumberFigure(p.Total.Value, p.Total.Lo, p.Total.Hi, 0, allJobs(p)), nil
	}
	var names []string
	for _, i := range p.Industries {
		short := evidence.Slug(cluster.ShortName(i.Name))
		names = append(names, i.Code, short)
		if i.Code != w[1] && short != w[1] && evidence.Slug(i.Name) != w[1] {
			continue
		}
		if w[0] == "jobs" {
			return Jobs(i), nil
		}
		if i.Quotient.Defined {
			return Quotient(i), nil
		}
		return report.Figure{}, none("“%s”: the reference area has no jobs in it, so there is no quotient", source(w))
	}
	return f.openSector(ctx, w, p, names)
}

// none makes an error that says why a name stands for nothing.
func none(format string, args ...any) error {
	return &bizcase.UnknownError{Message: fmt.Sprintf(format, args...)}
}

// noArea says that the employment table does not know an area or a year of it, with the areas that it knows.
func (f *Facts) noArea(ctx context.Context, w []string, cause error) error {
	areas, err := cluster.Areas(ctx, f.s.Q)
	if err != nil {
		return err
	}
	var names []string
	for _, a := range areas {
		slug := evidence.Slug(a.Name)
		if slug == w[2] || a.Code == w[2] {
			return none("“%s”: there are no jobs of %s in that year; the years are %s", source(w), a.Name, yearList(a.Years))
		}
		names = append(names, slug)
	}
	if near := nearest(w[2], names, 2); len(near) > 0 {
		return none("“%s”: the table of jobs has no area %q: did you mean %s?", source(w), w[2], strings.Join(near, " or "))
	}
	return none("“%s”: %v", source(w), cause)
}

func yearList(years []int) string {
	if len(years) == 0 {
		return "none"
	}
	return fmt.Sprintf("%d to %d", years[0], years[len(years)-1])
}
