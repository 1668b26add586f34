// Command team loads a running server as a team of people does: most of them read,
// some edit, all signed in. It builds the program, makes the bundled district with
// accounts, lets everybody work for a while and prints how long answers took.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/evidence"
	"milieu/internal/store"
)

var (
	readers  = flag.Int("readers", 200, "people who read")
	editors  = flag.Int("editors", 20, "people who edit")
	length   = flag.Duration("for", 5*time.Minute, "how long they work")
	think    = flag.Duration("think", 2*time.Second, "mean time between two pages of a reader")
	consider = flag.Duration("consider", 10*time.Second, "mean time between two decisions of an editor")
	each     = flag.Bool("each", false, "print the times of each kind of page")
	database = flag.String("database", "", "address of an empty PostgreSQL database; default SQLite")
)

func main() {
	flag.Parse()
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "team:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "milieu-team-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program, place := filepath.Join(dir, "milieu"), filepath.Join(dir, "place")
	if err := command("go", "build", "-buildvcs=false", "-o", program, "milieu/cmd/milieu"); err != nil {
		return err
	}
	if err := command(program, "demo", "--no-serve", "--dir", place); err != nil {
		return err
	}
	ws, err := evidence.OpenWorkspace(place)
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, store.Options{URL: *database, File: filepath.Join(place, evidence.Derived, "workspace.db"), Now: time.Now})
	if err != nil {
		return err
	}
	defer db.Close()
	fmt.Printf("%d readers (a page every %v) and %d editors (a decision every %v) for %v, store %s\n", *readers, *think, *editors, *consider, *length, db.Dialect())
	cookies, err := people(ctx, db, ws.ID)
	if err != nil {
		return err
	}
	address, stop, err := serve(program, place)
	if err != nil {
		return err
	}
	defer stop()
	return work(ctx, db, ws.ID, address, cookies)
}

func command(name string, args ...string) error {
	c := exec.Command(name, args...)
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, out)
	}
	return nil
}

// people makes the accounts and signs everybody in, each from an address of their own.
func people(ctx context.Context, db *store.DB, workspace string) ([]string, error) {
	s := auth.New(auth.Options{DB: db, Workspace: workspace, Now: time.Now})
	machine := auth.Machine(workspace)
	var cookies []string
	for i := range *readers + *editors {
		role, email := auth.Reader, fmt.Sprintf("person%d@example.org", i)
		if i >= *readers {
			role = auth.Editor
		}
		const password = "a long enough passphrase"
		if _, err := s.Add(ctx, machine, email, fmt.Sprintf("Person %d", i), role, password); err != nil {
			return nil, err
		}
		secret, _, err := s.SignIn(ctx, email, password, fmt.Sprintf("10.0.%d.%d", i/250, i%250+1), "bench")
		if err != nil {
			return nil, err
		}
		cookies = append(cookies, secret)
	}
	return cookies, nil
}

var addressLine = regexp.MustCompile(`is at (http://\S+)`)

func serve(program, place string) (address string, stop func(), err error) {
	c := exec.Command(program, "serve", place, "--addr", "127.0.0.1:0")
	c.Env = append(os.Environ(), "MILIEU_DATABASE_URL="+*database)
	out, err := c.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := c.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = c.Process.Signal(os.Interrupt) // it says itself when it cannot stop
		_ = c.Wait()
	}
	buf := make([]byte, 4096)
	n, err := out.Read(buf)
	go func() { _, _ = io.Copy(io.Discard, out) }()
	m := addressLine.FindSubmatch(buf[:n])
	if m == nil {
		stop()
		return "", nil, fmt.Errorf("the server did not start: %q, %v", buf[:n], err)
	}
	return string(m[1]), stop, nil
}

// crowd is everybody at work.
type crowd struct {
	address   string
	workspace string
	client    *http.Client
	pages     []string

	mu     sync.Mutex
	took   map[string][]time.Duration
	errors []string
}

func (c *crowd) note(kind string, d time.Duration, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		c.errors = append(c.errors, err.Error())
		return
	}
	c.took[kind] = append(c.took[kind], d)
}

// listed is how many pages are read beside those of organisations.
const listed = 15

var orgLink = regexp.MustCompile(`href="(/organisations/[^"?]+)"`)

