package web

import (
	"net/http"
	"net/url"
	"sort"
	"strconv"

	"milieu/internal/auth"
	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/org"
	"milieu/internal/report"
	"milieu/internal/sector"
)

// SectorsPage lists the sectors.
type SectorsPage struct {
	Base
	Lede report.Text
	Rows []SectorRow
	May  bool   // may change definitions
	Set  string // of the top places, in words
	// Faults are rows of the team's table that the release could not use.
	Faults []sector.Fault
	Reads  bool // may see what the team decided
}

// SectorRow is one sector of the list.
type SectorRow struct {
	ID, Name, Summary, Path string
	Version, Reference, URL string
	Organisations           report.Figure
	N                       int
	Employees               *report.Figure
	Known                   int
	KeptOut                 report.Figure
	Share                   report.Figure
	Top                     *MixRow
	Origin                  string // in words
	Differs                 int    // rules that differ from the shipped definition; -1: not shipped
}

// originLabels say where a definition comes from.
var originLabels = map[string]string{sector.FromShipped: "as shipped", sector.FromWorkspace: "the workspace's own", sector.FromDecision: "changed by the team"}

func allSectors(r *http.Request, snap *live.Snapshot) ([]sector.Row, error) {
	return live.Remember(&snap.Cache, "sectors", func() ([]sector.Row, error) { return sector.List(r.Context(), snap.DB) })
}

func sectorPath(id string) string { return "/sectors/" + url.PathEscape(id) }

func sectorRow(s sector.Row) SectorRow {
	row := SectorRow{ID: s.ID, Name: s.Name, Summary: s.Summary, Path: sectorPath(s.ID), Version: s.Version, Reference: s.Reference, URL: s.URL, N: s.Organisations, Known: s.Known, KeptOut: report.CountFigure(int64(s.KeptOut), sector.Ref(s.ID, 0)),
		Share:         report.Figure{Text: chart.Number(s.Share(), 1) + " %", Ref: sector.Ref(s.ID, 0)},
		Organisations: report.CountFigure(int64(s.Organisations), sector.Ref(s.ID, 0)), Origin: originLabels[s.Origin], Differs: -1}
	if s.Known > 0 {
		f := report.CountFigure(s.Employees, sector.Ref(s.ID, 0))
		row.Employees = &f
	}
	if shipped, ok := sector.FindShipped(s.ID); ok {
		row.Differs = len(sector.Differences(shipped.Definition, s.Definition))
	}
	return row
}

var sectorHeader = []string{"sector", "name", "organisations", "by_code", "by_words", "by_name", "kept_out", "organisations_with_employees_known", "employees_known", "version", "origin", "reference", "url"}

func (s *Server) sectors(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	all, err := allSectors(r, snap)
	if err != nil {
		return err
	}
	if wantsCSV(r) {
		var rows [][]string
		for _, x := range all {
			rows = append(rows, []string{x.ID, x.Name, strconv.Itoa(x.Organisations), strconv.Itoa(x.ByCode), strconv.Itoa(x.ByWords), strconv.Itoa(x.ByNames), strconv.Itoa(x.KeptOut), strconv.Itoa(x.Known), strconv.FormatInt(x.Employees, 10), x.Version, x.Origin, x.Reference, x.URL})
		}
		return writeCSV(w, "sectors", sectorHeader, rows)
	}
	p := SectorsPage{Base: s.base(r, snap, "Sectors", "/sectors")}
	p.May = p.Who.Decides
	for _, x := range all {
		p.Rows = append(p.Rows, sectorRow(x))
	}
	if p.Reads = s.cfg.Team != nil && actorOf(r).May(auth.ReadDecisions); p.Reads || s.cfg.Team == nil {
		if p.Faults, err = sector.Faults(r.Context(), snap.DB); err != nil {
			return err
		}
	}
	if err := p.tops(r, snap); err != nil {
		return err
	}
	sort.SliceStable(p.Rows, func(a, b int) bool { return p.Rows[a].N > p.Rows[b].N })
	if len(p.Rows) > 0 && p.Rows[0].N > 0 {
		top := p.Rows[0]
		p.Lede = report.Say("%v holds %v organisations, more than any other of the %v sectors. An organisation may be in several, or in none. A sector is a list of inclusions and exclusions that you can read, change and compare.",
			top.Name, top.Organisations, strconv.Itoa(len(p.Rows)))
	} else {
		p.Lede = report.Say("No organisation on record is in a sector: the sources of this workspace name no industry codes, and no name fits a word of a definition.")
	}
	return s.render(w, r, "sectors", p)
}

// tops names of each sector the area of the default set that has most of it.
func (p *SectorsPage) tops(r *http.Request, snap *live.Snapshot) error {
	name, err := defaultSet(r, snap)
	if err != nil || name == "" {
		return err
	}
	set, err := findSet(r, snap, name)
	if err != nil {
		return err
	}
	tops, err := live.Remember(&snap.Cache, "sectors/tops/"+name, func() (map[string]org.SectorPlace, error) { return org.SectorTops(r.Context(), snap.DB, name) })
	if err != nil {
		return err
	}
	p.Set = set.Label()
	for i, row := range p.Rows {
		if x, ok := tops[row.ID]; ok {
			p.Rows[i].Top = &MixRow{Label: x.Name, Path: areaPath(name, x.ID), Figure: report.CountFigure(int64(x.N), listQuestion{filter: org.Filter{AreaSet: name, AreaID: x.ID, Sector: row.ID}}.ref())}
		}
	}
	return nil
}

// sectors says which sectors the organisation is in and why.
func (p *OrganisationPage) sectors(r *http.Request, snap *live.Snapshot) error {
	all, err := allSectors(r, snap)
	if err != nil {
		return err
	}
	found, err := sector.Of(r.Context(), snap.DB, all, p.ID)
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, s := range all {
		names[s.ID] = s.Name
	}
	for _, m := range found {
		row := sectorMember(m)
		row.Name, row.Path = names[m.Sector], sectorPath(m.Sector)
		p.Sectors = append(p.Sectors, row)
	}
	return nil
}

// sectorFilter offers the sectors of the list of organisations.
func sectorFilter(r *http.Request, snap *live.Snapshot, chosen string) ([]Choice, string, error) {
	all, err := allSectors(r, snap)
	if err != nil {
		return nil, "", err
	}
	var out []Choice
	name := ""
	for _, s := range all {
		if s.ID == chosen {
			name = s.Name
		}
		out = append(out, Choice{Value: s.ID, Label: s.Name, N: s.Organisations, Current: s.ID == chosen})
	}
	if chosen != "" && name == "" {
		return nil, "", badRequest("There is no sector %.60q in this release; the page Sectors lists them.", chosen)
	}
	return out, name, nil
}
