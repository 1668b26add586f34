package auth

import (
	"errors"
	"net/url"
	"strings"
	"testing"
)

func TestNormalEmail(t *testing.T) {
	cases := []struct{ in, want string }{
		{"  Ada@Example.ORG ", "ada@example.org"},
		{"ada+x@example.org", "ada+x@example.org"},
		{"o'hara@example.org", "o'hara@example.org"},
		{"jörg@exämple.org", "jörg@exämple.org"},
		{"mi\u212Ae@example.org", "mi\u212Ae@example.org"}, // the Kelvin sign is not k
		{"", ""}, {"ada", ""}, {"@example.org", ""}, {"ada@", ""}, {"a@b@c", ""},
		{"ada @example.org", ""}, {"ada\x00@example.org", ""}, {"ada\n@example.org", ""}, {"a\u202eda@example.org", ""},
		{"Ada <ada@example.org>", ""}, {"a,b@example.org", ""}, {"ada@.org", ""}, {"ada@example.org.", ""}, {"ada@example..org", ""},
		{strings.Repeat("a", 65) + "@example.org", ""}, {"a@" + strings.Repeat("b", 253), ""}, {"\xff@example.org", ""},
		{"Owner@This-Machine", ""},
	}
	for _, c := range cases {
		got, err := NormalEmail(c.in)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%q: got %q, %v; want %q", c.in, got, err, c.want)
		}
		var in *InputError
		if err != nil && (!errors.As(err, &in) || in.Field != "email") {
			t.Errorf("%q: %v is not about the e-mail", c.in, err)
		}
	}
}

func TestCleanName(t *testing.T) {
	cases := []struct{ in, want string }{
		{"  Ada \t\n Lovelace ", "Ada Lovelace"},
		{"Ada\x00\x1b[31m", "Ada[31m"},
		{"evil\u202Eadmin", "eviladmin"},
		{"نمی\u200cدانم", "نمی\u200cدانم"},
		{"\xff Ada", "Ada"},
		{strings.Repeat("é", 100), strings.Repeat("é", 100)},
		{strings.Repeat("é", 101), ""}, {" \t ", ""}, {"\u202e", ""},
	}
	for _, c := range cases {
		if got, err := CleanName(c.in); got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%q: got %q, %v; want %q", c.in, got, err, c.want)
		}
	}
}

func TestNameOr(t *testing.T) {
	cases := []struct{ name, want string }{
		{"Ada Lovelace", "Ada Lovelace"}, {" \u202e ", "ada"}, {strings.Repeat("x", 300), strings.Repeat("x", 100)},
	}
	for _, c := range cases {
		if got := nameOr(c.name, "ada@example.org"); got != c.want {
			t.Errorf("%q: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestVisit(t *testing.T) {
	v := newVisit("[2001:db8::1]:443", "Browser\n"+strings.Repeat("é", 300))
	if v.address != "2001:db8::1" || len(v.agent) > mostAgent || strings.Contains(v.agent, "\n") || !strings.HasSuffix(v.agent, "é") {
		t.Errorf("got %+v", v)
	}
	cases := map[string]string{
		"192.0.2.7":             "192.0.2.7",
		"192.0.2.7:80":          "192.0.2.7",
		"::ffff:192.0.2.7":      "192.0.2.7",
		"2001:db8:1:2:3:4:5:6":  "2001:db8:1:2::/64",
		"[2001:db8:1:2::9]:443": "2001:db8:1:2::/64",
		"[2001:db8:1:2::9]":     "2001:db8:1:2::/64",
		"fe80::1%eth0":          "fe80::/64",
		"pipe":                  "pipe",
	}
	for in, want := range cases {
		if got := Network(in); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

func TestSafeNext(t *testing.T) {
	cases := []struct{ in, want string }{
		{"/", "/"}, {"/people", "/people"}, {"/people/", "/people/"}, {"/why?ref=org/x%20y&to=//z#top", "/why?ref=org/x%20y&to=//z#top"},
		{"/search?q=http://example.org/", "/search?q=http://example.org/"}, {"/a b", "/a%20b"}, {"/a?b=c d é", "/a?b=c%20d%20%C3%A9"}, {"/café", "/caf%C3%A9"}, {"/a:b", "/a:b"},
		{"/org/a%2fb", "/org/a%2fb"}, {"/sign-information", "/sign-information"},
		{"", "/"}, {"people", "/"}, {"//evil.org", "/"}, {"///evil.org", "/"}, {"/\\evil.org", "/"}, {"\\\\evil.org", "/"}, {"/%5cevil.org", "/"},
		{"/%2fevil.org", "/"}, {"/a//b", "/"}, {"/a/../../b", "/"}, {"/..//evil.org", "/"}, {"/./a", "/"}, {"/%2e%2e/a", "/"},
		{"http://evil.org/", "/"}, {"https:evil.org", "/"}, {"javascript:alert(1)", "/"}, {" /people", "/"}, {"/\t/evil.org", "/"},
		{"/\n/evil.org", "/"}, {"/a%0d%0aSet-Cookie:x", "/"}, {"/a\x00", "/"}, {"/\u202eevil", "/"}, {"/\xff", "/"}, {"/%zz", "/"}, {"/%ff", "/"},
		{"/sign-out", "/"}, {"/sign-out/", "/"}, {"/Sign-Out?x=1", "/"}, {"/sign-in?next=/", "/"}, {"/sign%2dout", "/"}, {"/enter", "/"}, {"/join/x", "/"},
		{"/" + strings.Repeat("a", 1499), "/" + strings.Repeat("a", 1499)}, {"/" + strings.Repeat("a", 1500), "/"}, {"/" + strings.Repeat("é", 700), "/"},
	}
	for _, c := range cases {
		if got := SafeNext(c.in); got != c.want {
			t.Errorf("%q: got %q, want %q", c.in, got, c.want)
		}
	}
}

func FuzzSafeNext(f *testing.F) {
	for _, s := range []string{"/", "/people?x=1#y", "//evil.org", "/\\evil.org", "/%2f%2fevil.org", "/..//evil.org", "http://x", "/\t/x", "/a;b=c", "/?", "/#"} {
		f.Add(s)
	}
	base, err := url.Parse("https://milieu.example.org/sign-in")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out := SafeNext(in)
		if !strings.HasPrefix(out, "/") || strings.HasPrefix(out, "//") || strings.ContainsAny(out, "\\\r\n\t\x00") {
			t.Fatalf("%q became %q", in, out)
		}
		for _, r := range out {
			if r < 0x21 || r > 0x7e {
				t.Fatalf("%q became %q, which has %q", in, out, r)
			}
		}
		u, err := base.Parse(out)
		if err != nil || u.Host != base.Host || u.Scheme != base.Scheme || u.User != nil {
			t.Fatalf("%q became %q, which leads to %v (%v)", in, out, u, err)
		}
		if again := SafeNext(out); again != out {
			t.Fatalf("%q became %q, and that %q", in, out, again)
		}
	})
}
