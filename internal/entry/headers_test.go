package entry

import (
	"strings"
	"testing"
)

func TestPolicy_mapBase(t *testing.T) {
	for base, want := range map[string]string{
		"": "", "/tiles/{z}/{x}/{y}.png": "", "javascript:go()": "", "https://": "",
		"https://tiles.example.org/{z}/{x}/{y}.png?key=a;b": "https://tiles.example.org",
		"http://127.0.0.1:9000/{z}/{x}/{y}.png":             "http://127.0.0.1:9000",
		"https://a.example.org;script-src */{z}":            "", "https://a.example.org;x/{z}": "", "https://*/{z}": "", "https://user:word@a.example.org/{z}": "https://a.example.org",
	} {
		if got := origin(base); got != want {
			t.Errorf("origin of %q is %q, want %q", base, got, want)
		}
		p := policy(base)
		if n := strings.Count(p, "example.org"); want != "" && strings.Contains(want, "example.org") && n != 2 || strings.Contains(p, "unsafe") {
			t.Errorf("policy for %q: %s", base, p)
		}
	}
}
