package cli

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/evidence"
	"milieu/internal/job"
	"milieu/internal/lake"
	"milieu/internal/live"
	"milieu/internal/store"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/result"
	"milieu/internal/survey/telling"
	"milieu/internal/survey/voices"
	"milieu/internal/web"
)

// databaseEnv names the environment variable with the address of the database in which
// a team keeps what it makes; without it that is a file of the workspace.
const databaseEnv = "MILIEU_DATABASE_URL"

// oidcSecretEnv names the environment variable with the secret of [sign_in].
const oidcSecretEnv = "MILIEU_OIDC_SECRET"

// storeFile is the store of a workspace that has no database of its own.
func storeFile(ws *evidence.Workspace) string {
	return filepath.Join(ws.Dir, evidence.Derived, "workspace.db")
}

func (p *Program) storeOptions(ws *evidence.Workspace) store.Options {
	return store.Options{URL: os.Getenv(databaseEnv), File: storeFile(ws), Now: p.Now}
}

// openStore opens the store of a workspace, and makes it where there is none.
func (p *Program) openStore(ctx context.Context, ws *evidence.Workspace) (*store.DB, error) {
	db, err := store.Open(ctx, p.storeOptions(ws))
	if err != nil {
		return nil, err
	}
	if err := sameStore(ctx, db, ws); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// people are what people have made that a build takes: decisions, and what surveys say; none where nobody has made a store.
func (p *Program) people(ctx context.Context, ws *evidence.Workspace) (decided []evidence.DecisionLine, said []evidence.VoiceLine, err error) {
	note, err := readNote(ws)
	if err != nil {
		return nil, nil, err
	}
	if os.Getenv(databaseEnv) == "" && note.Store == "" {
		if _, err := os.Stat(storeFile(ws)); errors.Is(err, fs.ErrNotExist) {
			return nil, nil, nil
		}
	}
	db, err := p.openStore(ctx, ws)
	if err != nil {
		return nil, nil, err
	}
	defer db.Close()
	if decided, err = p.book(db, ws).Lines(ctx); err != nil {
		return nil, nil, err
	}
	surveys := fieldwork.Book{DB: db, Workspace: ws.ID, Now: p.Now}
	said, err = voices.Lines(ctx, surveys, func(ctx context.Context, id string) (result.Report, error) {
		t, err := telling.Read(ctx, surveys, auth.Machine(ws.ID), id)
		return t.Report, err
	})
	return decided, said, err
}

func (p *Program) book(db *store.DB, ws *evidence.Workspace) decision.Book {
	return decision.Book{DB: db, Workspace: ws.ID, Now: p.Now}
}

func (p *Program) authService(db *store.DB, ws *evidence.Workspace) *auth.Service {
	o := auth.Options{DB: db, Workspace: ws.ID, Now: p.Now}
	if ws.SignIn.Issuer != "" {
		o.OIDC = &auth.OIDCConfig{Issuer: ws.SignIn.Issuer, ClientID: ws.SignIn.ClientID, ClientSecret: os.Getenv(oidcSecretEnv), RedirectURL: ws.Server.URL + "/sign-in/callback"}
	}
	return auth.New(o)
}

// settingsNoted is the action under which the log keeps how a workspace is set up.
const settingsNoted = "settings"

// noteSettings writes down how the workspace is set up when that is not as it was last
// written down: who may look, from where it is served, at whom people sign in.
func (p *Program) noteSettings(ctx context.Context, db *store.DB, ws *evidence.Workspace) error {
	sum, _, err := lake.FileHash(filepath.Join(ws.Dir, evidence.File))
	if err != nil {
		return err
	}
	now := map[string]string{evidence.File: sum, "closed": strconv.FormatBool(ws.Access.Closed), "url": ws.Server.URL, "proxies": strings.Join(ws.Server.Proxies, " "),
		"sign_in": ws.SignIn.Issuer, "store": db.Dialect()}
	return db.Update(ctx, func(q store.Querier) error {
		last, err := audit.List(ctx, q, ws.ID, audit.Filter{Action: settingsNoted, Limit: 1})
		if err != nil || len(last) > 0 && maps.Equal(last[0].Detail, now) {
			return err
		}
		machine := auth.Machine(ws.ID)
		_, err = audit.Append(ctx, q, ws.ID, p.Now(), audit.Event{Actor: machine.PersonID, Via: machine.Via, Action: settingsNoted, Subject: evidence.File, Detail: now})
		return err
	})
}

// team is what the pages need on which people sign in.
func (p *Program) team(db *store.DB, ws *evidence.Workspace, shelf *live.Shelf, log *slog.Logger) *web.Team {
	jobs := job.New(job.Runner{DB: db, Workspace: ws.ID, Now: p.Now, Log: log, Kinds: map[string]job.Func{web.BuildJob: p.buildJob(ws.Dir, shelf)}})
	return &web.Team{Auth: p.authService(db, ws), Book: p.book(db, ws), Jobs: jobs, Closed: ws.Access.Closed, URL: ws.Server.URL, Provider: ws.SignIn.Name, Mail: mailOf(ws)}
}

// buildJob builds the workspace as it is when its turn comes, and serves the release.
func (p *Program) buildJob(dir string, shelf *live.Shelf) job.Func {
	return func(ctx context.Context, run *job.Run) error {
		ws, err := evidence.OpenWorkspace(dir)
		if err != nil {
			return err
		}
		before, _ := evidence.Current(ws)
		res, err := p.build(ctx, ws, func(e lake.Event) { tellJob(run, e) }, buildMemoryMB)
		if err != nil {
			return err
		}
		m := res.Release.Manifest
		for _, s := range m.Sources {
			run.Logf("source %s: %s read, %s accepted, %s rejected, %s cells emptied", s.ID, thousands(int64(s.Reading.Read)), thousands(int64(s.Reading.Accepted)), thousands(int64(s.Reading.Rejected)), thousands(int64(s.Reading.Cells)))
		}
		run.Logf("%d decisions applied", len(m.Decisions))
		if before.ID != "" && before.ID != res.Release.ID {
			tables, _ := evidence.Changes(before.Manifest, m)
			for _, t := range tables {
				run.Logf("table %s: %s rows, %s before", t.Name, thousands(t.After), thousands(t.Before))
			}
		}
		run.Result(res.Release.ID)
		return shelf.Swap(ctx)
	}
}

// buildMemoryMB is the most memory that a build gives the engine where nobody says otherwise.
const buildMemoryMB = 2048

// tellJob passes the progress of a build on.
func tellJob(run *job.Run, e lake.Event) {
	switch e.State {
	case lake.Started:
		run.Progress(0, 0, stageLabel(e.Stage))
	case lake.Working:
		run.Progress(e.Done, e.Total, stageLabel(e.Stage))
	case lake.Made:
		run.Logf("%s made, %s rows, %.1f s", stageLabel(e.Stage), thousands(e.Rows), e.Took.Seconds())
	}
}
