package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"milieu/internal/auth"
	"milieu/internal/bizcase"
	"milieu/internal/bizcase/casebook"
	"milieu/internal/report"
	"milieu/internal/report/format"
	"milieu/internal/store"
)

// show writes the case as text.
func (d caseDesk) show(ctx context.Context, _ []string) error {
	c, made, err := d.made(ctx, *d.f.asJSON) // as text it has no chains: an export has them, and milieu why opens each
	if err != nil {
		return err
	}
	if *d.f.asJSON {
		return d.p.json(newKept(c, made))
	}
	if err := report.WriteMarkdown(d.p.Stdout, made.Doc); err != nil {
		return err
	}
	if n := len(made.Problems); n > 0 {
		fmt.Fprintf(d.p.Stderr, "milieu case: %d problems and cautions; milieu case check lists them\n", n)
	}
	return nil
}

func newKept(c casePaper, made bizcase.Made) keptCase {
	problems := made.Problems
	if problems == nil {
		problems = []bizcase.Problem{}
	}
	return keptCase{c.ID, c.Content.Title, c.Content.Stage, made.Doc.Release, problems, &made.Doc}
}

// listedCase is a case for programs.
type listedCase struct {
	ID      string        `json:"id"`
	Title   string        `json:"title"`
	Stage   bizcase.Stage `json:"stage"`
	Where   string        `json:"where"` // path of the file, or pages
	Version int64         `json:"version,omitempty"`
	Changed string        `json:"changed,omitempty"`
	Problem string        `json:"problem,omitempty"` // why the file cannot be read
}

