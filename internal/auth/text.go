package auth

import (
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	mostEmail = 254 // RFC 5321, 4.5.3.1.3, without the brackets
	mostLocal = 64
	mostName  = 100 // characters
	mostAgent = 200 // bytes
)

// machineEmail is the account of whoever sits at the machine. No mail goes to it, and
// nobody can be invited to it or vouched for under it.
const (
	machineEmail = "owner@this-machine"
	machineName  = "Owner of this machine"
)

// NormalEmail writes an e-mail address as accounts are kept under it. Only the
// letters A to Z are lowered: other letters fold onto them (the Kelvin sign onto k), and
// then two addresses of two people would be one account.
func NormalEmail(s string) (string, error) {
	bad := &InputError{"email", "write the e-mail address as name@example.org"}
	s = strings.TrimSpace(s)
	if len(s) > mostEmail || !utf8.ValidString(s) {
		return "", bad
	}
	s = strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
	local, domain, _ := strings.Cut(s, "@")
	if local == "" || domain == "" || len(local) > mostLocal || strings.Contains(domain, "@") {
		return "", bad
	}
	if strings.HasPrefix(domain, ".") || strings.HasSuffix(domain, ".") || strings.Contains(domain, "..") {
		return "", bad
	}
	for _, r := range s {
		if !unicode.IsPrint(r) || unicode.IsSpace(r) || strings.ContainsRune(`<>()[]\,;:"`, r) {
			return "", bad
		}
	}
	if s == machineEmail {
		return "", &InputError{"email", "this address stands for the machine itself: use an address of a person"}
	}
	return s, nil
}

// CleanName takes out of a name what does not show or turns the text around, and
// makes one space of several.
func CleanName(s string) (string, error) {
	s = clean(s)
	switch n := utf8.RuneCountInString(s); {
	case n == 0:
		return "", &InputError{"name", "write a name"}
	case n > mostName:
		return "", &InputError{"name", "write a name of at most 100 characters"}
	}
	return s, nil
}

func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		// The joiners are part of how some languages are written.
		case r == '\u200c' || r == '\u200d':
			return r
		case unicode.Is(unicode.C, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(s), " ")
}

// clip cuts a text to at most n bytes, between characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// visit is from where somebody signs in, as far as it is kept.
type visit struct {
	address, agent string
}

func newVisit(address, agent string) visit {
	v := visit{address: clip(clean(address), 64), agent: clip(clean(agent), mostAgent)}
	if ip, ok := parseAddress(address); ok {
		v.address = ip.String()
	}
	return v
}

// parseAddress reads an address of the network with or without a port.
func parseAddress(s string) (netip.Addr, bool) {
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap(), true
	}
	ip, err := netip.ParseAddr(strings.Trim(s, "[]"))
	return ip.Unmap(), err == nil
}

// Network is under what tries from an address are counted: in IPv6 whoever has one
// address has 2^64 of them.
func Network(address string) string {
	ip, ok := parseAddress(address)
	if !ok {
		return address
	}
	if ip.Is6() {
		if p, err := ip.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return ip.String()
}
