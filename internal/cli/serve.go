package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"milieu/internal/cluster"
	"milieu/internal/evidence"
	"milieu/internal/example"
	"milieu/internal/network"
	"milieu/internal/org"
	"milieu/internal/portfolio"
	"milieu/internal/web"
)

// explainers are all kinds of references that the program can explain.
func explainers() evidence.Explainers {
	all := evidence.Explainers{}
	for _, m := range []evidence.Explainers{org.Explainers(), cluster.Explainers(), network.Explainers(), portfolio.Explainers()} {
		for kind, f := range m {
			all[kind] = f
		}
	}
	return all
}

const defaultAddr = "127.0.0.1:8040"

func serveCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	addr := fs.String("addr", defaultAddr, "`address` to listen on; when its port is busy the next free one is taken")
	return func(ctx context.Context, args []string) error {
		ws, err := workspaceArg(args)
		if err != nil {
			return err
		}
		return p.serve(ctx, ws, *addr)
	}
}

func demoCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	dir := fs.String("dir", "", "`folder` to put the example in (default a folder of the user's cache)")
	addr := fs.String("addr", defaultAddr, "`address` to listen on; when its port is busy the next free one is taken")
	noServe := fs.Bool("no-serve", false, "build only")
	return func(ctx context.Context, args []string) error {
		if len(args) > 0 {
			return usagef("it takes no arguments; say --dir for the folder")
		}
		folder, err := demoDir(*dir)
		if err != nil {
			return err
		}
		kept, err := example.Write(example.AMID, folder, false)
		if err != nil {
			return err
		}
		for _, k := range kept {
			fmt.Fprintf(p.Stderr, "Kept your %s as it is\n", filepath.Join(folder, k))
		}
		ws, err := evidence.OpenWorkspace(folder)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.Stderr, "Building %s in %s\n", ws.Name, folder)
		g := newProgress(p, false)
		res, err := p.build(ctx, ws, g, 1024)
		g.end()
		if err != nil {
			return err
		}
		fmt.Fprintf(p.Stdout, "Release %s: %s organisations, %s ties, %s interventions (%.1f s)\n", res.Release.ID, thousands(res.Release.Manifest.Rows("organisation")),
			thousands(res.Release.Manifest.Rows("tie")), thousands(res.Release.Manifest.Rows("intervention")), res.Took.Seconds())
		if *noServe {
			return nil
		}
		return p.serve(ctx, ws, *addr)
	}
}

// demoDir is where the demo lives. Its name changes with the example, so that
// an older demo's edits are never mixed with a newer program's tables.
func demoDir(dir string) (string, error) {
	if dir != "" {
		return dir, nil
	}
	base, err := os.UserCacheDir()
	if err != nil {
		base = os.TempDir()
	}
	v, err := example.Version(example.AMID)
	if err != nil {
		return "", err
	}
	return filepath.Join(base, "milieu", "demo-"+v), nil
}

// watchEvery is how often the server looks for a newer release.
const watchEvery = 2 * time.Second

func (p *Program) serve(ctx context.Context, ws *evidence.Workspace, addr string) error {
	log := slog.New(slog.NewTextHandler(p.Stderr, &slog.HandlerOptions{Level: slog.LevelInfo}))
	site, err := web.New(ctx, web.Config{Workspace: ws, Explainers: explainers(), Log: log, Now: p.Now})
	if err != nil {
		return err
	}
	defer site.Close()
	l, err := listen(addr)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.Stdout, "%s is at http://%s\nStop with Ctrl-C.\n", ws.Short, l.Addr())
	srv := &http.Server{Handler: site.Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 60 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
	go site.Watch(ctx, watchEvery)
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	// Requests under way get a moment to finish.
	stop, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err = srv.Shutdown(stop)
	fmt.Fprintln(p.Stdout, "Stopped.")
	if errors.Is(err, context.DeadlineExceeded) {
		return srv.Close()
	}
	return err
}

// listen takes the address, or the next free port after it.
func listen(addr string) (net.Listener, error) {
	host, portText, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, usagef("address %q: write it as host:port, such as %s", addr, defaultAddr)
	}
	port, err := strconv.Atoi(portText)
	if err != nil || port < 0 || port > 65535 {
		return nil, usagef("address %q: the port is a number from 0 to 65535", addr)
	}
	var first error
	const tries = 20
	for i := range tries {
		if port+i > 65535 {
			break
		}
		l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port+i)))
		if err == nil {
			return l, nil
		}
		if first == nil {
			first = err
		}
		if port == 0 {
			break
		}
	}
	return nil, fmt.Errorf("cannot listen on %s or the %d ports after it: %w", addr, tries-1, first)
}
