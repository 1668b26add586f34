package archtest

import (
	"fmt"
	"go/ast"
	"slices"
	"testing"
)

// What STYLE 3.2 asks of sizes. They are told, not enforced: a long table is no fault.
const (
	mostFunction = 60
	mostFile     = 400
	mostPackage  = 3000
)

// TestSizes prints what is larger than the house likes (see it with -v); it never fails.
func TestSizes(t *testing.T) {
	for _, l := range sizes(real(t)) {
		t.Log(l)
	}
}

func sizes(t *tree) []string {
	var out []string
	var functions []int
	pkgs := map[string]int{}
	code, tests := 0, 0
	for _, f := range t.files {
		if f.test {
			tests += f.lines
			continue
		}
		code += f.lines
		pkgs[f.dir] += f.lines
		if f.lines > mostFile {
			out = append(out, fmt.Sprintf("file %s: %d lines, more than %d", f.path, f.lines, mostFile))
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			n := t.line(fn.End()) - t.line(fn.Pos()) + 1
			functions = append(functions, n)
			if n > mostFunction {
				out = append(out, fmt.Sprintf("function %s:%d %s: %d lines, more than %d", f.path, t.line(fn.Pos()), fn.Name.Name, n, mostFunction))
			}
		}
	}
	for dir, n := range pkgs {
		if n > mostPackage {
			out = append(out, fmt.Sprintf("package %s: %d lines, more than %d", dir, n, mostPackage))
		}
	}
	slices.Sort(out)
	if len(functions) == 0 {
		return out
	}
	slices.Sort(functions)
	return append(out, fmt.Sprintf("%d packages, %d lines and %d of tests (%.2f); %d functions: median %d lines, nine of ten at most %d, longest %d",
		len(pkgs), code, tests, float64(tests)/float64(code), len(functions), functions[len(functions)/2], functions[len(functions)*9/10], functions[len(functions)-1]))
}
