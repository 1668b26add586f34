package web

import (
	"net/http"
	"strconv"
	"strings"

	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/org"
	"milieu/internal/report"
	"milieu/internal/sector"
)

// SectorPage is one sector: its definition, who is in and why.
type SectorPage struct {
	Base
	Sector      SectorRow
	Lede        report.Text
	Reading     string
	Codes       string // which codes count
	Include     []RuleRow
	Exclude     []RuleRow
	MemberList  SectorMembers
	Pager       Pager
	NearList    SectorMembers
	NearTotal   int
	Differences []string
	Places      []MixRow
	PlaceSet    string
	Clusters    string
	Ask         string // path of concentration
	Atlas       string
}

// RuleRow is one rule in words.
type RuleRow struct {
	N      int
	Phrase string
	Reason string
	Figure *report.Figure
}

// SectorMembers is a list of them; Out says that each was kept out.
type SectorMembers struct {
	Label string
	Out   bool
	Rows  []SectorMember
}

// SectorMember is an organisation of a sector with why.
type SectorMember struct {
	Name, Path, Activity, Why, Out string
	Employees                      *report.Figure
	Ref                            string
}

const (
	sectorMembers = 50
	nearRows      = 20
	placeRows     = 10
)

func (s *Server) sector(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	row, err := sector.Find(r.Context(), snap.DB, r.PathValue("id"))
	if err != nil {
		return err
	}
	if wantsCSV(r) {
		return s.sectorCSV(w, r, snap, row)
	}
	page := 1
	if text := r.URL.Query().Get("page"); text != "" {
		if page, err = strconv.Atoi(text); err != nil || page < 1 || (page-1)*sectorMembers >= max(row.Organisations, 1) {
			return badRequest("There is no page %q of this list.", text)
		}
	}
	p := SectorPage{Base: s.base(r, snap, row.Name, "/sectors"), Sector: sectorRow(row), Reading: row.Definition.Reading, Pager: pager(sectorPath(row.ID), r.URL.Query(), page, sectorMembers, row.Organisations),
		NearTotal: row.KeptOut, Codes: "the first industry code of an organisation", Clusters: "/clusters/" + row.ID, Ask: "/concentration/" + row.ID, Atlas: "/atlas?value=lq:" + row.ID}
	if row.AnyCode {
		p.Codes = "any industry code of an organisation"
	}
	if err := p.fill(r, snap, row, page); err != nil {
		return err
	}
	return s.render(w, r, "sector", p)
}

func (p *SectorPage) fill(r *http.Request, snap *live.Snapshot, row sector.Row, page int) error {
	ctx := r.Context()
	counts, err := row.RuleCounts(ctx, snap.DB)
	if err != nil {
		return err
	}
	for i, rule := range row.Include {
		f := report.CountFigure(int64(counts[i]), sector.Ref(row.ID, i+1))
		p.Include = append(p.Include, RuleRow{i + 1, rule.Phrase(), rule.Reason, &f})
	}
	for i, rule := range row.Exclude {
		p.Exclude = append(p.Exclude, RuleRow{N: i + 1, Phrase: rule.Phrase(), Reason: rule.Reason})
	}
	members, err := row.Members(ctx, snap.DB, 0, sectorMembers, (page-1)*sectorMembers)
	if err != nil {
		return err
	}
	near, err := row.Near(ctx, snap.DB, nearRows)
	if err != nil {
		return err
	}
	p.MemberList, p.NearList = SectorMembers{Label: "Members"}, SectorMembers{Label: "Kept out", Out: true}
	for _, m := range members {
		p.MemberList.Rows = append(p.MemberList.Rows, sectorMember(m))
	}
	for _, m := range near {
		p.NearList.Rows = append(p.NearList.Rows, sectorMember(m))
	}
	if shipped, ok := sector.FindShipped(row.ID); ok {
		p.Differences = sector.Differences(shipped.Definition, row.Definition)
	}
	p.Lede = report.Say("%v organisations are in it: %v by industry code, %v by words alone, %v by name. %v more would be but for an exclusion.",
		p.Sector.Organisations, strconv.Itoa(row.ByCode), strconv.Itoa(row.ByWords), strconv.Itoa(row.ByNames), p.Sector.KeptOut)
	return p.places(r, snap, row)
}

// places are the areas of the default set in which most of the sector's organisations are.
func (p *SectorPage) places(r *http.Request, snap *live.Snapshot, row sector.Row) error {
	set, err := defaultSet(r, snap)
	if err != nil || set == "" {
		return err
	}
	found, err := live.Remember(&snap.Cache, "sector/places/"+row.ID+"/"+set, func() ([]org.SectorPlace, error) {
		return org.SectorPlaces(r.Context(), snap.DB, row.ID, set, placeRows)
	})
	if err != nil {
		return err
	}
	found2, err := findSet(r, snap, set)
	if err != nil {
		return err
	}
	p.PlaceSet = found2.Label()
	for _, x := range found {
		p.Places = append(p.Places, MixRow{Key: x.ID, Label: x.Name, Path: areaPath(set, x.ID), Percent: 100 * x.N / max(1, found[0].N),
			Figure: report.CountFigure(int64(x.N), listQuestion{filter: org.Filter{AreaSet: set, AreaID: x.ID, Sector: row.ID}}.ref())})
	}
	return nil
}

func sectorMember(m sector.Member) SectorMember {
	row := SectorMember{Name: m.Name, Path: orgPath(m.ID), Activity: strings.TrimSpace(m.Code + " " + m.Activity), Why: whyWords(m.Kind, m.Matched, m.Reason), Ref: sector.MemberRef(m.Sector, m.ID)}
	if m.Employees.Valid {
		f := report.CountFigure(m.Employees.Int64, evidence.MakeRef("employees", []string{m.ID}))
		row.Employees = &f
	}
	if m.Out != nil {
		row.Out = whyWords(m.Out.Kind, m.Out.Matched, m.Out.Reason)
	}
	return row
}

func whyWords(kind, matched, reason string) string {
	text := kind + ": " + matched
	if reason != "" {
		text += " (" + reason + ")"
	}
	return text
}

var sectorMemberHeader = []string{"sector", "in", "org_id", "name", "industry_code", "activity", "employees", "rule", "kind", "matched", "reason", "excluded_by", "excluded_kind", "excluded_match", "source", "file", "line"}

func (s *Server) sectorCSV(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, row sector.Row) error {
	return s.streamCSV(r.Context(), w, "sector-"+row.ID, sectorMemberHeader, func(write func([]string) error) error {
		members, err := row.Members(r.Context(), snap.DB, 0, 0, 0)
		if err != nil {
			return err
		}
		near, err := row.Near(r.Context(), snap.DB, 0)
		if err != nil {
			return err
		}
		for _, m := range append(members, near...) {
			out, in := []string{"", "", ""}, "1"
			if m.Out != nil {
				out, in = []string{strconv.Itoa(m.Out.Rule), m.Out.Kind, m.Out.Matched}, "0"
			}
			line := append([]string{row.ID, in, m.ID, m.Name, m.Code, m.Activity, wholeText(m.Employees), strconv.Itoa(m.Rule), m.Kind, m.Matched, m.Reason}, out...)
			if err := write(append(line, m.Record.Source, m.Record.File, strconv.FormatInt(int64(m.Record.Line), 10))); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Server) sectorFile(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	row, err := sector.Find(r.Context(), snap.DB, r.PathValue("id"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Disposition", "attachment; filename=\""+row.ID+".toml\"")
	text := row.Text
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		text = row.TOML()
	}
	_, err = w.Write([]byte(text))
	return err
}
