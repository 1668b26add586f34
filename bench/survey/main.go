// Command survey measures the weighing of answers beside R's package survey: the same made-up answers are raked to three
// margins, and the share of yes to every question is reckoned over all and in every group, by the kernel and by R, one after the
// other. Times are of the calls alone, without start and reading. It prints figures and the largest difference between the two,
// and passes no judgement. Run it from the repository root:
//
//	go run ./bench/survey -n 200,1200,20000
//
// with R and its package survey on the machine.
package main

import (
	"encoding/csv"
	"flag"
	"fmt"
	"log"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"milieu/internal/sampling"
)

const (
	frame     = 46611 // firms of South Yorkshire's register
	questions = 40
	groups    = 8
)

func main() {
	log.SetFlags(0)
	sizes := flag.String("n", "200,1200,20000", "numbers of answers, with commas")
	rscript := flag.String("r", "Rscript", "R's interpreter for scripts")
	dir := flag.String("dir", "bench/out/survey", "folder for files")
	flag.Parse()
	if err := os.MkdirAll(*dir, 0o755); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%8s  %12s %12s  %12s %12s  %s\n", "answers", "rake", "R", "shares", "R", "largest difference of value and error")
	for _, s := range strings.Split(*sizes, ",") {
		n, err := strconv.Atoi(s)
		if err == nil {
			err = run(n, *dir, *rscript)
		}
		if err != nil {
			log.Fatal(err)
		}
	}
}

// answers are made up: strata by size, sections, areas, and yes or no to every question.
type answers struct {
	stratum, size, section, area []string
	yes                          [][]bool // by question
	totals                       map[string]map[string]float64
}

func makeAnswers(n int) answers {
	rng := rand.New(rand.NewPCG(7, uint64(n)))
	a := answers{yes: make([][]bool, questions), totals: map[string]map[string]float64{"stratum": {}, "size": {}, "section": {}, "area": {}}}
	var all [][3]string
	for range frame {
		f := [3]string{fmt.Sprint("s", min(3, int(rng.ExpFloat64()))), fmt.Sprint("k", min(groups-1, int(3*rng.ExpFloat64()))), fmt.Sprint("a", rng.IntN(8))}
		all = append(all, f)
		a.totals["stratum"][f[0]]++
		a.totals["size"][f[0]]++
		a.totals["section"][f[1]]++
		a.totals["area"][f[2]]++
	}
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for i, f := range all[:n] {
		a.stratum, a.size, a.section, a.area = append(a.stratum, f[0]), append(a.size, f[0]), append(a.section, f[1]), append(a.area, f[2])
		for q := range a.yes {
			a.yes[q] = append(a.yes[q], rng.Float64() < float64(q+1)/(questions+5)*(0.7+0.1*float64(len(all[i][1]))))
		}
	}
	return a
}

func run(n int, dir, rscript string) error {
	a := makeAnswers(n)
	names := []string{"answers.csv", "totals.csv", "r.csv", "times.csv"}
	for i, name := range names {
		names[i] = filepath.Join(dir, fmt.Sprintf("%d-%s", n, name))
	}
	if err := a.write(names[0], names[1]); err != nil {
		return err
	}
	begin := time.Now()
	d, err := a.design()
	if err != nil {
		return err
	}
	rake := time.Since(begin)
	begin = time.Now()
	got, err := a.shares(d)
	if err != nil {
		return err
	}
	shares := time.Since(begin)
	cmd := exec.Command(rscript, append([]string{"bench/survey/peer.R"}, names...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("peer in R: %w: %s", err, out)
	}
	times, err := readCSV(names[3])
	if err != nil {
		return err
	}
	worst, err := compare(got, names[2])
	if err != nil {
		return err
	}
	fmt.Printf("%8d  %12s %11ss  %12s %11ss  %.1g\n", n, rake.Round(time.Microsecond), times[1][0], shares.Round(time.Microsecond), times[1][1], worst)
	return nil
}

func (a answers) design() (sampling.Design, error) {
	d, err := sampling.NewDesign(sampling.Sampled{Strata: a.stratum, Sizes: a.totals["stratum"]})
	if err != nil {
		return d, err
	}
	d, told, err := d.Rake([]sampling.Margin{
		{Name: "size", Of: a.size, Totals: a.totals["size"]}, {Name: "section", Of: a.section, Totals: a.totals["section"]}, {Name: "area", Of: a.area, Totals: a.totals["area"]},
	}, sampling.RakeRule{Residuals: sampling.Averaged, Tolerance: 1e-12})
	if err == nil && (!told.Converged || len(told.Unmet) > 0) {
		err = fmt.Errorf("raking: %+v", told)
	}
	return d, err
}

// shares are value and standard error by group and question.
func (a answers) shares(d sampling.Design) (map[[2]string]sampling.Estimate, error) {
	out := map[[2]string]sampling.Estimate{}
	sections := append([]string{"*"}, slices.Sorted(maps.Keys(a.totals["section"]))...)
	for _, g := range sections {
		in := make([]bool, len(a.section))
		for i, s := range a.section {
			in[i] = g == "*" || s == g
		}
		for q, yes := range a.yes {
			e, err := d.Share(yes, in, sampling.How{})
			if err != nil {
				return nil, err
			}
			out[[2]string{g, fmt.Sprintf("q%02d", q)}] = e
		}
	}
	return out, nil
}

// compare is the largest difference from what R wrote.
func compare(got map[[2]string]sampling.Estimate, file string) (float64, error) {
	rows, err := readCSV(file)
	if err != nil {
		return 0, err
	}
	worst := 0.0
	for _, r := range rows[1:] {
		e, ok := got[[2]string{strings.TrimSpace(r[0]), strings.TrimSpace(r[1])}]
		if !ok {
			return 0, fmt.Errorf("%s: R has %s of group %s, which we do not", file, r[1], r[0])
		}
		for k, v := range []float64{e.Value, e.SE} {
			want, err := strconv.ParseFloat(strings.TrimSpace(r[2+k]), 64)
			if err != nil {
				return 0, fmt.Errorf("%s: %w", file, err)
			}
			worst = max(worst, math.Abs(v-want))
		}
	}
	return worst, nil
}

func (a answers) write(file, totals string) error {
	head := []string{"stratum", "size", "section", "area"}
	for q := range a.yes {
		head = append(head, fmt.Sprintf("q%02d", q))
	}
	rows := [][]string{head}
	for i := range a.stratum {
		row := []string{a.stratum[i], a.size[i], a.section[i], a.area[i]}
		for q := range a.yes {
			row = append(row, map[bool]string{true: "1", false: "0"}[a.yes[q][i]])
		}
		rows = append(rows, row)
	}
	if err := writeCSV(file, rows); err != nil {
		return err
	}
	rows = [][]string{{"margin", "category", "total"}}
	for _, margin := range slices.Sorted(maps.Keys(a.totals)) {
		for _, c := range slices.Sorted(maps.Keys(a.totals[margin])) {
			rows = append(rows, []string{margin, c, fmt.Sprint(a.totals[margin][c])})
		}
	}
	return writeCSV(totals, rows)
}

func writeCSV(file string, rows [][]string) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	if err := csv.NewWriter(f).WriteAll(rows); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

func readCSV(file string) ([][]string, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return csv.NewReader(f).ReadAll()
}
