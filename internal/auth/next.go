package auth

import (
	"fmt"
	"net/url"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// mostNext is as long as an address to return to may be, in bytes: it travels in a cookie.
const mostNext = 1500

// notNext are paths to which nobody is sent after signing in: they would sign out
// again, or ask to sign in.
var notNext = []string{"/sign-in", "/sign-out", "/enter", "/join"}

// SafeNext gives the address to go to after signing in: next where it is a path of
// this server, else "/". What a browser could read as another host is not one.
func SafeNext(next string) string {
	const home = "/"
	if next == "" || next[0] != '/' || len(next) > mostNext || !plain(next) {
		return home
	}
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" {
		return home
	}
	// The path is judged as it reads after decoding: proxies and browsers differ in
	// what they decode, so a path that changes its meaning is not taken at all.
	clean := path.Clean(u.Path)
	if !plain(u.Path) || u.Path != clean && u.Path != clean+"/" {
		return home
	}
	low := strings.ToLower(clean)
	for _, p := range notNext {
		if low == p || strings.HasPrefix(low, p+"/") {
			return home
		}
	}
	u.RawQuery = ascii(u.RawQuery)
	if next = u.String(); len(next) > mostNext {
		return home
	}
	return next
}

// plain says that no character of a path is one that browsers drop or turn round.
func plain(s string) bool {
	return utf8.ValidString(s) && !strings.Contains(s, `\`) && !strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.C, r) })
}

// ascii escapes what a query may not hold as it is, as url.URL does for paths only.
func ascii(query string) string {
	var b strings.Builder
	for i := range len(query) {
		if c := query[i]; c <= ' ' || c >= 0x7f {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
