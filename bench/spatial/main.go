// Command spatial measures the kernel spatial beside its peers in Python, one
// after the other on the same points. It prints times and ratios and passes no
// judgement, but stops where the two sides differ. README.md says what to install.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"milieu/internal/spatial"
)

func main() {
	log.SetFlags(0)
	python := flag.String("python", "python3", "interpreter with the packages of requirements.txt")
	dir := flag.String("dir", "bench/out/spatial", "folder for files")
	n := flag.Int("n", 50_000, "points")
	reach := flag.Float64("reach", 0.1, "largest radius, in sides of the square")
	peers := flag.String("peers", "brute,kdtree,esda", "peers to run, with commas; empty: none")
	flag.Parse()
	if err := run(*python, *dir, *n, *reach, *peers); err != nil {
		log.Fatal("spatial: ", err)
	}
}

// world is the points, in 5 types, half of them in towns, and a value at each.
type world struct {
	spatial.Points
	kind  []int
	value []float64
	radii []float64
}

func newWorld(n int, reach float64) world {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	var w world
	for i := range n {
		x, y := r.Float64()*100, r.Float64()*100
		if i%2 == 1 {
			town := float64(r.IntN(20))
			x, y = 50+40*math.Cos(town)+r.NormFloat64(), 50+40*math.Sin(town)+r.NormFloat64()
		}
		w.X, w.Y = append(w.X, x), append(w.Y, y)
		w.Weight = append(w.Weight, float64(1+r.IntN(50)))
		w.kind, w.value = append(w.kind, r.IntN(5)), append(w.value, x/20+r.NormFloat64())
	}
	for k := range 21 {
		w.radii = append(w.radii, reach*100*float64(k+1)/21)
	}
	return w
}

func (w world) write(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	b := bufio.NewWriter(f)
	// Errors of a buffered writer show at Flush.
	_, _ = b.WriteString("x,y,type,weight,value\n")
	for i := range w.X {
		_, _ = fmt.Fprintf(b, "%v,%v,%d,%v,%v\n", w.X[i], w.Y[i], w.kind[i], w.Weight[i], w.value[i])
	}
	if err := b.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// result is a time and the values that both sides must agree on.
type result struct {
	took   time.Duration
	values []float64
}

func timed(f func() []float64) result {
	start := time.Now()
	v := f()
	return result{time.Since(start), v}
}

func (w world) ours() map[string]result {
	isA := make([]bool, len(w.kind))
	for i, k := range w.kind {
		isA[i] = k == 0
	}
	m := timed(func() []float64 {
		m, err := spatial.MFunction(spatial.MQuestion{Points: w.Points, Reference: isA, Neighbour: isA, Radii: w.radii})
		if err != nil {
			log.Fatal("spatial: ", err)
		}
		return m.Value
	})
	places := min(7000, len(w.X))
	near := spatial.NearestNeighbours(w.X[:places], w.Y[:places], 6).RowStandardised()
	out := map[string]result{"m-kdtree": m, "m-brute": m}
	out["moran"] = timed(func() []float64 { return []float64{spatial.Moran(w.value[:places], near).Value} })
	out["lisa-999"] = timed(func() []float64 {
		l := spatial.LocalMorans(w.value[:places], near, 999, 1)
		return []float64{l[0].I, l[1].I, l[2].I}
	})
	return out
}

func run(python, dir string, n int, reach float64, peers string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	w := newWorld(n, reach)
	path := filepath.Join(dir, "points.csv")
	if err := w.write(path); err != nil {
		return err
	}
	own := w.ours()
	fmt.Printf("%d points, 21 radii up to %g of the side: M %v\n", n, reach, own["m-brute"].took.Round(time.Millisecond))
	if peers == "" {
		return nil
	}
	var radii []string
	for _, r := range w.radii {
		radii = append(radii, strconv.FormatFloat(r, 'g', -1, 64))
	}
	text, err := exec.Command(python, "bench/spatial/peer.py", path, strings.Join(radii, ","), peers).Output()
	if err != nil {
		return fmt.Errorf("the peers did not run (README.md says what to install): %w", err)
	}
	for line := range strings.Lines(string(text)) {
		if err := beside(strings.Fields(line), own); err != nil {
			return err
		}
	}
	return nil
}

func beside(fields []string, own map[string]result) error {
	if len(fields) < 3 {
		return nil
	}
	o := own[fields[0]]
	seconds, err := strconv.ParseFloat(fields[1], 64)
	if err != nil {
		return err
	}
	for k, text := range fields[2:] {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return err
		}
		if math.Abs(v-o.values[k]) > 1e-9*max(1, math.Abs(v)) {
			return fmt.Errorf("%s: ours is %v, the peer's %v", fields[0], o.values[k], v)
		}
	}
	fmt.Printf("%-9s ours %8.3f s   peer %8.3f s   ratio %6.1f   (%d values agree)\n", fields[0], o.took.Seconds(), seconds, seconds/o.took.Seconds(), len(fields)-2)
	return nil
}
