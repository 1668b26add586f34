package textindex

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"
)

// queries reach every way of looking up.
var queries = []string{"a", "al", "alpha", "alpha ser", "limited", "s t", "word1 x ", "zz", "café & sons"}

func sample(t testing.TB) []byte {
	names := make([]string, 400)
	for i := range names {
		names[i] = fmt.Sprintf("ALPHA%d SERVICES WORD%d %s LTD", i%90, i, strings.Repeat("S", i%5))
	}
	return build(t, append(names, "CAFÉ & SONS", "ALPHA")...)
}

// TestOpen_cut opens the index at every length: an error, or the whole.
func TestOpen_cut(t *testing.T) {
	data := sample(t)
	for n := range data {
		if _, err := Open(data[:n]); err == nil {
			t.Fatalf("%d of %d bytes open without error", n, len(data))
		}
	}
	if _, err := Open(append(data[:len(data):len(data)], 0)); err == nil {
		t.Error("a byte too many opens without error")
	}
}

func TestOpen_damaged(t *testing.T) {
	data := sample(t)
	for i := range data {
		bad := append([]byte(nil), data...)
		bad[i] ^= 0x81
		x, err := Open(bad)
		if err != nil {
			continue
		}
		if i < headerBytes {
			t.Fatalf("a changed byte %d of the header is not seen", i)
		}
		if x.Verify() == nil {
			t.Fatalf("a changed byte %d of the content is not seen by Verify", i)
		}
		if i%7 == 0 {
			for _, q := range queries {
				x.Search(q, 20)
			}
		}
	}
}

// FuzzOpen damages a sound index, with a header made right again, and searches it: nothing may panic.
func FuzzOpen(f *testing.F) {
	data := sample(f)
	f.Add(uint32(0), []byte{}, "a")
	f.Add(uint32(16), []byte{0xff, 0xff, 0xff, 0xff}, "al")
	f.Add(uint32(60), []byte{1, 2, 3, 4}, "alpha ser")
	f.Add(uint32(len(data)-2000), []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, "s t")
	f.Fuzz(func(t *testing.T, at uint32, patch []byte, query string) {
		bad := append([]byte(nil), data...)
		copy(bad[int(at)%len(bad):], patch)
		binary.LittleEndian.PutUint32(bad[headerBytes-4:], crc32.Checksum(bad[:headerBytes-4], castagnoli))
		x, err := Open(bad)
		if err != nil {
			return
		}
		for _, q := range append([]string{query}, queries...) {
			x.Search(q, 20)
		}
	})
}

// FuzzOpen_bytes opens anything.
func FuzzOpen_bytes(f *testing.F) {
	f.Add(build(f, "ALPHA LTD", "BETA & SONS"), "alpha")
	f.Add([]byte(magic), "")
	f.Fuzz(func(t *testing.T, data []byte, query string) {
		if x, err := Open(data); err == nil {
			x.Search(query, 5)
		}
	})
}

// FuzzTokens: tokens are stable under themselves and never empty.
func FuzzTokens(f *testing.F) {
	f.Add("O'Neil & Sons J.R. Ægir")
	f.Fuzz(func(t *testing.T, name string) {
		for _, w := range Tokens(name) {
			if again := Tokens(w); w == "" || len(again) != 1 || again[0] != w {
				t.Fatalf("token %q of %q becomes %q", w, name, again)
			}
		}
	})
}