// list names the cases in files and on the pages.
func (d caseDesk) list(ctx context.Context, _ []string) error {
	files, err := bizcase.ReadFiles(d.ws.Dir)
	if err != nil {
		return err
	}
	out := []listedCase{}
	for _, f := range files {
		c := listedCase{ID: f.ID, Title: f.Content.Title, Stage: f.Content.Stage, Where: f.Path}
		if f.Err != nil {
			c.Title, c.Problem = "cannot be read: "+f.Err.Error(), f.Err.Error()
		}
		out = append(out, c)
	}
	if err := d.book(ctx, func(b casebook.Book, a auth.Actor) error {
		all, err := b.List(ctx, a, false)
		for _, s := range all {
			out = append(out, listedCase{ID: s.ID, Title: s.Title, Stage: s.Stage, Where: "pages", Version: s.N, Changed: s.Changed})
		}
		return err
	}); err != nil {
		return err
	}
	if *d.f.asJSON {
		return d.p.json(out)
	}
	if len(out) == 0 {
		fmt.Fprintln(d.p.Stdout, "There is no case yet. Draft one with: milieu case draft --out cases/ours.toml")
		return nil
	}
	t := tabwriter.NewWriter(d.p.Stdout, 0, 0, 2, ' ', 0)
	for _, c := range out {
		where := c.Where
		if c.Changed != "" {
			where = fmt.Sprintf("version %d of %s", c.Version, store.ParseTime(c.Changed).Format("2006-01-02"))
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", c.ID, c.Stage, where, c.Title)
	}
	return t.Flush()
}

// check lists what is wrong with the case.
func (d caseDesk) check(ctx context.Context, _ []string) error {
	c, made, err := d.made(ctx, false)
	if err != nil {
		return err
	}
	if *d.f.asJSON {
		kept := newKept(c, made)
		kept.Document = nil
		err = d.p.json(kept)
	} else {
		printProblems(d.p.Stdout, c, made)
	}
	if err == nil && made.Draft() {
		return errFound
	}
	return err
}

// printProblems writes first what keeps the case from being finished, and then what should be looked at.
func printProblems(w io.Writer, c casePaper, made bizcase.Made) {
	wrong, look := 0, 0
	for _, errors := range []bool{true, false} {
		for _, p := range made.Problems {
			if p.Kind.IsError() != errors {
				continue
			}
			if errors {
				wrong++
			} else {
				look++
			}
			fmt.Fprintf(w, "%s: %s: %s\n", p.Kind, p.Place(), p.Message)
			if p.Sentence != "" {
				fmt.Fprintf(w, "    %s\n", p.Sentence)
			}
		}
	}
	state := "It is finished as far as its figures go."
	switch {
	case made.Forbidden():
		state = "It cannot be exported."
	case wrong > 0:
		state = "It is exported as a draft only."
	}
	fmt.Fprintf(w, "%s on release %s: %d figures, %d gaps, %d problems, %d to look at. %s\n", c.ID, made.Doc.Release, len(made.Doc.Figures()), made.Doc.Gaps(), wrong, look, state)
}

// names lists what can be inserted.
func (d caseDesk) names(ctx context.Context, words []string) error {
	c, err := d.paperOrPlan(ctx)
	if err != nil {
		return err
	}
	var found []bizcase.Name
	if err := d.facts(ctx, d.rel, c, func(f bizcase.Facts) error {
		all, err := f.Names(ctx)
		for _, n := range all {
			if named(n, words) {
				found = append(found, n)
			}
		}
		return err
	}); err != nil {
		return err
	}
	if *d.f.asJSON {
		if found == nil {
			found = []bizcase.Name{}
		}
		return d.p.json(found)
	}
	if len(found) == 0 {
		fmt.Fprintf(d.p.Stdout, "Nothing that can be inserted has the words %s. Without words all is listed.\n", strings.Join(words, " "))
		return nil
	}
	t := tabwriter.NewWriter(d.p.Stdout, 0, 0, 2, ' ', 0)
	for _, n := range found {
		value := n.Value
		if value == "" {
			value = "(" + n.Kind + ")"
		}
		fmt.Fprintf(t, "{{%s}}\t%s\t%s\n", n.Source, value, n.Title)
	}
	return t.Flush()
}

// paperOrPlan is the settings of the plan that names go by: those of --plan, or else of the case.
func (d caseDesk) paperOrPlan(ctx context.Context) (string, error) {
	if *d.f.plan != "" || *d.f.id == drafted {
		return *d.f.plan, nil
	}
	files, err := bizcase.ReadFiles(d.ws.Dir)
	if err != nil || *d.f.id == "" && len(files) == 0 {
		return "", err
	}
	c, err := d.paper(ctx, *d.f.id)
	return c.Content.Plan, err
}

// named says that all words are in what a name says of itself.
func named(n bizcase.Name, words []string) bool {
	text := strings.ToLower(n.Source + " " + n.Title + " " + n.Group + " " + n.Value)
	for _, w := range words {
		if !strings.Contains(text, strings.ToLower(w)) {
			return false
		}
	}
	return true
}

// draft writes a case from what is known, as a file that people go on with.
func (d caseDesk) draft(ctx context.Context, _ []string) error {
	c, err := d.drafted(ctx)
	if err != nil {
		return err
	}
	if *d.f.asJSON {
		return d.p.json(c.Content)
	}
	data, err := c.Content.File()
	if err != nil {
		return err
	}
	if *d.f.out == "" {
		_, err = d.p.Stdout.Write(data)
		return err
	}
	if err := os.MkdirAll(filepath.Dir(*d.f.out), 0o755); err != nil {
		return fmt.Errorf("write the draft: %w", err)
	}
	f, err := os.OpenFile(*d.f.out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already and stays as it is; name another file by --out", *d.f.out)
	}
	if err != nil {
		return fmt.Errorf("write the draft: %w", err)
	}
	if _, err := f.Write(data); err != nil {
		return errors.Join(fmt.Errorf("write the draft: %w", err), f.Close())
	}
	fmt.Fprintf(d.p.Stdout, "%s: %s, %d sections. Next: edit it, and look it over with: milieu case check --case %s\n", *d.f.out, c.Content.Stage.Label(), len(c.Content.Sections), *d.f.out)
	return f.Close()
}

// export writes the case to files, each in the format of its ending.
func (d caseDesk) export(ctx context.Context, files []string) error {
	for _, file := range files {
		if _, ok := format.Of(filepath.Ext(file)); !ok {
			return usagef("%q: the ending says the format: .html, .pdf, .docx, .xlsx or .md", file)
		}
	}
	_, made, err := d.made(ctx, true)
	if err != nil {
		return err
	}
	doc, err := bizcase.Export(made)
	if err != nil {
		return err
	}
	browser := format.NewShared("", true)
	out, failed := []exportedFile{}, []error{}
	for _, file := range files { // one that cannot be made, such as a PDF without a browser, does not keep back the others
		size, err := exportTo(ctx, file, doc, format.Options{Browser: browser})
		if err != nil {
			failed = append(failed, err)
			continue
		}
		out = append(out, exportedFile{file, strings.TrimPrefix(filepath.Ext(file), "."), size, made.Draft()})
	}
	if err := errors.Join(append(failed, browser.Close())...); err != nil {
		return err
	}
	if *d.f.asJSON {
		return d.p.json(out)
	}
	for _, f := range out {
		fmt.Fprintf(d.p.Stdout, "%s: %s bytes\n", f.File, thousands(f.Bytes))
	}
	if made.Draft() {
		fmt.Fprintln(d.p.Stdout, "It is not finished, and marked as a draft; milieu case check says why.")
	}
	return nil
}

// exportedFile is a file that was written.
type exportedFile struct {
	File   string `json:"file"`
	Format string `json:"format"`
	Bytes  int64  `json:"bytes"`
	Draft  bool   `json:"draft"`
}

// exportTo writes one file and says how large it is; it is whole or it is not there.
func exportTo(ctx context.Context, file string, doc report.Document, o format.Options) (int64, error) {
	var b bytes.Buffer
	if err := format.Write(ctx, &b, filepath.Ext(file), doc, o); err != nil {
		return 0, fmt.Errorf("%s: %w", file, err)
	}
	f, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+"-*")
	if err != nil {
		return 0, fmt.Errorf("export the case: %w", err)
	}
	defer os.Remove(f.Name()) // gone where it was renamed
	n, err := b.WriteTo(f)
	if err := errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return 0, fmt.Errorf("export the case to %s: %w", file, err)
	}
	if err := os.Rename(f.Name(), file); err != nil {
		return 0, fmt.Errorf("export the case: %w", err)
	}
	return n, nil
}
