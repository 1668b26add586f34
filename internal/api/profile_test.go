package api

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3filter"
)

const park = `{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[-1.42,53.37],[-1.36,53.37],[-1.36,53.41],[-1.42,53.41],[-1.42,53.37]]]}}`

func post(t *testing.T, s *Server, path, body string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/geo+json")
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w
}

// A shape that is sent is answered as described, and an area of the release as its shape is.
func TestProfile_sent(t *testing.T) {
	_, router := described(t)
	w := demo(t)
	got := post(t, w.open, "/api/v1/profile?level=sector&mass=yes", park)
	if got.Code != http.StatusOK || got.Header().Get("Cache-Control") != "no-store" || got.Header().Get("ETag") != "" {
		t.Fatalf("%d %v %s", got.Code, got.Header(), got.Body)
	}
	r := httptest.NewRequest(http.MethodPost, "/api/v1/profile?level=sector&mass=yes", strings.NewReader(park))
	r.Header.Set("Content-Type", "application/json")
	route, params, err := router.FindRoute(r)
	if err != nil {
		t.Fatal(err)
	}
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: &openapi3filter.Options{IncludeResponseStatus: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}}
	if err := openapi3filter.ValidateRequest(ctx, in); err != nil {
		t.Error(err)
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: got.Code, Header: got.Header(), Body: io.NopCloser(bytes.NewReader(got.Body.Bytes())), Options: in.Options}
	if err := openapi3filter.ValidateResponse(ctx, out); err != nil {
		t.Error(err)
	}
	var p profileAnswer
	if err := json.Unmarshal(got.Body.Bytes(), &p); err != nil || p.Organised == 0 || p.Area != "shape" || p.Level != "sector" || !p.Mass {
		t.Errorf("%+v, %v", p, err)
	}
	whole := read[profileAnswer](t, w.open, "", "/api/v1/profile?mass=yes")
	if whole.Organised <= p.Organised || whole.Area != "nation/all" || whole.Km2 != nil {
		t.Errorf("the whole release holds %d organisations, the shape %d", whole.Organised, p.Organised)
	}
	area := read[struct {
		Geometry json.RawMessage
	}](t, w.open, "", "/api/v1/areas/team/amp")
	sent := post(t, w.open, "/api/v1/profile", string(area.Geometry))
	var bySent profileAnswer
	if err := json.Unmarshal(sent.Body.Bytes(), &bySent); err != nil {
		t.Fatal(err)
	}
	if by := read[profileAnswer](t, w.open, "", "/api/v1/areas/team/amp/profile"); by.Organised != bySent.Organised || by.Organised == 0 {
		t.Errorf("the area holds %d organisations, its shape %d", by.Organised, bySent.Organised)
	}
}

func TestProfile_faults(t *testing.T) {
	w := demo(t)
	for _, body := range []string{"", "north", `{"type":"Point","coordinates":[0,0]}`, strings.Repeat(" ", shapeMost+1), `{"type":"Polygon","coordinates":[]}`} {
		wantProblem(t, post(t, w.open, "/api/v1/profile", body), badParameter)
	}
	for _, path := range []string{"/api/v1/profile?level=shire", "/api/v1/profile?basis=home", "/api/v1/profile?mass=perhaps", "/api/v1/profile?against=lad", "/api/v1/profile?against=lad/none", "/api/v1/profile?against=shape/none!"} {
		wantProblem(t, get(t, w.open, "", path), badParameter)
	}
	wantProblem(t, get(t, w.open, "", "/api/v1/areas/team/nowhere/profile"), notFound)
	wantProblem(t, post(t, w.open, "/api/v1/areas/team/amp/profile", park), badMethod)
	wantProblem(t, post(t, w.closed, "/api/v1/profile", park), tokenNeeded)
}
