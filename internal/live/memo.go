package live

import "sync"

// Memo keeps what is the same for all visitors of a release: a release does not
// change, so what was reckoned once is right for as long as it is served. The
// zero value is ready. At most memoMost entries are kept; then it starts anew. All
// who serve the release share it, so a key that is not of a page names its package.
type Memo struct {
	mu sync.Mutex
	m  map[string]*memoEntry
}

type memoEntry struct {
	once sync.Once
	v    any
	err  error
}

const memoMost = 256

// Remember returns the value under key, made by f at the first call. Errors are
// not kept, nor passed on to others who waited: what failed for one visitor,
// because it left, need not fail for the next.
func Remember[T any](c *Memo, key string, f func() (T, error)) (T, error) {
	for {
		e, mine := c.entry(key), false
		e.once.Do(func() {
			mine = true
			e.v, e.err = f()
		})
		if e.err == nil {
			return e.v.(T), nil
		}
		c.drop(key, e)
		if mine {
			var zero T
			return zero, e.err
		}
	}
}

// entry is what is kept under key, new where nothing is.
func (c *Memo) entry(key string) *memoEntry {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.m == nil || len(c.m) >= memoMost {
		c.m = map[string]*memoEntry{}
	}
	e := c.m[key]
	if e == nil {
		e = &memoEntry{}
		c.m[key] = e
	}
	return e
}

// drop forgets e, unless another has taken its place.
func (c *Memo) drop(key string, e *memoEntry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.m[key] == e {
		delete(c.m, key)
	}
}

// Forget drops what is kept under key, so that the next call makes it anew.
func (c *Memo) Forget(key string) {
	c.mu.Lock()
	delete(c.m, key)
	c.mu.Unlock()
}
