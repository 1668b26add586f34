package entry

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

func TestWrap_packs(t *testing.T) {
	long := strings.Repeat("a long answer ", 1000)
	for name, c := range map[string]struct {
		accept, contentType string
		status              int
		packed              bool
	}{
		"page":           {"gzip, br", "text/html; charset=utf-8", 200, true},
		"data":           {"gzip", "application/geo+json", 200, true},
		"error page":     {"gzip", "text/html; charset=utf-8", 404, true},
		"picture":        {"gzip", "image/png", 200, false},
		"workbook":       {"gzip", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 200, false},
		"nothing to say": {"gzip", "text/html", 304, false},
		"not asked for":  {"", "text/html", 200, false},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept-Encoding", c.accept)
		w := httptest.NewRecorder()
		Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", c.contentType)
			w.WriteHeader(c.status)
			if c.status != http.StatusNotModified {
				_, _ = io.WriteString(w, long)
			}
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Errorf("%s: the connection is out of reach: %v", name, err)
			}
		}), Options{}).ServeHTTP(w, r)
		if v := w.Header().Values("Vary"); len(v) != 1 || v[0] != "Accept-Encoding" {
			t.Errorf("%s: varies by %q", name, v)
		}
		if packed := w.Header().Get("Content-Encoding") == "gzip"; packed != c.packed || w.Code != c.status {
			t.Errorf("%s: packed %v, status %d", name, packed, w.Code)
			continue
		}
		if !c.packed {
			continue
		}
		z, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(z); err != nil || string(got) != long {
			t.Errorf("%s: %d bytes come back, %v", name, len(got), err)
		}
	}
}

// TestWrap_vary holds that what a handler says of its answers stays, and nothing is said twice.
func TestWrap_vary(t *testing.T) {
	for set, want := range map[string][]string{
		"":                                    {"Accept-Encoding"},
		"Accept, Authorization":               {"Accept, Authorization", "Accept-Encoding"},
		"Accept-Encoding, HX-Request, Cookie": {"Accept-Encoding, HX-Request, Cookie"},
	} {
		for _, accept := range []string{"", "gzip"} {
			for _, body := range []string{"", "text"} {
				r := httptest.NewRequest(http.MethodGet, "/", nil)
				r.Header.Set("Accept-Encoding", accept)
				w := httptest.NewRecorder()
				Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					if set != "" {
						w.Header().Set("Vary", set)
					}
					if body != "" {
						_, _ = io.WriteString(w, body)
					}
				}), Options{}).ServeHTTP(w, r)
				if got := w.Header().Values("Vary"); !slices.Equal(got, want) {
					t.Errorf("%q, %q, %q: varies by %q, want %q", set, accept, body, got, want)
				}
			}
		}
	}
}
