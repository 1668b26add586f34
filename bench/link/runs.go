package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// peopleSets are the labelled sets and their files.
var peopleSets = []struct {
	name  string
	files []string
}{
	{"febrl1", []string{"febrl/dataset1.csv"}},
	{"febrl2", []string{"febrl/dataset2.csv"}},
	{"febrl3", []string{"febrl/dataset3.csv"}},
	{"febrl4", []string{"febrl/dataset4a.csv", "febrl/dataset4b.csv"}},
	{"fake_1000", []string{"fake_1000.csv"}},
}

// people links each labelled set with both and prints one line a set.
func (b *bench) people() error {
	fmt.Printf("%-10s | %-33s | %-33s | %s\n", "", "Splink: F1 best, p>=.5, s, MiB", "milieu: F1 best, p>=.5, s, MiB", "Splink/milieu: s, MiB")
	for _, set := range peopleSets {
		theirs, ours := b.file("splink-"+set.name+".csv"), b.file("milieu-"+set.name+".csv")
		s, err := child(b.python, b.script("splink_people.py"), set.name, "-o", theirs, "--data", b.data)
		if err != nil {
			return err
		}
		args := []string{"link"}
		for _, f := range set.files {
			args = append(args, filepath.Join(b.data, f))
		}
		m, err := child(b.program, append(args, "--model", "people", "--train", "--keep", "0", "-o", ours)...)
		if err != nil {
			return err
		}
		st, err := b.score("people", set.name, theirs, "--data", b.data)
		if err != nil {
			return err
		}
		mt, err := b.score("people", set.name, ours, "--data", b.data)
		if err != nil {
			return err
		}
		fmt.Printf("%-10s | %s | %s | %5.1f %5.1f\n", set.name, cells(st, s), cells(mt, m), ratio(s, m), float64(s.peakMiB)/float64(m.peakMiB))
	}
	return nil
}

func cells(t map[string]measured, u usage) string {
	return fmt.Sprintf("%8.4f %8.4f %8.1f %6d", t["best"].F1, t["0.5"].F1, u.wall.Seconds(), u.peakMiB)
}

func ratio(a, b usage) float64 { return a.wall.Seconds() / b.wall.Seconds() }

// orgs links two made-up lists of organisations with both.
func (b *bench) orgs() error {
	lists := b.file(fmt.Sprintf("orgs-%d-%d", b.n, b.seed))
	left, right, truth := filepath.Join(lists, "left.csv"), filepath.Join(lists, "right.csv"), filepath.Join(lists, "truth.csv")
	if _, err := os.Stat(truth); err != nil {
		if _, err := child("go", "run", "./bench/link/gen", "-n", strconv.Itoa(b.n), "-seed", strconv.FormatUint(b.seed, 10), "-out", lists); err != nil {
			return err
		}
	}
	fmt.Printf("%d x %d organisations\n%-20s %8s %8s %8s | %8s %9s %8s | %8s\n", b.n, b.n, "", "wall s", "cpu s", "MiB", "best F1", "precision", "recall", "1:1 F1")
	for _, model := range splitList(b.peers) {
		pairs := filepath.Join(lists, "splink-"+model+".csv")
		var u usage
		if _, err := os.Stat(pairs); err != nil || !b.reuse {
			if u, err = child(b.python, b.script("splink_orgs.py"), left, right, "-o", pairs, "--model", model, "--memory", strconv.Itoa(b.memory), "--temp", lists); err != nil {
				return err
			}
		}
		if err := b.orgLine("Splink, "+model, u, truth, pairs); err != nil {
			return err
		}
	}
	pairs := filepath.Join(lists, "milieu.csv")
	u, err := child(b.program, "link", left, right, "--unique", "left,right", "--keep", "0.001", "-o", pairs)
	if err != nil {
		return err
	}
	return b.orgLine("milieu", u, truth, pairs)
}

func (b *bench) orgLine(name string, u usage, truth, pairs string) error {
	t, err := b.score("truth", truth, pairs)
	if err != nil {
		return err
	}
	one, err := b.score("truth", truth, pairs, "--one-to-one")
	if err != nil {
		return err
	}
	best := t["best"]
	fmt.Printf("%-20s %8.1f %8.1f %8d | %8.4f %9.4f %8.4f | %8.4f\n", name, u.wall.Seconds(), u.cpu.Seconds(), u.peakMiB, best.F1, best.Precision, best.Recall, one["best"].F1)
	if m, ok := t["match"]; ok {
		fmt.Printf("%-20s %8s %8s %8s | %8.4f %9.4f %8.4f | %8.4f\n", "  its own decision", "", "", "", m.F1, m.Precision, m.Recall, one["match"].F1)
	}
	return nil
}

// repeats makes the time of a name pair one of pairs, not of the program's start.
const repeats = 50

// names scores the labelled names with both and times milieu calc names on many of them.
func (b *bench) names() error {
	labelled := filepath.Join("internal", "link", "name", "testdata", "labelled.csv")
	scored, many := b.file("names.csv"), b.file("names-many.csv")
	pairs, err := repeat(labelled, many)
	if err != nil {
		return err
	}
	u, err := child("sh", "-c", fmt.Sprintf("%q calc names %q >%q", b.program, labelled, scored))
	if err != nil {
		return err
	}
	long, err := child("sh", "-c", fmt.Sprintf("%q calc names %q >%q", b.program, many, b.file("names-many-scored.csv")))
	if err != nil {
		return err
	}
	peers, err := child(b.python, b.script("names_peers.py"), labelled, "--scored", "milieu="+scored)
	fmt.Print(peers.said)
	fmt.Printf("milieu calc names: %.2f us a pair (%d pairs in %.2f s, start taken off), peak %d MiB\n",
		(long.wall-u.wall).Seconds()/float64(pairs)*1e6, pairs, long.wall.Seconds(), long.peakMiB)
	return err
}

// repeat writes the pairs of a file many times and says how many more there are.
func repeat(from, to string) (int, error) {
	f, err := os.Open(from)
	if err != nil {
		return 0, err
	}
	rows, err := csv.NewReader(f).ReadAll()
	_ = f.Close()
	if err != nil {
		return 0, fmt.Errorf("read %s: %w", from, err)
	}
	out, err := os.Create(to)
	if err != nil {
		return 0, err
	}
	w := csv.NewWriter(out)
	_ = w.Write(rows[0])
	for range repeats {
		_ = w.WriteAll(rows[1:])
	}
	if err := w.Error(); err != nil {
		return 0, fmt.Errorf("write %s: %w", to, err)
	}
	return (repeats - 1) * (len(rows) - 1), out.Close()
}
