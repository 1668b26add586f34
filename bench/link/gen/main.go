// Command gen makes up two lists of organisations that name some of the same
// ones: left.csv and right.csv (id, name, address, town, postcode) and
// truth.csv (left_id, right_id). It owns the shape of the linkage benchmark: how
// names repeat, what damages them, who sits at whose address. No organisation in
// it is meant to be real. The same flags give the same bytes.
//
// Usage: go run ./bench/link/gen -n 1000000 -seed 1 -out DIR
package main

import (
	"bufio"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// overlap is the share of each list that the other one names too.
const overlap = 0.30

func main() {
	n := flag.Int("n", 1_000_000, "records in each list")
	seed := flag.Uint64("seed", 1, "seed of all random numbers")
	out := flag.String("out", "", "folder to write to")
	flag.Parse()
	if *out == "" || *n < 100 || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "usage: gen -out DIR [-n RECORDS] [-seed S]; at least 100 records")
		os.Exit(2)
	}
	if err := run(*n, *seed, *out); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(n int, seed uint64, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make output folder: %w", err)
	}
	s := makeLists(n, seed)
	for _, f := range []struct {
		name, head string
		rows       []string
	}{
		{"left.csv", "id,name,address,town,postcode", s.left},
		{"right.csv", "id,name,address,town,postcode", s.right},
		{"truth.csv", "left_id,right_id", s.truth},
	} {
		if err := write(filepath.Join(dir, f.name), f.head, f.rows); err != nil {
			return err
		}
	}
	return nil
}

// lists holds the rows of the three files.
type lists struct{ left, right, truth []string }

// makeLists makes enough organisations for both lists, deals them out and gives each row a place that says nothing.
func makeLists(n int, seed uint64) lists {
	r := rand.New(rand.NewPCG(seed, 7))
	both := int(float64(n)*overlap + 0.5)
	total := 2*n - both
	m := newMaker(r, total)
	d := damager{r: r, m: m}
	leftAt, rightAt := r.Perm(n), r.Perm(n)
	s := lists{left: make([]string, n), right: make([]string, n)}
	l, rt, shared := 0, 0, both
	for left := total; left > 0; left-- {
		c := m.next()
		toBoth, toLeft := shared, n-l-shared
		switch k := r.IntN(left); {
		case k < toBoth:
			shared--
			s.truth = append(s.truth, fmt.Sprintf("L%07d,R%07d", leftAt[l]+1, rightAt[rt]+1))
			s.left[leftAt[l]] = row('L', leftAt[l], c.registered(), d.mildly(c.at))
			s.right[rightAt[rt]] = row('R', rightAt[rt], d.name(c), d.address(c.at))
			l, rt = l+1, rt+1
		case k < toBoth+toLeft:
			s.left[leftAt[l]] = row('L', leftAt[l], c.registered(), d.mildly(c.at))
			l++
		default:
			s.right[rightAt[rt]] = row('R', rightAt[rt], d.name(c), d.address(c.at))
			rt++
		}
	}
	r.Shuffle(len(s.truth), func(i, j int) { s.truth[i], s.truth[j] = s.truth[j], s.truth[i] })
	return s
}

func row(side byte, i int, name string, a address) string {
	return fmt.Sprintf("%c%07d,%s,%s,%s,%s", side, i+1, quote(name), quote(a.street), quote(a.town), a.postcode)
}

// quote writes a cell; it is called for those that may hold a comma or a quote.
func quote(s string) string {
	if !strings.ContainsAny(s, ",\"") {
		return s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}

func write(path, head string, rows []string) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("create output: %w", err)
	}
	defer func() {
		if cerr := f.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("write %s: %w", path, cerr)
		}
	}()
	w := bufio.NewWriterSize(f, 1<<20)
	fmt.Fprintln(w, head)
	for _, s := range rows {
		fmt.Fprintln(w, s)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
