package link

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const defaultMemoryMB = 2048

func (o Options) memory() int64 {
	if o.MemoryMB > 0 {
		return int64(o.MemoryMB) << 20
	}
	return defaultMemoryMB << 20
}

// Run links tables: it counts and forms the blocks, compares the pairs in them and
// gives out those that reach Options.Keep, in the order of (left table, left id,
// right table, right id). Pairs are looked at between tables, and inside tables
// that are not unique. An error of emit ends the run. emit is called from one
// goroutine; the pair is its own to keep.
func Run(ctx context.Context, m Model, tables []*Table, o Options, emit func(Pair) error) (rep Report, err error) {
	if err := o.check(m); err != nil {
		return rep, err
	}
	if o.Train {
		trained, training, err := Train(ctx, m, tables, o)
		if err != nil {
			return rep, err
		}
		m, rep.Training = trained, &training
	}
	c, err := newCorpus(m, tables)
	if err != nil {
		return rep, err
	}
	if o.Dir != "" {
		// Only what lies in a folder of our own is ever removed.
		o.Dir = filepath.Join(o.Dir, "link")
	}
	space := &workspace{dir: o.Dir}
	defer func() { err = errors.Join(err, space.close()) }()
	if o.Dir != "" {
		if err := os.MkdirAll(o.Dir, 0o755); err != nil {
			return rep, err
		}
	}
	w, err := prepare(ctx, c, o, space, &rep)
	if err != nil {
		return rep, err
	}
	return rep, w.run(ctx, space, &rep, emit)
}

func (o *Options) check(m Model) error {
	if o.Keep == 0 {
		o.Keep = m.Review
	}
	if o.Threshold == 0 {
		o.Threshold = m.Match
	}
	for _, p := range []float64{o.Keep, o.Threshold} {
		if !(p >= 0 && p < 1) {
			return fmt.Errorf("link: %v is no probability below 1", p)
		}
	}
	return nil
}

// prepare counts the pairs, forms the blocks and reads the values of what stands in
// them.
func prepare(ctx context.Context, c *corpus, o Options, space *workspace, rep *Report) (*work, error) {
	x, err := buildIndex(ctx, c, c.m.blocks, o, o.memory()/2, space)
	if err != nil {
		return nil, err
	}
	rep.Rules, rep.Prior = x.rules, c.prior()
	if o.Counted != nil {
		if err := o.Counted(x.rules); err != nil {
			return nil, err
		}
	}
	v, err := readValues(ctx, c, x.recs, o.workers())
	if err != nil {
		return nil, err
	}
	for i, t := range c.tables {
		rep.Records = append(rep.Records, TableReport{Name: t.name, Records: t.Len()})
		for _, p := range v.tables {
			if int(p) == i {
				rep.Records[i].Blocked++
			}
		}
	}
	w := &work{c: c, x: x, v: v, s: newScorer(c.m, v, rep.Prior, o.Keep), o: o}
	w.cut()
	return w, nil
}

// run does the chunks, gives out the pairs and leaves a state.
func (w *work) run(ctx context.Context, space *workspace, rep *Report, emit func(Pair) error) error {
	var old *state
	var places []int
	var now []stateRecord
	dir, key := "", ""
	if w.o.Dir != "" {
		key = w.stateKey()
		now = w.signatures()
		if old = loadState(w.o.Dir, key); old != nil {
			places = w.since(old, now)
		}
		dir = filepath.Join(w.o.Dir, "chunks-"+w.runName(key, now, old))
		if err := dropOthers(w.o.Dir, filepath.Base(dir)); err != nil {
			return err
		}
	}
	res, err := newResults(len(w.chunks), dir, w.o.memory()/4, space)
	if err != nil {
		return err
	}
	if err := w.all(ctx, res, rep); err != nil {
		return err
	}
	if err := w.give(ctx, res, old, places, rep, emit, key, now); err != nil {
		return err
	}
	if dir != "" {
		return os.RemoveAll(dir)
	}
	return nil
}

// runName names the inputs of the chunks, so that a run goes on only where the
// same one was interrupted.
func (w *work) runName(key string, now []stateRecord, old *state) string {
	h := hashPair(hashString(key), uint64(len(w.chunks)))
	for _, r := range now {
		h = hashPair(h, r.id^r.content)
	}
	for b, hash := range w.x.hashes {
		h = hashPair(h, hash^uint64(w.x.starts[b+1]))
	}
	if old != nil {
		for _, r := range old.records {
			h = hashPair(h, r.id^r.content)
		}
	}
	return fmt.Sprintf("%016x", h)
}

