package cli

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"milieu/internal/evidence"
	"milieu/internal/example"
)

// testProgram is the program with its output in the test's hands.
func testProgram(out, errs io.Writer) *Program {
	return &Program{Stdin: strings.NewReader(""), Stdout: out, Stderr: errs, Now: time.Now}
}

// testPlace builds the bundled district in a folder of the test.
func testPlace(t *testing.T) *evidence.Workspace {
	t.Helper()
	dir := t.TempDir()
	if _, err := example.Write(example.AMID, dir, false); err != nil {
		t.Fatal(err)
	}
	return buildPlace(t, dir)
}

func buildPlace(t *testing.T, dir string) *evidence.Workspace {
	t.Helper()
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	p := testProgram(io.Discard, io.Discard)
	if _, err := p.build(t.Context(), ws, newProgress(p, false).report, 512); err != nil {
		t.Fatal(err)
	}
	return ws
}

// served is a running server.
type served struct {
	url  string
	stop context.CancelFunc
	done chan error
	rest *lines // what was written after the address
	log  *lines // standard error
}

// lines is text that is written in one goroutine and read in another.
type lines struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

var addressLine = regexp.MustCompile(`is at (http://\S+)`)

// startServer serves and returns when the address is known.
func startServer(t *testing.T, ws *evidence.Workspace, addr string) *served {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	s := &served{stop: stop, done: make(chan error, 1), rest: &lines{}, log: &lines{}}
	p := testProgram(in, s.log)
	go func() {
		err := p.serve(ctx, ws, serveOptions{addr: addr})
		in.Close()
		s.done <- err
	}()
	r := bufio.NewReader(out)
	first, err := r.ReadString('\n')
	m := addressLine.FindStringSubmatch(first)
	if m == nil {
		stop()
		t.Fatalf("the server did not start: %q, %v, %v", first, err, <-s.done)
	}
	s.url = m[1]
	go io.Copy(s.rest, r)
	return s
}

// end stops the server and waits until it has.
func (s *served) end(t *testing.T) {
	t.Helper()
	s.stop()
	if err := <-s.done; err != nil {
		t.Errorf("stopping: %v", err)
	}
	if strings.Contains(s.log.String(), "level=ERROR") {
		t.Errorf("the server wrote down errors:\n%s", s.log)
	}
}

func fetch(url string) (status int, body string, err error) {
	resp, err := http.Get(url)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b), err
}

func TestServe(t *testing.T) {
	s := startServer(t, testPlace(t), "127.0.0.1:0")
	status, body, err := fetch(s.url + "/")
	if err != nil || status != http.StatusOK || !strings.Contains(body, "<!doctype html>") {
		t.Errorf("GET /: %d, %v", status, err)
	}
	if status, body, err = fetch(s.url + "/why?ref=org/nobody-at-all"); err != nil || status != http.StatusNotFound || !strings.Contains(body, "<h1>") {
		t.Errorf("GET of nothing: %d, %v", status, err)
	}
	s.end(t)
	if _, _, err := fetch(s.url + "/"); err == nil {
		t.Error("the server answers after it was stopped")
	}
}

