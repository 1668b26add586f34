package archtest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

const head = "// Package x is a thing that owns nothing at all.\npackage x\n"

// TestRules breaks each rule in a small tree and wants it found, and nothing
// found where the rule is kept.
func TestRules(t *testing.T) {
	cases := []struct {
		name  string
		check func(*tree) []broken
		files map[string]string
		want  []string // path:line: beginning of what
	}{
		{"down is free", checkLayers, map[string]string{
			"internal/cli/a.go":   head + `import ("milieu/internal/web"; "milieu/internal/org"; "milieu/internal/lake"; "milieu/internal/stat")`,
			"internal/org/a.go":   head + `import ("milieu/internal/place"; "milieu/internal/lake"; "milieu/internal/geo/points")`,
			"internal/auth/a.go":  head + `import "milieu/internal/store"`,
			"internal/geo/mvt.go": head + `import "milieu/internal/geo/proj"`,
			"cmd/milieu/main.go":  head + `import "milieu/internal/cli"`,
			"bench/gen/main.go":   head + `import "milieu/internal/stat"`,
		}, nil},
		{"up is not", checkLayers, map[string]string{
			"internal/stat/a.go":   head + "import (\n\"fmt\"\n\"milieu/internal/lake\"\n)",
			"internal/report/a.go": head + `import "milieu/internal/evidence"`,
			"internal/org/a.go":    head + `import "milieu/internal/web/assets"`,
		}, []string{"internal/org/a.go:3: org (domain) imports web (edge)", "internal/report/a.go:3: report (infrastructure) imports evidence (domain)", "internal/stat/a.go:5: stat (kernel) imports lake (infrastructure)"}},
		{"sideways as listed", checkLayers, map[string]string{
			"internal/cluster/a.go": head + "import (\n\"milieu/internal/org\"\n\"milieu/internal/evidence\"\n\"milieu/internal/network\"\n)",
			"internal/place/a.go":   head + `import "milieu/internal/org"`,
			"internal/web/a.go":     head + `import "milieu/internal/example"`,
		}, []string{"internal/cluster/a.go:6: cluster imports network; of the domain it may import profile, observation, sector, org, place, evidence", "internal/place/a.go:3: place imports org", "internal/web/a.go:3: web imports example"}},
		{"outside stays outside", checkLayers, map[string]string{
			"internal/cli/a.go":   head + "import (\n\"milieu/internal/archtest\"\n\"milieu/bench/gen\"\n)",
			"internal/novel/a.go": head,
			"cmd/milieu/main.go":  head + `import "milieu/internal/lake"`,
		}, []string{"cmd/milieu/main.go:3: a command imports lake", "internal/cli/a.go:4: cli imports archtest", "internal/cli/a.go:5: cli imports bench", "internal/novel/a.go:2: package novel has no layer"}},
		{"tests may import up", checkLayers, map[string]string{"internal/stat/a_test.go": head + `import "milieu/internal/lake"`}, nil},
		{"drivers", checkForeign, map[string]string{
			"internal/lake/a.go":      head + `import "github.com/duckdb/duckdb-go/v2"`,
			"internal/store/a.go":     head + `import ("modernc.org/sqlite"; "github.com/jackc/pgx/v5/stdlib")`,
			"internal/org/a.go":       head + `import "github.com/duckdb/duckdb-go/v2"`,
			"internal/auth/a_test.go": head + `import "modernc.org/sqlite"`,
		}, []string{"internal/auth/a_test.go:3: auth imports modernc.org/sqlite", "internal/org/a.go:3: org imports github.com/duckdb/duckdb-go/v2"}},
		{"kernels are closed", checkForeign, map[string]string{
			"internal/geo/proj/a.go": head + "import (\n\"os\"\n\"database/sql\"\n\"math/rand\"\n\"net/http\"\n\"time\"\n)",
			"internal/geo/a_test.go": head + `import "os"`,
			"internal/place/a.go":    head + "import (\n\"os\"\n\"html/template\"\n)",
		}, []string{"internal/geo/proj/a.go:4: kernel geo imports os", "internal/geo/proj/a.go:5: kernel geo imports database/sql", "internal/geo/proj/a.go:6: kernel geo imports math/rand", "internal/geo/proj/a.go:7: kernel geo imports net/http", "internal/place/a.go:5: place imports html/template"}},
		{"clock and chance", checkUses, map[string]string{
			"internal/graph/a.go": head + "import (\n\"time\"\n\"math/rand/v2\"\n)\nvar d time.Duration\nvar r = rand.New(rand.NewPCG(1, 2))\nvar n = rand.IntN(3)\nvar t = time.Now()",
			"internal/stat/a.go":  head + "import clock \"time\"\nvar t = clock.Since(x)",
			"internal/org/a.go":   head + "import \"time\"\nvar t = time.Now()",
		}, []string{"internal/graph/a.go:9: rand.IntN draws", "internal/graph/a.go:10: time.Now reads the clock", "internal/stat/a.go:4: clock.Since reads the clock"}},
		{"requests and databases", checkUses, map[string]string{
			"internal/web/a.go":      head + "import \"net/http\"\nvar h http.Handler\nvar c = http.DefaultClient\nvar g = http.Get",
			"internal/web/a_test.go": head + "import \"net/http\"\nvar c = http.DefaultClient",
			"internal/fetch/a.go":    head + "import \"net/http\"\nvar c http.Client",
			"internal/org/a.go":      head + "import \"database/sql\"\nvar n sql.NullString\nvar f = sql.Open",
			"internal/lake/a.go":     head + "import \"database/sql\"\nvar f = sql.OpenDB",
		}, []string{"internal/org/a.go:5: sql.Open opens", "internal/web/a.go:5: http.DefaultClient asks", "internal/web/a.go:6: http.Get asks"}},
		{"comments of packages", checkDocs, map[string]string{
			"internal/a/a.go":    "// Package a does what a package of this name does.\npackage a",
			"internal/a/more.go": "package a",
			"internal/b/b.go":    "package b",
			"internal/c/c.go":    "// C is a package that begins wrongly.\npackage c",
			"internal/d/d.go":    "// Package d does it.\npackage d",
			"cmd/e/main.go":      "// Command e does what the program is there for.\npackage main",
			"internal/f/f.go":    "// Package f has no end of its sentence at all\npackage f",
		}, []string{"internal/b/b.go:1: package b has no comment", "internal/c/c.go:1: the package comment does not begin", "internal/d/d.go:1: the first sentence", "internal/f/f.go:1: the first sentence"}},
		{"stars", checkStars, map[string]string{
			"internal/org/a.go":        head + "var a = `select *\nfrom t`\nvar b = \"SELECT  DISTINCT * from t\"\nvar c = \"select count(*), 2 * 3, a * b from t where x ~ '.*'\"\nvar d = \"a.*, b\"\nvar e = `\nselect a, t.* from t`",
			"internal/org/stage/a.sql": "-- select * is not meant\nselect a,\n  b.* exclude (c)\nfrom b",
			"internal/org/stage/b.sql": "select columns(*) from t",
		}, []string{`internal/org/a.go:3: "select *"`, `internal/org/a.go:5: "DISTINCT *"`, `internal/org/a.go:9: ", t.*"`, `internal/org/stage/a.sql:2: ",\n  b.*"`, `internal/org/stage/b.sql:1: "columns(*"`}},
		{"paths", checkPaths, map[string]string{
			"doc/a.md":   "see https://example.org/work/home/ and ../shared/data\nrun \"/home/me/milieu\"\n",
			"tools/a.py": "DATA = '/Users/me/data'\n",
		}, []string{"doc/a.md:2: \"/home/me\" is a path", "tools/a.py:1: \"/Users/me\" is a path"}},
		{"work to do", checkTodos, map[string]string{
			"internal/org/a.go": head + "// TODO(#12): mend it\n// TODO: mend it\n",
		}, []string{"internal/org/a.go:4: a TODO without its issue"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			fsys := fstest.MapFS{}
			for p, text := range c.files {
				fsys[p] = &fstest.MapFile{Data: []byte(text)}
			}
			tr, err := load(fsys)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, b := range c.check(tr) {
				if b.why == "" {
					t.Errorf("%v has no reason", b)
				}
				got = append(got, fmt.Sprintf("%s:%d: %s", b.path, b.line, b.what))
			}
			slices.SortFunc(got, byPlace)
			for i := range got {
				if i < len(c.want) && strings.HasPrefix(got[i], c.want[i]) {
					got[i] = c.want[i]
				}
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

// byPlace sorts by path, then by line as a number.
func byPlace(a, b string) int {
	pa, ra, _ := strings.Cut(a, ":")
	pb, rb, _ := strings.Cut(b, ":")
	if c := strings.Compare(pa, pb); c != 0 {
		return c
	}
	var na, nb int
	_, _ = fmt.Sscanf(ra, "%d:", &na)
	_, _ = fmt.Sscanf(rb, "%d:", &nb)
	return na - nb
}