// dropOthers removes chunks of runs that were given up.
func dropOthers(dir, keep string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "chunks-") && e.Name() != keep || strings.HasPrefix(e.Name(), "keys-") {
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// all does the chunks that are not done.
func (w *work) all(ctx context.Context, res *results, rep *Report) error {
	workers := w.o.workers()
	scratches := make([]*scratch, workers)
	for i := range scratches {
		scratches[i] = w.s.scratch()
	}
	var todo []int
	rep.Chunks = len(w.chunks)
	for n := range w.chunks {
		if scored, ok := res.has(n, len(w.s.comps)); ok {
			rep.Resumed++
			w.scored.Add(scored)
			w.told(n)
			continue
		}
		todo = append(todo, n)
	}
	err := parallel(ctx, workers, len(todo), 1, func(worker, i, _ int) error {
		data, err := w.chunk(ctx, todo[i], scratches[worker])
		if err != nil {
			return err
		}
		w.told(todo[i])
		return res.put(todo[i], data)
	})
	rep.Scored, rep.Spilled = w.scored.Load(), rep.Spilled+res.spilled
	return err
}

// told reports the pairs of a chunk as done.
func (w *work) told(n int) {
	if w.o.Progress == nil {
		return
	}
	pairs := int64(0)
	for _, b := range w.blocks(n) {
		k := int64(w.x.starts[b+1] - w.x.starts[b])
		pairs += k * (k - 1) / 2
	}
	w.o.Progress(min(w.done.Add(pairs), w.x.pairs), w.x.pairs, "pairs")
}

// give merges the chunks, and the pairs of the last state that still stand, and
// gives them out.
func (w *work) give(ctx context.Context, res *results, old *state, places []int, rep *Report, emit func(Pair) error, key string, now []stateRecord) error {
	limit := logit(w.o.Threshold)
	var single map[[2]uint32]bool
	if w.o.Single {
		var matches []kept
		err := w.each(ctx, res, old, places, nil, func(k kept) error {
			if k.weight >= limit {
				matches = append(matches, k)
			}
			return nil
		})
		if err != nil {
			return err
		}
		single = w.best(matches)
	}
	var save *stateWriter
	if w.o.Dir != "" {
		var err error
		if save, err = newStateWriter(w.o.Dir); err != nil {
			return err
		}
		defer save.drop()
	}
	err := w.each(ctx, res, old, places, &rep.Reused, func(k kept) error {
		p := Pair{Left: w.c.ref(w.x.recs[k.a]), Right: w.c.ref(w.x.recs[k.b]), Weight: k.weight, Probability: Probability(k.weight), Levels: k.levels}
		p.Match = k.weight >= limit && (single == nil || single[[2]uint32{k.a, k.b}])
		rep.Kept++
		if p.Match {
			rep.Matches++
		}
		if save != nil {
			if err := save.add(k); err != nil {
				return err
			}
		}
		if w.o.Parts {
			p.Parts = w.s.explain(k.a, k.b)
		}
		return emit(p)
	})
	if err != nil || save == nil {
		return err
	}
	return save.finish(key, len(w.s.comps), now, w.x.over)
}

// each merges all streams of pairs. reused counts those of the last state.
func (w *work) each(ctx context.Context, res *results, old *state, places []int, reused *int64, do func(kept) error) (err error) {
	var streams []stream
	var closers []func() error
	defer func() {
		for _, c := range closers {
			err = errors.Join(err, c())
		}
	}()
	for n := range w.chunks {
		in, end, err := res.open(n)
		if err != nil {
			return err
		}
		closers = append(closers, end)
		streams = append(streams, pairStream(in, len(w.s.comps)))
	}
	if old != nil {
		s, end, err := w.reuse(old, places)
		if err != nil {
			return err
		}
		closers = append(closers, end)
		streams = append(streams, func() (kept, bool, error) {
			k, ok, err := s()
			if ok && reused != nil {
				*reused++
			}
			return k, ok, err
		})
	}
	n := 0
	return w.merge(streams, func(k kept) error {
		if n++; n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		return do(k)
	})
}
