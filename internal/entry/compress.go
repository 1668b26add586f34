package entry

import (
	"compress/gzip"
	"net/http"
	"strings"
	"sync"
)

// compress answers with gzip where the visitor takes it and it is worth it.
func compress(next http.Handler) http.Handler {
	pool := sync.Pool{New: func() any {
		z, _ := gzip.NewWriterLevel(nil, 5)
		return z
	}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g := &gzipped{ResponseWriter: w, pool: &pool, plain: !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")}
		defer g.close()
		next.ServeHTTP(g, r)
	})
}

// gzipped decides at the first byte whether the answer is text worth packing.
type gzipped struct {
	http.ResponseWriter
	pool    *sync.Pool
	plain   bool // the visitor does not take gzip
	z       *gzip.Writer
	decided bool
}

func (g *gzipped) decide() {
	if g.decided {
		return
	}
	g.decided = true
	g.vary()
	t := g.Header().Get("Content-Type")
	packable := !g.plain && (strings.HasPrefix(t, "text/") || strings.Contains(t, "json") || strings.Contains(t, "javascript") || strings.Contains(t, "mapbox"))
	if !packable || g.Header().Get("Content-Encoding") != "" {
		return
	}
	g.Header().Set("Content-Encoding", "gzip")
	g.Header().Del("Content-Length")
	g.z = g.pool.Get().(*gzip.Writer)
	g.z.Reset(g.ResponseWriter)
}

// vary says to those who keep answers that this one depends on what the visitor takes.
func (g *gzipped) vary() {
	for _, v := range g.Header().Values("Vary") {
		if strings.Contains(strings.ToLower(v), "accept-encoding") {
			return
		}
	}
	g.Header().Add("Vary", "Accept-Encoding")
}

func (g *gzipped) WriteHeader(status int) {
	g.vary()
	if status != http.StatusNotModified && status != http.StatusNoContent {
		g.decide()
	}
	g.ResponseWriter.WriteHeader(status)
}

func (g *gzipped) Write(p []byte) (int, error) {
	g.decide()
	if g.z != nil {
		return g.z.Write(p)
	}
	return g.ResponseWriter.Write(p)
}

func (g *gzipped) close() {
	if !g.decided {
		g.vary() // nothing was written: the header goes out now
	}
	if g.z == nil {
		return
	}
	_ = g.z.Close() // the visitor has left when this fails
	g.pool.Put(g.z)
}

// Unwrap lets handlers that send long answers reach the connection's deadlines.
func (g *gzipped) Unwrap() http.ResponseWriter { return g.ResponseWriter }
