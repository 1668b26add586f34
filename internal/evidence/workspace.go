package evidence

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"

	"github.com/BurntSushi/toml"
)

// File is the name of the workspace description.
const File = "milieu.toml"

// Workspace is a team's place: what milieu.toml says.
type Workspace struct {
	Dir     string   `toml:"-"`
	Name    string   `toml:"name"`    // full name of the place
	Short   string   `toml:"short"`   // what people call it
	Summary string   `toml:"summary"` // one sentence
	Sectors []string `toml:"sectors"` // ids of the sectors wanted, of those shipped and those in sectors/*.toml; default all
	Data    string   `toml:"data"`    // folder of paths that start with data: (MILIEU_DATA overrides)
	Keep    int      `toml:"keep"`    // releases kept, default 5
	ID      string   `toml:"id"`      // name of the workspace in a database that several share; default: made from short

	Focus        Focus        `toml:"focus"`
	Map          Map          `toml:"map"`
	Registration Registration `toml:"registration"`
	Linkage      Linkage      `toml:"linkage"`
	Clusters     Clusters     `toml:"clusters"`
	Plan         Plan         `toml:"plan"`
	Case         Case         `toml:"case"`
	Access       Access       `toml:"access"`
	Server       Server       `toml:"server"`
	SignIn       SignIn       `toml:"sign_in"`
	Mail         Mail         `toml:"mail"`
	Sources      []Source     `toml:"source"`
}

// Focus is what the overview speaks about.
type Focus struct {
	Area      string `toml:"area"`      // area of the employment table
	Reference string `toml:"reference"` // area it is compared with; empty: all areas together
	Year      int    `toml:"year"`      // 0: the latest
	MinJobs   int    `toml:"min_jobs"`  // industries with fewer jobs are not named in findings
	Lead      string `toml:"lead"`      // organisation with whom the overview begins
}

// Map is the map's frame and ground.
type Map struct {
	Bounds      []float64 `toml:"bounds"`           // west, south, east, north; default: all sites
	Base        string    `toml:"base"`             // raster tiles {z}/{x}/{y} of an outside base map; empty: none
	Attribution string    `toml:"base_attribution"` // what the base map's owner asks to be named with
}

// Registration sets when an address counts as one of mass registration.
type Registration struct {
	SameAddress  int `toml:"same_address"`  // companies at one address, default 100
	SamePostcode int `toml:"same_postcode"` // companies at one postcode where the source has no address lines, default 300
}

// Linkage says how records of several sources are held for one organisation.
type Linkage struct {
	Model    string  `toml:"model"`     // name of a model that comes with the program, or a file, from the workspace folder; default organisations
	Accept   float64 `toml:"accept"`    // probability from which evidence joins two records, 0 to 1; default: the model's
	Review   float64 `toml:"review"`    // probability from which people are asked, below accept; default: the model's
	MemoryMB int     `toml:"memory_mb"` // for the comparison, beside the records themselves; default 1024
}

// Clusters says how clusters of the firms of a sector are found and tested.
type Clusters struct {
	MinPoints  int     `toml:"min_points"`  // firms within reach that make a dense place, default 10
	MinSize    int     `toml:"min_size"`    // least firms of a cluster; default one in a hundred of the sector, from 10 to 20
	OneAddress int     `toml:"one_address"` // most that the firms of one position count, default 5
	MaxShare   float64 `toml:"max_share"`   // largest share of a sector in one cluster, 0 to 1, default 0.15; more is cut into its parts where it has any
	ReachM     float64 `toml:"reach_m"`     // metres around its firms that a cluster reaches, default 250
	Shuffles   int     `toml:"shuffles"`    // times the industry labels are shuffled, default 199; fewer for very large sectors, never below 19
	Seed       int     `toml:"seed"`        // of shuffles and subsamples, default 1
}

