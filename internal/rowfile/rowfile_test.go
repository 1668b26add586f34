package rowfile

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func open(t testing.TB, lines ...string) File {
	t.Helper()
	text := strings.Join(lines, "\n")
	if len(lines) > 0 {
		text += "\n"
	}
	f, err := Open([]byte(strings.ReplaceAll(text, "|", string(Separator))))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFind(t *testing.T) {
	f := open(t, "a|1", "b|2|x", "b|3|", "c", "é|4")
	cases := map[string][][]string{"a": {{"a", "1"}}, "b": {{"b", "2", "x"}, {"b", "3", ""}}, "c": {{"c"}}, "é": {{"é", "4"}}, "": nil, "bb": nil, "z": nil, "a|1": nil}
	for key, want := range cases {
		if d := cmp.Diff(want, f.Find(key)); d != "" {
			t.Errorf("Find(%q): %s", key, d)
		}
	}
	if open(t).Find("a") != nil {
		t.Error("a row in empty text")
	}
}

func TestOpen_cut(t *testing.T) {
	if _, err := Open([]byte("a\nb")); err == nil {
		t.Error("no error for cut text")
	}
}

func TestCheck(t *testing.T) {
	if err := open(t, "a", "b", "b").Check(); err != nil {
		t.Error(err)
	}
	if err := open(t, "b|1", "a|2").Check(); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("error %v", err)
	}
}

// Every key finds exactly its rows, whatever lies around it.
func TestFind_all(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOf(rapid.StringMatching(`[a-c]{0,3}`)).Draw(t, "keys")
		slices.Sort(keys)
		var text strings.Builder
		count := map[string]int{}
		for i, k := range keys {
			fmt.Fprintf(&text, "%s%c%d\n", k, Separator, i)
			count[k]++
		}
		f, err := Open([]byte(text.String()))
		if err != nil {
			t.Fatal(err)
		}
		for k, n := range count {
			if got := f.Find(k); len(got) != n || got[0][0] != k {
				t.Fatalf("Find(%q) gives %v, want %d rows", k, got, n)
			}
		}
	})
}

func BenchmarkFind(b *testing.B) {
	var text strings.Builder
	for i := range 1_000_000 {
		fmt.Fprintf(&text, "GB-COH-%08d%cEXAMPLE ENGINEERING LIMITED%cSHEFFIELD\n", i, Separator, Separator)
	}
	f, err := Open([]byte(text.String()))
	if err != nil {
		b.Fatal(err)
	}
	i := 0
	for b.Loop() {
		i = (i*7919 + 1) % 1_000_000
		if len(f.Find(fmt.Sprintf("GB-COH-%08d", i))) != 1 {
			b.Fatal(i)
		}
	}
}
