package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"

	"milieu/internal/auth"
	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/org"
	"milieu/internal/place"
	"milieu/internal/report"
	"milieu/internal/sheet"
	"milieu/internal/typed"
	"milieu/internal/web/assets"
)

//go:embed templates/*.html
var templateFS embed.FS

// templates holds one set for each page: the shared parts and the page's own.
type templates map[string]*template.Template

// parsed are the pages, read once for all servers of the process: they are the same for each, and reading them costs more than
// all else that a server does before its first answer.
var parsed = sync.OnceValues(parseTemplates)

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
	"column":   columnLabel,
	"join":     strings.Join,
	"orgpath":  orgPath,
	"rowpath":  rowPath,
	"areapath": areaPath,
	"web":      typed.IsWeb,
	"lower":    strings.ToLower,
	"slug":     evidence.Slug,
	"host":     hostOf,
	"add":      func(a, b int) int { return a + b },
	"capital":  capital,
	"list":     func(v ...any) []any { return v },
	"short":    short,
}

// columnNames are columns of team tables whose names say too little by themselves.
var columnNames = map[string]string{"lon": "longitude", "lat": "latitude", "ror_id": "ROR id", "precision_m": "right to within, metres", "source_url": "page cited", "source_year": "year of the page",
	"cost_gbp": "cost, £", "amount_gbp": "amount, £", "located_by": "how it was placed", "from_id": "from (id)", "from_name": "from (name)", "to_id": "to (id)", "to_name": "to (name)", "host_id": "host (id)",
	"demand_kinds": "kinds of tie that show demand", "effect_type": "type in the effect evidence", "benefits": "whom it serves", "agent": "address of mass registration", "keys": "records"}

// columnLabel is how a column of a team table is called on pages.
func columnLabel(name string) string {
	if l := columnNames[name]; l != "" {
		return l
	}
	return strings.ReplaceAll(name, "_", " ")
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
	Who       Who
	Notice    string // what has just been done
	Path      string // of this page, to come back to after signing in

	From   []string // ids of the sources that the page stands on, for what is taken away; none: all of the release
	Method string   // how the page's figures are made, in a few words, for what is taken away
	cited  []evidence.ManifestSource
}

// Who is the person who looks at the page.
type Who struct {
	Accounts bool // people can sign in here
	SignedIn bool
	Name     string
	Role     auth.Role
	Decides  bool
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
	Needs       auth.Action // who may not is not shown it
}

var nav = []NavGroup{
	{"Evidence", []NavLink{{Label: "Overview", Path: "/"}, {Label: "Map", Path: "/map"}, {Label: "Organisations", Path: "/organisations"}, {Label: "Areas", Path: "/areas"}, {Label: "Atlas", Path: "/atlas"}, {Label: "Sectors", Path: "/sectors"}, {Label: "Clusters", Path: "/clusters"}, {Label: "Growth", Path: "/growth"}, {Label: "Figures", Path: "/figures"}}},
	{"Connect", []NavLink{{Label: "Network", Path: "/network"}, {Label: "Introductions", Path: "/introductions"}, {Label: "Champions", Path: "/champions"}, {Label: "Consortia", Path: "/consortia"}, {Label: "Meetings", Path: "/meetings"}}},
	{"Listen", []NavLink{{Label: "Voices", Path: "/voices"}, {Label: "Interviews", Path: "/interviews", Needs: auth.ReadAnswers}, {Label: "Prospects", Path: "/prospects", Needs: auth.ReadSurveys}}},
	{"Decide", []NavLink{{Label: "Priorities", Path: "/priorities"}, {Label: "Workshops", Path: "/workshops", Needs: auth.ReadWeights}, {Label: "Appraisal", Path: "/appraisal"}, {Label: "Plan", Path: "/plan"}, {Label: "Sequence", Path: "/plan/sequence"}, {Label: "Scenarios", Path: "/scenarios", Needs: auth.ReadScenarios}, {Label: "Delivery", Path: "/delivery"}, {Label: "Subsidies", Path: "/subsidies"}, {Label: "Parameters", Path: "/parameters"}, {Label: "Case", Path: "/case"}, {Label: "Cases", Path: "/cases", Needs: auth.ReadCases}}},
	{"Workspace", []NavLink{{Label: "Sources", Path: "/sources"}, {Label: "Linkage", Path: "/linkage"}, {Label: "Review", Path: "/review"}, {Label: "Tables", Path: "/tables", Needs: auth.ReadDecisions}, {Label: "Decisions", Path: "/decisions", Needs: auth.ReadDecisions},
		{Label: "Builds", Path: "/builds", Needs: auth.ReadJobs}, {Label: "People", Path: "/people", Needs: auth.ReadPeople}, {Label: "Audit", Path: "/audit", Needs: auth.ReadAudit}}},
}

