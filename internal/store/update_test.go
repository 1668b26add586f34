package store_test

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"milieu/internal/store"
	"milieu/internal/store/storetest"
)

func TestUpdate_undone(t *testing.T) {
	wrong := errors.New("wrong")
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		err := db.Update(ctx, func(q store.Querier) error {
			if _, err := next(ctx, q, "a"); err != nil {
				return err
			}
			return wrong
		})
		fails(t, err, wrong)
		func() {
			defer func() {
				if p := recover(); p != "panic of the caller" {
					t.Errorf("recovered %v", p)
				}
			}()
			_ = db.Update(ctx, func(q store.Querier) error {
				if _, err := next(ctx, q, "a"); err != nil {
					return err
				}
				panic("panic of the caller")
			})
		}()
		cut, cancel := context.WithCancel(ctx)
		err = db.Update(cut, func(q store.Querier) error {
			_, err := next(ctx, q, "a")
			cancel()
			return err
		})
		fails(t, err, context.Canceled)
		if n := counted(t, db.Read(), "a"); n != 0 {
			t.Errorf("counted to %d", n)
		}
		// The store is as usable as before.
		if err := count(ctx, db, "a", 2); err != nil || counted(t, db.Read(), "a") != 2 {
			t.Errorf("after it: %v", err)
		}
	})
}

