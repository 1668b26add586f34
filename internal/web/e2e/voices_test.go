package e2e

import (
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// askFirms opens a survey of two levels in a workspace by the program's commands, and gives the addresses by which firms answer.
func askFirms(t *testing.T, program, dir, origin string) map[string][]string {
	t.Helper()
	questions, err := filepath.Abs(filepath.Join("..", "testdata", "questions.toml"))
	if err != nil {
		t.Fatal(err)
	}
	milieu := func(args ...string) string {
		t.Helper()
		cmd := exec.Command(program, append([]string{"survey"}, args...)...)
		cmd.Dir = dir
		var errs strings.Builder
		cmd.Stderr = &errs
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("milieu survey %s: %v\n%s", strings.Join(args, " "), err, errs.String())
		}
		return strings.TrimSpace(string(out))
	}
	links := map[string][]string{}
	for _, level := range []string{"anonymous", "attributable"} {
		id := milieu("new", "--level", level, "--contact", "Ann Other, ann@example.org", "--keep-until", "2099-12-31", questions)
		file := filepath.Join(t.TempDir(), level+".csv")
		milieu("publish", id)
		milieu("frame", "--role", "firm", id)
		milieu("draw", "--n", "12", id)
		milieu("open", id)
		milieu("links", "--url", origin, "--out", file, id)
		links[level] = addresses(t, file, origin+"/answer/")
	}
	return links
}

// addresses are the cells of a CSV that begin so.
func addresses(t *testing.T, file, begin string) []string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, row := range rows {
		for _, cell := range row {
			if strings.HasPrefix(cell, begin) {
				out = append(out, cell)
			}
		}
	}
	if len(out) == 0 {
		t.Fatalf("%s holds no address that begins with %s", file, begin)
	}
	return out
}
