// Command national measures the whole program on a national register: a build
// of 5.5 million companies with national postcodes, paired with a bare engine's
// read of the same file, and the served release under load on loopback. It
// makes the files with bench/gen, runs the built program as a child process and
// prints figures; it passes no judgement. Run it from the repository root:
//
//	go run ./bench/national -dir bench/out
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"milieu/internal/lake"
)

func main() {
	log.SetFlags(0)
	rows := flag.Int("rows", 5_500_000, "companies in the register")
	dir := flag.String("dir", "bench/out", "folder for files and releases; kept for the next run")
	bare := flag.String("bare", "", "only read this CSV with the bare engine (the child process of a pair)")
	seconds := flag.Int("seconds", 20, "length of each load test")
	flag.Parse()
	if *bare != "" {
		if err := readBare(*bare); err != nil {
			log.Fatal(err)
		}
		return
	}
	if err := run(*dir, *rows, time.Duration(*seconds)*time.Second); err != nil {
		log.Fatal(err)
	}
}

// readBare reads the columns that the build reads, and nothing else.
func readBare(file string) error {
	db, err := lake.Open(lake.Options{MemoryMB: 2048})
	if err != nil {
		return err
	}
	defer db.Close()
	var n int64
	cols := []string{"CompanyName", "CompanyNumber", "RegAddress.AddressLine1", "RegAddress.AddressLine2", "RegAddress.PostTown", "RegAddress.PostCode", "CompanyCategory", "CompanyStatus",
		"IncorporationDate", "DissolutionDate", "Accounts.AccountCategory", "SICCode.SicText_1", "SICCode.SicText_2", "SICCode.SicText_3", "SICCode.SicText_4"}
	var counts []string
	for _, c := range cols {
		counts = append(counts, "count("+lake.Ident(c)+")")
	}
	// The engine trims the headers, of which some have a leading space.
	return db.QueryRowContext(context.Background(), "select greatest("+strings.Join(counts, ", ")+") from read_csv("+lake.Literal(file)+", header = true, all_varchar = true, delim = ',', quote = '\"')").Scan(&n)
}

func run(dir string, rows int, load time.Duration) error {
	data, ws := filepath.Join(dir, fmt.Sprintf("data-%d", rows)), filepath.Join(dir, fmt.Sprintf("workspace-%d", rows))
	program, self := filepath.Join(dir, "milieu"), filepath.Join(dir, "national")
	for to, pkg := range map[string]string{program: "./cmd/milieu", self: "./bench/national"} {
		if _, err := child("", "go", "build", "-o", to, pkg); err != nil {
			return err
		}
	}
	register := filepath.Join(data, "BasicCompanyData.csv")
	if _, err := os.Stat(register); err != nil {
		fmt.Println("making the register ...")
		if _, err := child("", "go", "run", "./bench/gen", "-rows", fmt.Sprint(rows), "-seed", "1", "-out", data); err != nil {
			return err
		}
	}
	if err := describe(ws, data); err != nil {
		return err
	}
	if err := os.RemoveAll(filepath.Join(ws, ".milieu")); err != nil {
		return err
	}
	own, err := child("build", program, "build", ws)
	if err != nil {
		return err
	}
	engine, err := child("bare read_csv", self, "-bare", register)
	if err != nil {
		return err
	}
	again, err := child("build again, nothing changed", program, "build", ws)
	if err != nil {
		return err
	}
	fmt.Printf("\n%-32s %8s %8s %10s %12s\n", "", "wall s", "cpu s", "peak MiB", "rows/s")
	for _, u := range []usage{own, engine, again} {
		fmt.Printf("%-32s %8.1f %8.1f %10d %12.0f\n", u.name, u.wall.Seconds(), u.cpu.Seconds(), u.peakMiB, float64(rows)/u.wall.Seconds())
	}
	fmt.Printf("build / bare read_csv: wall %.1f, cpu %.1f\n\n", own.wall.Seconds()/engine.wall.Seconds(), own.cpu.Seconds()/engine.cpu.Seconds())
	return serve(program, ws, load)
}

func describe(ws, data string) error {
	abs, err := filepath.Abs(data)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(ws, 0o755); err != nil {
		return err
	}
	text := fmt.Sprintf(`name = "A national register"
data = %q

[[source]]
id = "register"
type = "companies-house"
path = "data:BasicCompanyData.csv"
retrieved = "2026-11-22"

[[source]]
id = "postcodes"
type = "postcodes"
path = "data:postcodes.csv"
retrieved = "2026-11-22"
`, abs)
	return os.WriteFile(filepath.Join(ws, "milieu.toml"), []byte(text), 0o644)
}

// usage is what a child process used, by the system's own account.
type usage struct {
	name      string
	wall, cpu time.Duration
	peakMiB   int64
}

func child(name, program string, args ...string) (usage, error) {
	c := exec.Command(program, args...)
	c.Stderr = os.Stderr
	if name != "" {
		c.Stderr = nil
		fmt.Printf("%s ...\n", name)
	}
	start := time.Now()
	out, err := c.Output()
	u := usage{name: name, wall: time.Since(start)}
	if err != nil {
		return u, fmt.Errorf("%s %s: %w\n%s", program, strings.Join(args, " "), err, out)
	}
	u.cpu = c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	if r, ok := c.ProcessState.SysUsage().(*syscall.Rusage); ok {
		u.peakMiB = r.Maxrss / 1024
	}
	return u, nil
}

// serve starts the program on the release and puts load on it.
func serve(program, ws string, load time.Duration) error {
	c := exec.Command(program, "serve", ws, "--addr", "127.0.0.1:8140")
	out, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	start := time.Now()
	if err := c.Start(); err != nil {
		return err
	}
	defer func() {
		_ = c.Process.Signal(os.Interrupt)
		_ = c.Wait()
	}()
	sc := bufio.NewScanner(out)
	base := ""
	for sc.Scan() {
		if _, addr, ok := strings.Cut(sc.Text(), "http://"); ok {
			base = "http://" + addr
			break
		}
	}
	if base == "" {
		return fmt.Errorf("the server did not start")
	}
	go func() {
		for sc.Scan() {
		}
	}()
	first, err := get(base + "/search?q=smith")
	if err != nil {
		return err
	}
	fmt.Printf("start of serve to first answer: %.2f s (the answer itself %.0f ms)\n", time.Since(start).Seconds(), first.Seconds()*1000)
	return loads(base, load)
}
