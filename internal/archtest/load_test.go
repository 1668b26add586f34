package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// root is the module's folder, seen from this package.
const root = "../.."

// module is the module's path.
const module = "milieu"

// source is one Go file of the tree.
type source struct {
	path  string // from the root, with slashes
	dir   string
	test  bool
	lines int
	ast   *ast.File
}

// tree is what the rules look at: the Go files and the other texts of a module.
type tree struct {
	set   *token.FileSet
	files []*source
	texts map[string]string // every text file by path, Go files too
}

// broken is one place where a rule is broken.
type broken struct {
	path string
	line int
	what string
	why  string
}

func (b broken) String() string {
	return fmt.Sprintf("%s:%d: %s\n    because %s", b.path, b.line, b.what, b.why)
}

// passedOver are folders that are not ours to judge: derived, downloaded, or about to go.
var passedOver = map[string]bool{".git": true, ".milieu": true, "node_modules": true, "internal/deps": true, "bench/out": true}

// ownTexts are the endings of files that people write here.
var ownTexts = []string{".go", ".sql", ".toml", ".md", ".py", ".ts", ".css", ".html", ".tmpl", ".sh", ".csv", ".txt", ".json", ".geojson", ".txtar", ".yaml"}

// load reads the tree. Modules inside the module are passed over.
func load(fsys fs.FS) (*tree, error) {
	t := &tree{set: token.NewFileSet(), texts: map[string]string{}}
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if passedOver[p] || passedOver[d.Name()] {
				return fs.SkipDir
			}
			if _, err := fs.Stat(fsys, path.Join(p, "go.mod")); err == nil && p != "." {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() || !slices.Contains(ownTexts, path.Ext(p)) {
			return nil
		}
		text, err := fs.ReadFile(fsys, p)
		if err != nil {
			return err
		}
		t.texts[p] = string(text)
		if path.Ext(p) == ".go" && !strings.Contains(p, "testdata/") {
			return t.parse(p, text)
		}
		return nil
	})
	return t, err
}

func (t *tree) parse(p string, text []byte) error {
	f, err := parser.ParseFile(t.set, p, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	t.files = append(t.files, &source{path: p, dir: path.Dir(p), test: strings.HasSuffix(p, "_test.go"),
		lines: strings.Count(string(text), "\n"), ast: f})
	return nil
}

func (t *tree) line(pos token.Pos) int { return t.set.Position(pos).Line }

// real is this module.
func real(t *testing.T) *tree {
	t.Helper()
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		t.Fatal(err)
	}
	tr, err := load(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	if len(tr.files) < 50 {
		t.Fatalf("%d Go files found; the tree was not read", len(tr.files))
	}
	return tr
}

// report fails the test for each place, in the order of the files.
func report(t *testing.T, found []broken) {
	t.Helper()
	slices.SortFunc(found, func(a, b broken) int {
		if c := strings.Compare(a.path, b.path); c != 0 {
			return c
		}
		return a.line - b.line
	})
	for _, b := range found {
		t.Error(b)
	}
}
