package link

import (
	"cmp"
	"context"
	"math/bits"
	"slices"
	"sync/atomic"
)

// index is the blocks of a run. Blocks are numbered in the order of rules; a pair
// belongs to the first block that holds both its records.
type index struct {
	recs   []uint32 // records that share a block with another, in order
	hashes []uint64 // by block: hash of its key
	starts []uint32 // by block: where its members begin
	member []uint32 // places in recs, in order
	blocks lists    // by place: its blocks, in order
	ends   []int    // by rule: its last block + 1
	pairs  int64    // before pairs that belong to an earlier block are taken away
	rules  []RuleReport
	over   []uint64 // hashes of blocks over the cap, split or refused, in order
}

func (x *index) of(block uint32) []uint32 { return x.member[x.starts[block]:x.starts[block+1]] }

const (
	keyParts64  = 64  // parts of a rule's keys, by the first bits of the hash
	listRefused = 20  // refused blocks named in the report
	bufEntries  = 512 // entries that a worker gathers before it locks the shelf
)

// indexer forms the blocks.
type indexer struct {
	c     *corpus
	rules []blockRule
	seeds []uint64
	shelf *shelf
	bloom []atomic.Uint64 // keys seen outside the largest table
}

// buildIndex forms the blocks of rules over all records. limit is the memory for
// keys, in bytes.
func buildIndex(ctx context.Context, c *corpus, rules []blockRule, o Options, limit int64, w *workspace) (*index, error) {
	b := &indexer{c: c, rules: rules, shelf: newShelf(len(rules)*keyParts64, limit, w)}
	for i := range rules {
		b.seeds = append(b.seeds, hashBytes(uint64(i), []byte("rule")))
	}
	defer b.shelf.close()
	if err := b.gather(ctx, o); err != nil {
		return nil, err
	}
	parts := make([]*blockPart, len(rules)*keyParts64)
	err := parallel(ctx, o.workers(), len(parts), 1, func(_, i, _ int) error {
		list, err := b.shelf.take(i)
		if err == nil {
			parts[i] = b.form(i/keyParts64, list)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return b.join(parts), nil
}

// gather finds the keys of all records. The largest table comes last when it is
// unique: of its keys only those that another table has can make a pair.
func (b *indexer) gather(ctx context.Context, o Options) error {
	order := make([]int, len(b.c.tables))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(b.c.tables[i].Len(), b.c.tables[j].Len()) })
	done := 0
	for n, t := range order {
		last := n == len(order)-1 && n > 0 && b.c.tables[t].unique
		if n == 0 && len(order) > 1 {
			b.openBloom(order)
		}
		if err := b.gatherTable(ctx, o, t, last, done); err != nil {
			return err
		}
		done += b.c.tables[t].Len()
	}
	b.bloom = nil
	return nil
}

// openBloom makes the filter when the largest table is unique. It has about eight
// bits a key of the others.
func (b *indexer) openBloom(order []int) {
	if largest := b.c.tables[order[len(order)-1]]; !largest.unique {
		return
	}
	n := 0
	for _, t := range order[:len(order)-1] {
		n += b.c.tables[t].Len()
	}
	n = min(max(1<<16, n*len(b.rules)*3*8), 1<<32)
	b.bloom = make([]atomic.Uint64, 1<<bits.Len(uint(n/64)))
}

func (b *indexer) gatherTable(ctx context.Context, o Options, t int, filtered bool, done int) error {
	workers := o.workers()
	table := b.c.tables[t]
	buffers := make([][][]entry, workers)
	keyers := make([]*keyer, workers)
	for w := range workers {
		buffers[w], keyers[w] = make([][]entry, len(b.rules)*keyParts64), newKeyer(b.c)
	}
	var seen atomic.Int64
	err := parallel(ctx, workers, table.Len(), 4096, func(w, from, to int) error {
		for row := from; row < to; row++ {
			keyers[w].at(t, row)
			for r := range b.rules {
				if err := b.add(keyers[w], buffers[w], r, uint32(b.c.starts[t]+row), filtered); err != nil {
					return err
				}
			}
		}
		if n := seen.Add(int64(to - from)); o.Progress != nil {
			o.Progress(int64(done)+n, int64(b.c.len()), "records")
		}
		return nil
	})
	for w := range workers {
		for i, list := range buffers[w] {
			if err == nil && len(list) > 0 {
				err = b.shelf.put(i, list)
			}
		}
	}
	return err
}

// add puts the keys of a record under a rule on the shelf.
func (b *indexer) add(k *keyer, buffers [][]entry, rule int, rec uint32, filtered bool) error {
	for _, h := range k.hashes(b.seeds[rule], b.rules[rule].keys) {
		if b.bloom != nil {
			word, bit := &b.bloom[h>>6&uint64(len(b.bloom)-1)], uint64(1)<<(h&63)
			if filtered && word.Load()&bit == 0 {
				continue
			}
			if !filtered && word.Load()&bit == 0 {
				word.Or(bit)
			}
		}
		i := rule*keyParts64 + int(h>>58)
		buffers[i] = append(buffers[i], entry{h, rec})
		if len(buffers[i]) == bufEntries {
			if err := b.shelf.put(i, buffers[i]); err != nil {
				return err
			}
			buffers[i] = buffers[i][:0]
		}
	}
	return nil
}

// blockPart is the blocks of one part of a rule's keys.
type blockPart struct {
	hashes []uint64
	ends   []uint32
	recs   []uint32
	over   []uint64
	report RuleReport
}

// former turns sorted entries into blocks.
type former struct {
	*indexer
	rule int
	k    *keyer
	out  *blockPart
}

// step is one step to a block: by which keys under which seed.
type step struct {
	seed uint64
	keys []key
	h    uint64
	from *step
}

func (b *indexer) form(rule int, list []entry) *blockPart {
	f := former{indexer: b, rule: rule, k: newKeyer(b.c), out: &blockPart{}}
	f.runs(list, step{seed: b.seeds[rule], keys: b.rules[rule].keys}, 0)
	slices.SortFunc(f.out.report.Refused, byPairs)
	f.out.report.Refused = f.out.report.Refused[:min(listRefused, len(f.out.report.Refused))]
	return f.out
}

func byPairs(a, b Refused) int {
	return cmp.Or(cmp.Compare(b.Pairs, a.Pairs), cmp.Compare(a.Key, b.Key))
}

// runs makes a block of each run of equal keys.
func (f *former) runs(list []entry, s step, depth int) {
	var members []uint32
	for i := 0; i < len(list); {
		s.h = list[i].h
		members = members[:0]
		for ; i < len(list) && list[i].h == s.h; i++ {
			if n := len(members); n == 0 || members[n-1] != list[i].rec {
				members = append(members, list[i].rec)
			}
		}
		if len(members) > 1 {
			f.block(members, s, depth)
		}
	}
}

func (f *former) block(members []uint32, s step, depth int) {
	pairs := f.c.pairsOf(members)
	if pairs == 0 {
		return
	}
	rule := &f.rules[f.rule]
	out := f.out
	if pairs <= rule.cap {
		out.hashes = append(out.hashes, s.h)
		out.recs = append(out.recs, members...)
		out.ends = append(out.ends, uint32(len(out.recs)))
		out.report.Blocks++
		out.report.Pairs += pairs
		return
	}
	out.over = append(out.over, s.h)
	if depth == len(rule.then) {
		out.report.RefusedBlocks++
		out.report.RefusedPairs += pairs
		if len(out.report.Refused) < 50*listRefused { // more are not named, only counted
			out.report.Refused = append(out.report.Refused, Refused{f.key(s, members[0]), len(members), pairs})
		}
		return
	}
	out.report.Split++
	next := step{seed: s.h, keys: rule.then[depth : depth+1], from: &s}
	var list []entry
	for _, r := range members {
		ref := f.c.ref(r)
		f.k.at(ref.Table, ref.Row)
		for _, h := range f.k.hashes(s.h, next.keys) {
			list = append(list, entry{h, r})
		}
	}
	slices.SortFunc(list, byHash)
	f.runs(list, next, depth+1)
}

// key gives the key of a block in words.
func (f *former) key(s step, member uint32) string {
	ref := f.c.ref(member)
	f.k.at(ref.Table, ref.Row)
	text := f.k.words(s.seed, s.keys, s.h)
	for p := s.from; p != nil; p = p.from {
		text = f.k.words(p.seed, p.keys, p.h) + ", " + text
	}
	return text
}

// pairsOf counts the pairs that may be looked at among records, which are in order.
func (c *corpus) pairsOf(members []uint32) int64 {
	n := int64(len(members))
	total := n * (n - 1) / 2
	i := 0
	for t, table := range c.tables {
		from := i
		for i < len(members) && int(members[i]) < c.starts[t+1] {
			i++
		}
		if k := int64(i - from); table.unique {
			total -= k * (k - 1) / 2
		}
	}
	return total
}

// join lays the parts end to end and numbers the records that stand in a block.
func (b *indexer) join(parts []*blockPart) *index {
	x := &index{starts: []uint32{0}}
	total, blocks := 0, 0
	for _, p := range parts {
		total, blocks = total+len(p.recs), blocks+len(p.hashes)
	}
	x.member, x.hashes, x.starts = make([]uint32, 0, total), make([]uint64, 0, blocks), append(make([]uint32, 0, blocks+1), 0)
	for r := range b.rules {
		rep := RuleReport{Name: b.rules[r].name}
		for i := r * keyParts64; i < (r+1)*keyParts64; i++ {
			p := parts[i]
			base := uint32(len(x.member))
			x.hashes = append(x.hashes, p.hashes...)
			x.member = append(x.member, p.recs...)
			for _, e := range p.ends {
				x.starts = append(x.starts, base+e)
			}
			x.over = append(x.over, p.over...)
			rep.add(p.report)
			parts[i] = nil
		}
		slices.SortFunc(rep.Refused, byPairs)
		rep.Refused = rep.Refused[:min(listRefused, len(rep.Refused))]
		x.pairs += rep.Pairs
		x.rules = append(x.rules, rep)
		x.ends = append(x.ends, len(x.hashes))
	}
	slices.Sort(x.over)
	x.renumber(b.c.len())
	return x
}

func (r *RuleReport) add(o RuleReport) {
	r.Blocks, r.Pairs, r.Split = r.Blocks+o.Blocks, r.Pairs+o.Pairs, r.Split+o.Split
	r.RefusedBlocks, r.RefusedPairs = r.RefusedBlocks+o.RefusedBlocks, r.RefusedPairs+o.RefusedPairs
	r.Refused = append(r.Refused, o.Refused...)
}

// renumber turns the members from records into places in recs, and notes the
// blocks of each.
func (x *index) renumber(n int) {
	counts := make([]uint32, n+1)
	for _, r := range x.member {
		counts[r]++
	}
	place := make([]uint32, n)
	sum := uint32(0)
	for r := range n {
		if counts[r] > 0 {
			place[r] = uint32(len(x.recs))
			x.recs = append(x.recs, uint32(r))
			sum += counts[r]
			x.blocks.ends = append(x.blocks.ends, sum)
		}
	}
	next := make([]uint32, len(x.recs))
	for i := range next {
		if i > 0 {
			next[i] = x.blocks.ends[i-1]
		}
	}
	x.blocks.all = make([]uint32, len(x.member))
	for b := range x.hashes {
		for i := x.starts[b]; i < x.starts[b+1]; i++ {
			p := place[x.member[i]]
			x.member[i] = p
			x.blocks.all[next[p]] = uint32(b)
			next[p]++
		}
	}
}

// first returns the first block that holds both of two places, and whether one does.
func (x *index) first(a, b uint32) (uint32, bool) {
	p, q := x.blocks.at(a), x.blocks.at(b)
	for i, j := 0, 0; i < len(p) && j < len(q); {
		switch {
		case p[i] < q[j]:
			i++
		case p[i] > q[j]:
			j++
		default:
			return p[i], true
		}
	}
	return 0, false
}
