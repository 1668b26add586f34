package pdf

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestValue(t *testing.T) {
	dict := []byte("<</Type /Action\n/S /URI\n/URI (https://example.org/a\\)b?(c))\n/K [1 0 R <</K 7>> 3]\n/P 12 0 R/N -4.5 /H <FEFF0041>>>\nstream\n/X 1")
	for key, want := range map[string]string{"Type": "/Action", "S": "/URI", "URI": `(https://example.org/a\)b?(c))`, "K": "[1 0 R <</K 7>> 3]", "P": "12 0 R", "N": "-4.5", "H": "<FEFF0041>", "X": "", "Q": ""} {
		if got := string(value(dict, key)); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	if got := string(value(with([]byte("<</A 1/B 2>>"), "B", "[3]"), "B")); got != "[3]" {
		t.Errorf("the changed value is %q", got)
	}
	if got := string(with([]byte("<</A 1>>"), "B", "2")); got != "<</B 2\n/A 1>>" {
		t.Errorf("with a new key: %q", got)
	}
}

func TestMarkArtifacts(t *testing.T) {
	f := file{objects: map[int][]byte{2: []byte("<</Type /XObject\n/Subtype /Form>>")}}
	for in, want := range map[string]string{
		"/X2 Do 0 0 5 5 re f":             "/X2 Do /Artifact BMC\n0 0 5 5 re f\nEMC",
		"q 1 0 0 1 0 0 cm 0 0 5 5 re f Q": "q 1 0 0 1 0 0 cm /Artifact BMC\n0 0 5 5 re f\nEMC Q",
		"0 0 5 5 re W n /P <</MCID 0>>BDC BT (a\\) f) Tj ET 0 0 1 1 re f EMC 1 2 m 3 4 l S": "0 0 5 5 re W n /P <</MCID 0>>BDC BT (a\\) f) Tj ET 0 0 1 1 re f EMC /Artifact BMC\n1 2 m 3 4 l S\nEMC",
		"BT /F1 9 Tf <00> Tj ET\n/X1 Do": "/Artifact BMC\nBT /F1 9 Tf <00> Tj ET\nEMC\n/Artifact BMC\n/X1 Do\nEMC",
	} {
		got, drawings := f.markArtifacts([]byte(in))
		if string(got) != want {
			t.Errorf("%q\n is %q\nwant %q", in, got, want)
		}
		if inside := strings.Contains(in, "X2"); inside != slices.Equal(drawings, []int{2}) {
			t.Errorf("%q shows the drawings %v", in, drawings)
		}
	}
}

// What is no file of the known form is an error, never a broken file.
func TestParse_form(t *testing.T) {
	for _, in := range []string{"", "%PDF-1.4\n", "startxref\n9\n%%EOF", "xxxxxxxxxxxxxxxx\nxref\n0 1\nstartxref\n17\n%%EOF"} {
		if _, err := parse([]byte(in)); !errors.Is(err, errForm) {
			t.Errorf("%q: the error is %v", in, err)
		}
	}
}

func TestFind(t *testing.T) {
	if _, err := Find("no-such-browser-here"); !errors.Is(err, ErrNoBrowser) {
		t.Errorf("the error is %v", err)
	}
}