// Plan is the default question that the plan answers.
type Plan struct {
	BudgetGBP   float64  `toml:"budget_gbp"`   // pounds to spend
	Lens        string   `toml:"lens"`         // growth or demand
	MinExisting float64  `toml:"min_existing"` // least share of the money that serves existing businesses, 0 to 1
	Regions     []string `toml:"regions"`      // regions whose interventions are options; empty: all
	Stages      []string `toml:"stages"`       // stages that are still open to choice
	Caps        []Cap    `toml:"cap"`          // most that may be spent by year and funder
}

// Cap is the most that may be spent in a year by a funder.
type Cap struct {
	Year      int     `toml:"year"`       // financial year by its first year; 0: all years together
	Funder    string  `toml:"funder"`     // as in the costs of interventions; empty: all funders together
	AmountGBP float64 `toml:"amount_gbp"` // pounds
}

// Case is what the case document says of itself.
type Case struct {
	Title string `toml:"title"` // on the first page
	Owner string `toml:"owner"` // who answers for the case
}

// Access is who may look.
type Access struct {
	Closed bool `toml:"closed"` // true: only people who have signed in see anything; default: everybody reads the pages
}

// Server is how the pages are served.
type Server struct {
	URL     string   `toml:"url"`      // address at which people reach the pages, such as https://place.example; for links that are sent
	Proxies []string `toml:"proxies"`  // addresses of proxies whose word on the visitor's address and on HTTPS is believed
	TLSCert string   `toml:"tls_cert"` // file of the certificate chain; with tls_key the pages are served over HTTPS
	TLSKey  string   `toml:"tls_key"`  // file of its private key
}

// SignIn is the provider at which the organisation's people sign in, beside passwords.
type SignIn struct {
	Name     string `toml:"name"`      // on the button
	Issuer   string `toml:"issuer"`    // OpenID Connect issuer, https
	ClientID string `toml:"client_id"` // the secret is read from MILIEU_OIDC_SECRET
}

// Mail is the server by which links of surveys are sent; without it they are taken as a mail-merge file.
type Mail struct {
	Host string `toml:"host"` // SMTP server
	Port int    `toml:"port"` // default 587, with tls = "tls" 465
	From string `toml:"from"` // who writes: Name <name@place.example>
	User string `toml:"user"` // where the server wants one; the password is read from MILIEU_SMTP_PASSWORD
	TLS  string `toml:"tls"`  // starttls (default), tls, or none for a server on this machine
}

// Source is one input of the workspace.
type Source struct {
	ID          string            `toml:"id"`          // lower-case letters, digits and hyphens; names the source in records
	Type        string            `toml:"type"`        // folder of the source definition
	Path        string            `toml:"path"`        // file or pattern, from the workspace folder, or data:...
	Title       string            `toml:"title"`       // default: the type's, like the four keys that follow
	Publisher   string            `toml:"publisher"`   // who made the file
	Licence     string            `toml:"licence"`     // under which it may be used
	Attribution string            `toml:"attribution"` // what the licence asks to be printed
	URL         string            `toml:"url"`         // page that the file came from
	Retrieved   string            `toml:"retrieved"`   // YYYY-MM-DD, when the file was taken from its publisher
	Encoding    string            `toml:"encoding"`    // auto, utf-8 or windows-1252; default: the type's
	Delimiter   string            `toml:"delimiter"`   // character between cells, or tab; left out: found from the header line
	Quote       string            `toml:"quote"`       // none: quotes mean nothing; left out: the ordinary double quote
	Member      string            `toml:"member"`      // pattern of members inside a ZIP
	Sheet       string            `toml:"sheet"`       // pattern of sheets of a workbook (.xlsx); left out: the first that has the columns
	Options     map[string]string `toml:"options"`     // settings of the type, listed with it below

	line int
}

var (
	idForm   = regexp.MustCompile(`^[a-z][a-z0-9-]{0,40}$`)
	dateForm = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	// wrongType is how the decoder, which has no error type for it, reports a value of the wrong type.
	wrongType = regexp.MustCompile(`^toml: line (\d+) \(last key "([^"]*)"\): incompatible types: TOML value has type (\w+); destination has type (\w+)$`)
)

