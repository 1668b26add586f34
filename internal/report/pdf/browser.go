// Package pdf prints documents as PDF with a browser of the Chromium family that is on the machine, and draws pictures for formats
// that hold no SVG. It drives the browser through a pipe: nothing listens on the network, and the browser is kept from it. What is
// printed is what package html writes; this package adds page numbers to the contents and what says that the file is accessible.
package pdf

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// ErrNoBrowser says that there is no browser to print with.
var ErrNoBrowser = errors.New("a PDF needs Chromium, and none is on this machine: install Debian's package chromium, or set MILIEU_CHROMIUM to the program, or print the page from a browser")

// Find is the program to print with: path itself, or where that is empty the one that MILIEU_CHROMIUM names, or the first known
// browser on the search path. The error is ErrNoBrowser with what was looked for.
func Find(path string) (string, error) {
	names := []string{"chromium", "chromium-browser", "google-chrome"}
	if path == "" {
		path = os.Getenv("MILIEU_CHROMIUM")
	}
	if path != "" {
		names = []string{path}
	}
	for _, name := range names {
		if found, err := exec.LookPath(name); err == nil {
			return found, nil
		}
	}
	return "", fmt.Errorf("%w (looked for %s)", ErrNoBrowser, strings.Join(names, ", "))
}

// patience is how long one step of the browser may take. A page that is not printed by then never is.
const patience = 60 * time.Second

// Browser is a browser that has been started. It does one thing at a time.
type Browser struct {
	mu      sync.Mutex
	cmd     *exec.Cmd
	out     *os.File      // what we say
	in      *bufio.Reader // what it says
	read    *os.File
	dir     string // its profile, and the files that it prints
	session string // of the one page
	last    int    // number of the last message
	broken  error  // what it said was not heard to its end: nothing after it can be understood
	ended   chan error
	words   *tail
}

// Open starts a browser in a folder of its own, which Close removes. Path is as in Find.
func Open(ctx context.Context, path string) (*Browser, error) {
	program, err := Find(path)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "milieu-print-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the browser: %w", err)
	}
	b := &Browser{dir: dir, ended: make(chan error, 1), words: &tail{}}
	if err := b.start(program); err != nil {
		_ = os.RemoveAll(dir) // it is a temporary folder: the system clears what stays
		return nil, err
	}
	if err := b.attach(ctx); err != nil {
		_ = b.Close()
		return nil, fmt.Errorf("start %s: %w%s", program, err, b.words.said())
	}
	return b, nil
}

// arguments keep the browser quiet, off the network and without a window.
func arguments(dir string) []string {
	args := []string{"--headless", "--remote-debugging-pipe", "--user-data-dir=" + filepath.Join(dir, "profile"), "--disable-gpu", "--no-first-run", "--no-default-browser-check",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-default-apps", "--disable-breakpad", "--disable-dev-shm-usage", "--mute-audio",
		"--host-resolver-rules=MAP * ~NOTFOUND", "--force-color-profile=srgb", "--hide-scrollbars", "--font-render-hinting=none", "--lang=en-GB"}
	if os.Geteuid() == 0 {
		args = append(args, "--no-sandbox") // its sandbox cannot be made by root; the page runs no scripts of others
	}
	return args
}

func (b *Browser) start(program string) error {
	hear, say, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("make a pipe to the browser: %w", err)
	}
	read, tell, err := os.Pipe()
	if err != nil {
		return errors.Join(fmt.Errorf("make a pipe to the browser: %w", err), hear.Close(), say.Close())
	}
	b.cmd = exec.Command(program, arguments(b.dir)...)
	b.cmd.ExtraFiles = []*os.File{hear, tell} // the browser reads from 3 and writes to 4
	b.cmd.Stderr = b.words
	b.out, b.read, b.in = say, read, bufio.NewReaderSize(read, 1<<16)
	err = b.cmd.Start()
	_, _ = hear.Close(), tell.Close() // they are the browser's now
	if err != nil {
		return errors.Join(fmt.Errorf("start %s: %w", program, err), say.Close(), read.Close())
	}
	go func() { b.ended <- b.cmd.Wait() }()
	return nil
}

