// Package cli is the command line: it reads arguments, wires the packages
// together and speaks to people on a terminal or, with --json, to programs. It
// holds no rule of the domain.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// Exit codes.
const (
	exitDone  = 0
	exitWrong = 1 // something is wrong with the data or the run
	exitUsage = 2 // the command was not understood
)

// Program is the running program with all that it touches, so that tests run
// the real thing.
type Program struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Now            func() time.Time
	Terminal       bool // Stderr is a terminal: progress may rewrite its line
}

// Main runs the program for main.
func Main(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	p := &Program{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Now: time.Now, Terminal: isTerminal(os.Stderr)}
	return p.Run(ctx, args)
}

func isTerminal(f *os.File) bool {
	fi, err := f.Stat()
	return err == nil && fi.Mode()&os.ModeCharDevice != 0
}

// command is one entry of the command table.
type command struct {
	name  string
	args  string // as in usage lines
	short string // one line
	long  string // what it does, for the reference
	setup func(p *Program, fs *flag.FlagSet) func(ctx context.Context, args []string) error
}

// usageError is a call that was not understood.
type usageError struct{ msg string }

func (e usageError) Error() string { return e.msg }

func usagef(format string, args ...any) error { return usageError{fmt.Sprintf(format, args...)} }

// errFound says that the command worked and found something wrong; what, it has
// already said.
var errFound = errors.New("something is wrong")

// Run runs one command and returns the exit code.
func (p *Program) Run(ctx context.Context, args []string) int {
	if len(args) == 0 || args[0] == "help" || args[0] == "--help" || args[0] == "-h" {
		return p.help(args)
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return p.run(ctx, c, args[1:])
		}
	}
	fmt.Fprintf(p.Stderr, "milieu: there is no command %q; see: milieu help\n", args[0])
	return exitUsage
}

func (p *Program) run(ctx context.Context, c command, args []string) int {
	fs := flag.NewFlagSet(c.name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	do := c.setup(p, fs)
	pos, err := parse(fs, args)
	if errors.Is(err, flag.ErrHelp) {
		if !p.methodUsage(c, pos) && !p.verbUsage(c, pos) {
			p.usage(p.Stdout, c, fs)
		}
		return exitDone
	}
	if err == nil {
		err = do(ctx, pos)
	} else {
		err = usageError{err.Error()}
	}
	var u usageError
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errFound):
		return exitWrong
	case errors.As(err, &u):
		fmt.Fprintf(p.Stderr, "milieu %s: %s; see: milieu %s --help\n", c.name, u.msg, c.name)
		return exitUsage
	case errors.Is(err, context.Canceled):
		fmt.Fprintf(p.Stderr, "milieu %s: stopped; nothing was changed\n", c.name)
		return exitWrong
	}
	fmt.Fprintf(p.Stderr, "milieu %s: %v\n", c.name, err)
	return exitWrong
}

// parse lets flags stand before, between and after the arguments.
func parse(fs *flag.FlagSet, args []string) ([]string, error) {
	var pos []string
	for {
		if err := fs.Parse(args); err != nil {
			return pos, err
		}
		rest := fs.Args()
		if len(rest) == 0 {
			return pos, nil
		}
		if len(args) > len(rest) && args[len(args)-len(rest)-1] == "--" {
			return append(pos, rest...), nil
		}
		pos = append(pos, rest[0])
		args = rest[1:]
	}
}

func (p *Program) help(args []string) int {
	if len(args) > 1 {
		for _, c := range commands() {
			if c.name == args[1] {
				return p.run(context.Background(), c, append(append([]string{}, args[2:]...), "--help"))
			}
		}
		fmt.Fprintf(p.Stderr, "milieu: there is no command %q; see: milieu help\n", args[1])
		return exitUsage
	}
	fmt.Fprint(p.Stdout, "Milieu is the working system of an innovation place: from evidence to a cited case.\n\nTry it:  milieu demo\n\nCommands:\n")
	for _, c := range commands() {
		fmt.Fprintf(p.Stdout, "  %-24s %s\n", strings.TrimSpace(c.name+" "+c.args), c.short)
	}
	fmt.Fprint(p.Stdout, "\nHelp on one:  milieu COMMAND --help\nExit codes:   0 done, 1 found something wrong, 2 not understood\n")
	return exitDone
}

func (p *Program) usage(w io.Writer, c command, fs *flag.FlagSet) {
	fmt.Fprintf(w, "milieu %s\n\n%s\n", strings.TrimSpace(c.name+" "+c.args), strings.TrimSpace(c.long))
	any := false
	fs.VisitAll(func(f *flag.Flag) {
		if !any {
			fmt.Fprint(w, "\nFlags:\n")
			any = true
		}
		name, usage := flag.UnquoteUsage(f)
		def := ""
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0" {
			def = " (default " + f.DefValue + ")"
		}
		fmt.Fprintf(w, "  %-26s %s%s\n", strings.TrimSpace("--"+f.Name+" "+name), usage, def)
	})
}
