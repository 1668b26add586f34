package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/bizcase"
	"milieu/internal/bizcase/casebook"
	"milieu/internal/bizcase/draft"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/report"
)

// caseDesk is the cases of a workspace on its newest release, as the command line reads them.
type caseDesk struct {
	p   *Program
	f   caseFlags
	ws  *evidence.Workspace
	rel evidence.Release
}

func (p *Program) caseDesk(ctx context.Context, f caseFlags, do func(caseDesk) error) error {
	ws, err := evidence.OpenWorkspace(*f.dir)
	if err != nil {
		return err
	}
	rel, err := evidence.Current(ws)
	if err != nil {
		return err
	}
	return do(caseDesk{p, f, ws, rel})
}

// casePaper is a case before its figures are put in.
type casePaper struct {
	ID      string // of the file or the stored case; "draft" where it was drafted
	Status  func(release string) string
	Content bizcase.Content
	Kept    *report.Document // as it came out when this version of it was kept
}

const drafted = "draft"

// paper finds a case by what --case names.
func (d caseDesk) paper(ctx context.Context, name string) (casePaper, error) {
	switch {
	case name == drafted:
		return d.drafted(ctx)
	case strings.HasPrefix(name, "ca-"):
		return d.stored(ctx, name)
	case strings.HasSuffix(name, ".toml"):
		data, err := os.ReadFile(name)
		if err != nil {
			return casePaper{}, fmt.Errorf("read the case: %w", err)
		}
		c, err := bizcase.ParseContent(name, data)
		return casePaper{ID: name, Content: c}, err
	}
	files, err := bizcase.ReadFiles(d.ws.Dir)
	if err != nil {
		return casePaper{}, err
	}
	var ids []string
	for _, file := range files {
		if name == "" || file.ID == name {
			return casePaper{ID: file.ID, Content: file.Content}, file.Err
		}
		ids = append(ids, file.ID)
	}
	if name == "" {
		return d.drafted(ctx)
	}
	if len(ids) == 0 {
		ids = []string{"none"}
	}
	return casePaper{}, fmt.Errorf("there is no case %q; files in %s/: %s; milieu case list names all", name, bizcase.FilesFolder, strings.Join(ids, ", "))
}

// drafted writes a case from what is known.
func (d caseDesk) drafted(ctx context.Context) (casePaper, error) {
	var c bizcase.Content
	err := d.facts(ctx, d.rel, *d.f.plan, func(f bizcase.Facts) (err error) {
		focus := d.ws.Focus
		c, err = draft.Write(ctx, f, draft.Opts{Stage: bizcase.Stage(*d.f.stage), Plan: *d.f.plan, Title: d.ws.Case.Title, Owner: d.ws.Case.Owner, Subtitle: d.ws.Summary, Place: d.ws.Short,
			Area: focus.Area, Reference: focus.Reference})
		return err
	})
	return casePaper{ID: drafted, Content: c}, err
}

// stored reads a case that people wrote: its text in force, or the version behind an @.
func (d caseDesk) stored(ctx context.Context, name string) (casePaper, error) {
	id, version, old := strings.Cut(name, "@")
	var out casePaper
	return out, d.book(ctx, func(b casebook.Book, a auth.Actor) error {
		c, standing, err := b.Standing(ctx, a, id)
		if errors.Is(err, casebook.ErrNotFound) {
			return fmt.Errorf("there is no case %s here; see: milieu case list", id)
		}
		if err != nil {
			return err
		}
		out = casePaper{ID: id, Content: c.Content, Status: func(release string) string { return standing.Status(c, release) }}
		if !old {
			return nil
		}
		n, err := strconv.ParseInt(version, 10, 64)
		if err != nil {
			return usagef("%q is no version of a case: write a number behind the @", version)
		}
		if _, out.Content, err = b.Text(ctx, a, id, n); errors.Is(err, casebook.ErrNotFound) {
			return fmt.Errorf("the case %s has no version %d; it has %d", id, n, c.N)
		} else if err != nil {
			return err
		}
		out.ID, out.Status = name, func(string) string { return fmt.Sprintf("Version %d of %d", n, c.N) }
		doc, made, err := b.Document(ctx, a, id, n)
		if made {
			out.Kept = &doc
		}
		return err
	})
}

// book opens what people wrote.
func (d caseDesk) book(ctx context.Context, do func(casebook.Book, auth.Actor) error) error {
	db, err := d.p.openStore(ctx, d.ws)
	if err != nil {
		return err
	}
	return errors.Join(do(casebook.Book{DB: db, Workspace: d.ws.ID, Now: d.p.Now}, auth.Machine(d.ws.ID)), db.Close())
}

// facts opens a release and makes its facts for the settings of a plan.
func (d caseDesk) facts(ctx context.Context, rel evidence.Release, settings string, do func(bizcase.Facts) error) error {
	db, err := rel.Open(ctx, lake.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	f, err := d.p.caseFacts(ctx, d.ws, rel, db, settings)
	if err != nil {
		return err
	}
	return do(f)
}

// make puts the figures of a release into a case, with their chains where it is to have proofs.
func (d caseDesk) make(ctx context.Context, rel evidence.Release, c casePaper, proofs bool) (bizcase.Made, error) {
	if *d.f.plan != "" {
		c.Content.Plan = *d.f.plan
	}
	var made bizcase.Made
	err := d.facts(ctx, rel, c.Content.Plan, func(f bizcase.Facts) (err error) {
		if !proofs {
			f = bizcase.Unproved{Facts: f}
		}
		made, err = bizcase.Make(ctx, c.Content, f)
		return err
	})
	if err != nil {
		return made, fmt.Errorf("make the case %s on release %s: %w", c.ID, rel.ID, err)
	}
	made.Doc.Address = strings.TrimSuffix(d.ws.Server.URL, "/")
	if *d.f.address != "" {
		made.Doc.Address = strings.TrimSuffix(*d.f.address, "/")
	}
	made.Doc.Path = "/case"
	if c.Status != nil {
		made.Doc.Status, made.Doc.Path = c.Status(rel.ID), "/cases/"+c.ID
	}
	return made, nil
}

// made is the case of --case on the newest release.
func (d caseDesk) made(ctx context.Context, proofs bool) (casePaper, bizcase.Made, error) {
	c, err := d.paper(ctx, *d.f.id)
	if err != nil {
		return c, bizcase.Made{}, err
	}
	made, err := d.make(ctx, d.rel, c, proofs)
	return c, made, err
}

// keptCase is what --json writes of a case; a comparison reads its document.
type keptCase struct {
	ID       string            `json:"id"`
	Title    string            `json:"title"`
	Stage    bizcase.Stage     `json:"stage"`
	Release  string            `json:"release"`
	Problems []bizcase.Problem `json:"problems"`
	Document *report.Document  `json:"document"`
}

// readKept reads such a file.
func readKept(path string) (report.Document, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return report.Document{}, fmt.Errorf("read the kept case: %w", err)
	}
	var kept keptCase
	if err := json.Unmarshal(data, &kept); err != nil || kept.Document == nil {
		return report.Document{}, fmt.Errorf("%s holds no document of a case; keep one with: milieu case --json", path)
	}
	return *kept.Document, nil
}
