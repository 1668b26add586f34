package pdf

import (
	"bytes"
	"compress/zlib"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// once is the document of the tests as a file.
var once = sync.OnceValues(func() ([]byte, error) {
	b, err := opened()
	if err != nil {
		return nil, err
	}
	return b.Print(context.Background(), sample())
})

// printed is the document of the tests as a file, with its objects.
func printed(t *testing.T) ([]byte, file) {
	t.Helper()
	browser(t)
	data, err := once()
	if err != nil {
		t.Fatal(err)
	}
	f, err := parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return data, f
}

// TestPrint_standard asks of the file what PDF/UA-1 (ISO 14289-1) asks that a machine can see; the clauses are those of the
// standard. It shares the reading of objects with what it tests, so that TestPrint_tools asks other programs too.
func TestPrint_standard(t *testing.T) {
	_, f := printed(t)
	root := f.objects[f.root]
	for key, want := range map[string]string{"Lang": "(en-GB)", "MarkInfo": "/Marked true", "ViewerPreferences": "/DisplayDocTitle true"} { // 7.2, 6.2, 7.1
		if got := string(value(root, key)); !strings.Contains(got, want) {
			t.Errorf("the catalogue has %s %q, want %q", key, got, want)
		}
	}
	meta, _ := ref(value(root, "Metadata"))
	for _, want := range []string{"<pdfuaid:part>1</pdfuaid:part>", "The case for the valley – “steel”", "<dc:language>", "release 0a1b2c3d"} { // 5, 7.1
		if !bytes.Contains(f.objects[meta], []byte(want)) {
			t.Errorf("the metadata lack %q", want)
		}
	}
	if outline, ok := ref(value(root, "Outlines")); !ok || len(f.objects[outline]) == 0 {
		t.Error("the file has no outline")
	}
	for _, n := range f.numbers() {
		for _, fault := range faults(f, f.objects[n]) {
			t.Errorf("object %d %s:\n%s", n, fault, f.objects[n])
		}
	}
	checkHeadings(t, f)
}

// faults are what the standard forbids of one object.
func faults(f file, o []byte) (out []string) {
	kind := string(value(o, "Type"))
	role := string(value(o, "S"))
	switch {
	case kind == "/Annot" && value(o, "Contents") == nil: // 7.18.1, 7.18.5
		out = append(out, "is a link that does not say where it leads")
	case kind == "/StructElem" && role == "/Figure" && value(o, "Alt") == nil: // 7.3
		out = append(out, "is a picture without words")
	case kind == "/StructElem" && role == "/TH" && !bytes.Contains(value(o, "A"), []byte("/Scope")): // 7.5
		out = append(out, "heads cells, and does not say which")
	case kind == "/StructElem" && role == "/LI": // 7.2
		for _, k := range refs(value(o, "K")) {
			if s := string(value(f.objects[k], "S")); s != "/Lbl" && s != "/LBody" {
				out = append(out, "is an item of a list that holds "+s)
			}
		}
	case kind == "/StructElem" && role == "/TR":
		if n := len(refs(value(o, "K"))); n < 2 {
			out = append(out, fmt.Sprintf("is a row of %d cells", n))
		}
	case kind == "/Font" && value(o, "Subtype") != nil && string(value(o, "Subtype")) != "/Type0" && value(o, "FontDescriptor") == nil: // 7.21.4
		out = append(out, "is a font that is not within the file")
	case kind == "/Page":
		for _, c := range refs(value(o, "Contents")) {
			if loose := unmarked(f.objects[c]); loose != "" { // 7.1
				out = append(out, "shows what is neither text nor artifact: "+loose)
			}
		}
	}
	return out
}

// unmarked is the first operator of a stream that paints outside of marked content.
func unmarked(object []byte) string {
	_, body, _ := bytes.Cut(object, streamWord)
	z, err := zlib.NewReader(bytes.NewReader(body))
	if err != nil {
		return err.Error()
	}
	content, err := io.ReadAll(z)
	if err != nil {
		return err.Error()
	}
	depth := 0
	for at := 0; ; {
		w, more := next(content, at)
		if !more {
			return ""
		}
		at = w.to
		switch op := string(content[w.from:w.to]); {
		case op == "BDC" || op == "BMC":
			depth++
		case op == "EMC":
			depth--
		case depth == 0 && (paints[op] || shows[op] || op == "Tj" || op == "TJ"):
			return op
		}
	}
}

// checkHeadings wants of the headings that none skips a level (7.4.2), and that the first is the only one of level 1.
func checkHeadings(t *testing.T, f file) {
	t.Helper()
	var levels []int
	for _, n := range f.numbers() { // the browser writes the structure in the order of reading
		if s := string(value(f.objects[n], "S")); len(s) == 3 && s[:2] == "/H" && s[2] >= '1' && s[2] <= '6' {
			levels = append(levels, int(s[2]-'0'))
		}
	}
	if len(levels) < 5 || levels[0] != 1 {
		t.Fatalf("the headings have the levels %v", levels)
	}
	for k, l := range levels[1:] {
		if l > levels[k]+1 || l == 1 {
			t.Errorf("heading %d of level %d comes after one of level %d", k+2, l, levels[k])
		}
	}
}

// TestPrint_tools asks other programs about the file, where they are on the machine: Debian's qpdf and poppler-utils.
func TestPrint_tools(t *testing.T) {
	data, _ := printed(t)
	file := filepath.Join(t.TempDir(), "case.pdf")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(name string, args ...string) string {
		if _, err := exec.LookPath(name); err != nil {
			t.Logf("%s is not here and was not asked", name)
			return ""
		}
		out, err := exec.Command(name, append(args, file)...).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
		return string(out)
	}
	if out := run("qpdf", "--check"); strings.Contains(out, "WARNING") {
		t.Errorf("qpdf: %s", out)
	}
	if out := run("pdfinfo"); out != "" {
		for _, want := range []string{"Title:           The case for the valley – “steel”", "Tagged:          yes", "Creator:         Milieu", "JavaScript:      no"} {
			if !strings.Contains(out, want) {
				t.Errorf("pdfinfo does not say %q:\n%s", want, out)
			}
		}
	}
	out := run("pdffonts")
	for _, line := range strings.Split(strings.TrimSpace(out), "\n")[min(2, strings.Count(out, "\n")):] {
		if line != "" && (strings.Contains(line, "Type 3") || !strings.Contains(line, "yes yes yes")) {
			t.Errorf("a font is not within the file, or is a picture: %s", line)
		}
	}
	if out := run("pdfinfo", "-struct-text"); out != "" {
		for _, want := range []string{"H1", "TH", "Figure", "LBody", "Link"} {
			if !strings.Contains(out, want) {
				t.Errorf("the structure has no %s", want)
			}
		}
	}
}
