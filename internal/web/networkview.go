package web

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"milieu/internal/graph"
	"milieu/internal/live"
	"milieu/internal/network"
)

// netShelf keeps the views of a release that were asked for last, with what was reckoned of them. Views of large networks
// weigh tens of megabytes, so that they are kept by their size, not as the rest of a release's memory.
type netShelf struct {
	mu    sync.Mutex
	views map[string]*netView
	order []string // keys, the latest last
	pairs int      // of all views
}

// netView is a view with its measures.
type netView struct {
	*network.View
	key   string
	once  sync.Once
	basic netBasics

	mu   sync.Mutex
	done map[string]any // what was reckoned, by name; an error where that failed
	busy map[string]bool
}

const (
	netKeptPairs  = 3_000_000 // ties of all views that are kept
	netKeptViews  = 24
	netAtOnce     = 3000    // ties up to which slow measures are reckoned while the visitor waits
	netStableTies = 200_000 // ties up to which communities are tried for stability and resolution
)

func (f *netShelf) get(key string) *netView {
	f.mu.Lock()
	defer f.mu.Unlock()
	v := f.views[key]
	if v != nil {
		f.touch(key)
	}
	return v
}

// touch makes a key the latest; the lock is held.
func (f *netShelf) touch(key string) {
	for i, k := range f.order {
		if k == key {
			f.order = append(append(f.order[:i:i], f.order[i+1:]...), key)
			return
		}
	}
	f.order = append(f.order, key)
}

// put keeps a view, unless another request was faster, and lets go of the oldest.
func (f *netShelf) put(v *netView) *netView {
	f.mu.Lock()
	defer f.mu.Unlock()
	if have := f.views[v.key]; have != nil {
		return have
	}
	f.views[v.key] = v
	f.pairs += len(v.Pairs)
	f.touch(v.key)
	for len(f.order) > 1 && (f.pairs > netKeptPairs || len(f.order) > netKeptViews) {
		old := f.order[0]
		f.order = f.order[1:]
		f.pairs -= len(f.views[old].Pairs)
		delete(f.views, old)
	}
	return v
}

func shelfOf(snap *live.Snapshot) *netShelf {
	shelf, _ := live.Remember(&snap.Cache, "network/shelf", func() (*netShelf, error) {
		return &netShelf{views: map[string]*netView{}}, nil
	})
	return shelf
}

// netViewOf is the part of the network that an address asks for.
func netViewOf(snap *live.Snapshot, ask netAsk) *netView {
	shelf := shelfOf(snap)
	if v := shelf.get(ask.key); v != nil {
		return v
	}
	return shelf.put(&netView{View: snap.Network.View(ask.filter), key: ask.key})
}

