package cli

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/evidence"
	"milieu/internal/tabular"
)

var update = flag.Bool("update", false, "write the references in doc/ anew")

// TestReferences holds doc/COMMANDS.md and doc/CONFIG.md to the code.
func TestReferences(t *testing.T) {
	for file, made := range map[string]func(*testing.T) string{
		"../../doc/COMMANDS.md": commandReference,
		"../../doc/CONFIG.md":   configReference,
	} {
		want := made(t)
		if *update {
			if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(got), want); d != "" {
			t.Errorf("%s is not what the code says; run: go test ./internal/cli -run TestReferences -update\n%s", file, d)
		}
	}
}

const generated = "<!-- Made from the code by: go test ./internal/cli -run TestReferences -update -->\n\n"

// commandReference is the help of every command and every method of calc.
func commandReference(*testing.T) string {
	var b bytes.Buffer
	p := testProgram(&b, &b)
	fence := func(title string, f func()) {
		fmt.Fprintf(&b, "## %s\n\n```\n", title)
		f()
		b.WriteString("```\n\n")
	}
	b.WriteString("# Commands\n\n" + generated + `Output is for people unless ` + "`--json`" + ` is said; then it is one JSON value on standard output. Progress and errors go to
standard error. Flags may stand before, between and after the arguments.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | something is wrong with the data or the run; what, is said |
| 2 | the command was not understood |

| environment | meaning |
|---|---|
| ` + "`MILIEU_CHROMIUM`" + ` | browser that prints PDF files and draws pictures of Word files: path or name of Chromium or Google Chrome; without it those of the path |
| ` + "`MILIEU_DATA`" + ` | folder of source paths that begin with ` + "`data:`" + `; overrides the key ` + "`data`" + ` of milieu.toml |
| ` + "`MILIEU_DATABASE_URL`" + ` | address of a PostgreSQL database in which the team keeps what it makes, as postgres://user@host:5432/name; without it that is the file .milieu/workspace.db |
| ` + "`MILIEU_OIDC_SECRET`" + ` | secret of the client that [sign_in] names |
| ` + "`MILIEU_SMTP_PASSWORD`" + ` | password at the mail server that [mail] names |

`)
	fence("milieu", func() { p.help(nil) })
	for _, c := range commands() {
		fence("milieu "+c.name, func() {
			fs := flag.NewFlagSet(c.name, flag.ContinueOnError)
			c.setup(p, fs)
			p.usage(&b, c, fs)
		})
		if c.name == "survey" {
			for _, v := range surveyVerbs() {
				fence("milieu survey "+v.name, func() { p.verbUsage(c, []string{v.name}) })
			}
		}
		if c.name != "calc" {
			continue
		}
		for _, m := range methods() {
			fence("milieu calc "+m.name, func() { p.methodUsage(c, []string{m.name}) })
		}
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// configReference is every key of milieu.toml and every source type.
func configReference(t *testing.T) string {
	var b strings.Builder
	b.WriteString("# The workspace and its sources\n\n" + generated + "A workspace is a folder with a file `" + evidence.File + "` (TOML). An unknown key is an error that names the line. Everything that a\nbuild makes lies in `" + evidence.Derived + "/` and may be deleted; `workspace.db` in it is what people made, and may not.\n\n## Keys of " + evidence.File + "\n\n")
	structs := workspaceStructs(t)
	writeKeys(t, &b, structs, reflect.TypeFor[evidence.Workspace](), "")
	b.WriteString(casesIntro)
	b.WriteString(typesIntro)
	defs, err := evidence.Definitions()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for n := range defs {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		writeType(&b, defs[n])
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

const casesIntro = `## Cases

A file ` + "`cases/ID.toml`" + ` is a case for investment; the first by name is shown at ` + "`/case`" + `, and people who sign in start cases of their own from any of them. ` + "`milieu case draft --out cases/ID.toml`" + ` writes one.
Its keys: ` + "`title`, `subtitle`, `owner`, `stage`" + ` (` + "`strategic-outline`, `outline`, `full`), `plan`" + ` (settings of the plan as in its address; empty: the workspace's own), ` + "`vision`" + `; tables
` + "`[[goal]]` (`name`, `baseline`, `target`, `by`, `owner`, `evidence`), `[[logic]]` (`id`, `kind`" + `: input, activity, output, outcome, impact; ` + "`text`, `to`, `assumes`), `[[message]]` (`audience`, `text`, `evidence`), `[[claim]]` (`text`, `grade`" + `: strong, moderate, weak, none;
` + "`for`, `against`), `[[section]]` (`id`, `title`, `question`, `text`)" + `. Figures stand in texts as names between braces, as in ` + "`{{organisations firm}}`" + `: ` + "`milieu case names`" + ` lists them, ` + "`go doc milieu/internal/bizcase/markup`" + ` has the form of the text.

`

const typesIntro = `## Source types

A source type is a folder under ` + "`internal/evidence/source`" + `: ` + "`source.toml`" + ` says how the file is read, one SQL file for each kind of fact
says what it contributes. *Needed* means: **filled**, a row without it is rejected; column, the file must have the column; no,
the column may be missing. A cell that cannot be read is emptied and counted unless the column is needed filled.

Types that are read from JSON take values at paths in the record: a.b is a member of a member, a[0] an element of a list, a[k=v] the first
element whose member k is v or holds it, a{b,c} the members b and c of each element as JSON text, a? whether a is there. What no path
names is not read, and not shown where a record is cited.

`

// writeKeys writes a table of the keys of a struct, then of the tables in it.
func writeKeys(t *testing.T, b *strings.Builder, structs map[string]structDoc, typ reflect.Type, table string) {
	t.Helper()
	doc := structs[typ.Name()]
	title := "The top of the file"
	if table != "" {
		title = "`" + table + "`"
	}
	fmt.Fprintf(b, "### %s\n\n%s\n\n| key | type | meaning |\n|---|---|---|\n", title, doc.about)
	var inner []reflect.StructField
	for i := range typ.NumField() {
		f := typ.Field(i)
		key := f.Tag.Get("toml")
		if key == "" || key == "-" {
			continue
		}
		if f.Type.Kind() == reflect.Struct || f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct {
			inner = append(inner, f)
			continue
		}
		if doc.fields[f.Name] == "" {
			t.Errorf("%s.%s has no comment that says what the key %s means", typ.Name(), f.Name, key)
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", key, tomlType(f.Type), cell(doc.fields[f.Name]))
	}
	b.WriteString("\n")
	for _, f := range inner {
		if f.Type.Kind() == reflect.Slice {
			writeKeys(t, b, structs, f.Type.Elem(), "[["+f.Tag.Get("toml")+"]]")
		} else {
			writeKeys(t, b, structs, f.Type, "["+f.Tag.Get("toml")+"]")
		}
	}
}

func tomlType(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Int:
		return "whole number"
	case reflect.Bool:
		return "true or false"
	case reflect.Float64:
		return "number"
	case reflect.Slice:
		return "list of " + tomlType(t.Elem()) + "s"
	case reflect.Map:
		return "table of texts"
	}
	return "text"
}

// structDoc is what the source says of a struct and its fields.
type structDoc struct {
	about  string
	fields map[string]string
}

func workspaceStructs(t *testing.T) map[string]structDoc {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../evidence/workspace.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]structDoc{}
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.TYPE {
			continue
		}
		for _, s := range g.Specs {
			ts := s.(*ast.TypeSpec)
			st, ok := ts.Type.(*ast.StructType)
			if !ok {
				continue
			}
			doc := structDoc{about: sentence(g.Doc.Text(), ts.Name.Name), fields: map[string]string{}}
			for _, f := range st.Fields.List {
				for _, n := range f.Names {
					doc.fields[n.Name] = strings.TrimSpace(f.Comment.Text())
				}
			}
			out[ts.Name.Name] = doc
		}
	}
	return out
}

// sentence drops the type's name, which the reference's reader does not know.
func sentence(doc, name string) string {
	s := strings.TrimSpace(strings.ReplaceAll(doc, "\n", " "))
	s = strings.TrimPrefix(s, name+" is ")
	s = strings.TrimPrefix(s, name+" ")
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func writeType(b *strings.Builder, d evidence.Definition) {
	fmt.Fprintf(b, "### `%s`: %s\n\n%s\n\n", d.Name, d.Title, d.About)
	for _, line := range [][2]string{{"Publisher", d.Publisher}, {"Licence", d.Licence}, {"Attribution", d.Attribution}, {"From", d.Home}, {"Inside a ZIP", d.Member}, {"Records in JSON", recordsAt(d)}} {
		if line[1] != "" {
			fmt.Fprintf(b, "- %s: %s\n", line[0], line[1])
		}
	}
	if len(d.Key) > 0 {
		fmt.Fprintf(b, "- A row whose %s stood before is rejected\n", strings.Join(d.Key, ", "))
	}
	b.WriteString("\n")
	if len(d.Columns) > 0 {
		headed := "header in the file"
		if d.IsJSON() {
			headed = "path in the record"
		}
		fmt.Fprintf(b, "| column | %s | type | needed | meaning |\n|---|---|---|---|---|\n", headed)
	}
	for _, c := range d.Columns {
		headers := strings.Join(c.Headers, " or ")
		if headers == "" {
			headers = c.Name
		}
		c.Optional = c.Optional || d.IsJSON() // a member may always be left out
		fmt.Fprintf(b, "| `%s` | %s | %s | %s | %s |\n", c.Name, cell(headers), columnType(c), columnNeed(c), cell(c.Meaning))
	}
	if len(d.Options) > 0 {
		b.WriteString("\n| option | default | meaning |\n|---|---|---|\n")
	}
	for _, o := range d.Options {
		meaning := o.Meaning
		if len(o.OneOf) > 0 {
			meaning += ": " + strings.Join(o.OneOf, ", ")
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", o.Name, cell(o.Default), cell(strings.TrimPrefix(meaning, ": ")))
	}
	b.WriteString("\n")
}

// recordsAt is where a type's records are, for types that are read from JSON.
func recordsAt(d evidence.Definition) string {
	if !d.IsJSON() {
		return ""
	}
	return d.RecordsAt()
}

func columnType(c tabular.Column) string {
	s := string(c.Kind)
	if s == "" {
		s = "text"
	}
	limit := func(word string, v *float64) {
		if v != nil {
			s += " " + word + " " + strconv.FormatFloat(*v, 'g', -1, 64)
		}
	}
	limit("from", c.Min)
	limit("to", c.Max)
	if len(c.OneOf) > 0 {
		s += ": " + strings.Join(c.OneOf, ", ")
	}
	if c.Split != "" {
		s += fmt.Sprintf(", a list parted by %q", c.Split)
	}
	return cell(s)
}

func columnNeed(c tabular.Column) string {
	switch {
	case c.NotNull:
		return "**filled**"
	case c.Optional:
		return "no"
	}
	return "column"
}

// cell writes a text for a cell of a Markdown table.
func cell(s string) string { return strings.ReplaceAll(strings.TrimSpace(s), "|", `\|`) }
