// Command portfolio measures the choice of a portfolio and of start times beside CBC, Debian's coinor-cbc: the kernel
// internal/milp and CBC solve the same problems to proven optimality, one after the other in one run, CBC from the LP file that
// the kernel writes. Both optima are compared. It prints figures and passes no judgement. Run it from the repository root:
//
//	go run ./bench/portfolio
//
// Seconds are of the processor, which other work on the machine disturbs least; those of CBC hold the reading of its file, a few
// milliseconds. The kernel uses one core, and CBC does as Debian's package starts it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"milieu/internal/milp"
)

func main() {
	log.SetFlags(0)
	b := bench{}
	flag.StringVar(&b.only, "only", "", "solve only the problems whose `name` starts so")
	flag.StringVar(&b.cbc, "cbc", "cbc", "the command of CBC; empty to leave it out")
	flag.StringVar(&b.dir, "dir", "bench/out/portfolio", "folder for LP files")
	flag.DurationVar(&b.limit, "limit", 2*time.Minute, "time that each may take")
	flag.IntVar(&b.draws, "draws", 0, "solve the first programme so many times with other values, each from the solution before, and stop")
	flag.Parse()
	if err := b.run(flag.Args()); err != nil {
		log.Fatal("portfolio: ", err)
	}
}

type bench struct {
	only, cbc, dir string
	limit          time.Duration
	draws          int
}

// run solves the problems of the families, or those of LP files that the kernel
// wrote.
func (b bench) run(files []string) error {
	if b.draws > 0 {
		return b.runDraws()
	}
	if err := os.MkdirAll(b.dir, 0o755); err != nil {
		return err
	}
	cases := families()
	if len(files) > 0 {
		cases = nil
		for _, f := range files {
			p, err := read(f)
			if err != nil {
				return err
			}
			cases = append(cases, problem{strings.TrimSuffix(filepath.Base(f), ".lp"), p})
		}
	}
	fmt.Printf("%-28s %5s %5s %14s %9s %9s %9s %7s  %s\n", "problem", "vars", "rows", "optimum", "nodes", "seconds", "CBC", "ratio", "")
	for _, c := range cases {
		if !strings.HasPrefix(c.name, b.only) {
			continue
		}
		if err := b.one(c); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

func (b bench) one(c problem) error {
	ctx, cancel := context.WithTimeout(context.Background(), b.limit)
	defer cancel()
	before := cpu()
	sol, err := milp.Solve(ctx, c.p, milp.Options{NoConflict: true})
	if err != nil {
		return err
	}
	ours := cpu() - before
	line := fmt.Sprintf("%-28s %5d %5d %14.6f %9d %9.3f", c.name, len(c.p.Objective), len(c.p.Rows), sol.Objective, sol.Nodes, ours.Seconds())
	note := ""
	if sol.Status != milp.Optimal {
		note = fmt.Sprintf("ours: %s, gap %.3g %%", sol.Status, 100*sol.Gap)
	}
	if b.cbc == "" {
		fmt.Println(line, "        -       - ", note)
		return nil
	}
	peer, err := b.peer(c)
	if err != nil {
		return err
	}
	ratio := fmt.Sprintf("%7.2f", peer.time.Seconds()/ours.Seconds())
	switch {
	case peer.stopped:
		note += " CBC was not done"
	case sol.Status == milp.Optimal && !close(peer.value, sol.Objective):
		return fmt.Errorf("the optima differ: ours %v, CBC %v", sol.Objective, peer.value)
	case sol.Status == milp.Infeasible && !peer.infeasible:
		return fmt.Errorf("ours has no solution, CBC has %v", peer.value)
	}
	fmt.Printf("%s %9.3f %s  %s\n", line, peer.time.Seconds(), ratio, note)
	return nil
}

func close(a, b float64) bool { return max(a-b, b-a) <= 1e-6*max(1, max(a, -a)) }

// answer is what CBC says.
type answer struct {
	value               float64
	infeasible, stopped bool
	time                time.Duration
}

var (
	objectiveLine  = regexp.MustCompile(`(?m)^Objective value:\s+(\S+)`)
	infeasibleLine = regexp.MustCompile(`(?m)^(Result - .*infeasible|Problem is infeasible|Pre-processing says infeasible)`)
)

func (b bench) peer(c problem) (answer, error) {
	file := filepath.Join(b.dir, c.name+".lp")
	var text strings.Builder
	if err := milp.WriteLP(&text, c.p); err != nil {
		return answer{}, err
	}
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		return answer{}, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), b.limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, b.cbc, file, "ratio", "0", "allow", "0", "solve", "-quit")
	out, err := cmd.Output()
	a := answer{}
	if cmd.ProcessState != nil {
		a.time = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	if ctx.Err() != nil {
		a.stopped = true
		return a, nil
	}
	if err != nil {
		return a, fmt.Errorf("%v (install coinor-cbc, or give -cbc '')", err)
	}
	if infeasibleLine.Match(out) {
		a.infeasible = true
		return a, nil
	}
	m := objectiveLine.FindSubmatch(out)
	if m == nil {
		return a, errors.New("CBC tells no objective:\n" + string(out))
	}
	a.value, err = strconv.ParseFloat(string(m[1]), 64)
	// CBC minimises the negative in some versions.
	a.value = max(a.value, -a.value)
	return a, err
}

// cpu is the time of the processor that this process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		log.Fatal("portfolio: ", err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
