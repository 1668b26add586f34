package typed

import (
	"errors"
	"testing"
)

func TestFaults(t *testing.T) {
	f := Faults{}
	if f.Err() != nil {
		t.Error("nothing is wrong")
	}
	if got := f.Text("note", " a\x00b\r\nc\x7f ", 5); got != "a b\nc" {
		t.Errorf("%q", got)
	}
	if got := f.Day("day", " 2026-03-01 "); got != "2026-03-01" || len(f) > 0 {
		t.Errorf("%q, %v", got, f)
	}
	f.Text("note", "éééééé", 5)
	f.Text("note", "another", 1)
	f.Day("day", "1 March")
	var e *InputError
	if err := f.Err(); !errors.As(err, &e) || e.Fields["note"] != "is longer than 5 characters (it has 6)" || err.Error() != `the day "1 March" is not a day: write it as 2026-03-01` {
		t.Error(err)
	}
	if err := Whole("%d faults", 2); err.Error() != "2 faults" {
		t.Error(err)
	}
}

func TestCut(t *testing.T) {
	for most, want := range map[int]string{0: "", 1: "a", 2: "a", 3: "aé", 9: "aé"} {
		if got := Cut("aé", most); got != want {
			t.Errorf("%d: %q, want %q", most, got, want)
		}
	}
	if got := Line(" a \n b\t\xff"); got != "a b \ufffd" {
		t.Errorf("%q", got)
	}
}

func TestIsWeb(t *testing.T) {
	for text, want := range map[string]bool{
		"https://example.org/a?b=c": true, "http://localhost:8080/": true, "https://bücher.example/": true, "https://a_b.example": true,
		"": false, "example.org": false, "ftp://example.org": false, "https:///a": false, "https://ana:secret@example.org": false, "javascript:alert(1)": false,
		`https://evil.example";"x")"`: false, "https://exa mple.org": false,
	} {
		if IsWeb(text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}
