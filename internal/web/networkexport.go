package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/network"
	"milieu/internal/network/export"
	"milieu/internal/network/structure"
)

// NetExportPage offers the network of the filter as files for other programs.
type NetExportPage struct {
	Base
	Tabs    []NetTab
	Filter  NetFilter
	Files   []NetFile
	Pending bool // betweenness and communities are not in the files yet
	Columns []export.Column
	Ties    []export.Column
	About   []export.Fact
	CSV     string
}

// NetFile is one file.
type NetFile struct{ Label, About, Path string }

func (s *Server) networkExport(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	ask, err := s.askNetwork(r, snap)
	if err != nil {
		return err
	}
	v := netViewOf(snap, ask)
	slow, err := s.slowOf(r, snap, v)
	if err != nil {
		return err
	}
	format := r.URL.Query().Get("as")
	if wantsCSV(r) {
		format = "csv"
	}
	about := networkAbout(snap.Rel, v.View, ask.says(snap.Network))
	var measures *network.SlowMeasures
	if slow != nil {
		measures = &slow.SlowMeasures
	}
	title := "Network of " + snap.WS.Name
	if format != "" {
		if !slices.Contains(export.Formats(), format) {
			return badRequest("The network is given as %s, not as %.20q.", strings.Join(export.Formats(), ", "), format)
		}
		sources, err := structure.ReadSources(r.Context(), snap.DB, v.View)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", export.MediaType(format))
		w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", export.FileName("network-"+evidence.Slug(snap.WS.Short), format)))
		return s.sendWhole(w, export.Write(w, format, structure.Taken(v.View, measures, sources, title, about)))
	}
	p := NetExportPage{Base: s.base(r, snap, "Take the network away", "/network"), Tabs: netTabs(ask, "/network/export"), Pending: slow == nil, About: about, CSV: ask.with("/network/export", "format", "csv")}
	if p.Filter, err = s.netForm(r, snap, ask, v); err != nil {
		return err
	}
	p.Columns, p.Ties = structure.TakenColumns()
	for _, f := range []NetFile{{"GraphML", "for yEd, Cytoscape, networkx, igraph", "graphml"}, {"GEXF", "for Gephi, with the places of the drawing", "gexf"}, {"CSV", "two tables, what their columns mean and where they come from, in a ZIP", "csv"}} {
		f.Path = ask.with("/network/export", "as", f.Path)
		p.Files = append(p.Files, f)
	}
	return s.render(w, r, "networkexport", p)
}

// sendWhole ends the connection where a file that is on its way cannot be finished, so that half of it is never taken for all.
func (s *Server) sendWhole(_ http.ResponseWriter, err error) error {
	if err != nil {
		s.cfg.Log.Error("file ended early", "err", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

// networkAbout says where a network comes from.
func networkAbout(rel evidence.Release, v *network.View, filter string) []export.Fact {
	out := []export.Fact{{Name: "release", Value: rel.ID}, {Name: "built", Value: rel.Built.Date()}, {Name: "filter", Value: orText(filter, "none: all ties")},
		{Name: "counted", Value: fmt.Sprintf("%s organisations, %s tied pairs, %s of them without a year", chart.Number(float64(len(v.Nodes)), 0), chart.Number(float64(len(v.Pairs)), 0), chart.Number(float64(v.Undated), 0))},
		{Name: "meaning", Value: "a tie is what is on record; none on record is not the same as none"}}
	for _, src := range rel.Manifest.Sources {
		out = append(out, export.Fact{Name: "source " + src.ID, Value: strings.Trim(strings.Join([]string{src.Title, src.Publisher, src.Licence}, "; "), "; ")})
	}
	return out
}
