// Command network measures the kernel graph beside python-igraph: exact and sampled betweenness, PageRank and Burt's
// constraint on one graph, one after the other, each in a process of its own. Times are of the call alone, without start
// and reading. It prints figures and passes no judgement. Run it from the repository root:
//
//	go run ./bench/network -python VENV/bin/python
//
// with the packages of requirements.txt in VENV. igraph has no sampled betweenness with a bound; the sampled one is set
// beside igraph's exact one, and its error against the exact values is shown.
package main

import (
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"milieu/internal/graph"
)

func main() {
	log.SetFlags(0)
	var b bench
	flag.IntVar(&b.nodes, "nodes", 20_000, "number of nodes")
	flag.IntVar(&b.ties, "ties", 80_000, "number of ties")
	flag.StringVar(&b.python, "python", "python3", "interpreter with the packages of requirements.txt")
	flag.DurationVar(&b.limit, "limit", 30*time.Minute, "time that a run may take")
	flag.StringVar(&b.dir, "dir", "bench/out/network", "folder for files")
	kind := flag.String("kind", "groups,hubs", "kinds of graph, with commas: groups (20 planted groups) or hubs (a few nodes have many ties)")
	what := flag.String("measures", "betweenness,sampled,pagerank,constraint", "measures, with commas")
	one := flag.String("one", "", "measure the kernel's `MEASURE` on the file named (used by itself)")
	flag.Parse()
	var err error
	if *one != "" {
		err = kernel(*one, flag.Arg(0), flag.Arg(1))
	} else {
		err = b.run(strings.Split(*kind, ","), strings.Split(*what, ","))
	}
	if err != nil {
		log.Fatal("network: ", err)
	}
}

// kernel reads a graph, prints the seconds of one measure and writes its values.
func kernel(measure, in, out string) error {
	text, err := os.ReadFile(in)
	if err != nil {
		return err
	}
	n := int(binary.LittleEndian.Uint32(text))
	var from, to []int32
	for text = text[4:]; len(text) > 0; text = text[8:] {
		from = append(from, int32(binary.LittleEndian.Uint32(text)))
		to = append(to, int32(binary.LittleEndian.Uint32(text[4:])))
	}
	names := make([]string, n)
	for v := range names {
		names[v] = fmt.Sprintf("%08d", v)
	}
	g, err := graph.Indexed(names, from, to, nil, false)
	if err != nil {
		return err
	}
	start := time.Now()
	values, note, err := measured(g, measure)
	took := time.Since(start)
	if err != nil {
		return err
	}
	text = text[:0]
	for _, v := range values {
		text = binary.LittleEndian.AppendUint64(text, math.Float64bits(v))
	}
	fmt.Println(took.Seconds(), note)
	return os.WriteFile(out, text, 0o644)
}

func measured(g *graph.Graph, measure string) (values []float64, note string, err error) {
	switch measure {
	case "betweenness":
		values, err = graph.Betweenness(context.Background(), g, graph.BetweennessOptions{})
	case "sampled":
		var s graph.Sampled
		s, err = graph.BetweennessSampled(context.Background(), g, graph.SampleOptions{Seed: 1})
		values, note = s.Values, fmt.Sprintf("%d sources, bound %.3f of the pairs, standard error of the ten highest %.1f %%", s.Pivots, s.Epsilon, 100*s.Relative)
	case "pagerank":
		values = graph.PageRank(g, graph.PageRankOptions{})
	case "constraint":
		values = graph.Constraint(g, false)
	default:
		err = fmt.Errorf("there is no measure %q", measure)
	}
	return values, note, err
}

type bench struct {
	nodes, ties int
	python, dir string
	limit       time.Duration
}

// result is what one run gave; one with a fault did not end.
type result struct {
	seconds     float64
	note, fault string
	values      []float64
}

func (b bench) run(kinds, measures []string) error {
	if err := os.MkdirAll(b.dir, 0o755); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	fmt.Printf("%-7s %-12s %-8s %10s %12s  %s\n", "graph", "measure", "program", "seconds", "igraph/ours", "")
	for _, kind := range kinds {
		file := filepath.Join(b.dir, kind+".graph")
		if err := write(file, kind, b.nodes, b.ties); err != nil {
			return err
		}
		peers := map[string]result{}
		for _, m := range measures {
			theirs := m
			if m == "sampled" {
				theirs = "betweenness"
			}
			if _, done := peers[theirs]; !done {
				peers[theirs] = b.child(b.python, filepath.Join("bench", "network", "peer.py"), theirs, file)
			}
			show(kind, m, b.child(self, "-one", m, file), peers[theirs])
		}
	}
	return nil
}