// OpenWorkspace reads the description in dir. Every fault names the line.
func OpenWorkspace(dir string) (*Workspace, error) {
	file := filepath.Join(dir, File)
	text, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s is not a workspace: it has no %s; make one with: milieu init %s", dir, File, dir)
	}
	if err != nil {
		return nil, err
	}
	ws, err := ParseWorkspace(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s:%w", file, err)
	}
	ws.Dir = dir
	if data := os.Getenv("MILIEU_DATA"); data != "" {
		// What the shell says is relative to where the shell is.
		if ws.Data, err = filepath.Abs(data); err != nil {
			return nil, fmt.Errorf("MILIEU_DATA: %w", err)
		}
	}
	return ws, nil
}

// ParseWorkspace reads a description. Errors begin with the line number.
func ParseWorkspace(text string) (*Workspace, error) {
	ws := &Workspace{Keep: 5}
	meta, err := toml.Decode(text, ws)
	if err != nil {
		var pe toml.ParseError
		if errors.As(err, &pe) {
			return nil, fmt.Errorf("%d: %s", pe.Position.Line, pe.Message)
		}
		if m := wrongType.FindStringSubmatch(err.Error()); m != nil {
			return nil, fmt.Errorf("%s: key %q is of type %s; write it as %s", m[1], m[2], m[3], m[4])
		}
		return nil, fmt.Errorf("1: %v", err)
	}
	if un := meta.Undecoded(); len(un) > 0 {
		return nil, fmt.Errorf("%d: unknown key %q; the keys are listed in doc/CONFIG.md", lineOf(text, strings.Join(un[0], ".")), un[0].String())
	}
	at := sourceLines(text)
	for i := range ws.Sources {
		if i < len(at) {
			ws.Sources[i].line = at[i]
		}
	}
	if ws.Name == "" {
		return nil, fmt.Errorf("1: name is missing; say what the place is called: name = \"...\"")
	}
	if ws.Short == "" {
		ws.Short = ws.Name
	}
	if ws.Registration.SameAddress == 0 {
		ws.Registration.SameAddress = 100
	}
	if ws.Registration.SamePostcode == 0 {
		ws.Registration.SamePostcode = 300
	}
	ws.Clusters = ws.Clusters.withDefaults()
	if err := ws.checkClusters(text); err != nil {
		return nil, err
	}
	if ws.ID == "" {
		ws.ID = orDefault(Slug(ws.Short), "workspace")
	}
	if err := ws.checkServer(text); err != nil {
		return nil, err
	}
	if err := ws.checkLinkage(text); err != nil {
		return nil, err
	}
	if n := len(ws.Map.Bounds); n != 0 && n != 4 {
		return nil, fmt.Errorf("%d: map.bounds has %d numbers; it has four: west, south, east, north", lineOf(text, "map.bounds"), n)
	}
	return ws, ws.checkSources()
}

