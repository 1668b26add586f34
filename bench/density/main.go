// Command density measures density clusters beside their peers: HDBSCAN and DBSCAN of the kernel against the Python
// packages hdbscan, fast_hdbscan and scikit-learn, one after the other, each in a process of its own, on the same points. Times
// are of the call alone, without start and reading; memory is the whole process. It prints figures and passes no
// judgement. Run it from the repository root:
//
//	go run ./bench/density -n 1000,10000,100000,1000000 -python VENV/bin/python
//
// with the packages of requirements.txt in VENV. A peer that takes longer than -limit is ended and shown as such.
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
	"strconv"
	"strings"
	"syscall"
	"time"

	"milieu/internal/spatial/density"
)

// minPoints is the least number of points in a cluster, for all.
const minPoints = 10

func main() {
	log.SetFlags(0)
	sizes := flag.String("n", "1000,10000,100000,1000000", "numbers of points, with commas")
	python := flag.String("python", "python3", "interpreter with the packages of requirements.txt")
	peers := flag.String("peers", "hdbscan,sklearn,fast_hdbscan", "peers of HDBSCAN, with commas")
	limit := flag.Duration("limit", 10*time.Minute, "time that a peer may take")
	dir := flag.String("dir", "bench/out/density", "folder for files")
	one := flag.String("one", "", "measure the kernel's `METHOD` on the one file named and print seconds (used by itself)")
	flag.Parse()
	var err error
	if *one != "" {
		err = kernel(*one, flag.Arg(0))
	} else {
		err = bench{*python, *dir, *limit}.run(*sizes, strings.Split(*peers, ","))
	}
	if err != nil {
		log.Fatal("density: ", err)
	}
}

// eps of DBSCAN suits the spread of the blobs.
const eps = 50

func kernel(method, file string) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	n := len(b) / 16
	p := density.Points{X: make([]float64, n), Y: make([]float64, n)}
	for i := range n {
		p.X[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[16*i:]))
		p.Y[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[16*i+8:]))
	}
	start := time.Now()
	var label []int
	if method == "dbscan" {
		label, err = density.DBSCAN(context.Background(), p, eps, minPoints)
	} else {
		var r density.Result
		r, err = density.HDBSCAN(context.Background(), p, density.Options{MinPoints: minPoints})
		label = r.Label
	}
	took := time.Since(start)
	if err != nil {
		return err
	}
	most := -1
	for _, l := range label {
		most = max(most, l)
	}
	fmt.Println(took.Seconds(), most+1)
	return nil
}

type bench struct {
	python, dir string
	limit       time.Duration
}

// used is what one run took; a zero found with a note did not end.
type used struct {
	seconds  float64
	clusters int
	peakMiB  int64
	note     string
}

func (b bench) run(sizes string, peers []string) error {
	if err := os.MkdirAll(b.dir, 0o755); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	fmt.Printf("%-8s %9s  %-13s %10s %10s %9s  %s\n", "method", "points", "program", "seconds", "peak MiB", "clusters", "times ours")
	for _, text := range strings.Split(sizes, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 1 {
			return fmt.Errorf("-n %q is not a list of numbers", sizes)
		}
		file := filepath.Join(b.dir, fmt.Sprintf("points-%d.f64", n))
		if err := write(file, n); err != nil {
			return err
		}
		for _, method := range []string{"hdbscan", "dbscan"} {
			ours := b.child(self, "-one", method, file)
			show(method, n, "milieu", ours, ours)
			them := peers
			if method == "dbscan" {
				them = []string{"sklearn"}
			}
			for _, peer := range them {
				show(method, n, peer, b.child(b.python, filepath.Join("bench", "density", "peers.py"), method, peer, file, strconv.Itoa(minPoints), strconv.Itoa(eps)), ours)
			}
		}
	}
	return nil
}

func show(method string, n int, who string, u, ours used) {
	if u.note != "" {
		fmt.Printf("%-8s %9d  %-13s %s\n", method, n, who, u.note)
		return
	}
	fmt.Printf("%-8s %9d  %-13s %10.4f %10d %9d  %.1f\n", method, n, who, u.seconds, u.peakMiB, u.clusters, u.seconds/ours.seconds)
}

func (b bench) child(program string, args ...string) used {
	ctx, cancel := context.WithTimeout(context.Background(), b.limit)
	defer cancel()
	c := exec.CommandContext(ctx, program, args...)
	var said strings.Builder
	c.Stderr = &said
	out, err := c.Output()
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return used{note: fmt.Sprintf("not done in %v", b.limit)}
	}
	if err != nil {
		text := strings.TrimSpace(said.String())
		return used{note: fmt.Sprintf("failed: %v: %s", err, text[strings.LastIndexByte(text, '\n')+1:])}
	}
	var u used
	if _, err := fmt.Sscan(string(out), &u.seconds, &u.clusters); err != nil {
		return used{note: fmt.Sprintf("said %q", out)}
	}
	if r, ok := c.ProcessState.SysUsage().(*syscall.Rusage); ok {
		u.peakMiB = r.Maxrss / 1024
	}
	return u
}

// write makes n points in normal clusters of many sizes over a tenth of noise.
func write(file string, n int) error {
	r := rand.New(rand.NewPCG(uint64(n), 1))
	centres := max(3, n/500)
	side := 1000 * float64(centres)
	cx, cy, sd := make([]float64, centres), make([]float64, centres), make([]float64, centres)
	for i := range centres {
		cx[i], cy[i], sd[i] = r.Float64()*side, r.Float64()*side, 50+r.Float64()*500
	}
	out := make([]byte, 0, 16*n)
	for i := range n {
		x, y := r.Float64()*side, r.Float64()*side
		if i%10 > 0 {
			c := r.IntN(centres)
			x, y = cx[c]+r.NormFloat64()*sd[c], cy[c]+r.NormFloat64()*sd[c]
		}
		out = binary.LittleEndian.AppendUint64(out, math.Float64bits(x))
		out = binary.LittleEndian.AppendUint64(out, math.Float64bits(y))
	}
	return os.WriteFile(file, out, 0o644)
}
