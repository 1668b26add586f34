//go:build unix

package cli

import (
	"bufio"
	"context"
	"errors"
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
	"strings"
	"sync"
	"testing"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/evidence"
	"milieu/internal/store"
	"milieu/internal/store/storetest"
)

var kills = flag.Int("kills", 200, "how often TestKill ends the server in the middle, on each database")

// TestKill lets clients write decisions as fast as they can while the server is ended
// with SIGKILL at random moments, again and again. Every decision that was acknowledged
// must be there, whole; the audit chain must hold; nothing may be there by half.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes some minutes")
	}
	program := buildProgram(t)
	storetest.EachOptions(t, func(t *testing.T, o store.Options) {
		k := newKilled(t, program, o.URL)
		for n := range *kills {
			k.round(t, n)
			if t.Failed() {
				return
			}
		}
		k.check(t)
		t.Logf("%d kills, %d decisions acknowledged, %d in the book", *kills, len(k.acknowledged), k.total)
	})
}

// buildProgram makes the program as people run it, without the race detector.
func buildProgram(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "milieu")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", program, "milieu/cmd/milieu")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return program
}

// writers is how many clients write at once.
const writers = 4

// killed is a workspace whose server is ended in the middle.
type killed struct {
	program, dir, database string
	cookie                 *http.Cookie
	random                 *rand.Rand

	mu           sync.Mutex
	acknowledged []string // values, each its own
	total        int
}

func newKilled(t *testing.T, program, database string) *killed {
	t.Helper()
	k := &killed{program: program, dir: filepath.Join(t.TempDir(), "place"), database: database, random: rand.New(rand.NewPCG(1, 2))}
	k.command(t, "", "demo", "--no-serve", "--dir", k.dir)
	k.command(t, "correct horse battery\n", "user", "add", "ed@example.org", "--role", "editor", "--password", "--dir", k.dir)
	address, kill := k.serve(t)
	defer kill()
	k.signIn(t, address)
	return k
}

// signIn keeps a session of the editor.
func (k *killed) signIn(t *testing.T, address string) {
	t.Helper()
	answer, err := noRedirects().PostForm(address+"/sign-in", url.Values{"email": {"ed@example.org"}, "password": {"correct horse battery"}})
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	for _, c := range answer.Cookies() {
		k.cookie = c
	}
	if k.cookie == nil {
		t.Fatalf("signing in gave status %d and no session", answer.StatusCode)
	}
}