func orDefault(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// checkServer holds what the server needs against what it can be.
func (ws *Workspace) checkServer(text string) error {
	switch {
	case !idForm.MatchString(ws.ID) && Slug(ws.ID) != ws.ID:
		return fmt.Errorf("%d: id is %q; it is lower-case letters, digits and hyphens", lineOf(text, "id"), ws.ID)
	case ws.Server.URL != "" && !isSite(ws.Server.URL):
		return fmt.Errorf("%d: server.url is %q; write it as https://place.example, without a path", lineOf(text, "server.url"), ws.Server.URL)
	case (ws.Server.TLSCert == "") != (ws.Server.TLSKey == ""):
		return fmt.Errorf("%d: server.tls_cert and server.tls_key go together; say both or neither", lineOf(text, "server"))
	case (ws.SignIn.Issuer == "") != (ws.SignIn.ClientID == ""):
		return fmt.Errorf("%d: sign_in.issuer and sign_in.client_id go together; say both or neither", lineOf(text, "sign_in"))
	case ws.SignIn.Issuer != "" && ws.Server.URL == "":
		return fmt.Errorf("%d: signing in at %s needs server.url, to which the provider sends people back", lineOf(text, "sign_in"), ws.SignIn.Issuer)
	case ws.Mail.Host != "" && ws.Server.URL == "":
		return fmt.Errorf("%d: sending links by mail needs server.url, to which they lead", lineOf(text, "mail"))
	case ws.Mail.Host == "" && ws.Mail != Mail{}:
		return fmt.Errorf("%d: mail.host is missing; name the SMTP server, or leave [mail] out", lineOf(text, "mail"))
	}
	return nil
}

// checkLinkage holds thresholds against what a probability can be.
func (ws *Workspace) checkLinkage(text string) error {
	l := ws.Linkage
	switch {
	case l.Accept < 0 || l.Accept >= 1:
		return fmt.Errorf("%d: linkage.accept is %v; it is a probability, such as 0.95", lineOf(text, "linkage.accept"), l.Accept)
	case l.Review < 0 || l.Review >= 1:
		return fmt.Errorf("%d: linkage.review is %v; it is a probability, such as 0.2", lineOf(text, "linkage.review"), l.Review)
	case l.Accept > 0 && l.Review > l.Accept:
		return fmt.Errorf("%d: linkage.review is %v, above accept (%v); people are asked about what is not accepted by itself", lineOf(text, "linkage.review"), l.Review, l.Accept)
	case l.MemoryMB < 0:
		return fmt.Errorf("%d: linkage.memory_mb is %d; write how many megabytes the comparison may take", lineOf(text, "linkage.memory_mb"), l.MemoryMB)
	}
	return nil
}

// UniqueSources are the sources of the workspace that hold no organisation twice.
func (ws *Workspace) UniqueSources() ([]string, error) {
	defs, err := Definitions()
	if err != nil {
		return nil, err
	}
	var out []string
	for _, s := range ws.Sources {
		if defs[s.Type].Unique {
			out = append(out, s.ID)
		}
	}
	sort.Strings(out)
	return out, nil
}

// isSite says that s is a scheme and a host and nothing more.
func isSite(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.Path == "" && u.RawQuery == "" && u.User == nil
}

func (ws *Workspace) checkSources() error {
	defs, err := Definitions()
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for i := range ws.Sources {
		s := &ws.Sources[i]
		switch {
		case !idForm.MatchString(s.ID):
			return fmt.Errorf("%d: source id %q; an id is lower-case letters, digits and hyphens", s.line, s.ID)
		case s.ID == Decisions:
			return fmt.Errorf("%d: source id %q is kept for what people decide in the program; call this source something else, such as %q", s.line, s.ID, "team-decisions")
		case s.ID == Voices || s.ID == InventedVoices:
			return fmt.Errorf("%d: source id %q is kept for what surveys say; call this source something else, such as %q", s.line, s.ID, "team-voices")
		case seen[s.ID]:
			return fmt.Errorf("%d: two sources are called %q; ids tell them apart", s.line, s.ID)
		case s.Path == "":
			return fmt.Errorf("%d: source %s has no path", s.line, s.ID)
		case s.Retrieved != "" && !dateForm.MatchString(s.Retrieved):
			return fmt.Errorf("%d: source %s: retrieved is %q; write it as 2026-11-22", s.line, s.ID, s.Retrieved)
		}
		seen[s.ID] = true
		def, ok := defs[s.Type]
		if !ok {
			return fmt.Errorf("%d: source %s has type %q; there are %s", s.line, s.ID, s.Type, strings.Join(typeNames(defs), ", "))
		}
		for _, o := range sortedKeys(s.Options) {
			if !def.hasOption(o) {
				return fmt.Errorf("%d: source %s: type %s has no option %q; it has %s", s.line, s.ID, s.Type, o, def.optionNames())
			}
		}
		s.inherit(def)
	}
	return nil
}

// inherit fills what the workspace leaves to the definition.
func (s *Source) inherit(d Definition) {
	for _, f := range []struct {
		own  *string
		from string
	}{{&s.Title, d.Title}, {&s.Publisher, d.Publisher}, {&s.Licence, d.Licence}, {&s.Attribution, d.Attribution}, {&s.URL, d.Home}, {&s.Encoding, d.Encoding}, {&s.Member, d.Member}, {&s.Sheet, d.Sheet}, {&s.Quote, d.Quote}, {&s.Delimiter, d.Delimiter}} {
		if *f.own == "" {
			*f.own = f.from
		}
	}
}

// files lists the source's files, in order, with the names they are known by in
// releases: as written in the workspace, with slashes.
func (ws *Workspace) files(s Source) (paths, names []string, err error) {
	root, rel := ws.Dir, s.Path
	prefix := ""
	if strings.HasPrefix(rel, "data:") {
		rel = strings.TrimPrefix(rel, "data:")
		if ws.Data == "" {
			return nil, nil, fmt.Errorf("path %s: say data = \"folder\" in %s or set MILIEU_DATA", s.Path, File)
		}
		prefix = "data:"
		root = ws.Data
		if !filepath.IsAbs(root) {
			root = filepath.Join(ws.Dir, root)
		}
	}
	pattern := rel
	if !filepath.IsAbs(rel) {
		pattern = filepath.Join(globEscape(root), filepath.FromSlash(rel))
	}
	paths, err = filepath.Glob(pattern)
	if err != nil {
		return nil, nil, fmt.Errorf("path %s: %w", s.Path, err)
	}
	if len(paths) == 0 {
		return nil, nil, fmt.Errorf("no file at %s; put it there, or take the source out of %s", s.Path, File)
	}
	sort.Strings(paths)
	for _, p := range paths {
		name, err := filepath.Rel(root, p)
		if err != nil {
			name = p
		}
		names = append(names, prefix+filepath.ToSlash(name))
	}
	return paths, names, nil
}

// globEscape makes a folder's own name stand for itself in a pattern. Windows
// has no such escape, and hardly such names.
func globEscape(dir string) string {
	if filepath.Separator == '\\' {
		return dir
	}
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(dir)
}

// Resolve turns the name of a file in a release back into a path.
func (ws *Workspace) Resolve(name string) string {
	if rest, ok := strings.CutPrefix(name, "data:"); ok {
		root := ws.Data
		if !filepath.IsAbs(root) {
			root = filepath.Join(ws.Dir, root)
		}
		return filepath.Join(root, filepath.FromSlash(rest))
	}
	return filepath.Join(ws.Dir, filepath.FromSlash(name))
}

// Source finds a source by id.
func (ws *Workspace) Source(id string) (Source, bool) {
	for _, s := range ws.Sources {
		if s.ID == id {
			return s, true
		}
	}
	return Source{}, false
}

// lineOf finds the line of a key, given with its tables (plan.lens), for
// messages; 1 when it is not found.
func lineOf(text, key string) int {
	bare := strings.NewReplacer(`"`, "", " ", "", "\t", "")
	table := ""
	for i, l := range strings.Split(text, "\n") {
		l = strings.TrimSpace(l)
		path := ""
		switch name, _, isKey := strings.Cut(l, "="); {
		case strings.HasPrefix(l, "["):
			head, _, _ := strings.Cut(strings.TrimLeft(l, "["), "]")
			path = bare.Replace(head)
			table = path + "."
		case isKey:
			path = table + bare.Replace(name)
		}
		if path == key || strings.HasPrefix(path, key+".") {
			return i + 1
		}
	}
	return 1
}

func sourceLines(text string) []int {
	var at []int
	for i, l := range strings.Split(text, "\n") {
		if strings.HasPrefix(strings.ReplaceAll(strings.TrimSpace(l), " ", ""), "[[source]]") {
			at = append(at, i+1)
		}
	}
	return at
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// LocalPath is a path of milieu.toml as a path of the machine: relative ones are seen
// from the workspace. The empty path stays empty.
func (ws *Workspace) LocalPath(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(ws.Dir, filepath.FromSlash(path))
}
