// Package entry is what every request passes before it reaches a page or the API:
// where it comes from (behind named proxies too), whether its way is encrypted,
// whether another site's page sent it, and how much it may bring. It decides
// nothing about people: that is auth's.
package entry

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// Options are the settings of the way in.
type Options struct {
	HTTPS   bool           // this program itself speaks TLS
	Proxies []netip.Prefix // machines whose X-Forwarded-For and X-Forwarded-Proto are believed
	MapBase string         // tiles of the outside base map, whose site alone pages may ask
}

// MostBody is how much a request may bring where its page does not say otherwise.
const MostBody = 1 << 20

type key int

const clientKey key = 0

// client is what is known of where a request comes from.
type client struct {
	address string
	secure  bool
}

// Wrap puts the way in before next.
func Wrap(next http.Handler, o Options) http.Handler {
	next = compress(next)
	// Browsers say of each request whether a page of this site sent it. What does not
	// read only, and comes from another site, is refused: cookies would go with it.
	sameSite := http.NewCrossOriginProtection()
	sameSite.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "This was sent by a page of another site and has not been done. Go to the page itself and try again.", http.StatusForbidden)
	}))
	return Harden(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := client{address: host(r.RemoteAddr), secure: o.HTTPS}
		if trusted(c.address, o.Proxies) {
			c = forwarded(r, c, o.Proxies)
		}
		if c.secure {
			w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		}
		sameSite.Handler(next).ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), clientKey, c)))
	}), o.MapBase)
}

// forwarded reads who the proxies say the client is: the last address in the list
// that is not one of theirs, since everything before it is the client's own word.
func forwarded(r *http.Request, c client, proxies []netip.Prefix) client {
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		a, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		c.address = a.Unmap().String()
		if !trusted(c.address, proxies) {
			break
		}
	}
	c.secure = c.secure || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
	return c
}

func trusted(address string, proxies []netip.Prefix) bool {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return false
	}
	for _, p := range proxies {
		if p.Contains(a.Unmap()) {
			return true
		}
	}
	return false
}

func host(remote string) string {
	h, _, err := net.SplitHostPort(remote)
	if err != nil {
		return remote
	}
	if a, err := netip.ParseAddr(h); err == nil {
		return a.Unmap().WithZone("").String()
	}
	return h
}

func of(r *http.Request) client {
	c, ok := r.Context().Value(clientKey).(client)
	if !ok {
		c.address = host(r.RemoteAddr)
	}
	return c
}

// Address is the network address of whoever asks.
func Address(r *http.Request) string { return of(r).address }

// Secure says that the request came encrypted all the way that is known.
func Secure(r *http.Request) bool { return of(r).secure }

// Loopback says that the request comes from this machine, and not through a proxy.
func Loopback(r *http.Request) bool {
	a, err := netip.ParseAddr(Address(r))
	return err == nil && a.IsLoopback() && r.Header.Get("X-Forwarded-For") == "" && r.Header.Get("Forwarded") == ""
}

// ParseProxies reads addresses and prefixes such as 10.0.0.0/8.
func ParseProxies(list []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range list {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			var a netip.Addr
			if a, err = netip.ParseAddr(s); err != nil {
				return nil, &net.ParseError{Type: "address or prefix of a proxy", Text: s}
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		out = append(out, p.Masked())
	}
	return out, nil
}
