package textindex

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestTokens(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"! LTD", "ltd"},
		{"Café Straße Łódź", "cafe strasse lodz"},
		{"ÆTHER Œuvre ÞING", "aether oeuvre thing"},
		{"Cafe\u0301 Gŵyr", "cafe gwyr"},
		{"O'NEIL & SONS", "oneil and sons"},
		{"St Mary’s", "st marys"},
		{"M&S", "m and s"},
		{"J.R. SMITH", "jr smith"},
		{"J.R.SMITH", "jr smith"},
		{"I.B.M.", "ibm"},
		{"A.B.C HOLDINGS", "abc holdings"},
		{"www.x.co.uk", "www x co uk"},
		{"VERSION 3.5", "version 3 5"},
		{"A.É", "a e"},
		{"МОСКВА 東京", "москва 東京"},
		{"bad\xffbyte", "bad byte"},
		{"÷ × ²", ""},
		{strings.Repeat("a", 100), strings.Repeat("a", 64)},
		{strings.Repeat("я", 40), strings.Repeat("я", 32)},
		{strings.Repeat("x ", 80), strings.TrimSpace(strings.Repeat("x ", 64))},
	} {
		if got := strings.Join(Tokens(c.in), " "); got != c.want {
			t.Errorf("Tokens(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

// build writes names as an index, with the key "k<number>".
func build(t testing.TB, names ...string) []byte {
	t.Helper()
	var b Builder
	for i, n := range names {
		if err := b.Add(fmt.Sprintf("k%d", i), n); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	n, err := b.WriteTo(&out)
	if err != nil {
		t.Fatal(err)
	}
	if n != int64(out.Len()) {
		t.Fatalf("WriteTo says %d bytes, wrote %d", n, out.Len())
	}
	return out.Bytes()
}

func open(t testing.TB, data []byte) *Index {
	t.Helper()
	x, err := Open(data)
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Verify(); err != nil {
		t.Fatal(err)
	}
	return x
}

func TestSearch(t *testing.T) {
	x := open(t, build(t,
		"NORTH SEA OIL LIMITED",        // 0
		"ALPHA SERVICES LTD",           // 1
		"THE ALPHA GROUP PLC",          // 2
		"ALPHA LIMITED",                // 3
		"O'NEIL & SONS LLP",            // 4
		"J.R. SMITH",                   // 5
		"SEA NORTH",                    // 6
		"LIMITED",                      // 7
		"CAFÉ ROUGE",                   // 8
		"ALPHABET LTD",                 // 9
		"NORTHERN SEAFOOD LTD",         // 10
		"!!",                           // 11
		"LTD LIMITED",                  // 12
		"ALPHA OF THE NORTH SEA OF OZ", // 13
	))
	for _, c := range []struct {
		query string
		want  []uint32
	}{
		{"alpha", []uint32{3, 1, 9, 13, 2}},
		{"ALPHA ", []uint32{3, 1, 13, 2}},
		{"alp", []uint32{1, 3, 9, 13, 2}},
		{"alpha ltd", []uint32{3, 1, 13, 2}},
		{"alpha limited ", []uint32{3, 1, 13, 2}},
		// NORTHERN is no match for "north" while a name has the whole word.
		{"north sea", []uint32{0, 6, 13}},
		{"sea north", []uint32{6, 0, 13}},
		{"nor sea", []uint32{0, 10, 6, 13}},
		{"oneil and", []uint32{4}},
		{"o'neil & s", []uint32{4}},
		{"jr s", []uint32{5}},
		{"cafe", []uint32{8}},
		{"Café r", []uint32{8}},
		{"limited", []uint32{7, 0, 3, 12}},
		{"ltd limited", []uint32{12}},
		{"zzz", nil},
		{"alpha zzz", nil},
		{"", nil},
		{" !! ", nil},
	} {
		var got []uint32
		r := x.Search(c.query, 10)
		for _, h := range r.Hits {
			got = append(got, h.Doc)
		}
		if d := cmp.Diff(c.want, got); d != "" || r.Truncated {
			t.Errorf("Search(%q): truncated %v, (-want +got)\n%s", c.query, r.Truncated, d)
		}
	}
}

func TestSearch_hit(t *testing.T) {
	x := open(t, build(t, "A ONE", "A TWO", "\xff\xfe BAD"))
	want := Result{Hits: []Hit{{1, "k1", "A TWO"}}}
	if d := cmp.Diff(want, x.Search("two", 1)); d != "" {
		t.Error(d)
	}
	if got := x.Search("bad", 5).Hits; len(got) != 1 || got[0].Name != "\xff\xfe BAD" {
		t.Errorf("a name must come back as it was added, got %v", got)
	}
	if got := x.Search("a", 0); len(got.Hits) != 0 {
		t.Errorf("limit 0 gave %v", got)
	}
	if got := x.Search(strings.Repeat("a ", 40)+"b", 1); !got.Truncated {
		t.Error("40 words must be reported as cut")
	}
}

func TestBuilder_empty(t *testing.T) {
	x := open(t, build(t))
	if got := x.Search("a", 5); x.Len() != 0 || len(got.Hits) != 0 {
		t.Errorf("empty index: Len %d, hits %v", x.Len(), got)
	}
}

func TestBuilder_limits(t *testing.T) {
	var b Builder
	if err := b.Add(strings.Repeat("k", 256), "x"); err == nil || !strings.Contains(err.Error(), "256 bytes") {
		t.Errorf("long key: %v", err)
	}
	if err := b.Add("k", strings.Repeat("n", 1<<16+1)); err == nil {
		t.Error("long name: no error")
	}
	long := strings.Repeat("name ", 1<<16/5)
	if err := b.Add(strings.Repeat("k", 255), long); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := b.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	if h := open(t, out.Bytes()).Search("name", 1).Hits; len(h) != 1 || h[0].Name != long {
		t.Error("the longest name does not come back")
	}
}

type failing struct{ left int }

func (f *failing) Write(p []byte) (int, error) {
	if len(p) > f.left {
		return 0, io.ErrShortWrite
	}
	f.left -= len(p)
	return len(p), nil
}

func TestBuilder_writeFails(t *testing.T) {
	var b Builder
	if err := b.Add("k", "name"); err != nil {
		t.Fatal(err)
	}
	n, err := b.WriteTo(io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	for _, left := range []int{0, int(n) - footerBytes, int(n) - 1} {
		if _, err := b.WriteTo(&failing{left}); err == nil {
			t.Errorf("no error with room for %d bytes", left)
		}
	}
}

func TestBuilder_deterministic(t *testing.T) {
	names := make([]string, 3000)
	for i := range names {
		names[i] = fmt.Sprintf("word%d alpha%d LTD", i%17, i%700)
	}
	if !bytes.Equal(build(t, names...), build(t, names...)) {
		t.Error("the same documents gave different bytes")
	}
}

// words for random names: shared beginnings, legal forms, one letter, folding.
var words = []string{"a", "al", "alp", "alpha", "alphabet", "beta", "b", "ltd", "LIMITED", "the", "THE", "s", "servi", "service",
	"services", "é", "&", "o'neil", "j.r.", "1", "12"}

// model is the search by definition: look at every name.
func model(names []string, query string, limit int) []uint32 {
	var s scratch
	s.parse(query)
	if len(s.terms) == 0 {
		return nil
	}
	all := map[string]bool{}
	for _, n := range names {
		for _, w := range Tokens(n) {
			all[w] = true
		}
	}
	classes := map[uint32]int{}
	var found []uint32
	matched := 0
	for i, n := range names {
		var k tokeniser
		k.split(n)
		class := modelClass(Tokens(n), s.terms, all)
		if class < 0 {
			continue
		}
		matched++
		if bytes.Equal(k.canonical(nil), s.canon) {
			class = classExact
		} else if matched > max(window, 4*limit) {
			continue
		}
		classes[uint32(i)] = class
		found = append(found, uint32(i))
	}
	slices.SortStableFunc(found, func(a, b uint32) int { return classes[a] - classes[b] })
	return found[:min(limit, len(found))]
}

func modelClass(name []string, terms []term, all map[string]bool) int {
	begins := len(name) >= len(terms)
	for i, t := range terms {
		q := string(t.text)
		fits := func(w string) bool { return strings.HasPrefix(w, q) && (t.prefix || !all[q] || w == q) }
		if !slices.ContainsFunc(name, fits) {
			return -1
		}
		begins = begins && strings.HasPrefix(name[i], q) && (t.prefix || name[i] == q)
	}
	switch {
	case begins:
		return classBegins
	case strings.HasPrefix(name[0], string(terms[0].text)):
		return classFirst
	}
	return classOther
}

func TestSearch_model(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 5).Draw(t, "name"), " ")
		}), 1, 500).Draw(t, "names")
		// Repeating the names makes long lists, bit maps and ready prefixes.
		for n := rapid.IntRange(0, 2).Draw(t, "doublings"); n > 0; n-- {
			names = append(names, names...)
		}
		var b Builder
		for _, n := range names {
			if err := b.Add("", n); err != nil {
				t.Fatal(err)
			}
		}
		var out bytes.Buffer
		if _, err := b.WriteTo(&out); err != nil {
			t.Fatal(err)
		}
		x, err := Open(out.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			query := strings.Join(rapid.SliceOfN(rapid.SampledFrom(append([]string{"se", "x", "alphab"}, words...)), 1, 4).Draw(t, "query"), " ")
			query += rapid.SampledFrom([]string{"", " "}).Draw(t, "end")
			limit := rapid.IntRange(1, 80).Draw(t, "limit")
			var got []uint32
			for _, h := range x.Search(query, limit).Hits {
				if h.Name != names[h.Doc] {
					t.Fatalf("hit %d has name %q, want %q", h.Doc, h.Name, names[h.Doc])
				}
				got = append(got, h.Doc)
			}
			want := model(names, query, limit)
			if !slices.Equal(got, want) {
				t.Fatalf("Search(%q, %d) = %v, want %v", query, limit, got, want)
			}
		}
	})
}

