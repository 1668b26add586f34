package graph

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Agreement says how much two partitions of the same nodes agree.
type Agreement struct {
	// NMI is mutual information over the mean of both entropies, 0 to 1. Many small communities raise it by chance alone.
	NMI float64
	// AMI is that less what chance gives with the same sizes: 1 is the same partition, 0 is chance, which may fall below
	// (Vinh, Epps & Bailey, JMLR 11 (2010); scikit-learn's arithmetic mean).
	AMI float64
	// ARI is the share of pairs of nodes treated alike less what chance gives (Hubert & Arabie 1985).
	ARI float64
	// VI is the variation of information in nats, a distance: 0 is the same partition (Meilă 2007). NVI is VI over ln n,
	// 0 to 1.
	VI, NVI float64
}

// Agree compares two partitions, given as labels of the same nodes in the same order. It panics on different lengths.
// Partitions of no or one node agree wholly, and so do two that are the same in other numbers.
func Agree(a, b []int) Agreement {
	if len(a) != len(b) {
		panic(fmt.Sprintf("graph: partitions of %d and %d nodes", len(a), len(b)))
	}
	x, kx := Renumber(a)
	y, ky := Renumber(b)
	return newTable(x, kx, y, ky).agreement()
}

// table counts the nodes that are in community i of one partition and in j of the other.
type table struct {
	n      int
	a, b   []int // sizes
	shared []cell
}

type cell struct{ i, j, n int }

// newTable counts partitions numbered from 0 without gaps; cells stand in order.
func newTable(x []int, kx int, y []int, ky int) table {
	t := table{n: len(x), a: make([]int, kx), b: make([]int, ky)}
	for v := range x {
		t.a[x[v]]++
		t.b[y[v]]++
	}
	count, touched := make([]int, ky), []int(nil)
	start := make([]int, kx+1)
	for i, s := range t.a {
		start[i+1] = start[i] + s
	}
	order, at := make([]int, t.n), slices.Clone(start)
	for v, i := range x {
		order[at[i]] = v
		at[i]++
	}
	for i := range kx {
		touched = touched[:0]
		for _, v := range order[start[i]:start[i+1]] {
			if count[y[v]] == 0 {
				touched = append(touched, y[v])
			}
			count[y[v]]++
		}
		slices.Sort(touched)
		for _, j := range touched {
			t.shared = append(t.shared, cell{i, j, count[j]})
			count[j] = 0
		}
	}
	return t
}

func (t table) agreement() Agreement {
	same := len(t.shared) == len(t.a) && len(t.shared) == len(t.b)
	if same {
		return Agreement{NMI: 1, AMI: 1, ARI: 1}
	}
	n := float64(t.n)
	ha, hb, mi := t.entropy(t.a), t.entropy(t.b), 0.0
	for _, c := range t.shared {
		x := float64(c.n)
		mi += float64(x / n * math.Log(x/float64(t.a[c.i])*(n/float64(t.b[c.j]))))
	}
	mi = max(0, mi)
	mean := (ha + hb) / 2
	g := Agreement{VI: max(0, ha+hb-float64(2*mi)), ARI: t.rand()}
	g.NVI = min(1, g.VI/math.Log(n))
	g.NMI = min(1, mi/mean)
	expected := t.chance()
	if mean-expected > 1e-15 {
		g.AMI = (mi - expected) / (mean - expected)
	}
	return g
}

// entropy in nats.
func (t table) entropy(sizes []int) float64 {
	h := 0.0
	for _, s := range sizes {
		p := float64(s) / float64(t.n)
		h -= float64(p * math.Log(p))
	}
	return h
}

// rand is the adjusted Rand index.
func (t table) rand() float64 {
	pairs := func(x int) float64 { return float64(x) * float64(x-1) / 2 }
	var both, a, b float64
	for _, c := range t.shared {
		both += pairs(c.n)
	}
	for _, s := range t.a {
		a += pairs(s)
	}
	for _, s := range t.b {
		b += pairs(s)
	}
	expected := a * b / pairs(t.n)
	if most := (a + b) / 2; most != expected {
		return (both - expected) / (most - expected)
	}
	return 1
}

// chance is the mutual information that two partitions with these sizes have on average. Pairs of equal sizes are
// reckoned once, and the hypergeometric terms from the greatest outwards until they are too small to count.
func (t table) chance() float64 {
	sum := 0.0
	as, bs := tally(t.a), tally(t.b)
	for _, a := range as {
		for _, b := range bs {
			sum += float64(float64(a.times*b.times) * t.chanceOf(a.size, b.size))
		}
	}
	return sum
}

type sized struct{ size, times int }

// tally counts equal sizes, ascending.
func tally(sizes []int) []sized {
	sorted := slices.Clone(sizes)
	slices.SortFunc(sorted, cmp.Compare[int])
	var out []sized
	for _, s := range sorted {
		if k := len(out); k > 0 && out[k-1].size == s {
			out[k-1].times++
		} else {
			out = append(out, sized{s, 1})
		}
	}
	return out
}

func (t table) chanceOf(a, b int) float64 {
	n := float64(t.n)
	lo, hi := max(0, a+b-t.n), min(a, b)
	mode := max(lo, min(hi, int(float64(a+1)*float64(b+1)/(n+2))))
	top := math.Exp(logFactorial(a) + logFactorial(b) + logFactorial(t.n-a) + logFactorial(t.n-b) - logFactorial(t.n) -
		logFactorial(mode) - logFactorial(a-mode) - logFactorial(b-mode) - logFactorial(t.n-a-b+mode))
	term := func(k int, p float64) float64 {
		if k == 0 {
			return 0
		}
		x := float64(k)
		return float64(p * (x / n * math.Log(x/float64(a)*(n/float64(b)))))
	}
	const least = 1e-20
	sum := term(mode, top)
	for k, p := mode, top; k < hi && p > least; {
		p *= float64(a-k) * float64(b-k) / (float64(k+1) * float64(t.n-a-b+k+1))
		k++
		sum += term(k, p)
	}
	for k, p := mode, top; k > lo && p > least; {
		p *= float64(k) * float64(t.n-a-b+k) / (float64(a-k+1) * float64(b-k+1))
		k--
		sum += term(k, p)
	}
	return sum
}

func logFactorial(k int) float64 {
	v, _ := math.Lgamma(float64(k) + 1)
	return v
}
