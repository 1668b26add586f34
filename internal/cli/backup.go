package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"milieu/internal/backup"
	"milieu/internal/evidence"
	"milieu/internal/store"
)

const backupHelp = `
Writes one file with all that cannot be built again: people, decisions, the audit log and jobs as they stand at
one moment, and the files of the workspace folder. It may be made while milieu serve runs. The file is written
aside, read back and verified, and only then gets its name; one that is there already is not written over.
Left out are .milieu/ (releases are built again), links, who is signed in or invited, and raw data outside the
folder, of which the file keeps names and hashes. The file holds password hashes, and whatever else lies in the
folder: only its owner can read it, it is not encrypted, and it is to be kept as safe as the store. Example:

  milieu backup ../amid-$(date +%F).zip

Take it back with: milieu restore`

const restoreHelp = `
Verifies a backup and makes the workspace that it holds, in an empty or new folder. The store becomes a file of
that folder, or goes into the PostgreSQL database that MILIEU_DATABASE_URL names, whichever kind it came from.
Until all is done nothing of it is seen. With --replace, a folder that is not empty is moved aside first, as
FOLDER.before-TIME; rows of the same workspace in a database are never replaced. Afterwards nobody is signed in or
invited, all access tokens are revoked (programs need new ones), work that was running is in the queue again, and
the release has to be built. With --check nothing is written: the file is verified and described.`

func backupCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	dir := fs.String("dir", ".", "`folder` of the workspace")
	asJSON := fs.Bool("json", false, "write what the backup holds as JSON")
	return func(ctx context.Context, args []string) error {
		if len(args) != 1 {
			return usagef("name the file to write, such as ../place.zip")
		}
		ws, err := evidence.OpenWorkspace(*dir)
		if err != nil {
			return err
		}
		release, raw, err := rawFiles(ws)
		if err != nil {
			// A release can be built again: it keeps nobody from making a backup.
			fmt.Fprintf(p.Stderr, "Which raw files there are is left out: %v\n", err)
		}
		db, err := p.openStore(ctx, ws)
		if err != nil {
			return err
		}
		defer db.Close()
		s, err := backup.Write(ctx, args[0], backup.Source{DB: db, Workspace: ws.ID, Dir: ws.Dir, Raw: raw, Release: release, Version: programVersion(), Now: p.Now})
		if err != nil {
			return err
		}
		if *asJSON {
			return p.json(s)
		}
		fmt.Fprintf(p.Stdout, "Backup of %s in %s: %s KB, verified\n", ws.Short, s.File, thousands((s.Bytes+999)/1000))
		p.printHolds(s)
		fmt.Fprintf(p.Stdout, "It holds password hashes, and only you can read it. Take it back with: milieu restore %s --dir NEW\n", s.File)
		return nil
	}
}

// rawFiles names the newest release and the files that it was read from outside the
// workspace folder; nothing where there is no release yet.
func rawFiles(ws *evidence.Workspace) (release string, raw []backup.RawFile, err error) {
	rel, err := evidence.Current(ws)
	if errors.Is(err, evidence.ErrNoRelease) {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	seen := map[string]bool{}
	for _, s := range rel.Manifest.Sources {
		for _, f := range s.Reading.Files {
			outside := strings.HasPrefix(s.Path, "data:") || filepath.IsAbs(s.Path) || strings.HasPrefix(f.Name, "../")
			if outside && !seen[f.Name] {
				seen[f.Name] = true
				raw = append(raw, backup.RawFile{Name: f.Name, SHA256: f.SHA256, Bytes: f.Bytes})
			}
		}
	}
	return rel.ID, raw, nil
}

// programVersion is the version of the program, "development" where it has none.
func programVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "development"
}

// printHolds says what a backup holds and what it does not.
func (p *Program) printHolds(s backup.Summary) {
	count := func(n int64, what string) {
		fmt.Fprintf(p.Stdout, "  %10s %s\n", thousands(n), what)
	}
	count(s.Decisions, "decisions")
	count(s.People, "people")
	count(s.Events, "events of the audit log")
	count(int64(s.Files), "files of the folder")
	if s.AuditHead != "" {
		fmt.Fprintf(p.Stdout, "Head of the audit log: %s\n", s.AuditHead)
	}
	const most = 20
	if len(s.Skipped) > 0 {
		fmt.Fprintf(p.Stdout, "Not in it (%d):\n", len(s.Skipped))
	}
	for i, k := range s.Skipped {
		if i == most {
			fmt.Fprintf(p.Stdout, "  and %d more; all are listed with --json\n", len(s.Skipped)-most)
			break
		}
		fmt.Fprintf(p.Stdout, "  %q: %s\n", k.Name, k.Why)
	}
	if len(s.Raw) > 0 {
		fmt.Fprintf(p.Stdout, "Raw files outside the folder, named by hash and not in it: %d; keep them elsewhere\n", len(s.Raw))
	}
}

func restoreCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	dir := fs.String("dir", ".", "empty or new `folder` for the workspace")
	replace := fs.Bool("replace", false, "move aside what is in the folder")
	check := fs.Bool("check", false, "verify and describe the file, and write nothing")
	asJSON := fs.Bool("json", false, "write what was restored as JSON")
	return func(ctx context.Context, args []string) error {
		if len(args) != 1 {
			return usagef("name the backup to restore")
		}
		var s backup.Summary
		var err error
		if *check {
			s, err = backup.Read(ctx, args[0])
		} else {
			file := storeFile(&evidence.Workspace{Dir: *dir})
			s, err = backup.Restore(ctx, args[0], backup.Target{Dir: *dir, Store: store.Options{URL: os.Getenv(databaseEnv), File: file, Now: p.Now}, Replace: *replace, Now: p.Now})
		}
		if err == nil && s.Restored != nil {
			err = p.rememberStore(ctx, *dir)
		}
		if err != nil {
			return err
		}
		if *asJSON {
			return p.json(s)
		}
		fmt.Fprintf(p.Stdout, "Backup of workspace %s, made at %s by milieu %s, is whole\n", s.Workspace, s.At, s.Version)
		p.printHolds(s)
		if s.Restored != nil {
			p.printRestored(*s.Restored)
		}
		return nil
	}
}

// rememberStore notes where the work of a restored workspace is kept, so that a build in
// another shell does not miss it.
func (p *Program) rememberStore(ctx context.Context, dir string) error {
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		return err
	}
	db, err := p.openStore(ctx, ws)
	if err != nil {
		return err
	}
	return db.Close()
}

// printRestored says where a workspace is now and what to do with it.
func (p *Program) printRestored(r backup.Restored) {
	fmt.Fprintf(p.Stdout, "Restored into %s, store %s\n", r.Dir, r.Store)
	for _, a := range r.Aside {
		fmt.Fprintf(p.Stdout, "What was there before is kept: %s is now %s\n", a.Was, a.Now)
	}
	if r.Accounts > 0 {
		fmt.Fprintf(p.Stdout, "%d people had an account in the database already; it stays as it was\n", r.Accounts)
	}
	if r.Requeued > 0 {
		fmt.Fprintf(p.Stdout, "%d jobs were running and will be begun again by: milieu serve\n", r.Requeued)
	}
	fmt.Fprintf(p.Stdout, "Everybody signs in anew, and programs need new tokens. Next: milieu build %s, then: milieu serve %s\n", r.Dir, r.Dir)
}
