// Command link measures linkage beside its peers: milieu link against Splink
// on labelled people and on made-up organisations, milieu calc names against
// name matchers. Both sides run as whole commands, one after the other, on the
// same files; the truth scores both. It prints figures and passes no judgement.
// README.md says what to install. Run it from the repository root:
//
//	go run ./bench/link people -python VENV/bin/python
//	go run ./bench/link orgs -n 100000 -python VENV/bin/python
//	go run ./bench/link names -python VENV/bin/python
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// bench is one run: where things are and what may be skipped.
type bench struct {
	python, dir, data, program string
	n                          int
	seed                       uint64
	memory                     int
	peers                      string
	reuse                      bool
}

func main() {
	log.SetFlags(0)
	var b bench
	fs := flag.NewFlagSet("link", flag.ExitOnError)
	fs.StringVar(&b.python, "python", "python3", "interpreter with the packages of requirements.txt (names: requirements-names.txt)")
	fs.StringVar(&b.dir, "dir", "bench/out/link", "folder for files; kept for the next run")
	fs.StringVar(&b.data, "data", "../shared/data/entity_resolution/splink", "folder of fake_1000.csv and febrl/")
	fs.StringVar(&b.program, "milieu", "", "program to measure; default: built from here")
	fs.IntVar(&b.n, "n", 100_000, "organisations in each list")
	fs.Uint64Var(&b.seed, "seed", 1, "seed of the organisations")
	fs.IntVar(&b.memory, "memory", 10, "GB that DuckDB may take before it spills")
	fs.StringVar(&b.peers, "peers", "tuned", "Splink models on organisations: tuned, trained, documented, with commas")
	fs.BoolVar(&b.reuse, "reuse", false, "score the peers' pairs of the last run instead of running them again")
	if len(os.Args) < 2 {
		log.Fatal("usage: link people|orgs|names [flags]")
	}
	_ = fs.Parse(os.Args[2:])
	run, ok := map[string]func() error{"people": b.people, "orgs": b.orgs, "names": b.names}[os.Args[1]]
	if !ok {
		log.Fatalf("link: there is no benchmark %q; there are people, orgs and names", os.Args[1])
	}
	if err := b.prepare(); err != nil {
		log.Fatal("link: ", err)
	}
	if err := run(); err != nil {
		log.Fatal("link: ", err)
	}
}

func (b *bench) prepare() error {
	if err := os.MkdirAll(b.dir, 0o755); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	if b.program != "" {
		return nil
	}
	b.program = filepath.Join(b.dir, "milieu")
	_, err := child("go", "build", "-o", b.program, "./cmd/milieu")
	return err
}

func (b *bench) script(name string) string { return filepath.Join("bench", "link", name) }
func (b *bench) file(name string) string   { return filepath.Join(b.dir, name) }

// usage is what a whole command used, by the system's own account.
type usage struct {
	wall, cpu time.Duration
	peakMiB   int64
	said      string
}

func child(program string, args ...string) (usage, error) {
	c := exec.Command(program, args...)
	var said strings.Builder
	c.Stdout, c.Stderr = &said, &said
	start := time.Now()
	err := c.Run()
	u := usage{wall: time.Since(start), said: said.String()}
	if err != nil {
		return u, fmt.Errorf("%s %s: %w\n%s", program, strings.Join(args, " "), err, said.String())
	}
	u.cpu = c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	if r, ok := c.ProcessState.SysUsage().(*syscall.Rusage); ok {
		u.peakMiB = r.Maxrss / 1024
	}
	return u, nil
}

// measured is one line of score.py's answer.
type measured struct {
	Precision, Recall, F1 float64
	Given, Hits           int
}

// score reads what score.py says of pairs against the truth, by threshold.
func (b *bench) score(args ...string) (map[string]measured, error) {
	out, err := exec.Command(b.python, append([]string{b.script("score.py"), "--json"}, args...)...).Output()
	if err != nil {
		return nil, fmt.Errorf("score.py %s: %w", strings.Join(args, " "), err)
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(out, &raw); err != nil {
		return nil, fmt.Errorf("score.py %s: read its answer: %w", strings.Join(args, " "), err)
	}
	m := map[string]measured{}
	for k, v := range raw {
		var one measured
		if json.Unmarshal(v, &one) == nil {
			m[k] = one
		}
	}
	return m, nil
}

func splitList(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}
