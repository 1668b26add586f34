// Command community measures graph.Leiden beside leidenalg, one after the other on the same graphs. It prints times,
// the ratio and both modularities and passes no judgement. README.md says what to install.
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"milieu/internal/graph"
)

func main() {
	log.SetFlags(0)
	python := flag.String("python", "python3", "interpreter with the packages of requirements.txt; empty: no peer")
	dir := flag.String("dir", "bench/out/community", "folder for files")
	n := flag.Int("n", 200_000, "nodes")
	m := flag.Int("ties", 1_000_000, "ties, about")
	graphs := flag.String("graphs", "power-law,blocks,geometric,attachment", "graphs, with commas")
	seeds := flag.Int("seeds", 1, "seeds of each side")
	flag.Parse()
	if err := os.MkdirAll(*dir, 0o755); err != nil {
		log.Fatal("community: ", err)
	}
	fmt.Println("graph nodes ties ours-seconds peer-seconds peer/ours our-modularity peer-modularity")
	for _, name := range strings.Split(*graphs, ",") {
		if err := run(*python, *dir, name, *n, *m, *seeds); err != nil {
			log.Fatal("community: ", name, ": ", err)
		}
	}
}

func run(python, dir, name string, n, m, seeds int) error {
	world, ok := worlds[name]
	if !ok {
		return fmt.Errorf("no such graph; there are power-law, blocks, geometric and attachment")
	}
	ties := world(n, m, rand.New(rand.NewPCG(1, 2)))
	g, err := newGraph(n, ties)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, name+".txt")
	if err := write(path, ties); err != nil {
		return err
	}
	for seed := range seeds {
		start := time.Now()
		p, err := graph.Leiden(context.Background(), g, graph.LeidenOptions{Seed: uint64(seed)})
		if err != nil {
			return err
		}
		ours := time.Since(start).Seconds()
		fmt.Printf("%s %d %d %.2f", name, g.Len(), g.Edges(), ours)
		if python == "" {
			fmt.Printf(" - - %.6f\n", p.Modularity)
			continue
		}
		theirs, of, err := peer(python, path, n, seed)
		if err != nil {
			return err
		}
		fmt.Printf(" %.2f %.2f %.6f %.6f\n", theirs, theirs/ours, p.Modularity, graph.Modularity(g, of, 1, false))
	}
	return nil
}

func newGraph(n int, ties []tie) (*graph.Graph, error) {
	o := graph.Options{Nodes: make([]string, n)}
	for v := range o.Nodes {
		o.Nodes[v] = fmt.Sprintf("n%07d", v)
	}
	edges := make([]graph.Edge, len(ties))
	for i, t := range ties {
		edges[i] = graph.Edge{From: o.Nodes[t.a], To: o.Nodes[t.b], Weight: 1}
	}
	return graph.New(edges, o)
}

func write(path string, ties []tie) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	b := bufio.NewWriter(f)
	for _, t := range ties {
		// Errors of a buffered writer show at Flush.
		_, _ = fmt.Fprintf(b, "%d %d\n", t.a, t.b)
	}
	if err := b.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// peer runs leidenalg and returns its seconds and its partition.
func peer(python, path string, n, seed int) (seconds float64, of []int, err error) {
	out := path + ".peer"
	text, err := exec.Command(python, "bench/community/peer.py", path, strconv.Itoa(n), strconv.Itoa(seed), out).Output()
	if err != nil {
		return 0, nil, fmt.Errorf("the peer did not run (README.md says what to install): %w", err)
	}
	if seconds, err = strconv.ParseFloat(strings.TrimSpace(string(text)), 64); err != nil {
		return 0, nil, fmt.Errorf("the peer's time: %w", err)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		return 0, nil, err
	}
	for _, f := range strings.Fields(string(b)) {
		c, err := strconv.Atoi(f)
		if err != nil {
			return 0, nil, fmt.Errorf("the peer's communities: %w", err)
		}
		of = append(of, c)
	}
	return seconds, of, nil
}
