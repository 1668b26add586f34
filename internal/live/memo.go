package live

import (
	"errors"
	"slices"
	"sync"
)

var errUnfinished = errors.New("what was to be remembered was not finished")

// Memo keeps what is the same for all visitors of a release: a release does not
// change, so what was reckoned once is right for as long as it is served. The
// zero value is ready. At most memoMost entries are kept; then the oldest go. All
// who serve the release share it, so a key that is not of a page names its package.
type Memo struct {
	mu    sync.Mutex
	m     map[string]*memoEntry
	order []string      // keys, the oldest first
	slow  chan struct{} // places of Slow
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
			e.err = errUnfinished // stays only where f panics
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
	if c.m == nil {
		c.m = map[string]*memoEntry{}
	}
	e := c.m[key]
	if e == nil {
		for len(c.m) >= memoMost {
			delete(c.m, c.order[0])
			c.order = c.order[1:]
		}
		e = &memoEntry{}
		c.m[key] = e
		c.order = append(c.order, key)
	}
	return e
}

// drop forgets e, unless another has taken its place.
func (c *Memo) drop(key string, e *memoEntry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.m[key] == e {
		c.remove(key)
	}
}

// Forget drops what is kept under key, so that the next call makes it anew.
func (c *Memo) Forget(key string) {
	c.mu.Lock()
	c.remove(key)
	c.mu.Unlock()
}

// remove takes a key out; the lock is held.
func (c *Memo) remove(key string) {
	if _, ok := c.m[key]; !ok {
		return
	}
	delete(c.m, key)
	if i := slices.Index(c.order, key); i >= 0 {
		c.order = slices.Delete(c.order, i, i+1)
	}
}
