package main

import (
	"context"
	"fmt"
	"math"
	"time"

	"milieu/internal/chance"
	"milieu/internal/milp"
	"milieu/internal/milp/sample"
)

// problem is a named problem.
type problem struct {
	name string
	p    milp.Problem
}

// programme is the case that the speed is promised for: three years, three
// funders, forty dependencies.
func programme(n int, w sample.Worth, seed uint64) sample.Programme {
	return sample.Programme{
		Options: n, Years: 3, Funders: 3, Needs: 40 * n / 100, Excludes: n / 10, Pairs: n / 10, Groups: 4, Existing: 0.4,
		Budget: 0.4, Worth: w, Seed: seed,
	}
}

// families are the problems that are measured when no files are named.
func families() []problem {
	var out []problem
	for _, n := range []int{100, 200} {
		for _, w := range sample.Worths {
			for seed := range uint64(3) {
				out = append(out, problem{fmt.Sprintf("programme%d-%s-%d", n, w, seed), programme(n, w, seed).Problem()})
			}
		}
	}
	for _, w := range sample.Worths {
		for seed := range uint64(2) {
			s := sample.Programme{Options: 100, Years: 1, Funders: 1, Budget: 0.4, Existing: 0.5, Worth: w, Seed: seed}
			out = append(out, problem{fmt.Sprintf("budget100-%s-%d", w, seed), s.Problem()})
		}
	}
	for _, size := range [][3]int{{12, 12, 10}, {30, 12, 25}, {60, 20, 40}} {
		for seed := range uint64(3) {
			s := sample.Schedule{Tasks: size[0], Periods: size[1], Resources: 2, After: size[2], Capacity: 1.4, Optional: seed == 2, Seed: seed}
			out = append(out, problem{fmt.Sprintf("schedule%dx%d-%d", size[0], size[1], seed), s.Problem()})
		}
	}
	return out
}

// runDraws solves one programme with the values of many draws.
func (b bench) runDraws() error {
	for _, w := range sample.Worths {
		p := programme(100, w, 0).Problem()
		base := p.Objective
		started, before := time.Now(), cpu()
		best, err := milp.Solve(context.Background(), p, milp.Options{})
		if err != nil {
			return err
		}
		stream := chance.Stream{Seed: 1}
		nodes, slowest := 0, time.Duration(0)
		for draw := range b.draws {
			p.Objective = make([]float64, len(base))
			for j, v := range base {
				p.Objective[j] = math.Round(v*(0.6+0.8*stream.Uniform(draw, j))*1000) / 1000
			}
			one := cpu()
			sol, err := milp.Solve(context.Background(), p, milp.Options{Start: best.X})
			if err != nil {
				return err
			}
			nodes += sol.Nodes
			slowest = max(slowest, cpu()-one)
		}
		fmt.Printf("%-8s %d draws: %.1f s of the processor, %.1f s by the clock; %.0f nodes a draw; slowest %.2f s\n",
			w, b.draws, (cpu() - before).Seconds(), time.Since(started).Seconds(), float64(nodes)/float64(b.draws), slowest.Seconds())
	}
	return nil
}
