package cli

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"milieu/internal/lake"
)

// progress shows what a build is doing: one line a stage, with a bar that moves
// while a long stage runs on a terminal.
type progress struct {
	mu       sync.Mutex
	w        io.Writer
	terminal bool
	verbose  bool
	now      func() time.Time
	last     time.Time
	open     bool // a bar stands on the current line
	skipped  int
	made     int
}

func newProgress(p *Program, verbose bool) *progress {
	return &progress{w: p.Stderr, terminal: p.Terminal, verbose: verbose, now: p.Now}
}

const barWidth = 24

func (g *progress) report(e lake.Event) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch e.State {
	case lake.Working:
		if !g.terminal || e.Total == 0 || g.now().Sub(g.last) < 100*time.Millisecond {
			return
		}
		g.last = g.now()
		filled := int(barWidth * min(e.Done, e.Total) / e.Total)
		g.line(fmt.Sprintf("  %-24s %s%s %3d%% of %s", stageLabel(e.Stage), strings.Repeat("█", filled), strings.Repeat("░", barWidth-filled),
			100*min(e.Done, e.Total)/e.Total, amount(e.Total, e.Unit)), true)
	case lake.Started:
		if g.terminal {
			g.line("  "+stageLabel(e.Stage)+" …", true)
		}
	case lake.Made:
		g.made++
		if e.Rows > 0 {
			g.line(fmt.Sprintf("  %-24s %12s rows  %6.1f s", stageLabel(e.Stage), thousands(e.Rows), e.Took.Seconds()), false)
		} else {
			g.line(fmt.Sprintf("  %-24s %12s       %6.1f s", stageLabel(e.Stage), "made", e.Took.Seconds()), false)
		}
	case lake.Skipped:
		g.skipped++
		if g.verbose {
			g.line(fmt.Sprintf("  %-24s %12s rows  unchanged", stageLabel(e.Stage), thousands(e.Rows)), false)
		}
	}
}

// line writes over the bar that stands there.
func (g *progress) line(s string, bar bool) {
	if g.open {
		fmt.Fprint(g.w, "\r\x1b[2K")
	}
	fmt.Fprint(g.w, s)
	g.open = bar
	if !bar {
		fmt.Fprintln(g.w)
	}
}

func (g *progress) end() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open {
		fmt.Fprint(g.w, "\r\x1b[2K")
		g.open = false
	}
	if g.skipped > 0 {
		fmt.Fprintf(g.w, "  %d stages skipped because nothing that they depend on has changed\n", g.skipped)
	}
}

func stageLabel(name string) string {
	if rest, ok := strings.CutPrefix(name, "raw_"); ok {
		return "read " + strings.ReplaceAll(rest, "_", "-")
	}
	return strings.ReplaceAll(name, "_", " ")
}

func amount(n int64, unit string) string {
	if unit != "bytes" {
		return thousands(n) + " " + unit
	}
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%.0f KiB", float64(n)/(1<<10))
}

func thousands(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
