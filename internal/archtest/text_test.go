package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	selects  = regexp.MustCompile(`(?i)\bselect\b`)
	allStar  = regexp.MustCompile(`(?i)(\bselect|,|\bdistinct|\ball)\s+([a-z_"][\w"]*\.)?\*|,([a-z_"][\w"]*\.)?\*|\*\s*(exclude|replace)\b|\bcolumns\s*\(\s*\*`)
	comment  = regexp.MustCompile(`--[^\n]*`)
	whyStar  = "every column is named (STYLE rule 9): a column more or less in an input must not change a table unseen"
	machine  = regexp.MustCompile(`(^|[\s"'=(:` + "`" + `])(/home/|/root/|/work/|/Users/|/tmp/|[A-Z]:\\Users\\)[\w.-]*`)
	whyPath  = "the tree must build and test on any machine, and says nothing about the one where it was written"
	todo     = regexp.MustCompile(`\bTODO\b(\(#[0-9]+\))?`)
	whyTodo  = "what is to be done is an issue; the comment names it: TODO(#12)"
	judgeOur = func(p string) bool { return !strings.HasPrefix(p, "internal/archtest/") }
)

// TestSQL_namesColumns looks for stars in the SQL of .sql files and Go strings.
func TestSQL_namesColumns(t *testing.T) { report(t, checkStars(real(t))) }

func checkStars(t *tree) []broken {
	var out []broken
	for p, text := range t.texts {
		if path.Ext(p) != ".sql" {
			continue
		}
		// Comments keep their line ends, so that lines count.
		out = append(out, stars(p, 1, comment.ReplaceAllString(text, ""))...)
	}
	for _, f := range t.files {
		if !judgeOur(f.path) {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			if text, err := strconv.Unquote(lit.Value); err == nil {
				out = append(out, stars(f.path, t.line(lit.Pos()), text)...)
			}
			return true
		})
	}
	return out
}

func stars(p string, line int, text string) []broken {
	if !selects.MatchString(text) {
		return nil
	}
	var out []broken
	for _, at := range allStar.FindAllStringIndex(text, -1) {
		out = append(out, broken{p, line + strings.Count(text[:at[0]], "\n"), fmt.Sprintf("%q takes all columns", text[at[0]:at[1]]), whyStar})
	}
	return out
}

// TestTexts_noMachinePaths looks for paths of the machine on which a text was written.
func TestTexts_noMachinePaths(t *testing.T) { report(t, checkPaths(real(t))) }

func checkPaths(t *tree) []broken {
	return eachLine(t, func(line string) (string, string) {
		if m := machine.FindString(line); m != "" {
			return fmt.Sprintf("%q is a path of a machine", strings.TrimLeft(m, "\"'=(:` \t")), whyPath
		}
		return "", ""
	})
}

// TestTexts_todosAreIssues looks for work that is noted and not planned.
func TestTexts_todosAreIssues(t *testing.T) { report(t, checkTodos(real(t))) }

func checkTodos(t *tree) []broken {
	return eachLine(t, func(line string) (string, string) {
		for _, m := range todo.FindAllStringSubmatch(line, -1) {
			if m[1] == "" {
				return "a TODO without its issue", whyTodo
			}
		}
		return "", ""
	})
}

func eachLine(t *tree, judge func(line string) (what, why string)) []broken {
	var out []broken
	for p, text := range t.texts {
		if !judgeOur(p) || strings.Contains(p, ".min.") {
			continue
		}
		for i, l := range strings.Split(text, "\n") {
			if what, why := judge(l); what != "" {
				out = append(out, broken{p, i + 1, what, why})
			}
		}
	}
	return out
}
