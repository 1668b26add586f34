package archtest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// layer is a storey of the house; imports point to the same or a lower one.
type layer int

const (
	kernel layer = iota
	infrastructure
	domain
	edge
	outside // commands and tools: they import, nobody imports them
)

func (l layer) String() string {
	return [...]string{"kernel", "infrastructure", "domain", "edge", "outside"}[l]
}

// layers gives each package under internal/ its layer; what lies below a package
// (geo/proj) belongs to it. It is the table of DESIGN section 4, with tabular,
// archive and textindex, which came later.
var layers = map[string]layer{
	"cli": edge, "web": edge, "api": edge, "example": edge, "live": edge, "entry": edge,
	"bizcase": domain, "portfolio": domain, "survey": domain, "network": domain, "cluster": domain,
	"observation": domain, "sector": domain, "profile": domain,
	"org": domain, "place": domain, "link": domain, "evidence": domain, "decision": domain,
	"lake": infrastructure, "store": infrastructure, "backup": infrastructure, "fetch": infrastructure, "job": infrastructure,
	"auth": infrastructure, "audit": infrastructure, "report": infrastructure,
	"rowfile": infrastructure, "tabular": infrastructure, "jsonrow": infrastructure, "archive": infrastructure, "sheet": infrastructure, "mail": infrastructure,
	"geo": kernel, "spatial": kernel, "stat": kernel, "graph": kernel, "milp": kernel, "cash": kernel,
	"chart": kernel, "textindex": kernel, "sampling": kernel, "disclosure": kernel, "typed": kernel,
	"chance": kernel, "mcda": kernel, "schedule": kernel,
	"archtest": outside,
}

// sideways are the edges allowed between packages of one layer where the layer is
// not free in itself. Between kernels, and between parts of the infrastructure,
// any edge is allowed that makes no circle, which the compiler sees to.
var sideways = map[layer]map[string][]string{
	domain: {
		"org":         {"link", "place", "evidence"},
		"cluster":     {"profile", "observation", "sector", "org", "place", "evidence"},
		"profile":     {"sector", "org", "place", "evidence"},
		"sector":      {"org", "evidence"},
		"observation": {"place", "evidence"},
		"network":     {"profile", "sector", "org", "place", "evidence"},
		"survey":      {"network", "profile", "sector", "org", "place", "evidence"},
		"portfolio":   {"cluster", "network", "survey", "evidence"},
		"bizcase":     {"portfolio", "survey", "network", "cluster", "observation", "sector", "org", "evidence"}, // it cites them: doc/decision
		"link":        {"evidence"},
		"decision":    {"evidence"},
		"place":       {"evidence"},
		"evidence":    {},
	},
	edge: {
		"cli": {"web", "api", "example", "live", "entry"},
		"web": {"live", "entry"}, "api": {"live", "entry"}, "live": {}, "entry": {}, "example": {},
	},
}

const (
	whyDown = "imports point down (DESIGN section 4): what is below must be testable and replaceable without what stands on it"
	whySide = "DESIGN section 4 lists the edges between packages of the domain: each analysis stands on few others, so that it can be changed alone"
	whyEdge = "the packages of the edge are wired together in cli only, so that each can be tested by itself"
	whyMain = "a command only calls cli, so that tests run the whole program without it"
	whyName = "every package has its place in the table of DESIGN section 4"
)

// TestImports_pointDown holds all imports between our packages against the table.
func TestImports_pointDown(t *testing.T) { report(t, checkLayers(real(t))) }

func checkLayers(t *tree) []broken {
	var out []broken
	for _, f := range t.files {
		from, _ := place(f.dir)
		if f.test || from == "" {
			continue
		}
		if _, ok := layers[from]; !ok && strings.HasPrefix(f.dir, "internal/") {
			out = append(out, broken{f.path, t.line(f.ast.Package), fmt.Sprintf("package %s has no layer; give it one in internal/archtest and in DESIGN section 4", from), whyName})
			continue
		}
		for _, imp := range f.ast.Imports {
			to, ok := place(strings.TrimPrefix(importPath(imp.Path.Value), module+"/"))
			if !strings.HasPrefix(importPath(imp.Path.Value), module+"/") || !ok || to == from {
				continue
			}
			if what, why := edgeFault(f.dir, from, to); what != "" {
				out = append(out, broken{f.path, t.line(imp.Pos()), what, why})
			}
		}
	}
	return out
}

// place names the package of the table to which a folder belongs; commands,
// benchmarks and tools are named by their folder.
func place(dir string) (name string, ours bool) {
	rest, ok := strings.CutPrefix(dir, "internal/")
	if !ok {
		first, _, _ := strings.Cut(dir, "/")
		return first, first == "cmd" || first == "bench" || first == "tools"
	}
	name, _, _ = strings.Cut(rest, "/")
	return name, true
}

