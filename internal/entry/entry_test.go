package entry

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestWrap_client(t *testing.T) {
	proxies, err := ParseProxies([]string{"10.0.0.0/8", "192.0.2.7"})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		remote, forwarded, proto string
		address                  string
		secure, loopback         bool
	}{
		"direct":                  {"198.51.100.1:4000", "", "", "198.51.100.1", false, false},
		"loopback":                {"127.0.0.1:4000", "", "", "127.0.0.1", false, true},
		"loopback v6":             {"[::1]:4000", "", "", "::1", false, true},
		"mapped":                  {"[::ffff:127.0.0.1]:4000", "", "", "127.0.0.1", false, true},
		"claims without a proxy":  {"198.51.100.1:4000", "127.0.0.1", "https", "198.51.100.1", false, false},
		"behind a proxy":          {"10.1.2.3:4000", "198.51.100.9", "https", "198.51.100.9", true, false},
		"behind two":              {"10.1.2.3:4000", "198.51.100.9, 192.0.2.7", "https", "198.51.100.9", true, false},
		"client lies of hops":     {"10.1.2.3:4000", "127.0.0.1, 198.51.100.9", "http", "198.51.100.9", false, false},
		"rubbish in the list":     {"10.1.2.3:4000", "x, 198.51.100.9", "http", "198.51.100.9", false, false},
		"unnamed local proxy":     {"127.0.0.1:4000", "198.51.100.9", "https", "127.0.0.1", false, false},
		"proxy says loopback":     {"10.1.2.3:4000", "127.0.0.1", "", "127.0.0.1", false, false},
		"proxy that says nothing": {"10.1.2.3:4000", "", "", "10.1.2.3", false, false},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.remote
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if c.proto != "" {
			r.Header.Set("X-Forwarded-Proto", c.proto)
		}
		Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if Address(r) != c.address || Secure(r) != c.secure || Loopback(r) != c.loopback {
				t.Errorf("%s: %s secure=%v loopback=%v", name, Address(r), Secure(r), Loopback(r))
			}
		}), Options{Proxies: proxies}).ServeHTTP(httptest.NewRecorder(), r)
	}
	if _, err := ParseProxies([]string{"proxy.example"}); err == nil {
		t.Error("a name is taken for an address")
	}
}

func TestWrap_otherSites(t *testing.T) {
	done := 0
	h := Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { done++ }), Options{})
	for name, c := range map[string]struct {
		method  string
		headers map[string]string
		want    int
	}{
		"own form":               {"POST", map[string]string{"Sec-Fetch-Site": "same-origin"}, 200},
		"other site's form":      {"POST", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		"sister site's form":     {"POST", map[string]string{"Sec-Fetch-Site": "same-site"}, 403},
		"old browser, own":       {"POST", map[string]string{"Origin": "http://example.com"}, 200},
		"old browser, other":     {"POST", map[string]string{"Origin": "http://evil.example"}, 403},
		"no origin":              {"POST", map[string]string{"Origin": "null"}, 403},
		"program":                {"POST", nil, 200},
		"other site's link":      {"GET", map[string]string{"Sec-Fetch-Site": "cross-site"}, 200},
		"other site's delete":    {"DELETE", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		"form without a referer": {"POST", map[string]string{"Sec-Fetch-Site": "none"}, 200},
	} {
		done = 0
		r := httptest.NewRequest(c.method, "http://example.com/decide", nil)
		for k, v := range c.headers {
			r.Header.Set(k, v)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.want || (done == 1) != (c.want == 200) {
			t.Errorf("%s: %d, done %d, want %d", name, w.Code, done, c.want)
		}
	}
}
