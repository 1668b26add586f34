//go:build unix

package cli

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"html"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"milieu/internal/auth"
	"milieu/internal/evidence"
	"milieu/internal/store"
	"milieu/internal/store/storetest"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/frame"
)

var answerers = flag.Int("answerers", 1000, "how many firms answer at the same time in TestSurveyKill, on each database")

// TestSurveyKill has a thousand firms answer at the same moment, each by its own link: it saves a page, then sends its answers, and
// tries again when the server does not answer. The server is ended with SIGKILL in the middle again and again. What was
// acknowledged as saved must be there when the firm comes back, and what was acknowledged as sent is counted once, with these words.
func TestSurveyKill(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a minute")
	}
	program := buildProgram(t)
	storetest.EachOptions(t, func(t *testing.T, o store.Options) {
		k := &killed{program: program, dir: filepath.Join(t.TempDir(), "place"), database: o.URL, random: rand.New(rand.NewPCG(3, 4))}
		k.command(t, "", "demo", "--no-serve", "--dir", k.dir)
		for _, level := range []survey.Level{survey.Confidential, survey.Anonymous} {
			c := &crowd{killed: k, level: level}
			c.ask(t, *answerers)
			c.play(t)
			if t.Failed() {
				return
			}
			c.check(t)
			t.Logf("%s: %d firms, %d kills, %d savings acknowledged, %d answers acknowledged", level, len(c.firms), c.kills, c.savings, c.sent)
		}
	})
}

// crowd is firms that answer at the same time.
type crowd struct {
	*killed
	level survey.Level
	id    string
	firms []*answerer

	client  *http.Client
	mu      sync.Mutex
	address string // of the server that runs now
	kills   int
	savings int
	sent    int
	faults  []error
}

// answerer is a firm with its link and what it was told is kept.
type answerer struct {
	secret, words string
	device        *http.Cookie
	saved, sent   bool
}

const oneQuestion = `id = "crowd"
title = "A crowd"
[[section]]
id = "one"
title = "Here"
[[section.question]]
id = "words"
kind = "text"
text = "What?"
required = true
`

// book opens the store beside the server, as another process would.
func (c *crowd) book(t *testing.T, f func(fieldwork.Book, auth.Actor)) {
	t.Helper()
	ws, err := evidence.OpenWorkspace(c.dir)
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), store.Options{URL: c.database, File: storeFile(ws), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	f(fieldwork.Book{DB: db, Workspace: ws.ID, Now: time.Now}, auth.Machine(ws.ID))
}

// ask makes a survey of so many made-up firms and keeps their links.
func (c *crowd) ask(t *testing.T, n int) {
	t.Helper()
	in, err := survey.Parse([]byte(oneQuestion))
	if err != nil {
		t.Fatal(err)
	}
	f := frame.Frame{ReleaseID: "r", Strata: []frame.Stratum{{Key: "all", Label: "All", Units: n}}}
	for i := range n {
		f.Units = append(f.Units, frame.Unit{OrgID: fmt.Sprintf("org-%05d", i), Name: fmt.Sprintf("Firm %d", i), Stratum: "all"})
	}
	c.client = &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: n}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	c.book(t, func(b fieldwork.Book, a auth.Actor) {
		if c.id, err = b.New(t.Context(), a, fieldwork.Survey{Title: "A crowd", Level: c.level}); err != nil {
			t.Fatal(err)
		}
		version := int64(1)
		for _, do := range []func(int64) error{
			func(v int64) error { _, err := b.Publish(t.Context(), a, c.id, v, in, ""); return err },
			func(v int64) error { return b.Freeze(t.Context(), a, c.id, v, f) },
			func(v int64) error { return b.Draw(t.Context(), a, c.id, v, map[string]int{"all": n}, 1) },
			func(v int64) error { return b.Open(t.Context(), a, c.id, v) },
		} {
			if err := do(version); err != nil {
				t.Fatal(err)
			}
			version++
		}
		_, err := b.Links(t.Context(), a, c.id, fieldwork.Invite, fieldwork.SenderFunc(func(_ context.Context, to fieldwork.Addressee, secret string) error {
			one := &answerer{secret: secret, words: "words of " + to.OrgID + " / " + fieldwork.NewSecret()}
			if c.level == survey.Anonymous {
				one.device = &http.Cookie{Name: "milieu-answer-" + b.Workspace, Value: fieldwork.NewSecret()}
			}
			c.firms = append(c.firms, one)
			return nil
		}))
		if err != nil {
			t.Fatal(err)
		}
	})
}

// play has all firms answer while the server is ended after every so many acknowledgements.
func (c *crowd) play(t *testing.T) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Minute)
	defer stop()
	address, kill := c.serve(t)
	c.serving(address)
	var wg sync.WaitGroup
	for _, f := range c.firms {
		wg.Go(func() { c.answer(ctx, f) })
	}
	ended := make(chan struct{})
	go func() { wg.Wait(); close(ended) }()
	next := 0
	for running := true; running; {
		select {
		case <-ended:
			running = false
		case <-time.After(time.Millisecond):
			if done := c.acknowledged(); done >= next && done < 2*len(c.firms)-len(c.firms)/20 {
				next = done + len(c.firms)/6 + c.random.IntN(len(c.firms)/6+1)
				if done == 0 {
					continue
				}
				kill()
				c.kills++
				address, kill = c.serve(t)
				c.serving(address)
			}
		}
	}
	kill()
	for _, err := range c.faults {
		t.Error(err)
	}
	if c.kills < 3 {
		t.Errorf("the server was ended %d times only", c.kills)
	}
}

