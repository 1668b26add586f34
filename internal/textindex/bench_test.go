package textindex

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// benchNames returns the names of the register that bench/gen wrote into the folder MILIEU_BENCH, or, without one,
// 200,000 simple names.
func benchNames(b *testing.B) []string {
	dir := os.Getenv("MILIEU_BENCH")
	if dir == "" {
		r := rand.New(rand.NewPCG(1, 1))
		names := make([]string, 200_000)
		for i := range names {
			names[i] = fmt.Sprintf("%c%c%d %s LTD", 'A'+r.IntN(26), 'A'+r.IntN(26), r.IntN(5000), strings.ToUpper(words[r.IntN(len(words))]))
		}
		return names
	}
	f, err := os.Open(filepath.Join(dir, "BasicCompanyData.csv"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 1<<20)
	var names []string
	for first := true; ; first = false {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return names
		}
		if end := bytes.Index(line, []byte(`","`)); !first && end > 0 {
			names = append(names, strings.ReplaceAll(string(line[1:end]), `""`, `"`))
		}
	}
}

// benchIndex builds the index and returns the figures of the build.
func benchIndex(b *testing.B, names []string) ([]byte, map[string]float64) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	var bu Builder
	for i, n := range names {
		if err := bu.Add(fmt.Sprintf("GB-COH-%08d", i), n); err != nil {
			b.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	added := time.Since(start)
	var out bytes.Buffer
	out.Grow(len(names)*80 + 1<<20)
	if _, err := bu.WriteTo(&out); err != nil {
		b.Fatal(err)
	}
	return out.Bytes(), map[string]float64{
		"add-s": added.Seconds(), "build-s": time.Since(start).Seconds(), "index-MB": float64(out.Len()) / 1e6,
		"builder-MB": float64(after.HeapAlloc-before.HeapAlloc) / 1e6, "tokens": float64(len(bu.ends)),
	}
}

// benchQueries mixes what people type: every beginning of names, frequent words, pairs, single letters.
func benchQueries(names []string) []string {
	r := rand.New(rand.NewPCG(2, 2))
	fixed := []string{"s", "a", "the", "a b c", "limited", "ltd", "lim", "s s s", "services solutions", "property management",
		"a s", "and", "co", "the a", "smith jones", "limited s", "ltd limited", "services lim", "j r s", "in", "z q"}
	var out []string
	for len(out) < 10_000 {
		name := names[r.IntN(len(names))]
		tokens := Tokens(name)
		switch r.IntN(5) {
		case 0:
			out = append(out, fixed[r.IntN(len(fixed))])
		case 1:
			out = append(out, name[:1+r.IntN(len(name))])
		case 2:
			w := tokens[r.IntN(len(tokens))]
			out = append(out, w[:1+r.IntN(len(w))])
		case 3:
			other := Tokens(names[r.IntN(len(names))])
			out = append(out, tokens[r.IntN(len(tokens))]+" "+other[r.IntN(len(other))])
		default:
			out = append(out, string(rune('a'+r.IntN(26)))+" "+string(rune('a'+r.IntN(26)))+" "+string(rune('a'+r.IntN(26))))
		}
	}
	return out
}

// BenchmarkSearch reports the build and the times of 10,000 mixed queries. At the full size:
//
//	go run ./bench/gen -out DIR; MILIEU_BENCH=DIR go test -run none -bench Search -benchtime 1x ./internal/textindex
func BenchmarkSearch(b *testing.B) {
	names := benchNames(b)
	queries := benchQueries(names)
	data, figures := benchIndex(b, names)
	for b.Loop() {
		start := time.Now()
		x, err := Open(data)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(time.Since(start).Microseconds())/1e3, "open-ms")
		times := make([]time.Duration, len(queries))
		cut := 0
		for i, q := range queries {
			start := time.Now()
			if x.Search(q, 20).Truncated {
				cut++
			}
			times[i] = time.Since(start)
			if testing.Verbose() && (x.Search(q, 20).Truncated || times[i] > 5*time.Millisecond) {
				b.Logf("%q: %v, %d hits", q, times[i], len(x.Search(q, 20).Hits))
			}
		}
		slices.Sort(times)
		at := func(share float64) float64 {
			return float64(times[int(share*float64(len(times)-1))].Microseconds()) / 1e3
		}
		b.ReportMetric(at(0.5), "p50-ms")
		b.ReportMetric(at(0.99), "p99-ms")
		b.ReportMetric(at(1), "max-ms")
		b.ReportMetric(float64(cut), "truncated")
	}
	for unit, v := range figures {
		b.ReportMetric(v, unit)
	}
}
