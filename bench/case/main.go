// Command case measures the demo's case for investment as people use it: the whole command that exports it to all five formats,
// each format by itself, and the page of the case. It builds the program and the bundled district, prints figures and passes no
// judgement. Run it from the repository root:
//
//	go run ./bench/case [-n 5] [-pages 50] [-program milieu]
//
// An export starts the program anew each time, opens the release, makes the case with all chains, and starts a browser for the PDF
// and for the pictures of the DOCX; where there is no browser the PDF is left out, which is said. Seconds of the processor, of the
// program and of the browser, are what other work on the machine disturbs least.
package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"
)

type bench struct {
	program, dir string
	n, pages     int
}

func main() {
	b := bench{}
	flag.IntVar(&b.n, "n", 5, "how often each export is made")
	flag.IntVar(&b.pages, "pages", 50, "how often each page is asked for")
	flag.StringVar(&b.program, "program", "", "a built `milieu`; empty: build it")
	flag.Parse()
	if err := b.run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "case:", err)
		os.Exit(1)
	}
}

func (b *bench) run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "milieu-case-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b.dir = filepath.Join(dir, "place")
	if b.program == "" {
		b.program = filepath.Join(dir, "milieu")
		if err := command("go", "build", "-buildvcs=false", "-o", b.program, "milieu/cmd/milieu"); err != nil {
			return err
		}
	}
	if err := command(b.program, "demo", "--no-serve", "--dir", b.dir); err != nil {
		return err
	}
	fmt.Printf("%-34s %8s %8s %8s %11s %10s\n", "", "least s", "median s", "most s", "processor s", "bytes")
	formats := []string{"html", "pdf", "docx", "xlsx", "md"}
	if err := b.export(dir, "all five formats, one command", formats...); err != nil {
		return err
	}
	for _, f := range formats {
		if err := b.export(dir, "export "+f, f); err != nil {
			return err
		}
	}
	if err := b.time("the case as text", func() (int64, error) { return 0, command(b.program, "case", "--dir", b.dir) }); err != nil {
		return err
	}
	return b.serve(ctx)
}

// export measures one command that writes the case in some formats.
func (b *bench) export(dir, name string, formats ...string) error {
	args := []string{"case", "export", "--dir", b.dir, "--address", "https://place.example"}
	var files []string
	for _, f := range formats {
		files = append(files, filepath.Join(dir, "case."+f))
	}
	return b.time(name, func() (int64, error) {
		if err := command(b.program, append(args, files...)...); err != nil {
			return 0, err
		}
		size := int64(0)
		for _, f := range files {
			fi, err := os.Stat(f)
			if err != nil {
				return 0, err
			}
			size += fi.Size()
		}
		return size, nil
	})
}

// time does something n times and prints how long it took. What cannot be done here, such as a PDF without a browser, is said.
func (b *bench) time(name string, do func() (int64, error)) error {
	var took []time.Duration
	size, before := int64(0), processor()
	for range b.n {
		start := time.Now()
		n, err := do()
		if err != nil {
			fmt.Printf("%-34s cannot be made: %v\n", name, err)
			return nil
		}
		took, size = append(took, time.Since(start)), n
	}
	each := (processor() - before).Seconds() / float64(b.n)
	slices.Sort(took)
	fmt.Printf("%-34s %8.2f %8.2f %8.2f %11.2f %10d\n", name, took[0].Seconds(), took[len(took)/2].Seconds(), took[len(took)-1].Seconds(), each, size)
	return nil
}

// processor is the time of the processor that the programs which were started have used, and what they started themselves.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

var listening = regexp.MustCompile(`http://\S+`)

// serve measures the page of the case: the first answer of a fresh server, and warm ones.
func (b *bench) serve(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	cmd := exec.CommandContext(ctx, b.program, "serve", "--addr", "127.0.0.1:0", b.dir)
	cmd.Stderr = io.Discard
	out, err := cmd.StdoutPipe()
	if err != nil {
		stop()
		return err
	}
	if err := cmd.Start(); err != nil {
		stop()
		return err
	}
	defer func() { stop(); _ = cmd.Wait() }() // it was told to stop
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if at := listening.FindString(lines.Text()); at != "" {
			go io.Copy(io.Discard, out) // so that it never waits for us
			return b.ask(strings.TrimRight(at, "/."))
		}
	}
	return errors.New("the server did not say where it listens")
}

func (b *bench) ask(base string) error {
	fmt.Printf("\n%-34s %8s %8s %8s %10s\n", "page", "first ms", "p50 ms", "p99 ms", "bytes")
	for _, page := range []string{"/case", "/case?budget=50000000", "/case.html", "/case.md"} {
		var took []time.Duration
		size := 0
		for range b.pages + 1 {
			start := time.Now()
			n, err := get(base + page)
			if err != nil {
				return err
			}
			took, size = append(took, time.Since(start)), n
		}
		first, warm := took[0], took[1:]
		slices.Sort(warm)
		fmt.Printf("%-34s %8.0f %8.1f %8.1f %10d\n", page, ms(first), ms(warm[len(warm)/2]), ms(warm[len(warm)*99/100]), size)
	}
	return nil
}

func get(url string) (int, error) {
	resp, err := http.Get(url)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answers %s", url, resp.Status)
	}
	return len(body), err
}

func ms(d time.Duration) float64 { return 1000 * d.Seconds() }

// command runs a program; what it said is told where it fails.
func command(name string, args ...string) error {
	var said bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", filepath.Base(name), strings.Join(args, " "), err, &said)
	}
	return nil
}