func (c *crowd) serving(address string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.address = address
}

func (c *crowd) acknowledged() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.savings + c.sent
}

// answer is what one firm does until its answers are in.
func (c *crowd) answer(ctx context.Context, f *answerer) {
	for ctx.Err() == nil && !f.sent {
		if err := c.step(ctx, f); err != nil {
			c.mu.Lock()
			c.faults = append(c.faults, err)
			c.mu.Unlock()
			return
		}
	}
}

var (
	versionOf = regexp.MustCompile(`name="version" value="(\d+)"`)
	markOf    = regexp.MustCompile(`name="was" value="([^"]*)"`)
)

// thanks is what the page says of answers that are in.
const thanks = "your answers are in"

// step opens the page and saves, or sends what was saved. A server that does not answer is no fault: what it was doing nobody knows.
func (c *crowd) step(ctx context.Context, f *answerer) error {
	status, page, err := c.get(ctx, f, "/part/one")
	if err != nil || status >= 500 {
		return pause(ctx)
	}
	if strings.Contains(page, thanks) || status == http.StatusSeeOther {
		// It was sent and the acknowledgement was lost on the way; a firm that was not told counts as told now.
		return c.counted(f)
	}
	version := versionOf.FindStringSubmatch(page)
	mark := markOf.FindStringSubmatch(page)
	if status != http.StatusOK || version == nil || mark == nil {
		return fmt.Errorf("the page was answered with %d: %.300s", status, page)
	}
	kept := strings.Contains(html.UnescapeString(page), f.words)
	if f.saved && !kept {
		return fmt.Errorf("%q was acknowledged as saved and is lost", f.words)
	}
	if !kept {
		return c.save(ctx, f, version[1], mark[1])
	}
	status, page, err = c.postTo(ctx, f, "/check", url.Values{"version": {version[1]}})
	switch {
	case err != nil || status >= 500:
		return pause(ctx)
	case status == http.StatusOK && strings.Contains(page, thanks):
		return c.counted(f)
	case status == http.StatusConflict:
		return nil
	}
	return fmt.Errorf("sending was answered with %d: %.300s", status, page)
}

func (c *crowd) counted(f *answerer) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	f.sent = true
	c.sent++
	return nil
}

func (c *crowd) save(ctx context.Context, f *answerer, version, mark string) error {
	status, body, err := c.postTo(ctx, f, "/save", url.Values{"section": {"one"}, "version": {version}, "was": {mark}, "shown": {"words"}, "words": {f.words}})
	if err != nil || status >= 500 {
		return pause(ctx)
	}
	var told struct {
		Version string `json:"version"`
	}
	if status == http.StatusConflict {
		return nil // an earlier try came through after all
	}
	if err := json.Unmarshal([]byte(body), &told); err != nil || status != http.StatusOK || told.Version == "" {
		return fmt.Errorf("saving was answered with %d: %.300s", status, body)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	f.saved = true
	c.savings++
	return nil
}

// pause lets a server come back.
func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
	case <-time.After(50 * time.Millisecond):
	}
	return nil
}

func (c *crowd) get(ctx context.Context, f *answerer, path string) (int, string, error) {
	return c.do(ctx, f, http.MethodGet, path, nil)
}

func (c *crowd) postTo(ctx context.Context, f *answerer, path string, form url.Values) (int, string, error) {
	return c.do(ctx, f, http.MethodPost, path, form)
}

func (c *crowd) do(ctx context.Context, f *answerer, method, path string, form url.Values) (int, string, error) {
	c.mu.Lock()
	address := c.address
	c.mu.Unlock()
	r, err := http.NewRequestWithContext(ctx, method, address+"/answer/"+f.secret+path, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, "", err
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if f.device != nil {
		r.AddCookie(f.device)
	}
	answer, err := c.client.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return answer.StatusCode, string(body), err
}

// check holds what is in the store against what the firms were told.
func (c *crowd) check(t *testing.T) {
	t.Helper()
	c.book(t, func(b fieldwork.Book, a auth.Actor) {
		s, err := b.Survey(t.Context(), a, c.id)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Close(t.Context(), a, c.id, s.Version); err != nil {
			t.Fatal(err)
		}
		got, err := b.Collected(t.Context(), a, c.id)
		if err != nil {
			t.Fatal(err)
		}
		times := map[string]int{}
		for _, r := range got.Rows {
			times[r.Answers["words"].Text]++
		}
		for _, f := range c.firms {
			if !f.sent || times[f.words] != 1 {
				t.Errorf("%q: told %v, counted %d times", f.words, f.sent, times[f.words])
			}
		}
		if len(got.Rows) != len(c.firms) || got.Progress.Total.Done != len(c.firms) {
			t.Errorf("%d answers of %d firms, progress says %d", len(got.Rows), len(c.firms), got.Progress.Total.Done)
		}
		_, err = b.Responses(t.Context(), a, c.id)
		if anonymous := errors.Is(err, fieldwork.ErrAnonymous); anonymous != (c.level == survey.Anonymous) {
			t.Error(err)
		}
	})
}
