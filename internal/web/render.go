package web

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/org"
	"milieu/internal/place"
	"milieu/internal/report"
	"milieu/internal/web/assets"
)

//go:embed templates/*.html
var templateFS embed.FS

// templates holds one set for each page: the shared parts and the page's own.
type templates map[string]*template.Template

// parseTemplates reads all pages. Files whose name begins with an underscore
// are parts that every page may use.
func parseTemplates() (templates, error) {
	parts, err := template.New("parts").Funcs(funcs).ParseFS(templateFS, "templates/_*.html")
	if err != nil {
		return nil, err
	}
	files, err := fs.Glob(templateFS, "templates/*.html")
	if err != nil {
		return nil, err
	}
	out := templates{}
	for _, f := range files {
		name := strings.TrimSuffix(path.Base(f), ".html")
		if strings.HasPrefix(name, "_") {
			continue
		}
		t, err := parts.Clone()
		if err != nil {
			return nil, err
		}
		if out[name], err = t.ParseFS(templateFS, f); err != nil {
			return nil, err
		}
	}
	return out, nil
}

var funcs = template.FuncMap{
	"asset":    assets.Path,
	"why":      whyLink,
	"figure":   func(f report.Figure) report.Figure { return f },
	"svg":      func(c chart.Chart) template.HTML { return template.HTML(c.SVG) }, // made by chart, which escapes its texts
	"number":   func(n any) string { return chart.Number(toFloat(n), 0) },
	"role":     org.RoleLabel,
	"roleone":  func(key string) string { return capitalise(orText(roleShort[key], key)) },
	"section":  org.SectionLabel,
	"setlabel": place.SetLabel,
	"words":    func(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, "_", " "), "-", " ") },
	"join":     strings.Join,
	"orgpath":  orgPath,
	"lower":    strings.ToLower,
	"host":     hostOf,
	"add":      func(a, b int) int { return a + b },
	"list":     func(v ...any) []any { return v },
}

// hostOf is the site that an address leads to.
func hostOf(u string) string {
	p, err := url.Parse(u)
	if err != nil || p.Host == "" {
		return u
	}
	return strings.TrimPrefix(p.Host, "www.")
}

func toFloat(n any) float64 {
	switch v := n.(type) {
	case int:
		return float64(v)
	case int64:
		return float64(v)
	case float64:
		return v
	}
	return 0
}

// whyLink is the address of a figure's source.
func whyLink(ref string) string { return "/why?ref=" + url.QueryEscape(ref) }

// orgPath is the address of an organisation's page.
func orgPath(id string) string { return "/organisations/" + url.PathEscape(id) }

// Base is what every page has.
type Base struct {
	Title     string // of the page
	Place     string // short name of the workspace
	PlaceName string
	Nav       []NavGroup
	Release   string // id
	Built     string // date
	Sources   int
	Attention int    // sources with rejects or without date or licence
	Query     string // of the search box
	MainClass string // of the main element: full for the map, wide for the network
}

// NavGroup is a heading of the rail with its links.
type NavGroup struct {
	Label string
	Links []NavLink
}

// NavLink is one link of the rail.
type NavLink struct {
	Label, Path string
	Current     bool
}

var nav = []NavGroup{
	{"Evidence", []NavLink{{Label: "Overview", Path: "/"}, {Label: "Map", Path: "/map"}, {Label: "Organisations", Path: "/organisations"}, {Label: "Areas", Path: "/areas"}, {Label: "Network", Path: "/network"}}},
	{"Decide", []NavLink{{Label: "Priorities", Path: "/priorities"}, {Label: "Plan", Path: "/plan"}, {Label: "Case", Path: "/case"}}},
	{"Workspace", []NavLink{{Label: "Sources", Path: "/sources"}}},
}

// base fills what every page has; here is the path of the rail's current link.
func (s *Server) base(r *http.Request, snap *snapshot, title, here string) Base {
	b := Base{Title: title, Place: snap.ws.Short, PlaceName: snap.ws.Name, Release: snap.rel.ID, Built: snap.rel.Built.Date(),
		Sources: len(snap.rel.Manifest.Sources), Query: r.URL.Query().Get("q")}
	for _, src := range snap.rel.Manifest.Sources {
		if len(evidence.Concerns(src)) > 0 {
			b.Attention++
		}
	}
	for _, g := range nav {
		links := append([]NavLink{}, g.Links...)
		for i := range links {
			links[i].Current = links[i].Path == here
		}
		b.Nav = append(b.Nav, NavGroup{g.Label, links})
	}
	return b
}

// render writes a page.
func (s *Server) render(w http.ResponseWriter, r *http.Request, name string, data any) error {
	s.write(w, r, http.StatusOK, name, data)
	return nil
}

// write renders aside first, so that a fault in a template never leaves half a page.
func (s *Server) write(w http.ResponseWriter, r *http.Request, status int, name string, data any) {
	var buf bytes.Buffer
	entry := "page"
	if isFragment(r) && s.templates[name].Lookup("fragment") != nil {
		entry = "fragment"
	}
	if err := s.templates[name].ExecuteTemplate(&buf, entry, data); err != nil {
		s.cfg.Log.Error("template failed", "page", name, "err", err)
		http.Error(w, "This page cannot be shown; the fault has been written down.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = buf.WriteTo(w) // the visitor has left when this fails
}

// isFragment says that a script asks for the inner part of a page.
func isFragment(r *http.Request) bool { return r.Header.Get("HX-Request") == "true" }

// wantsCSV says that the page's data is asked for as CSV.
func wantsCSV(r *http.Request) bool { return r.URL.Query().Get("format") == "csv" }

// writeCSV sends a table for a spreadsheet. Cells that a spreadsheet would take
// for a formula get an apostrophe in front.
func writeCSV(w http.ResponseWriter, name string, header []string, rows [][]string) error {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name+".csv"))
	c := csv.NewWriter(w)
	if err := c.Write(header); err != nil {
		return err
	}
	for _, row := range rows {
		if err := c.Write(safeCells(row)); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}
