package cli

import (
	"context"
	"flag"
	"os"
)

const caseHelp = `
The case for investment: a document in the order of the five cases, in which every figure opens its source. It is read from
cases/*.toml of the workspace, or from what people wrote on the pages; where there is none, what is known is drafted.

  milieu case                                   the case as text
  milieu case list                              the cases that there are
  milieu case check                             what is wrong with it; exit code 1 when it is not finished
  milieu case export case.pdf case.docx         a file in each format: html, pdf, docx, xlsx, md
  milieu case names jobs                        what can be inserted, with what it comes to now
  milieu case draft --stage full --out cases/mine.toml
  milieu case compare                           this release beside the one before: by assumption, sentence and cell
  milieu case compare --from 0f3a9c21b7de       an older release beside this one
  milieu case compare --from ca-7k2m4c@3 --to ca-7k2m4c
  milieu case compare --from kept.json --to cases/mine.toml

--case names a case: a file by its name without the ending or by its path, or one that people wrote by its id (ca-7k2m4c, or
ca-7k2m4c@3 for its third version); "draft" drafts one. A side of a comparison is a release, "now", "before", such a case, or a
document that was kept by: milieu case --json > kept.json`

type caseFlags struct {
	dir, id, plan, address, stage, out, from, to *string
	asJSON                                       *bool
}

// caseVerb is a verb with how many arguments it takes.
type caseVerb struct {
	run   func(caseDesk, context.Context, []string) error
	most  int
	takes string
}

func caseVerbs() map[string]caseVerb {
	return map[string]caseVerb{
		"show":    {caseDesk.show, 0, "no arguments"},
		"list":    {caseDesk.list, 0, "no arguments"},
		"check":   {caseDesk.check, 0, "no arguments"},
		"export":  {caseDesk.export, 20, "the files to write, such as case.pdf case.docx"},
		"names":   {caseDesk.names, 20, "words to look for"},
		"draft":   {caseDesk.draft, 0, "no arguments; --out names the file"},
		"compare": {caseDesk.compare, 0, "no arguments; --from and --to name the sides"},
	}
}

func declareCase(fs *flag.FlagSet) caseFlags {
	return caseFlags{
		dir:     fs.String("dir", ".", "workspace `folder`"),
		id:      fs.String("case", "", "the `CASE`; not given: the first file in cases/, or else a draft"),
		plan:    fs.String("plan", "", "`SETTINGS` of the plan as in the address of /plan, in place of the case's own"),
		address: fs.String("address", "", "`ADDRESS` of the site at which figures of an export open; not given: [server] url"),
		stage:   fs.String("stage", "", "of a draft, a `STAGE`: strategic-outline, outline or full"),
		out:     fs.String("out", "", "writes a draft to a `FILE`, which must not be there yet"),
		from:    fs.String("from", "before", "the earlier `SIDE` of a comparison"),
		to:      fs.String("to", "now", "the later `SIDE` of a comparison"),
		asJSON:  fs.Bool("json", false, "write JSON"),
	}
}

func caseCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	f := declareCase(fs)
	return func(ctx context.Context, args []string) error {
		name := "show"
		if len(args) > 0 {
			name, args = args[0], args[1:]
		}
		verb, ok := caseVerbs()[name]
		if !ok && isFolder(name) && len(args) == 0 { // milieu case DIR, as with other commands
			*f.dir, verb, ok = name, caseVerbs()["show"], true
		}
		switch {
		case !ok:
			return usagef("there is no %q; there are show, list, check, export, names, draft, compare, or give a folder", name)
		case len(args) > verb.most || name == "export" && len(args) == 0:
			return usagef("case %s takes %s", name, verb.takes)
		}
		return p.caseDesk(ctx, f, func(d caseDesk) error { return verb.run(d, ctx, args) })
	}
}

func isFolder(path string) bool {
	fi, err := os.Stat(path)
	return err == nil && fi.IsDir()
}