func show(kind, measure string, ours, peer result) {
	row := func(who string, r result, ratio, note string) {
		if r.fault != "" {
			fmt.Printf("%-7s %-12s %-8s %s\n", kind, measure, who, r.fault)
			return
		}
		fmt.Printf("%-7s %-12s %-8s %10.4f %12s  %s\n", kind, measure, who, r.seconds, ratio, note)
	}
	if measure != "sampled" {
		row("igraph", peer, "1.0", "")
	}
	ratio, note := "", ours.note
	if ours.fault == "" && peer.fault == "" {
		ratio = fmt.Sprintf("%.1f", peer.seconds/ours.seconds)
		if measure == "sampled" {
			note += "; " + errorOf(ours.values, peer.values)
		} else {
			note = fmt.Sprintf("greatest difference %.1e of the value", difference(ours.values, peer.values))
		}
	}
	row("milieu", ours, ratio, note)
}

// difference is the greatest relative one, of values above a billionth of the greatest.
func difference(a, b []float64) float64 {
	most, top := 0.0, slices.Max(b)
	for v := range a {
		if b[v] > 1e-9*top {
			most = max(most, math.Abs(a[v]-b[v])/b[v])
		}
	}
	return most
}

// errorOf says how far estimates are from exact values.
func errorOf(estimate, exact []float64) string {
	order := make([]int, len(exact))
	for v := range order {
		order[v] = v
	}
	slices.SortFunc(order, func(a, b int) int { return int(math.Copysign(1, exact[b]-exact[a])) })
	mean, most, n := 0.0, 0.0, float64(len(exact))
	top := order[:min(100, len(order))]
	for _, v := range top {
		mean += math.Abs(estimate[v]-exact[v]) / exact[v] / float64(len(top))
	}
	for v := range exact {
		most = max(most, math.Abs(estimate[v]-exact[v])/((n-1)*(n-2)/2))
	}
	return fmt.Sprintf("error of the 100 highest %.1f %% in the mean, of any node %.4f of the pairs", 100*mean, most)
}

func (b bench) child(program string, args ...string) result {
	ctx, cancel := context.WithTimeout(context.Background(), b.limit)
	defer cancel()
	file := filepath.Join(b.dir, "values.f64")
	c := exec.CommandContext(ctx, program, append(args, file)...)
	var said strings.Builder
	c.Stderr = &said
	out, err := c.Output()
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return result{fault: fmt.Sprintf("not done in %v", b.limit)}
	}
	if err != nil {
		text := strings.TrimSpace(said.String())
		return result{fault: fmt.Sprintf("failed: %v: %s", err, text[strings.LastIndexByte(text, '\n')+1:])}
	}
	var r result
	if _, err := fmt.Sscan(string(out), &r.seconds); err != nil {
		return result{fault: fmt.Sprintf("said %q", out)}
	}
	if _, note, ok := strings.Cut(strings.TrimSpace(string(out)), " "); ok {
		r.note = note
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return result{fault: err.Error()}
	}
	for ; len(text) >= 8; text = text[8:] {
		r.values = append(r.values, math.Float64frombits(binary.LittleEndian.Uint64(text)))
	}
	return r
}

// write makes a graph of n nodes and m different ties: its number of nodes and then pairs, all in four bytes.
func write(file, kind string, n, m int) error {
	r := rand.New(rand.NewPCG(uint64(n), uint64(m)))
	const groups = 20
	pair := func() (int, int) {
		a := r.IntN(n)
		switch {
		case kind == "hubs":
			x := r.Float64()
			return a, int(float64(n) * x * x * x)
		case r.IntN(4) > 0:
			return a, (a + groups*r.IntN(max(1, n/groups))) % n
		}
		return a, r.IntN(n)
	}
	if kind != "hubs" && kind != "groups" {
		return fmt.Errorf("there is no kind of graph %q", kind)
	}
	if m > n*(n-1)/8 {
		return fmt.Errorf("%d ties are too many for %d nodes", m, n)
	}
	seen := make(map[[2]int]bool, m)
	out := binary.LittleEndian.AppendUint32(nil, uint32(n))
	for len(seen) < m {
		a, b := pair()
		if a, b = min(a, b), max(a, b); a != b && !seen[[2]int{a, b}] {
			seen[[2]int{a, b}] = true
			out = binary.LittleEndian.AppendUint32(out, uint32(a))
			out = binary.LittleEndian.AppendUint32(out, uint32(b))
		}
	}
	return os.WriteFile(file, out, 0o644)
}