// netLater gives what takes long to reckon of a view: what was reckoned before, or is at once because the view has at most atOnce
// ties. Otherwise ok is false and the reckoning has been started; it goes on when the visitor leaves.
func netLater[T any](s *Server, r *http.Request, snap *live.Snapshot, v *netView, name string, atOnce int, reckon func(context.Context) (T, error)) (out T, ok bool, err error) {
	if out, ok, err := netDone[T](v, name); ok || err != nil {
		return out, ok, err
	}
	ctx := context.WithoutCancel(r.Context())
	if len(v.Pairs) <= atOnce {
		err := snap.Cache.Slow(r.Context(), func() error { return v.finish(name, func() (any, error) { return reckon(ctx) }) })
		if err != nil {
			return out, false, err
		}
		return netDone[T](v, name)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.busy[name] || !snap.Acquire() {
		return out, false, nil
	}
	if v.busy == nil {
		v.busy = map[string]bool{}
	}
	v.busy[name] = true
	go func() {
		defer snap.Release()
		err := snap.Cache.Slow(ctx, func() error { return v.finish(name, func() (any, error) { return reckon(ctx) }) })
		if err != nil && !errors.Is(err, live.ErrBusy) {
			s.cfg.Log.Error("measures of the network failed", "what", name, "filter", v.key, "err", err)
		}
		v.mu.Lock()
		delete(v.busy, name)
		v.mu.Unlock()
	}()
	return out, false, nil
}

// netDone is what was reckoned under a name.
func netDone[T any](v *netView, name string) (out T, ok bool, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch have := v.done[name].(type) {
	case nil:
		return out, false, nil
	case error:
		return out, false, have
	case T:
		return have, true, nil
	}
	return out, false, nil
}

// finish reckons and keeps, unless another has meanwhile. A fault is kept too: the same ties would fail again.
func (v *netView) finish(name string, reckon func() (any, error)) error {
	v.mu.Lock()
	_, have := v.done[name]
	v.mu.Unlock()
	if have {
		return nil
	}
	out, err := reckon()
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.done == nil {
		v.done = map[string]any{}
	}
	v.done[name] = out
	if err != nil {
		v.done[name] = err
	}
	return err
}

// netKeep is what f makes of a view, made once. The name says all that it hangs on.
func netKeep[T any](v *netView, name string, f func() (T, error)) (T, error) {
	if out, ok, err := netDone[T](v, name); ok || err != nil {
		return out, err
	}
	if err := v.finish(name, func() (any, error) { return f() }); err != nil {
		var none T
		return none, err
	}
	out, _, err := netDone[T](v, name)
	return out, err
}

// netSlow is betweenness and communities of a view, with the members of each community.
type netSlow struct {
	network.SlowMeasures
	members [][]int32
}

func newNetSlow(m network.SlowMeasures) *netSlow {
	out := &netSlow{m, make([][]int32, m.Community.N)}
	for n, c := range m.Community.Of {
		out.members[c] = append(out.members[c], int32(n))
	}
	return out
}

// slowOf gives betweenness and communities; nil while they are being reckoned. Those of the whole network the build has reckoned.
func (s *Server) slowOf(r *http.Request, snap *live.Snapshot, v *netView) (*netSlow, error) {
	atOnce := netAtOnce
	whole, known := wholeSlow(v)
	if known {
		atOnce = len(v.Pairs)
	}
	out, ok, err := netLater(s, r, snap, v, "slow", atOnce, func(ctx context.Context) (*netSlow, error) {
		if known {
			return newNetSlow(whole), nil
		}
		m, err := v.View.Slow(ctx)
		if err != nil {
			return nil, err
		}
		return newNetSlow(m), nil
	})
	if !ok || err != nil {
		return nil, err
	}
	return out, nil
}

// wholeSlow is what the build reckoned, where the view is the whole network.
func wholeSlow(v *netView) (network.SlowMeasures, bool) {
	q := v.Book.Quality()
	if v.key != "" || q.Nodes != len(v.Nodes) || q.Pairs != len(v.Pairs) || len(v.Pairs) == 0 {
		return network.SlowMeasures{}, false
	}
	m := network.SlowMeasures{Exact: q.Exact, Bound: q.Bound, Betweenness: make([]float64, len(v.Nodes))}
	m.Community = graph.Partition{Of: make([]int, len(v.Nodes)), N: q.Communities}
	for i := range v.Nodes {
		w := v.Node(i).Whole
		if !w.Tied || w.Community < 0 || int(w.Community) >= q.Communities {
			return network.SlowMeasures{}, false
		}
		m.Betweenness[i], m.Community.Of[i] = w.Betweenness, int(w.Community)
	}
	return m, true // without its modularity, which no page shows from here
}

// quickOf gives constraint, PageRank and their like; nil while they are being reckoned.
func (s *Server) quickOf(r *http.Request, snap *live.Snapshot, v *netView) (*network.Measures, error) {
	out, ok, err := netLater(s, r, snap, v, "quick", netQuickTies, func(context.Context) (*network.Measures, error) {
		m := v.View.Quick()
		return &m, nil
	})
	if !ok || err != nil {
		return nil, err
	}
	return out, nil
}

// warmNetwork reckons ahead what the first visitor of the network would wait for.
func warmNetwork(snap *live.Snapshot) {
	v := netViewOf(snap, netAsk{})
	v.basics()
	_ = v.finish("quick", func() (any, error) { // it cannot fail
		m := v.View.Quick()
		return &m, nil
	})
	_, _ = wholePicture(v) // nor can this
}
