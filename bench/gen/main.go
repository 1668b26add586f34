// Command gen makes up a company register of any size: BasicCompanyData.csv in the 55-column layout of Companies
// House's free product and postcodes.csv (Postcode,lat,long). It owns the shape of benchmark data, nothing else; no
// company, address or postcode in it is meant to be real. The same flags give the same bytes.
//
// Usage: go run ./bench/gen -rows 5500000 -seed 1 -out DIR
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// fullRows and fullPostcodes are the sizes of the real register and the real postcode directory.
const (
	fullRows      = 5_500_000
	fullPostcodes = 2_700_000
)

func main() {
	rows := flag.Int("rows", fullRows, "companies to make; the postcodes scale with them")
	seed := flag.Uint64("seed", 1, "seed of all random numbers")
	out := flag.String("out", "", "folder to write to")
	flag.Parse()
	if *out == "" || *rows < 1 || *rows > fullRows || flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "usage: gen -out DIR [-rows N] [-seed S]; N is 1 to %d\n", fullRows)
		os.Exit(2)
	}
	start := time.Now()
	if err := run(*rows, *seed, *out); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
	fmt.Printf("%d companies in %s: %.1f s\n", *rows, *out, time.Since(start).Seconds())
}

func run(rows int, seed uint64, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make output folder: %w", err)
	}
	var codes *directory
	err := toFile(filepath.Join(dir, "postcodes.csv"), func(w io.Writer) (err error) {
		codes, err = writePostcodes(w, max(2000, int(int64(rows)*fullPostcodes/fullRows)), seed)
		return err
	})
	if err != nil {
		return err
	}
	return toFile(filepath.Join(dir, "BasicCompanyData.csv"), func(w io.Writer) error {
		return writeRegister(w, rows, seed, codes)
	})
}

// toFile writes through a large buffer and reports the first error of writing or closing.
func toFile(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("create output: %w", err)
	}
	w := bufio.NewWriterSize(f, 4<<20)
	err = write(w)
	if ferr := w.Flush(); err == nil {
		err = ferr
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