func noRedirects() *http.Client {
	return &http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func (k *killed) env() []string { return append(os.Environ(), databaseEnv+"="+k.database) }

func (k *killed) command(t *testing.T, input string, args ...string) {
	t.Helper()
	c := exec.Command(k.program, args...)
	c.Env, c.Stdin = k.env(), strings.NewReader(input)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("milieu %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// serve starts the server and gives its address and what ends it at once.
func (k *killed) serve(t *testing.T) (address string, kill func()) {
	t.Helper()
	c := exec.Command(k.program, "serve", k.dir, "--addr", "127.0.0.1:0")
	c.Env = k.env()
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var log lines
	c.Stderr = &log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	kill = func() {
		_ = c.Process.Kill() // SIGKILL; it may have ended by itself, which the check finds
		_ = c.Wait()
	}
	r := bufio.NewReader(out)
	for {
		line, err := r.ReadString('\n')
		if m := addressLine.FindStringSubmatch(line); m != nil {
			go func() { _, _ = io.Copy(io.Discard, r) }()
			return m[1], kill
		}
		if err != nil {
			kill()
			t.Fatalf("the server did not start: %s", log.String())
		}
	}
}

// round lets clients write until the server is ended.
func (k *killed) round(t *testing.T, n int) {
	t.Helper()
	address, kill := k.serve(t)
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	begun := make(chan struct{}, writers)
	for w := range writers {
		wg.Go(func() { k.write(t, ctx, address, fmt.Sprintf("record-%d", w), fmt.Sprintf("%d/%d", n, w), begun) })
	}
	ended := make(chan struct{})
	go func() { wg.Wait(); close(ended) }()
	select {
	case <-begun:
	case <-ended:
		t.Error("no correction was acknowledged")
	}
	time.Sleep(time.Duration(k.random.IntN(60_000)) * time.Microsecond)
	kill()
	stop()
	wg.Wait()
}

var versionField = regexp.MustCompile(`name="version" value="(\d+)"`)

// write corrects one record again and again, each time with a value of its own. The
// first correction adds the record.
func (k *killed) write(t *testing.T, ctx context.Context, address, id, mark string, begun chan<- struct{}) {
	client := noRedirects()
	version, known := k.version(ctx, client, address, id)
	for i := 0; ctx.Err() == nil; i++ {
		value := fmt.Sprintf("%s/%d", mark, i)
		form := url.Values{"f.notes": {value}, "b.notes": {""}, "reason": {"a test"}, "source": {"https://example.org/"}, "version": {fmt.Sprint(version)}}
		path := "/tables/organisations/rows/" + id + "/edit"
		if !known {
			path = "/tables/organisations/new"
			form.Set("id", id)
			form.Set("f.name", id)
			form.Set("f.source_url", "https://example.org/")
		}
		status, err := k.post(ctx, client, address+path, form)
		switch {
		case err != nil:
			return // the server has gone: whether this one counts nobody knows
		case status == http.StatusSeeOther:
			k.mu.Lock()
			k.acknowledged = append(k.acknowledged, value)
			k.mu.Unlock()
			version++
			known = true
			select {
			case begun <- struct{}{}:
			default:
			}
		case status == http.StatusConflict:
			// A database of its own may finish what the ended server had sent it.
			version, known = k.version(ctx, client, address, id)
		default:
			t.Errorf("a correction was answered with status %d", status)
			return
		}
	}
}

// version reads what an editor of the record is shown.
func (k *killed) version(ctx context.Context, client *http.Client, address, id string) (version int, known bool) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/tables/organisations/rows/"+id+"/edit", nil)
	if err != nil {
		return 0, false
	}
	r.AddCookie(k.cookie)
	answer, err := client.Do(r)
	if err != nil {
		return 0, false
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	m := versionField.FindSubmatch(body)
	if err != nil || m == nil {
		return 0, false
	}
	_, err = fmt.Sscan(string(m[1]), &version)
	return version, err == nil
}

func (k *killed) post(ctx context.Context, client *http.Client, address string, form url.Values) (int, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(k.cookie)
	answer, err := client.Do(r)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode, err
}

// check looks into the store when the last server has been ended.
func (k *killed) check(t *testing.T) {
	t.Helper()
	ws, err := evidence.OpenWorkspace(k.dir)
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), store.Options{URL: k.database, File: storeFile(ws), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	book := decision.Book{DB: db, Workspace: ws.ID, Now: time.Now}
	ds, total, err := book.List(t.Context(), auth.Machine(ws.ID), decision.Filter{Limit: 1_000_000})
	if err != nil {
		t.Fatal(err)
	}
	k.total = total
	there, versions := map[string]bool{}, map[string]int64{}
	for _, d := range ds {
		there[d.Fields["notes"]] = true
		versions[d.Subject] = max(versions[d.Subject], d.Version)
		if d.Fields["notes"] == "" || d.By == "" || d.Reason == "" || d.At == "" {
			t.Errorf("half a decision: %+v", d)
		}
	}
	for _, value := range k.acknowledged {
		if !there[value] {
			t.Errorf("decision %s was acknowledged and is lost", value)
		}
	}
	var given int64
	for _, v := range versions {
		given += v
	}
	if given != int64(total) || ds[0].Seq != int64(total) {
		t.Errorf("%d decisions, %d versions given, the last is %s", total, given, ds[0].ID())
	}
	report, err := audit.Verify(t.Context(), db, ws.ID)
	if err != nil || len(report.Problems) > 0 {
		t.Errorf("the audit chain: %+v, %v", report.Problems, err)
	}
	events, err := audit.List(t.Context(), db.Read(), ws.ID, audit.Filter{Action: "decision", Limit: 1_000_000})
	if err != nil || len(events) != total {
		t.Errorf("%d decisions and %d events of decisions, %v", total, len(events), errors.Join(err))
	}
}