// TestServe_swap makes newer releases while visitors come and go: every request
// is answered, and the newest release is taken up.
func TestServe_swap(t *testing.T) {
	ws := testPlace(t)
	first := evidence.CurrentID(ws)
	s := startServer(t, ws, "127.0.0.1:0")
	defer s.end(t)
	var asked, failed atomic.Int64
	stop := make(chan struct{})
	var visitors sync.WaitGroup
	for k := range 4 {
		visitors.Go(func() {
			paths := []string{"/", "/search?q=sheffield", "/why?ref=org/rolls-royce"}
			for i := k; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				asked.Add(1)
				if status, _, err := fetch(s.url + paths[i%len(paths)]); err != nil || status != http.StatusOK {
					failed.Add(1)
					t.Errorf("%s: %d, %v", paths[i%len(paths)], status, err)
					return
				}
			}
		})
	}
	for i := range 2 {
		renameFirst(t, ws, fmt.Sprintf("Renamed %d", i))
		buildPlace(t, ws.Dir)
		want := evidence.CurrentID(ws)
		if want == first {
			t.Fatal("the change made no new release")
		}
		// The watcher looks every two seconds; the search shows what is being served.
		for {
			_, body, err := fetch(s.url + "/search?q=" + fmt.Sprintf("renamed+%d", i))
			if err == nil && strings.Contains(body, fmt.Sprintf("Renamed %d", i)) {
				break
			}
			if t.Context().Err() != nil || failed.Load() > 0 {
				t.Fatal("the newer release was not taken up: ", err)
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
	close(stop)
	visitors.Wait()
	t.Logf("%d requests over three releases, %d failed", asked.Load(), failed.Load())
}

// renameFirst gives the first organisation of the table another name.
func renameFirst(t *testing.T, ws *evidence.Workspace, name string) {
	t.Helper()
	file := filepath.Join(ws.Dir, "tables", "organisations.csv")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.SplitN(string(text), "\n", 3)
	cells := strings.SplitN(rows[1], ",", 3)
	cells[1] = name
	rows[1] = strings.Join(cells, ",")
	if err := os.WriteFile(file, []byte(strings.Join(rows, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestServe_busy: a busy port leads to the next one, and the address says so.
func TestServe_busy(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	s := startServer(t, testPlace(t), taken.Addr().String())
	defer s.end(t)
	if strings.HasSuffix(s.url, taken.Addr().String()) {
		t.Errorf("the server says it is at %s, which another holds", s.url)
	}
	if status, _, err := fetch(s.url + "/"); err != nil || status != http.StatusOK {
		t.Errorf("GET %s: %d, %v", s.url, status, err)
	}
}

func TestListen(t *testing.T) {
	cases := []struct{ addr, want string }{
		{"8040", "write it as host:port"},
		{"127.0.0.1:http", "the port is a number from 0 to 65535"},
		{"127.0.0.1:70000", "the port is a number from 0 to 65535"},
	}
	for _, c := range cases {
		_, err := listen(c.addr)
		var u usageError
		if !errors.As(err, &u) || !strings.Contains(u.msg, c.want) {
			t.Errorf("listen(%q): %v, want a usage error with %q", c.addr, err, c.want)
		}
	}
}

// TestServe_tls serves over HTTPS with a certificate of its own making: the session's
// cookie is then one that no other way can carry.
func TestServe_tls(t *testing.T) {
	cert, key := makeCertificate(t)
	ws := testPlace(t)
	out, in := io.Pipe()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	p := testProgram(in, io.Discard)
	go func() {
		done <- p.serve(ctx, ws, serveOptions{addr: "127.0.0.1:0", tlsCert: cert, tlsKey: key})
		in.Close()
	}()
	r := bufio.NewReader(out)
	first, _ := r.ReadString('\n')
	second, err := r.ReadString('\n')
	if err != nil {
		t.Fatal(err, <-done)
	}
	go io.Copy(io.Discard, r)
	link := regexp.MustCompile(`https://\S+/enter/\S+`).FindString(second)
	if !strings.Contains(first, "https://127.0.0.1:") || link == "" {
		t.Fatalf("%s%s", first, second)
	}
	text, err := os.ReadFile(cert)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	client := noRedirects()
	client.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
	answer, err := client.Get(link)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	cookie := answer.Header.Get("Set-Cookie")
	for _, want := range []string{"__Host-milieu-", "Secure", "HttpOnly", "SameSite=Lax"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("the cookie %q has no %s", cookie, want)
		}
	}
	if answer.Header.Get("Strict-Transport-Security") == "" {
		t.Error("the browser is not told to stay on HTTPS")
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// makeCertificate makes a certificate for 127.0.0.1 that signs itself.
func makeCertificate(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, &form, &form, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "EC PRIVATE KEY", Bytes: keyDER}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}
