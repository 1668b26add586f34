package auth

import (
	"container/list"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"milieu/internal/store"
)

// What is tried at most: some at once, then one in a while. Guessing at one account
// is slow; an address may stand for a whole office.
const (
	accountBurst, accountEvery = 5, 30 * time.Second
	addressBurst, addressEvery = 20, 6 * time.Second
	mostKeys                   = 20_000
)

// Limits counts tries by key. It holds a bounded number of keys and forgets those
// that were longest unused.
type Limits struct {
	every time.Duration
	burst int
	most  int

	mu    sync.Mutex
	byKey map[string]*list.Element
	order *list.List // of *counted, the last used in front
}

type counted struct {
	key string
	lim *rate.Limiter
}

// NewLimits lets a key try burst times at once, and then one more time in every.
func NewLimits(burst int, every time.Duration, most int) *Limits {
	return &Limits{every: every, burst: burst, most: most, byKey: map[string]*list.Element{}, order: list.New()}
}

// Take counts one try and says how long to wait when it is one too many; what has to
// wait does not count.
func (l *Limits) Take(now time.Time, key string) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.byKey[key]
	if e == nil {
		if l.order.Len() >= l.most {
			old := l.order.Back()
			delete(l.byKey, l.order.Remove(old).(*counted).key)
		}
		e = l.order.PushFront(&counted{key, rate.NewLimiter(rate.Every(l.every), l.burst)})
		l.byKey[key] = e
	}
	l.order.MoveToFront(e)
	r := e.Value.(*counted).lim.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

// forget begins anew for a key.
func (l *Limits) forget(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e := l.byKey[key]; e != nil {
		l.order.Remove(e)
		delete(l.byKey, key)
	}
}

// limit counts a try to prove who one is by a password. The account need not exist.
func (s *Service) limit(now time.Time, address, email string) error {
	if err := s.limitAddress(now, address); err != nil {
		return err
	}
	if wait := s.byAccount.Take(now, accountKey(email)); wait > 0 {
		return &RateError{wait}
	}
	return nil
}

func (s *Service) limitAddress(now time.Time, address string) error {
	if wait := s.byAddress.Take(now, Network(address)); wait > 0 {
		return &RateError{wait}
	}
	return nil
}

// accountKey has one length whatever was typed, and does not keep it readable.
func accountKey(email string) string { return store.Hash(strings.ToLower(strings.TrimSpace(email))) }
