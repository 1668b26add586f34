package cli

import (
	"encoding/csv"
	"errors"
	"math"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// The scripts run the program itself: this test binary under another name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"milieu": func() { os.Exit(Main(os.Args[1:])) },
	})
}

// TestScript runs testdata/script. Beside testscript's own commands there are
//
//	exits N COMMAND...      the command ends with code N
//	near GOT WANT TOL       two CSV files are the same, numbers within TOL
//	replace FILE OLD NEW    edits a file
//	keep NAME [PATTERN]     puts into the variable NAME what the group of PATTERN matches in the standard output; without one its first release id
func TestScript(t *testing.T) {
	if _, err := os.UserHomeDir(); err != nil {
		t.Skip("no home folder: ", err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": scriptExits, "near": scriptNear, "replace": scriptReplace, "keep": scriptKeep,
		},
	})
}

func scriptExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits N COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var ee *exec.ExitError
	switch {
	case errors.As(err, &ee):
		got = ee.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d\n%s", got, want, ts.ReadFile("stderr"))
	}
}

func scriptNear(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: near GOT WANT TOLERANCE")
	}
	tol, err := strconv.ParseFloat(args[2], 64)
	ts.Check(err)
	got, want := scriptCSV(ts, args[0]), scriptCSV(ts, args[1])
	if len(got) != len(want) {
		ts.Fatalf("%d rows, want %d", len(got), len(want))
	}
	for i := range want {
		if len(got[i]) != len(want[i]) {
			ts.Fatalf("row %d: %v, want %v", i+1, got[i], want[i])
		}
		for j, w := range want[i] {
			if !near(got[i][j], w, tol) {
				ts.Fatalf("row %d, column %s: %s, want %s", i+1, want[0][j], got[i][j], w)
			}
		}
	}
}

func near(got, want string, tol float64) bool {
	g, err := strconv.ParseFloat(got, 64)
	w, err2 := strconv.ParseFloat(want, 64)
	if err != nil || err2 != nil {
		return got == want
	}
	return math.Abs(g-w) <= tol
}

func scriptCSV(ts *testscript.TestScript, file string) [][]string {
	r := csv.NewReader(strings.NewReader(ts.ReadFile(file)))
	r.Comment = '#'
	rows, err := r.ReadAll()
	ts.Check(err)
	return rows
}

func scriptReplace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace FILE OLD NEW")
	}
	text := ts.ReadFile(args[0])
	if strings.Count(text, args[1]) != 1 {
		ts.Fatalf("%s: %q stands %d times, want once", args[0], args[1], strings.Count(text, args[1]))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, args[1], args[2], 1)), 0o600))
}

func scriptKeep(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: keep NAME [PATTERN]")
	}
	if len(args) == 2 {
		m := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
		if len(m) != 2 {
			ts.Fatalf("the output does not match %s", args[1])
		}
		ts.Setenv(args[0], m[1])
		return
	}
	_, rest, ok := strings.Cut(ts.ReadFile("stdout"), "Release ")
	if !ok || len(rest) < 12 {
		ts.Fatalf("the output names no release")
	}
	ts.Setenv(args[0], rest[:12])
}
