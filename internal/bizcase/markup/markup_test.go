package markup

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func plain(spans []Span) string {
	var b strings.Builder
	for _, s := range spans {
		switch {
		case s.Insert != nil:
			b.WriteString("<" + strings.Join(s.Insert.Words, "|") + ">")
		case s.Link != "":
			b.WriteString("[" + s.Words + "](" + s.Link + ")")
		case s.Strong:
			b.WriteString("**" + s.Words + "**")
		case s.Em:
			b.WriteString("*" + s.Words + "*")
		default:
			b.WriteString(s.Words)
		}
	}
	return b.String()
}

func TestParse(t *testing.T) {
	blocks, faults := Parse("### Why here\n\nFirms cluster: {{lq advanced-manufacturing south-yorkshire 2021}},\nand {{ quote \"1,300 jobs\"  https://example.org/a }}.\n" +
		"- one **strong** and *soft* word\n- two, 3 * 4 * 5\n  goes on\n\n1. first\n2. second\n\n{{table costs}}\n\n{{gap \"Who pays?\" owner=\"The authority\" next=\"Ask.\"}}\n\n[page](https://example.org) [no](javascript:x)")
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	var got []string
	for _, b := range blocks {
		line := string(b.Kind) + ": " + plain(b.Spans)
		for _, i := range b.Items {
			line += " / " + plain(i)
		}
		if b.Insert != nil {
			line += strings.Join(b.Insert.Words, "|") + b.Insert.Set["owner"] + b.Insert.Set["next"]
		}
		got = append(got, line)
	}
	want := []string{
		"heading: Why here",
		"paragraph: Firms cluster: <lq|advanced-manufacturing|south-yorkshire|2021>, and <quote|1,300 jobs|https://example.org/a>.",
		"bullets:  / one **strong** and *soft* word / two, 3 * 4 * 5 goes on",
		"numbers:  / first / second",
		"insertion: table|costs",
		"insertion: gap|Who pays?The authorityAsk.",
		"paragraph: [page](https://example.org) [no](javascript:x)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParse_faults(t *testing.T) {
	for text, want := range map[string]string{
		"a {{lq x":             "line 1, column 3: these braces are never closed: write }} where the insertion ends",
		"a\nb {{ }}":           "line 2, column 3: the braces hold nothing: write the name of a figure between them",
		"see {{table costs}}.": "line 1, column 5: {{table …}} stands alone: put an empty line before and after it",
		"é {{quote \"a}}":      "line 1, column 3: a quotation mark of this insertion is never closed",
	} {
		_, faults := Parse(text)
		if len(faults) != 1 || faults[0].Error() != want {
			t.Errorf("%q: %v, want %s", text, faults, want)
		}
	}
}

// Whatever is typed is read without a panic, and insertions keep their place.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "a {{b c}} d", "- x\n  y\n1. z", "**a*b**", "[a](https://b) {{", "{{gap \"a\" b=\"c\"}}", "\r\n\r", "{{a=\"b\"}}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		blocks, _ := Parse(text)
		for _, b := range blocks {
			if b.Line < 1 {
				t.Fatalf("%+v", b)
			}
		}
	})
}
