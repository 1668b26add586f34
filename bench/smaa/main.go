// Command smaa measures rank acceptabilities of the kernel mcda beside the same in numpy, one after the other on
// the same values. It prints times and ratios, and stops where the two sides differ by more than chance allows.
// README.md says what to install.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"milieu/internal/chance"
	"milieu/internal/mcda"
)

func main() {
	log.SetFlags(0)
	python := flag.String("python", "python3", "interpreter with the packages of requirements.txt")
	script := flag.String("peer", filepath.Join("bench", "smaa", "peer.py"), "the peer")
	flag.Parse()
	for _, s := range []size{{10_000, 2, 3}, {100_000, 12, 6}, {1_000_000, 30, 8}} {
		if err := s.run(*python, *script); err != nil {
			log.Fatal("smaa: ", err)
		}
	}
}

// runs of each side, of which the quickest counts: others may use the machine.
const runs = 3

type size struct{ draws, options, criteria int }

// work is what the peer reads, answer what it writes.
type work struct {
	Draws  int         `json:"draws"`
	Runs   int         `json:"runs"`
	Values [][]float64 `json:"values"`
}

type answer struct {
	Seconds float64     `json:"seconds"`
	Rank    [][]float64 `json:"rank"`
}

func (s size) run(python, script string) error {
	values := make([][]float64, s.options)
	p := mcda.Problem{Functions: make([]mcda.Function, s.criteria)}
	for j := range p.Functions {
		f, err := mcda.Linear(0, 1)
		if err != nil {
			return err
		}
		p.Functions[j] = f
	}
	for i := range values {
		row := make([]chance.Dist, s.criteria)
		for j := range row {
			v := chance.Stream{Seed: 7}.Uniform(i, j)
			values[i] = append(values[i], v)
			row[j] = chance.Dist{Kind: chance.Fixed, A: v}
		}
		p.Cells = append(p.Cells, row)
	}
	var ours mcda.Result
	took := math.Inf(1)
	for range runs {
		start := time.Now()
		r, err := mcda.Run(context.Background(), p, mcda.Options{Draws: s.draws, Seed: 1})
		if err != nil {
			return err
		}
		ours, took = r, min(took, time.Since(start).Seconds())
	}
	theirs, err := peer(python, script, work{s.draws, runs, values})
	if err != nil {
		return err
	}
	worst := 0.0
	for i := range values {
		for r := range values {
			a, b := ours.Rank[i][r], theirs.Rank[i][r]
			mean := (a + b) / 2
			worst = max(worst, math.Abs(a-b)/math.Sqrt(2*mean*(1-mean)/float64(s.draws)+1/float64(s.draws)/float64(s.draws)))
		}
	}
	fmt.Printf("%9d draws x %2d options x %d criteria: milieu %.3f s, numpy %.3f s, ratio %.1f; largest difference %.1f standard errors\n",
		s.draws, s.options, s.criteria, took, theirs.Seconds, theirs.Seconds/took, worst)
	if worst > 6 {
		return fmt.Errorf("the two sides differ by %.1f standard errors", worst)
	}
	return nil
}

func peer(python, script string, w work) (answer, error) {
	in, err := json.Marshal(w)
	if err != nil {
		return answer{}, err
	}
	c := exec.Command(python, script)
	c.Stdin, c.Stderr = bytes.NewReader(in), os.Stderr
	out, err := c.Output()
	if err != nil {
		return answer{}, fmt.Errorf("%s %s: %w", python, script, err)
	}
	var a answer
	return a, json.Unmarshal(out, &a)
}