// notices are what a page says after something was done, by the key that see gives.
var notices = map[string]string{
	"decided": "Kept. It is in force from the next build on.", "undone": "Undone. The next build is as if it had never been decided.", "redone": "Put back. It is in force again from the next build on.",
	"area-saved": "Saved. It is in the release from the next build on; until then people who are signed in find it here and on the page Areas.",
	"imported":   "Imported. It is in force from the next build on.", "nothing": "There was nothing to do.",
	"intro-accepted": "Accepted. Give it to somebody, and write here what comes of it.", "intro-declined": "Declined. It is not suggested for a year, and then with that against it.",
	"intro-put_off": "Put off. It comes back in three months.", "intro-back": "Taken back: the pair is suggested again.", "erased": "Erased. That there was something, and who erased it, stays on record.",
	"champion": "Recorded.", "champion-ended": "Withdrawn. No page names it as a champion any more.", "deleted": "Deleted. It can be put back.", "restored": "Put back.",
	"kept": "Kept.", "interview-done": "Finished. Excerpts can be added and coded below.", "later": "Put off for you.", "asked-again": "It is asked again.",
	"conflict": "Somebody else has decided on this meanwhile, so yours was not kept. Look at what they said.",
	"changed":  "A new release says something else of these two than what you saw, so your answer was not kept. Look at them again.",
	"asked":    "The build has been asked for.", "cancelled": "The build is being stopped. The last release stays in use.",
	"signed-in": "You are signed in.", "signed-out": "You are signed out.", "welcome": "Welcome. You are signed in.", "password": "Your password has been changed; other sessions have been ended.",
	"role": "The role has been changed.", "removed": "The person is no longer a member of this workspace; their sessions have been ended.", "ended": "The session has been ended.",
	"ended-others": "All your other sessions have been ended.", "ended-all": "All sessions of this person have been ended.",
	"scenario-back": "Gone back. The later settings are kept and can be put in force again.", "scenario-on": "Gone on to the later settings.", "unshared": "The link has been withdrawn: it leads nowhere from now on.",
	"commented": "Said. Those who write the case find it here.", "suggested": "Suggested. Those who write the case accept it or say why not.", "resolved": "Resolved. It is found under “show all”.", "reopened": "Open again.",
	"accepted": "Accepted: it is in the text, as a new version.", "accepted-flawed": "Accepted: it is in the text, as a new version. It brought what has to be mended before the case is finished: see the page Write.", "rejected": "Rejected, with your reason.", "taken-back": "Taken back.", "approved": "Approved. A later version needs its own approval.", "unapproved": "Your approval has been withdrawn.",
	"case-back": "Gone back, as a new version: the text before it is kept.",
	"landed":    "It has landed. Its way here stands on the page of that organisation.",
	"withdrawn": "The invitation has been withdrawn.", "revoked": "The token has been revoked.",
}

// base fills what every page has; here is the path of the rail's current link.
func (s *Server) base(r *http.Request, snap *live.Snapshot, title, here string) Base {
	b := Base{Title: title, Place: snap.WS.Short, PlaceName: snap.WS.Name, Release: snap.Rel.ID, Built: snap.Rel.Built.Date(),
		Sources: len(snap.Rel.Manifest.Sources), Query: r.URL.Query().Get("q"), Notice: notices[r.URL.Query().Get("said")], Path: comeBack(r)}
	a := actorOf(r)
	b.Who = Who{Accounts: s.cfg.Team != nil, SignedIn: a.SignedIn(), Name: a.Name, Role: a.Role, Decides: a.May(auth.Decide)}
	if s.closedTo(a) {
		b.Release, b.Built, b.Sources = "", "", 0
		return b
	}
	b.cited = snap.Rel.Manifest.Sources
	for _, src := range b.cited {
		if len(evidence.Concerns(src)) > 0 {
			b.Attention++
		}
	}
	for _, g := range nav {
		var links []NavLink
		for _, l := range g.Links {
			l.Current = l.Path == here
			if l.Needs == "" || a.May(l.Needs) {
				links = append(links, l)
			}
		}
		b.Nav = append(b.Nav, NavGroup{g.Label, links})
	}
	return b
}

// closedTo says that the actor may see nothing of the place.
func (s *Server) closedTo(a auth.Actor) bool {
	return s.cfg.Team != nil && s.cfg.Team.Closed && !a.May(auth.ReadPlace)
}

// comeBack is where somebody returns to after signing in: this page, or, when it was a
// form that was refused, the page that the form stood on.
func comeBack(r *http.Request) string {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return r.URL.RequestURI()
	}
	if from, err := url.Parse(r.Referer()); err == nil && from.Host == r.Host && from.Path != "" {
		return from.RequestURI()
	}
	return "/"
}

// render writes a page, or the chart of it that is to be taken away.
func (s *Server) render(w http.ResponseWriter, r *http.Request, name string, data any) error {
	if r.Method == http.MethodGet && r.URL.Query().Has("take") && !isFragment(r) {
		var buf bytes.Buffer
		if err := s.templates[name].ExecuteTemplate(&buf, "page", data); err != nil {
			return fmt.Errorf("page %s: %w", name, err)
		}
		return writeTake(w, r, buf.Bytes(), data)
	}
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
	page := buf.Bytes()
	if status == http.StatusOK && entry == "page" && r.Method == http.MethodGet {
		page = addTakes(page, r)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(page) // the visitor has left when this fails
}

// isFragment says that a script asks for the inner part of a page.
func isFragment(r *http.Request) bool { return r.Header.Get("HX-Request") == "true" }

// wantsCSV says that the page's data is asked for as CSV.
func wantsCSV(r *http.Request) bool { return r.URL.Query().Get("format") == "csv" }

// writeCSV sends a table for a spreadsheet; no cell of it is live.
func writeCSV(w http.ResponseWriter, name string, header []string, rows [][]string) error {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name+".csv"))
	return sheet.WriteCSV(w, header, rows)
}
