package archtest

import (
	"fmt"
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// use is a rule about names of an imported package.
type use struct {
	pkg    string
	names  []string // forbidden names; with except, all but those
	except bool
	within func(name string, l layer, known bool) bool // where the rule holds
	what   string
	why    string
}

func inKernel(_ string, l layer, known bool) bool { return known && l == kernel }

func notIn(allowed ...string) func(string, layer, bool) bool {
	return func(name string, _ layer, _ bool) bool { return !slices.Contains(allowed, name) }
}

var uses = []use{
	{pkg: "time", names: []string{"Now", "Since", "Until", "After", "AfterFunc", "Sleep", "Tick", "NewTicker", "NewTimer"}, within: inKernel,
		what: "reads the clock", why: whyKernel},
	{pkg: "math/rand/v2", names: []string{"New", "NewPCG", "NewChaCha8", "NewZipf", "Rand", "Source", "PCG", "ChaCha8", "Zipf"}, except: true, within: inKernel,
		what: "draws from the global source, which has no seed of ours", why: whyKernel},
	{pkg: "net/http", names: []string{"Get", "Head", "Post", "PostForm", "Client", "DefaultClient", "Transport", "DefaultTransport", "NewRequest", "NewRequestWithContext"}, within: notIn("fetch", "bench"),
		what: "asks another machine", why: "all requests to others go through fetch: polite, capped, recorded, replayed in tests (bench asks only the program that it has started)"},
	{pkg: "database/sql", names: []string{"Open", "OpenDB"}, within: notIn("lake", "store"),
		what: "opens a database", why: "databases are opened in lake and store only; a package of the domain is handed what it reads"},
}

// TestUses holds what files call against who may call it.
func TestUses(t *testing.T) { report(t, checkUses(real(t))) }

func checkUses(t *tree) []broken {
	var out []broken
	for _, f := range t.files {
		if f.test {
			continue
		}
		pkg, _ := place(f.dir)
		l, known := layers[pkg]
		names := importNames(f.ast)
		ast.Inspect(f.ast, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			id, ok := sel.X.(*ast.Ident)
			if !ok {
				return true
			}
			for _, u := range uses {
				if names[id.Name] == u.pkg && slices.Contains(u.names, sel.Sel.Name) != u.except && u.within(pkg, l, known) {
					out = append(out, broken{f.path, t.line(sel.Pos()), fmt.Sprintf("%s.%s %s", id.Name, sel.Sel.Name, u.what), u.why})
				}
			}
			return true
		})
	}
	return out
}

var version = regexp.MustCompile(`^v[0-9]+$`)

// importNames maps the name under which a file knows a package to its path.
func importNames(f *ast.File) map[string]string {
	names := map[string]string{}
	for _, imp := range f.Imports {
		p := importPath(imp.Path.Value)
		name := path.Base(p)
		if version.MatchString(name) {
			name = path.Base(path.Dir(p))
		}
		if imp.Name != nil {
			name = imp.Name.Name
		}
		names[name] = p
	}
	return names
}

const whyDoc = "a package is a noun with a first sentence that says what it is, what it owns and what it does not do (STYLE rule 1)"

// TestPackages_documented wants of every package a comment that begins properly.
func TestPackages_documented(t *testing.T) { report(t, checkDocs(real(t))) }

func checkDocs(t *tree) []broken {
	first := map[string]*source{}
	documented := map[string]bool{}
	var out []broken
	for _, f := range t.files {
		if f.test {
			continue
		}
		if first[f.dir] == nil {
			first[f.dir] = f
		}
		if f.ast.Doc == nil {
			continue
		}
		documented[f.dir] = true
		want := "Package " + f.ast.Name.Name + " "
		if f.ast.Name.Name == "main" {
			want = "Command " + path.Base(f.dir) + " "
		}
		text := strings.Join(strings.Fields(f.ast.Doc.Text()), " ")
		sentence, _, whole := strings.Cut(text+" ", ". ")
		switch {
		case !strings.HasPrefix(text, want):
			out = append(out, broken{f.path, t.line(f.ast.Doc.Pos()), fmt.Sprintf("the package comment does not begin with %q", want), whyDoc})
		case !whole || len(strings.Fields(sentence)) < 5:
			out = append(out, broken{f.path, t.line(f.ast.Doc.Pos()), "the first sentence of the package comment says too little or does not end", whyDoc})
		}
	}
	for dir, f := range first {
		if !documented[dir] {
			out = append(out, broken{f.path, t.line(f.ast.Package), "package " + f.ast.Name.Name + " has no comment in any file", whyDoc})
		}
	}
	return out
}
