package cli

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"milieu/internal/entry"
)

// wire is a listener whose connections are pipes, so that a test with a clock of its own
// can have clients that take minutes.
type wire struct {
	conns chan net.Conn
	once  sync.Once
	end   chan struct{}
}

func newWire() *wire { return &wire{conns: make(chan net.Conn), end: make(chan struct{})} }

func (l *wire) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.end:
		return nil, net.ErrClosed
	}
}

func (l *wire) Close() error {
	l.once.Do(func() { close(l.end) })
	return nil
}

func (l *wire) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

// dial is the client's end of a new connection.
func (l *wire) dial() net.Conn {
	client, server := net.Pipe()
	l.conns <- server
	return client
}

// longAnswer is more than any buffer between a handler and its client holds.
var longAnswer = strings.Repeat("a long answer ", 200_000)

// slowSite is the server as the program makes it, with pages that read what they are
// sent and say how that ended.
func slowSite(t *testing.T, l *wire) (srv *http.Server, ended *lines) {
	t.Helper()
	ended = &lines{}
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := io.Copy(io.Discard, r.Body)
		if err == nil && r.URL.Path == "/long" {
			_, err = io.WriteString(w, longAnswer)
		}
		fmt.Fprintf(ended, "%s %v\n", r.URL.Path, err)
	})
	srv = newServer(entry.Wrap(h, entry.Options{}), slog.New(slog.DiscardHandler))
	go srv.Serve(l)
	return srv, ended
}

// answered asks for a page on a connection of its own and wants it at once.
func answered(t *testing.T, l *wire) {
	t.Helper()
	c, start := l.dial(), time.Now()
	defer c.Close()
	go io.WriteString(c, "GET / HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n")
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil || resp.StatusCode != http.StatusOK || time.Since(start) > 0 {
		t.Errorf("others wait for %v: %v, %v", time.Since(start), resp, err)
		return
	}
	resp.Body.Close()
}

// drip sends a text one byte a second until the server hangs up, and says how long it
// let that go on.
func drip(c net.Conn, text string) time.Duration {
	start := time.Now()
	for i := range len(text) {
		if _, err := c.Write([]byte{text[i]}); err != nil {
			break
		}
		time.Sleep(time.Second)
	}
	return time.Since(start)
}

// TestAttack_slowClients: clients that send a byte a second, take nothing or say nothing
// are cut off by the server's own times, and others are served meanwhile. The clock is
// the test's: nothing here depends on how fast the machine is.
func TestAttack_slowClients(t *testing.T) {
	long := strings.Repeat("a", 300)
	for name, c := range map[string]struct {
		begin, drips string
		within       time.Duration
	}{
		"header":         {"", "GET / HTTP/1.1\r\nHost: example.org\r\nX-Slow: " + long, 6 * time.Second},
		"first line":     {"", "GET /" + long, 6 * time.Second},
		"nothing at all": {"", "", 6 * time.Second},
		"body":           {"POST / HTTP/1.1\r\nHost: example.org\r\nContent-Length: 300\r\n\r\n", long, 31 * time.Second},
		"chunks":         {"POST / HTTP/1.1\r\nHost: example.org\r\nTransfer-Encoding: chunked\r\n\r\n", strings.Repeat("1\r\na\r\n", 100), 31 * time.Second},
		"trailer":        {"POST / HTTP/1.1\r\nHost: example.org\r\nTransfer-Encoding: chunked\r\nTrailer: X-A\r\n\r\n1\r\na\r\n0\r\n", "X-A: " + long, 31 * time.Second},
		"second request": {"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n", "GET / HTTP/1.1\r\nX: " + long, 9 * time.Second}, // it is idle until it has said GET
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newWire()
				srv, _ := slowSite(t, l)
				var clients sync.WaitGroup
				for range 100 {
					clients.Go(func() {
						conn := l.dial()
						defer conn.Close()
						gone := make(chan time.Duration, 1)
						start := time.Now()
						go func() {
							_, _ = io.Copy(io.Discard, conn) // what it answers, until it hangs up
							gone <- time.Since(start)
						}()
						_, _ = io.WriteString(conn, c.begin)
						drip(conn, c.drips)
						if after := <-gone; after > c.within {
							t.Errorf("the server took %v of it, want at most %v", after, c.within)
						}
					})
				}
				time.Sleep(2 * time.Second)
				answered(t, l)
				clients.Wait()
				answered(t, l)
				srv.Close()
			})
		})
	}
}

// TestAttack_slowReaders: a client that takes nothing of a long answer holds a handler
// no longer than the server's time for it.
func TestAttack_slowReaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newWire()
		srv, ended := slowSite(t, l)
		var conns []net.Conn
		for range 50 {
			c := l.dial()
			if _, err := io.WriteString(c, "GET /long HTTP/1.1\r\nHost: example.org\r\n\r\n"); err != nil {
				t.Error(err)
			}
			conns = append(conns, c)
		}
		time.Sleep(59 * time.Second)
		answered(t, l)
		if n := strings.Count(ended.String(), "/long"); n != 0 {
			t.Errorf("%d handlers have ended though nobody has read their answers", n)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if n := strings.Count(ended.String(), "/long write"); n != len(conns) {
			t.Errorf("%d of %d handlers were let go:\n%.500s", n, len(conns), ended)
		}
		for _, c := range conns {
			c.Close()
		}
		srv.Close()
	})
}

// TestAttack_idleClients: a connection that is kept open and says nothing more is closed.
func TestAttack_idleClients(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newWire()
		srv, _ := slowSite(t, l)
		c, start := l.dial(), time.Now()
		defer c.Close()
		go io.WriteString(c, "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n")
		_, _ = io.Copy(io.Discard, c)
		if after := time.Since(start); after > 2*time.Minute+time.Second {
			t.Errorf("it was kept for %v", after)
		}
		srv.Close()
	})
}
