package web

import "sync"

// memo keeps what is the same for all visitors of a release: a release does not
// change, so what was reckoned once is right for as long as it is served. The
// zero value is ready. At most memoMost entries are kept; then it starts anew.
type memo struct {
	mu sync.Mutex
	m  map[string]*memoEntry
}

type memoEntry struct {
	once sync.Once
	v    any
	err  error
}

const memoMost = 256

// remember returns the value under key, made by f at the first call. Errors are
// not kept.
func remember[T any](c *memo, key string, f func() (T, error)) (T, error) {
	c.mu.Lock()
	if c.m == nil || len(c.m) >= memoMost {
		c.m = map[string]*memoEntry{}
	}
	e := c.m[key]
	if e == nil {
		e = &memoEntry{}
		c.m[key] = e
	}
	c.mu.Unlock()
	e.once.Do(func() { e.v, e.err = f() })
	if e.err != nil {
		c.mu.Lock()
		if c.m[key] == e {
			delete(c.m, key)
		}
		c.mu.Unlock()
		var zero T
		return zero, e.err
	}
	return e.v.(T), nil
}

// forget drops what is kept under key, so that the next call makes it anew.
func (c *memo) forget(key string) {
	c.mu.Lock()
	delete(c.m, key)
	c.mu.Unlock()
}