func work(ctx context.Context, db *store.DB, workspace, address string, cookies []string) error {
	ctx, cancel := context.WithTimeout(ctx, *length)
	defer cancel()
	c := &crowd{address: address, workspace: workspace, took: map[string][]time.Duration{},
		client: &http.Client{Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport: &http.Transport{MaxIdleConnsPerHost: len(cookies)}}}
	body, _, err := c.get(context.Background(), "/organisations", cookies[0])
	if err != nil {
		return err
	}
	c.pages = []string{"/", "/organisations", "/decisions", "/tables", "/tables/organisations", "/priorities", "/plan", "/case", "/network", "/areas", "/sources", "/map", "/organisations?name=forge", "/search?q=sheff", "/api/v1/organisations?limit=50"}
	for _, m := range orgLink.FindAllStringSubmatch(body, -1) {
		c.pages = append(c.pages, m[1])
	}
	var wg sync.WaitGroup
	for i, cookie := range cookies {
		rng := rand.New(rand.NewPCG(uint64(i), 7))
		if i < *readers {
			wg.Go(func() { c.reader(ctx, rng, cookie) })
		} else {
			wg.Go(func() { c.editor(ctx, rng, cookie, i) })
		}
	}
	wg.Wait()
	c.print()
	report, err := audit.Verify(context.Background(), db, workspace)
	if err != nil || len(report.Problems) > 0 {
		return fmt.Errorf("the audit chain does not hold: %+v, %v", report.Problems, err)
	}
	fmt.Printf("audit chain whole: %d events\n", report.Events)
	if len(c.errors) > 0 {
		return fmt.Errorf("%d errors, the first: %s", len(c.errors), c.errors[0])
	}
	return nil
}

// pause waits a time of exponential length; false when the work is over.
func pause(ctx context.Context, rng *rand.Rand, mean time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(time.Duration(rng.ExpFloat64() * float64(mean))):
		return ctx.Err() == nil
	}
}

func (c *crowd) reader(ctx context.Context, rng *rand.Rand, cookie string) {
	for pause(ctx, rng, *think) {
		page := c.pages[rng.IntN(len(c.pages))]
		_, d, err := c.get(ctx, page, cookie)
		if ctx.Err() == nil {
			c.note("read", d, err)
			c.note(page, d, err)
		}
	}
}

func (c *crowd) get(ctx context.Context, path, cookie string) (string, time.Duration, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.address+path, nil)
	if err != nil {
		return "", 0, err
	}
	return c.do(r, cookie, http.StatusOK)
}

func (c *crowd) do(r *http.Request, cookie string, want int) (string, time.Duration, error) {
	r.AddCookie(&http.Cookie{Name: "milieu-" + c.workspace, Value: cookie})
	start := time.Now()
	answer, err := c.client.Do(r)
	if err != nil {
		return "", 0, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != want {
		err = fmt.Errorf("%s %s: %s", r.Method, r.URL.Path, answer.Status)
	}
	return string(body), time.Since(start), err
}

var field = regexp.MustCompile(`name="(version|b\.notes)" value="([^"]*)"`)

// editor opens the form of one organisation, corrects its note and saves.
func (c *crowd) editor(ctx context.Context, rng *rand.Rand, cookie string, i int) {
	orgs := c.pages[listed:]
	own := strings.TrimPrefix(orgs[i%len(orgs)], "/organisations/")
	path := "/tables/organisations/rows/" + own + "/edit"
	for n := 0; pause(ctx, rng, *consider); n++ {
		body, d, err := c.get(ctx, path, cookie)
		if ctx.Err() != nil {
			return
		}
		c.note("form", d, err)
		form := url.Values{"f.notes": {fmt.Sprintf("note %d of editor %d", n, i)}, "reason": {"load"}, "source": {"https://example.org/"}}
		for _, m := range field.FindAllStringSubmatch(body, -1) {
			form.Set(m[1], m[2])
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.address+path, strings.NewReader(form.Encode()))
		if err != nil {
			return
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		_, d, err = c.do(r, cookie, http.StatusSeeOther)
		if ctx.Err() == nil {
			c.note("decision", d, err)
		}
	}
}

func row(name string, took []time.Duration) {
	if len(took) == 0 {
		return
	}
	slices.Sort(took)
	at := func(p float64) float64 { return took[min(len(took)-1, int(p*float64(len(took))))].Seconds() * 1000 }
	fmt.Printf("%-26.26s %8d %8.1f %8.1f %8.1f %8.1f\n", name, len(took), at(0.5), at(0.95), at(0.99), at(1))
}

func (c *crowd) print() {
	fmt.Printf("%-26s %8s %8s %8s %8s %8s\n", "", "n", "p50 ms", "p95 ms", "p99 ms", "max ms")
	for _, kind := range []string{"read", "form", "decision"} {
		row(kind, c.took[kind])
	}
	if *each {
		for _, page := range c.pages[:min(len(c.pages), listed+5)] {
			row(page, c.took[page])
		}
	}
	fmt.Printf("errors: %d\n", len(c.errors))
}
