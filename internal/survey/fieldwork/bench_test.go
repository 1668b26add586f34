package fieldwork

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/store/storetest"
	"milieu/internal/survey"
)

// regionPlan draws 1,200 firms of a frame as large as South Yorkshire's register, 46,611.
var regionPlan = map[string]int{"s0": 700, "s1": 300, "s2": 150, "s3": 50}

// onBoth runs a benchmark on a store of each kind.
func onBoth(b *testing.B, f func(b *testing.B, book Book, editor auth.Actor)) {
	run := func(b *testing.B, o store.Options) {
		db, err := store.Open(ctx, o)
		must(b, err)
		b.Cleanup(func() { _ = db.Close() })
		book, who := newBook(b, db, "w")
		f(b, book, who[auth.Editor])
	}
	b.Run(store.SQLite, func(b *testing.B) { run(b, store.Options{File: b.TempDir() + "/workspace.db", Now: storetest.Clock()}) })
	b.Run(store.PostgreSQL, func(b *testing.B) {
		url := storetest.Database(b)
		run(b, store.Options{URL: url, Now: storetest.Clock()})
	})
}

// BenchmarkDraw freezes a region's frame once, and draws from it again and again, each time with another seed, with all that the
// store keeps of it.
func BenchmarkDraw(b *testing.B) {
	onBoth(b, func(b *testing.B, book Book, editor auth.Actor) {
		f := testFrame(40_000, 6_000, 500, 111)
		for i := range f.Units {
			f.Units[i].Known["address"] = strings.Repeat("x", 30) + fmt.Sprint(i)
		}
		id, err := book.New(ctx, editor, Survey{Title: "A region", Level: survey.Confidential})
		must(b, err)
		must(b, book.Freeze(ctx, editor, id, 1, f))
		version := int64(2)
		for b.Loop() {
			must(b, book.Draw(ctx, editor, id, version, regionPlan, uint64(version)))
			version++
		}
	})
}

// BenchmarkSave keeps a page of answers, each firm its own, from many at once.
func BenchmarkSave(b *testing.B) {
	onBoth(b, func(b *testing.B, book Book, editor auth.Actor) {
		id := asked(b, book, editor, Survey{Level: survey.Anonymous}, 2000)
		var links []string
		for _, l := range sent(b, book, editor, id, Invite) {
			links = append(links, l)
		}
		var next atomic.Int64
		versions := make([]int64, len(links))
		b.SetParallelism(16)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				i := int(next.Add(1)-1) % len(links)
				v, err := book.Save(ctx, links[i], versions[i], said("a page of answers"))
				if err != nil {
					b.Error(err)
					return
				}
				versions[i] = v
			}
		})
	})
}