// attach opens a page and takes hold of it.
func (b *Browser) attach(ctx context.Context) error {
	var made struct {
		TargetID string `json:"targetId"`
	}
	if err := b.call(ctx, "Target.createTarget", map[string]any{"url": "about:blank"}, &made); err != nil {
		return err
	}
	var held struct {
		SessionID string `json:"sessionId"`
	}
	if err := b.call(ctx, "Target.attachToTarget", map[string]any{"targetId": made.TargetID, "flatten": true}, &held); err != nil {
		return err
	}
	b.session = held.SessionID
	return b.call(ctx, "Page.enable", nil, nil)
}

// Close ends the browser and removes its folder.
func (b *Browser) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	err := errors.Join(b.out.Close(), b.read.Close()) // a browser whose pipe is closed ends
	select {
	case <-b.ended:
	case <-time.After(3 * time.Second):
		_ = b.cmd.Process.Kill() // it has ended by itself when this fails
		<-b.ended
	}
	for range 5 { // its helpers may still write for a moment
		if os.RemoveAll(b.dir) == nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	return err
}

// message is one of the protocol, in either direction.
type message struct {
	ID        int             `json:"id,omitempty"`
	Method    string          `json:"method,omitempty"`
	SessionID string          `json:"sessionId,omitempty"`
	Params    any             `json:"params,omitempty"`
	Result    json.RawMessage `json:"result,omitempty"`
	Error     *struct {
		Message string `json:"message"`
	} `json:"error,omitempty"`
}

// call asks the browser for something and waits for its answer; events that come before are passed over.
func (b *Browser) call(ctx context.Context, method string, params, result any) error {
	return b.await(ctx, method, params, result, "")
}

// await is a call that is done when both its answer and an event have come; "" waits for no event.
func (b *Browser) await(ctx context.Context, method string, params, result any, event string) error {
	if err := errors.Join(ctx.Err(), b.broken); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	b.last++
	data, err := json.Marshal(message{ID: b.last, Method: method, SessionID: b.session, Params: params})
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	until := time.Now().Add(patience)
	if d, ok := ctx.Deadline(); ok && d.Before(until) {
		until = d
	}
	if err := errors.Join(b.out.SetWriteDeadline(until), b.read.SetReadDeadline(until)); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	stop := context.AfterFunc(ctx, func() { _ = b.read.SetReadDeadline(time.Now()) }) // after the deadline above, which it shortens
	defer stop()
	if _, err := b.out.Write(append(data, 0)); err != nil {
		return fmt.Errorf("%s: the browser does not listen: %w", method, err)
	}
	answered, seen := false, event == ""
	for !answered || !seen {
		m, err := b.hear()
		if err != nil {
			if ctx.Err() != nil {
				err = ctx.Err()
			}
			b.broken = fmt.Errorf("the browser does not answer: %w", err)
			return fmt.Errorf("%s: %w", method, b.broken)
		}
		switch {
		case m.ID == b.last && m.Error != nil:
			return fmt.Errorf("%s: the browser says: %s", method, m.Error.Message)
		case m.ID == b.last:
			answered = true
			if result != nil {
				if err := json.Unmarshal(m.Result, result); err != nil {
					return fmt.Errorf("%s: read the answer: %w", method, err)
				}
			}
		case m.Method == event && event != "":
			seen = true
		}
	}
	return nil
}

// hear reads the next message; messages are parted by a zero byte.
func (b *Browser) hear() (message, error) {
	data, err := b.in.ReadBytes(0)
	if err != nil {
		return message{}, err
	}
	var m message
	if err := json.Unmarshal(data[:len(data)-1], &m); err != nil {
		return message{}, fmt.Errorf("read a message: %w", err)
	}
	return m, nil
}

// tail keeps the end of what a program complains of.
type tail struct {
	mu   sync.Mutex
	data []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.data = append(t.data, p...)
	if n := len(t.data) - 600; n > 0 {
		t.data = t.data[n:]
	}
	return len(p), nil
}

func (t *tail) said() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.data) == 0 {
		return ""
	}
	return "; it said: " + strings.TrimSpace(string(t.data))
}
