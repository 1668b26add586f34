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
	"sync"
	"time"

	"milieu/internal/api"
	"milieu/internal/auth"
	"milieu/internal/entry"
	"milieu/internal/evidence"
	"milieu/internal/example"
	"milieu/internal/live"
	"milieu/internal/web"
)

// explainers are all kinds of references that the program can explain.
func explainers() evidence.Explainers { return web.ReleaseExplainers() }

const defaultAddr = "127.0.0.1:8040"

func serveCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	o := serveFlags(fs)
	return func(ctx context.Context, args []string) error {
		ws, err := workspaceArg(args)
		if err != nil {
			return err
		}
		return p.serve(ctx, ws, *o)
	}
}

func demoCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	dir := fs.String("dir", "", "`folder` to put the example in (default a folder of the user's cache)")
	o := serveFlags(fs)
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
		res, err := p.build(ctx, ws, g.report, 1024)
		g.end()
		if err != nil {
			return err
		}
		if !*noServe && !o.noAccounts {
			if made, err := p.demoVoices(ctx, ws, res.Release); err != nil {
				return err
			} else if made { // the release takes what the survey brought, marked as invented
				if res, err = p.build(ctx, ws, g.report, 1024); err != nil {
					return err
				}
				g.end()
			}
		}
		fmt.Fprintf(p.Stdout, "Release %s: %s organisations, %s ties, %s interventions (%.1f s)\n", res.Release.ID, thousands(res.Release.Manifest.Rows("organisation")),
			thousands(res.Release.Manifest.Rows("tie")), thousands(res.Release.Manifest.Rows("intervention")), res.Took.Seconds())
		if *noServe {
			return nil
		}
		return p.serve(ctx, ws, *o)
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

// serveOptions are the flags of serve.
type serveOptions struct {
	addr            string
	tlsCert, tlsKey string
	noAccounts      bool
}

func serveFlags(fs *flag.FlagSet) *serveOptions {
	o := &serveOptions{}
	fs.StringVar(&o.addr, "addr", defaultAddr, "`address` to listen on; when its port is busy the next free one is taken")
	fs.StringVar(&o.tlsCert, "tls-cert", "", "`file` of the certificate chain, to serve over HTTPS (default tls_cert of [server])")
	fs.StringVar(&o.tlsKey, "tls-key", "", "`file` of its private key (default tls_key of [server])")
	fs.BoolVar(&o.noAccounts, "no-accounts", false, "only the public pages: nobody signs in, nothing can be changed")
	return o
}

// site is everything that answers requests, and what works beside it.
type site struct {
	handler http.Handler
	shelf   *live.Shelf
	team    *web.Team // nil without accounts
	close   func()
}

// open opens the release, the store and the pages.
func (p *Program) open(ctx context.Context, ws *evidence.Workspace, o serveOptions, log *slog.Logger) (*site, error) {
	proxies, err := entry.ParseProxies(ws.Server.Proxies)
	if err != nil {
		return nil, fmt.Errorf("%s: [server] proxies: %w", evidence.File, err)
	}
	shelf, err := live.New(ctx, ws, log)
	if err != nil {
		return nil, err
	}
	s := &site{shelf: shelf, close: shelf.Close}
	apiConfig := api.Config{Shelf: shelf, Closed: ws.Access.Closed, Log: log, Now: p.Now}
	if !o.noAccounts {
		db, err := p.openStore(ctx, ws)
		if err != nil {
			shelf.Close()
			return nil, fmt.Errorf("%w\nTo serve the public pages alone: --no-accounts", err)
		}
		s.close = func() { shelf.Close(); _ = db.Close() }
		if err := p.noteSettings(ctx, db, ws); err != nil {
			s.close()
			return nil, err
		}
		s.team = p.team(db, ws, shelf, log)
		apiConfig.Auth, apiConfig.Book = s.team.Auth, &s.team.Book
	} else if ws.Access.Closed {
		shelf.Close()
		return nil, usagef("the workspace is closed ([access] in %s): without accounts nobody could see it", evidence.File)
	}
	pages, err := web.New(web.Config{Shelf: shelf, Explainers: explainers(), Log: log, Now: p.Now, Team: s.team})
	if err != nil {
		s.close()
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/api/", api.New(apiConfig).Handler())
	mux.Handle("/", pages.Handler())
	s.handler = entry.Wrap(mux, entry.Options{HTTPS: o.tlsCert != "", Proxies: proxies, MapBase: ws.Map.Base})
	return s, nil
}

func (p *Program) serve(ctx context.Context, ws *evidence.Workspace, o serveOptions) error {
	if o.tlsCert == "" && o.tlsKey == "" {
		o.tlsCert, o.tlsKey = ws.LocalPath(ws.Server.TLSCert), ws.LocalPath(ws.Server.TLSKey)
	}
	if (o.tlsCert == "") != (o.tlsKey == "") {
		return usagef("--tls-cert and --tls-key go together")
	}
	log := slog.New(slog.NewTextHandler(p.Stderr, &slog.HandlerOptions{Level: slog.LevelInfo}))
	s, err := p.open(ctx, ws, o, log)
	if err != nil {
		return err
	}
	defer s.close()
	l, err := listen(o.addr)
	if err != nil {
		return err
	}
	p.greet(ws, s, l.Addr(), o)
	srv := newServer(s.handler, log)
	work, stopWork := context.WithCancel(ctx)
	var working sync.WaitGroup
	working.Go(func() { s.shelf.Watch(work, watchEvery) })
	if s.team != nil {
		working.Go(func() { s.team.Jobs.Work(work) })
		working.Go(func() { p.keepTimes(work, s.team.Book, log) })
		working.Go(func() { p.readyResults(work, s.team.Book) })
	}
	// The store closes after those who work beside the pages have let go of it.
	defer working.Wait()
	defer stopWork()
	done := make(chan error, 1)
	go func() {
		if o.tlsCert != "" {
			done <- srv.ServeTLS(l, o.tlsCert, o.tlsKey)
			return
		}
		done <- srv.Serve(l)
	}()
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

// newServer gives everybody who asks a bounded time: a client that sends or takes
// slowly is cut off, and holds up nobody else.
func newServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 60 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
}

// greet says where the pages are, and how whoever sits at this machine comes in as owner.
func (p *Program) greet(ws *evidence.Workspace, s *site, addr net.Addr, o serveOptions) {
	scheme := "http"
	if o.tlsCert != "" {
		scheme = "https"
	}
	fmt.Fprintf(p.Stdout, "%s is at %s://%s\n", ws.Short, scheme, addr)
	if s.team != nil {
		if t, ok := addr.(*net.TCPAddr); ok && t.IP.IsLoopback() {
			fmt.Fprintf(p.Stdout, "To change things, open this link once on this machine, within %d minutes: %s://%s/enter/%s\n", int(auth.OwnerLinkLife.Minutes()), scheme, addr, s.team.Auth.OwnerLink())
		} else {
			fmt.Fprintf(p.Stdout, "People sign in there; add the first with: milieu user add EMAIL --role owner\n")
		}
	}
	fmt.Fprintln(p.Stdout, "Stop with Ctrl-C.")
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
