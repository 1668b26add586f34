// Package e2e holds the browser test: it builds the program, serves the bundled
// district and looks at it with a real browser. It needs Chromium, Node and the
// packages of tools/browser, and so runs only where MILIEU_BROWSER is set.
package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"
)

var (
	update  = flag.Bool("update", false, "write testdata/weight.txt anew")
	picture = flag.String("picture", "", "take the screenshot of the README into this `file`, and test nothing")
	shots   = flag.String("shots", "", "also take a picture of each page into this `folder`, to look at")
	only    = flag.String("only", "", "do only the parts whose name has this `pattern`; weights are not checked then")
)

const root = "../../.."

// TestBrowser walks every page of the navigation and one of each kind below it,
// light and dark, wide and 360 px wide, as a visitor and as a member, and does with
// the pages what people do with them; see browse.mjs for what is asked of them.
func TestBrowser(t *testing.T) {
	if os.Getenv("MILIEU_BROWSER") == "" {
		t.Skip("set MILIEU_BROWSER=1 to look at the pages with a browser")
	}
	program := buildProgram(t)
	c := config{Picture: *picture, Shots: *shots, Only: *only}
	dir := t.TempDir()
	c.Origin, c.Enter = serveSite(t, program, "demo", "--dir", dir)
	c.Answer = askFirms(t, program, dir, c.Origin)
	c.Linked.Origin, c.Linked.Enter = serveSite(t, program, "serve", linkedValley(t, program))
	found := browse(t, c)
	weights := map[string]int{}
	for _, f := range found {
		if f.Check == "weight" {
			weights[surveyID.ReplaceAllString(f.Page, "/voices/ID")] = f.Bytes
			continue
		}
		t.Run(f.Page+" "+f.Check, func(t *testing.T) {
			for _, p := range f.Problems {
				t.Error(p)
			}
		})
	}
	if *picture == "" && *only == "" {
		t.Run("weight", func(t *testing.T) { checkWeights(t, weights) })
	}
}

// finding is one line of browse.mjs.
type finding struct {
	Page     string   `json:"page"`
	Check    string   `json:"check"`
	Problems []string `json:"problems"`
	Bytes    int      `json:"bytes"`
}

var (
	address   = regexp.MustCompile(`is at (http://\S+)`)
	ownerLink = regexp.MustCompile(`open this link once on this machine, .*: (http://\S+/enter/\S+)`)
)

// config is what browse.mjs is told; browser.mjs describes it.
type config struct {
	Origin   string `json:"origin"`
	Enter    string `json:"enter"`
	Chromium string `json:"chromium"`
	Picture  string `json:"picture"`
	Shots    string `json:"shots"`
	Only     string `json:"only"`
	Linked   struct {
		Origin string `json:"origin"`
		Enter  string `json:"enter"`
	} `json:"linked"`
	Answer map[string][]string `json:"answer"` // addresses by which firms answer, by the level of the survey
}

func buildProgram(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "milieu")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", program, "./cmd/milieu")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return program
}

// linkedValley is a built workspace of several sources, whose records people are asked about.
func linkedValley(t *testing.T, program string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", "testdata", "linked"))); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(program, "build", dir).CombinedOutput(); err != nil {
		t.Fatalf("milieu build: %v\n%s", err, out)
	}
	return dir
}

// serveSite runs a command of the program that serves until the test ends. It gives the
// address and the link by which the owner comes in, once.
func serveSite(t *testing.T, program string, args ...string) (url, owner string) {
	t.Helper()
	demo := exec.Command(program, append(args, "--addr", "127.0.0.1:0")...)
	log := &bytes.Buffer{}
	demo.Stderr = log
	out, err := demo.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := demo.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := demo.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
		if err := demo.Wait(); err != nil {
			t.Errorf("the server did not end well: %v", err)
		}
		if strings.Contains(log.String(), "level=ERROR") {
			t.Errorf("the server wrote down errors:\n%s", log)
		}
	})
	lines := bufio.NewScanner(out)
	for owner == "" && lines.Scan() {
		if m := address.FindStringSubmatch(lines.Text()); m != nil {
			url = m[1]
		}
		if m := ownerLink.FindStringSubmatch(lines.Text()); m != nil {
			owner = m[1]
		}
	}
	if url == "" || owner == "" {
		t.Fatalf("the program did not say where it is and how its owner comes in: address %q, link %q", url, owner)
	}
	go func() {
		for lines.Scan() {
		}
	}()
	return url, owner
}

// browse runs browse.mjs and reads its findings.
func browse(t *testing.T, c config) []finding {
	t.Helper()
	if _, err := os.Stat(filepath.Join(root, "tools", "browser", "node_modules")); err != nil {
		t.Fatal("the packages of the browser test are missing; run: npm ci --prefix tools/browser")
	}
	c.Chromium = chromium(t)
	config, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", "browse.mjs", string(config))
	errs := &bytes.Buffer{}
	cmd.Stderr = errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node browse.mjs: %v\n%s", err, errs)
	}
	var found []finding
	for line := range strings.Lines(string(out)) {
		var f finding
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			t.Fatalf("browse.mjs says %q: %v", line, err)
		}
		found = append(found, f)
	}
	return found
}

func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("MILIEU_CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if name == "" {
			continue
		}
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("no Chromium is here; install it, or set MILIEU_CHROMIUM to its path")
	return ""
}

// surveyID is the address of a survey, which each demo gives another id.
var surveyID = regexp.MustCompile(`/voices/v-[a-z0-9]+`)

const (
	weightFile  = "testdata/weight.txt"
	mostBytes   = 100_000 // a page with its style and script, packed; fonts, map and network come on top
	tolerance01 = 0.10    // headers and wording move a little
)

// checkWeights holds each page under the limit and near its committed weight.
func checkWeights(t *testing.T, got map[string]int) {
	pages := make([]string, 0, len(got))
	for p, n := range got {
		pages = append(pages, p)
		if n == 0 || n > mostBytes {
			t.Errorf("%s weighs %d bytes, want at most %d", p, n, mostBytes)
		}
	}
	sort.Strings(pages)
	if *update {
		var b strings.Builder
		b.WriteString("# Bytes of each page with app.css, app.js and theme.js as they come over the wire.\n# Made by: MILIEU_BROWSER=1 go test ./internal/web/e2e -update\n")
		for _, p := range pages {
			fmt.Fprintf(&b, "%6d %s\n", got[p], p)
		}
		if err := os.WriteFile(weightFile, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want := readWeights(t)
	for _, p := range pages {
		w, ok := want[p]
		delete(want, p)
		if d := float64(got[p] - w); !ok || max(d, -d) > tolerance01*float64(w) {
			t.Errorf("%s weighs %d bytes, on record are %d; if that is meant, run: MILIEU_BROWSER=1 go test ./internal/web/e2e -update", p, got[p], w)
		}
	}
	for p := range want {
		t.Errorf("%s is on record and was not found", p)
	}
}

func readWeights(t *testing.T) map[string]int {
	t.Helper()
	text, err := os.ReadFile(weightFile)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		var n int
		var page string
		if _, err := fmt.Sscanf(line, "%d %s", &n, &page); err != nil {
			t.Fatalf("%s: %q: %v", weightFile, line, err)
		}
		out[page] = n
	}
	return out
}