// TestSearch_apart searches for two words that half of the names have, but never together.
func TestSearch_apart(t *testing.T) {
	names := make([]string, 2*(mergeFrom+64))
	for i := range names {
		names[i] = []string{"LIMITED", "LTD"}[i%2]
	}
	names[len(names)-1] += " LIMITED"
	want := Result{Hits: []Hit{{uint32(len(names) - 1), fmt.Sprintf("k%d", len(names)-1), "LTD LIMITED"}}}
	if d := cmp.Diff(want, open(t, build(t, names...)).Search("limited ltd", 5)); d != "" {
		t.Error(d)
	}
}

// TestAlso finds documents by further names, once, and shows them by their own.
func TestAlso(t *testing.T) {
	var b Builder
	b.Also("nothing to add to")
	for _, names := range [][]string{{"Advanced Forming Centre", "AFC", "Forming Centre (Advanced)"}, {"University of Nowhere", "UoN"}, {"AFC Gloves"}} {
		if err := b.Add("k"+names[0][:1], names[0]); err != nil {
			t.Fatal(err)
		}
		for _, n := range names[1:] {
			b.Also(n)
		}
	}
	var out bytes.Buffer
	if _, err := b.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	x := open(t, out.Bytes())
	if err := x.Verify(); err != nil {
		t.Error(err)
	}
	for query, want := range map[string][]string{"afc": {"AFC Gloves", "Advanced Forming Centre"}, "uon": {"University of Nowhere"}, "forming": {"Advanced Forming Centre"}, "nowhere": {"University of Nowhere"}, "nothing": nil} {
		var got []string
		for _, h := range x.Search(query, 10).Hits {
			got = append(got, h.Name)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: (-want +got)\n%s", query, d)
		}
	}
	var long Builder
	if err := long.Add("k", "A"); err != nil {
		t.Fatal(err)
	}
	for i := range 400 {
		long.Also("w" + strconv.Itoa(i))
	}
	out.Reset()
	if _, err := long.WriteTo(&out); err != nil {
		t.Error(err)
	}
	if err := open(t, out.Bytes()).Verify(); err != nil {
		t.Error(err)
	}
}
