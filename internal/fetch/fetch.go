// Package fetch makes the clients with which the program asks other machines, so
// that every request has an end, a largest answer and a name. It owns timeouts, caps,
// the rules for redirects and the user agent; the downloading of sources will live
// here too. What is asked, and what the answer means, is for its callers to know.
package fetch

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Options limit a client. The zero value gives short answers little time.
type Options struct {
	Timeout  time.Duration // for a whole request, its redirects and its body; default 10 s
	MaxBytes int64         // of one answer's body; default 1 MiB
}

const (
	agent         = "milieu"
	mostRedirects = 5
)

// ErrTooLarge says that an answer has more bytes than the client takes.
var ErrTooLarge = errors.New("the answer is larger than is taken")

// Client makes a client. It follows redirects within one host only, since another
// host was not asked for and may be given what was meant for the first; and it speaks
// HTTP without TLS to this machine only.
func Client(o Options) *http.Client {
	if o.Timeout <= 0 {
		o.Timeout = 10 * time.Second
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = 1 << 20
	}
	t := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: o.Timeout}).DialContext,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           16,
		IdleConnTimeout:        time.Minute,
		TLSHandshakeTimeout:    o.Timeout,
		MaxResponseHeaderBytes: 64 << 10,
	}
	return &http.Client{Timeout: o.Timeout, Transport: &limited{t, o.MaxBytes}, CheckRedirect: sameHost}
}

func sameHost(r *http.Request, via []*http.Request) error {
	first := via[0].URL
	if len(via) > mostRedirects {
		return fmt.Errorf("%s redirects more than %d times", first.Host, mostRedirects)
	}
	if r.URL.Scheme != first.Scheme || !strings.EqualFold(r.URL.Host, first.Host) {
		return fmt.Errorf("%s redirects to %s, which was not asked for", first.Host, r.URL.Host)
	}
	return nil
}

// Private says that what is sent to u cannot be read on the way: over TLS, or
// without leaving this machine.
func Private(u *url.URL) bool {
	if u.Scheme == "https" {
		return u.Host != ""
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "http" && (u.Hostname() == "localhost" || err == nil && ip.IsLoopback())
}

// limited sends requests as the package promises.
type limited struct {
	next http.RoundTripper
	most int64
}

func (l *limited) RoundTrip(r *http.Request) (*http.Response, error) {
	if !Private(r.URL) {
		return nil, fmt.Errorf("%s://%s is not asked: only https is", r.URL.Scheme, r.URL.Host)
	}
	r = r.Clone(r.Context())
	if r.Header.Get("User-Agent") == "" {
		r.Header.Set("User-Agent", agent)
	}
	resp, err := l.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if resp.ContentLength > l.most {
		err := fmt.Errorf("%s: %w: %d bytes, at most %d", r.URL.Host, ErrTooLarge, resp.ContentLength, l.most)
		return nil, errors.Join(err, resp.Body.Close())
	}
	resp.Body = &body{resp.Body, l.most}
	return resp, nil
}

// body ends with an error where an answer goes on for too long, so that a cut
// answer is never taken for a whole one.
type body struct {
	io.ReadCloser
	left int64
}

func (b *body) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, ErrTooLarge
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	if b.left < 0 {
		return n - 1, ErrTooLarge
	}
	return n, err
}
