package typed

import (
	"net/url"
	"regexp"
)

// host is the name of a site in any script, with a port or without.
var host = regexp.MustCompile(`^[\p{L}\p{N}]([\p{L}\p{M}\p{N}._-]*[\p{L}\p{M}\p{N}])?(:[0-9]{1,5})?$`)

// IsWeb says that a text is the address of a page of the web: http or https, with the name of a site and nobody's name and password.
func IsWeb(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.User == nil && host.MatchString(u.Host)
}