func TestUpdate_concurrent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		const writers, times = 8, 25
		got := make([][]int64, writers)
		var wg sync.WaitGroup
		for i := range writers {
			wg.Go(func() {
				for range times {
					err := db.Update(ctx, func(q store.Querier) error {
						n, err := next(ctx, q, "a")
						if err == nil {
							got[i] = append(got[i], n)
						}
						return err
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		all := slices.Concat(got...)
		slices.Sort(all)
		for i, n := range all {
			if n != int64(i+1) {
				t.Fatalf("number %d came at place %d", n, i+1)
			}
		}
		if len(all) != writers*times || counted(t, db.Read(), "a") != writers*times {
			t.Errorf("%d numbers, counted to %d", len(all), counted(t, db.Read(), "a"))
		}
	})
}

// TestUpdate_deadlock makes two changes wait for each other; PostgreSQL ends one of
// them, which must be begun anew and succeed.
func TestUpdate_deadlock(t *testing.T) {
	db := openStore(t, store.Options{URL: storetest.Database(t)})
	ctx := t.Context()
	for _, name := range []string{"a", "b"} {
		if err := count(ctx, db, name, 1); err != nil {
			t.Fatal(err)
		}
	}
	var both, wg sync.WaitGroup
	both.Add(2)
	tries := [2]int{}
	for i, names := range [][2]string{{"a", "b"}, {"b", "a"}} {
		wg.Go(func() {
			err := db.Update(ctx, func(q store.Querier) error {
				if _, err := next(ctx, q, names[0]); err != nil {
					return err
				}
				if tries[i]++; tries[i] == 1 {
					both.Done()
					both.Wait() // both hold their first row now
				}
				_, err := next(ctx, q, names[1])
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if a, b := counted(t, db.Read(), "a"), counted(t, db.Read(), "b"); a != 3 || b != 3 {
		t.Errorf("counted to %d and %d", a, b)
	}
	if tries[0]+tries[1] < 3 {
		t.Errorf("tries %v: nobody was ended", tries)
	}
}

func TestView_oneMoment(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		if err := count(ctx, db, "a", 1); err != nil {
			t.Fatal(err)
		}
		err := db.View(ctx, func(q store.Querier) error {
			for i := range 3 {
				if n := counted(t, q, "a"); n != 1 {
					t.Errorf("at look %d the view sees %d", i, n)
				}
				if err := count(ctx, db, "a", 1); err != nil {
					return err
				}
				if n := counted(t, db.Read(), "a"); n != int64(i+2) {
					t.Errorf("a single read sees %d", n)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		// A view changes nothing.
		err = db.View(ctx, func(q store.Querier) error {
			_, err := next(ctx, q, "a")
			return err
		})
		fails(t, err, store.ErrUnavailable)
		if n := counted(t, db.Read(), "a"); n != 4 {
			t.Errorf("counted to %d", n)
		}
	})
}

func TestErrors_exists(t *testing.T) {
	const insert = `insert into person (person_id, email, name, password_hash, oidc_issuer, oidc_subject, created_at) values ($1, $2, '', '', '', '', '')`
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		put := func(id, email string) error {
			return db.Update(ctx, func(q store.Querier) error {
				_, err := q.ExecContext(ctx, insert, id, email)
				return err
			})
		}
		if err := put("p1", "a@example.org"); err != nil {
			t.Fatal(err)
		}
		fails(t, put("p1", "b@example.org"), store.ErrExists) // primary key
		fails(t, put("p2", "a@example.org"), store.ErrExists) // unique column
		err := db.Update(ctx, func(q store.Querier) error {
			_, err := q.ExecContext(ctx, `insert into session (session_id, secret_hash, workspace, person_id, created_at, seen_at, expires_at, ended_at, address, agent)
values ('s', 's', 'w', 'nobody', '', '', '', '', '', '')`)
			return err
		})
		if err == nil || errors.Is(err, store.ErrExists) {
			t.Errorf("a session of nobody: %v", err)
		}
	})
}

func TestErrors_busy(t *testing.T) {
	storetest.EachOptions(t, func(t *testing.T, o store.Options) {
		ctx := t.Context()
		db, other := openStore(t, o), openStore(t, o)
		if err := count(ctx, db, "a", 1); err != nil {
			t.Fatal(err)
		}
		write, _ := db.Pools()
		patience := "pragma busy_timeout(1)"
		if db.Dialect() == store.PostgreSQL {
			patience = "set lock_timeout = '1ms'"
			write.SetMaxOpenConns(1)
		}
		if _, err := write.ExecContext(ctx, patience); err != nil {
			t.Fatal(err)
		}
		err := other.Update(ctx, func(q store.Querier) error {
			if _, err := next(ctx, q, "a"); err != nil {
				return err
			}
			fails(t, count(ctx, db, "a", 1), store.ErrBusy)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := count(ctx, db, "a", 1); err != nil {
			t.Errorf("when the other has let go: %v", err)
		}
	})
}

func TestErrors_gone(t *testing.T) {
	u := storetest.Database(t)
	db := openStore(t, store.Options{URL: u})
	ctx := t.Context()
	err := db.Update(ctx, func(q store.Querier) error {
		if _, err := next(ctx, q, "a"); err != nil {
			return err
		}
		_, err := q.ExecContext(ctx, "select pg_terminate_backend(pg_backend_pid())")
		return err
	})
	fails(t, err, store.ErrGone)
	if err := count(ctx, db, "a", 1); err != nil || counted(t, db.Read(), "a") != 1 {
		t.Errorf("a new connection: %v", err)
	}
	cut := newProxy(t, u)
	far := openStore(t, store.Options{URL: cut.url})
	cut.stop()
	fails(t, count(ctx, far, "a", 1), store.ErrGone)
	fails(t, far.View(ctx, func(store.Querier) error { return nil }), store.ErrGone)
	var n int
	fails(t, far.Read().QueryRowContext(ctx, counterRead, "a").Scan(&n), store.ErrGone)
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if err := count(gone, far, "a", 1); errors.Is(err, store.ErrGone) || !errors.Is(err, context.Canceled) {
		t.Errorf("a caller who left: %v", err)
	}
}

// TestErrors_unsure cuts the connection when the commit is on its way: it is made, and
// the caller cannot know.
func TestErrors_unsure(t *testing.T) {
	u := storetest.Database(t)
	near := openStore(t, store.Options{URL: u})
	p := newProxy(t, u)
	db := openStore(t, store.Options{URL: p.url})
	p.mu.Lock()
	p.deaf = true
	p.mu.Unlock()
	err := count(t.Context(), db, "a", 1)
	fails(t, err, store.ErrUnsure)
	if errors.Is(err, store.ErrGone) {
		t.Errorf("it says that nothing was changed: %v", err)
	}
	for counted(t, near.Read(), "a") != 1 {
		time.Sleep(time.Millisecond) // the server needs a moment; the test's own limit ends this
	}
}

// proxy passes bytes between a store and its server.
type proxy struct {
	url  string
	ln   net.Listener
	mu   sync.Mutex
	deaf bool // answers to a commit do not come back
	open []net.Conn
}

func newProxy(t *testing.T, to string) *proxy {
	t.Helper()
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{ln: ln}
	server := u.Host
	u.Host = ln.Addr().String()
	p.url = u.String()
	go func() {
		for {
			near, err := ln.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", server)
			if err != nil {
				near.Close()
				return
			}
			p.mu.Lock()
			p.open = append(p.open, near, far)
			p.mu.Unlock()
			go p.ask(near, far)
			go func() {
				_, _ = io.Copy(near, far)
				near.Close()
			}()
		}
	}()
	t.Cleanup(p.stop)
	return p
}

// ask passes on what the store says.
func (p *proxy) ask(near, far net.Conn) {
	defer far.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := near.Read(buf)
		if err != nil {
			return
		}
		p.mu.Lock()
		deaf := p.deaf
		p.mu.Unlock()
		if deaf && strings.Contains(string(buf[:n]), "commit\x00") {
			near.Close()
		}
		if _, err := far.Write(buf[:n]); err != nil {
			return
		}
	}
}

// stop cuts all connections and takes no more.
func (p *proxy) stop() {
	p.ln.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.open {
		c.Close()
	}
}

// TestRead_manyAtOnce reads from more goroutines than there are connections, while
// others write.
func TestRead_manyAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				for range 20 {
					var n int64
					err := db.Read().QueryRowContext(t.Context(), counterRead, "a").Scan(&n)
					if err != nil && !errors.Is(err, sql.ErrNoRows) {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Go(func() {
			if err := count(t.Context(), db, "a", 20); err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
	})
}