// edgeFault says what is wrong with an import, "" when nothing is.
func edgeFault(dir, from, to string) (what, why string) {
	f, known := layers[from]
	if !known {
		f = outside
	}
	to2, known := layers[to]
	switch {
	case !known && !strings.HasPrefix(to, "internal"):
		if to == "cmd" || to == "bench" || to == "tools" {
			return fmt.Sprintf("%s imports %s, which is a command or a tool", from, to), whyDown
		}
		return "", "" // the package itself is reported
	case to2 == outside:
		return fmt.Sprintf("%s imports %s, which nobody may import", from, to), whyDown
	case strings.HasPrefix(dir, "cmd/") && to != "cli":
		return fmt.Sprintf("a command imports %s; it may import cli", to), whyMain
	case f < to2:
		return fmt.Sprintf("%s (%v) imports %s (%v)", from, f, to, to2), whyDown
	case f != to2 || sideways[f] == nil || slices.Contains(sideways[f][from], to):
		return "", ""
	case f == edge:
		return fmt.Sprintf("%s imports %s", from, to), whyEdge
	}
	allowed := "none other"
	if a := sideways[f][from]; len(a) > 0 {
		allowed = strings.Join(a, ", ")
	}
	return fmt.Sprintf("%s imports %s; of the domain it may import %s", from, to, allowed), whySide
}

func importPath(literal string) string {
	p, err := strconv.Unquote(literal)
	if err != nil {
		return ""
	}
	return p
}

// foreign says which packages alone may import what, and why.
var foreign = []struct {
	prefix string
	only   []string // packages of the table
	why    string
}{
	{"github.com/duckdb/", []string{"lake"}, "the engine is wrapped once, in lake: its version, settings and quirks are nobody else's business, and whatever links it links slowly"},
	{"modernc.org/sqlite", []string{"store"}, "SQL drivers are wrapped once, in store, so that SQLite and PostgreSQL stay exchangeable"},
	{"github.com/jackc/pgx", []string{"store"}, "SQL drivers are wrapped once, in store, so that SQLite and PostgreSQL stay exchangeable"},
	{"github.com/lib/pq", nil, "the driver for PostgreSQL is pgx, in store"},
	{"github.com/mattn/go-sqlite3", nil, "the driver for SQLite is modernc.org/sqlite, in store"},
	{"github.com/stretchr/testify", nil, "tests use the standard library and go-cmp (STYLE 3.3)"},
}

// kernelNever are imports that no kernel may have.
var kernelNever = map[string]string{
	"os": "reads or writes files", "os/exec": "starts programs", "os/signal": "depends on the process", "os/user": "depends on the machine",
	"io/ioutil": "reads or writes files", "path/filepath": "works on files of the machine", "syscall": "depends on the machine",
	"net": "talks to the network", "net/http": "talks to the network", "net/rpc": "talks to the network", "net/smtp": "talks to the network",
	"database/sql": "opens a database", "database/sql/driver": "opens a database",
	"log": "writes outside its results", "log/slog": "writes outside its results",
	"math/rand":   "has a source of random numbers that no seed of ours sets; use math/rand/v2 with a seed given by the caller",
	"crypto/rand": "gives other numbers each time",
}

const whyKernel = "a kernel takes values and returns values, so that the same input gives the same bytes everywhere (DESIGN section 4)"

// TestImports_foreign holds imports of other modules and of the standard library
// against who may use them.
func TestImports_foreign(t *testing.T) { report(t, checkForeign(real(t))) }

func checkForeign(t *tree) []broken {
	var out []broken
	for _, f := range t.files {
		name, _ := place(f.dir)
		for _, imp := range f.ast.Imports {
			p := importPath(imp.Path.Value)
			for _, r := range foreign {
				if strings.HasPrefix(p, r.prefix) && !slices.Contains(r.only, name) {
					out = append(out, broken{f.path, t.line(imp.Pos()), name + " imports " + p, r.why})
				}
			}
			l, known := layers[name]
			if does := kernelNever[p]; does != "" && known && l == kernel && !f.test {
				out = append(out, broken{f.path, t.line(imp.Pos()), fmt.Sprintf("kernel %s imports %s, which %s", name, p, does), whyKernel})
			}
			if known && l == domain && !f.test && (p == "net/http" || p == "html/template") {
				out = append(out, broken{f.path, t.line(imp.Pos()), fmt.Sprintf("%s imports %s", name, p), "a package of the domain never renders a page (DESIGN section 4)"})
			}
		}
	}
	return out
}
