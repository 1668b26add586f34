package entry

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// Harden sets on every answer what confines a browser that reads it: nothing
// runs, styles or frames a page but what this site serves as files of its own.
// mapBase is the address of the outside base map's tiles, whose site alone may be
// asked besides; "" where there is none.
func Harden(next http.Handler, mapBase string) http.Handler {
	fixed := map[string]string{
		"Content-Security-Policy":      policy(mapBase),
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Permissions-Policy":           "camera=(), microphone=(), geolocation=(), payment=()",
		"Referrer-Policy":              "strict-origin-when-cross-origin", // tile servers ask to be told the site
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "DENY",
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range fixed {
			w.Header().Set(name, value)
		}
		next.ServeHTTP(w, r)
	})
}

// policy is the Content-Security-Policy. Images may also be data (icons of the
// style sheets) and blobs (tiles, in browsers that cannot decode them aside).
func policy(mapBase string) string {
	from := ""
	if o := origin(mapBase); o != "" {
		from = " " + o
	}
	return strings.Join([]string{
		"default-src 'self'", "style-src 'self'", "img-src 'self' data: blob:" + from, "connect-src 'self'" + from,
		"object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'",
	}, "; ")
}

// hostForm is what may stand in a policy as a host: no sign that ends a source or
// a directive.
var hostForm = regexp.MustCompile(`^[A-Za-z0-9.-]+(:[0-9]+)?$`)

// origin is the scheme and host of an address on another site, "" for every
// other text.
func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || !hostForm.MatchString(u.Host) {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
