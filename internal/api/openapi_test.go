package api

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/google/go-cmp/cmp"

	"milieu/internal/auth"
)

// described is openapi.yaml, held against its own rules.
func described(t testing.TB) (*openapi3.T, routers.Router) {
	t.Helper()
	openapi3filter.RegisterBodyDecoder("application/geo+json", openapi3filter.JSONBodyDecoder)
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(ctx); err != nil {
		t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return doc, router
}

// Every path that is described has a handler and every handler a path, with the same
// parameters and formats.
func TestOpenAPI_sameRoutes(t *testing.T) {
	doc, _ := described(t)
	s := demo(t).open
	var have []string
	for _, e := range s.endpoints {
		have = append(have, e.pattern)
		item := doc.Paths.Value(e.pattern)
		if item == nil || item.Get == nil || (item.Post != nil) != (e.body != nil) || len(item.Operations()) > 2 {
			t.Errorf("%s is not described, or not as one that is only read", e.pattern)
			continue
		}
		var params []string
		for _, p := range item.Get.Parameters {
			if p.Value.In == "query" {
				params = append(params, p.Value.Name)
			}
		}
		want := append([]string{"format"}, e.params...)
		slices.Sort(params)
		slices.Sort(want)
		if d := cmp.Diff(want, params); d != "" {
			t.Errorf("%s takes other parameters than it says (-takes +says)\n%s", e.pattern, d)
		}
		var media, wantMedia []string
		for m := range item.Get.Responses.Status(http.StatusOK).Value.Content {
			media = append(media, m)
		}
		for _, f := range e.formats {
			wantMedia = append(wantMedia, mediaType[f])
		}
		slices.Sort(media)
		slices.Sort(wantMedia)
		if d := cmp.Diff(wantMedia, media); d != "" {
			t.Errorf("%s has other formats than it says (-has +says)\n%s", e.pattern, d)
		}
		if token := item.Get.Security != nil; token != (e.action == auth.ReadDecisions) {
			t.Errorf("%s takes a token: %v", e.pattern, token)
		}
	}
	paths := doc.Paths.Keys()
	slices.Sort(paths)
	slices.Sort(have)
	if d := cmp.Diff(have, paths); d != "" {
		t.Errorf("(-handlers +paths)\n%s", d)
	}
	for path := range doc.Paths.Map() {
		if w := get(t, s, demo(t).tokens[auth.Reader], an(path)); w.Code != http.StatusOK {
			t.Errorf("%s is described and answers %d %s", path, w.Code, w.Body)
		}
	}
}

func TestOpenAPI_problems(t *testing.T) {
	doc, _ := described(t)
	said, ok := doc.Extensions["x-problems"].(map[string]any)
	if !ok {
		t.Fatalf("x-problems is %T", doc.Extensions["x-problems"])
	}
	for _, k := range kinds {
		if text, _ := said[k.name].(string); len(text) < 20 {
			t.Errorf("the problem %s is not described", k.name)
		}
		delete(said, k.name)
	}
	for name := range said {
		t.Errorf("the problem %s is described and does not exist", name)
	}
}

// columnsSaid are the columns that the description of a table lists.
func columnsSaid(doc *openapi3.T, path string) []string {
	text := doc.Paths.Value(path).Get.Responses.Status(http.StatusOK).Value.Content["text/csv"].Schema.Value.Description
	text = strings.NewReplacer(" (parted by ;)", "", " and before (JSON)", ", before").Replace(text)
	return strings.Split(text, ", ")
}

func TestOpenAPI_columns(t *testing.T) {
	doc, _ := described(t)
	for path, columns := range map[string][]string{"organisations": organisationColumns, "ties": tieColumns, "areas": areaColumns, "observations": observationColumns, "decisions": decisionColumns, "projects": projectColumns, "participations": participationColumns, "linkage/pairs": pairColumns, "interventions": interventionColumns} {
		if d := cmp.Diff(columns, columnsSaid(doc, "/api/v1/"+path)); d != "" {
			t.Errorf("%s (-has +says)\n%s", path, d)
		}
	}
}

// validate holds a request and its answer against the description.
func validate(t *testing.T, router routers.Router, s *Server, token, path, accept string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if accept != "" {
		r.Header.Set("Accept", accept)
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	route, params, err := router.FindRoute(r)
	if err != nil {
		t.Errorf("%s: %v", path, err)
		return w
	}
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true}}
	if err := openapi3filter.ValidateRequest(ctx, in); (err == nil) != (w.Code != http.StatusBadRequest && w.Code != http.StatusNotAcceptable) {
		t.Errorf("%s: answered with %d, and the description says %v", path, w.Code, err)
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: w.Code, Header: w.Header(), Body: io.NopCloser(bytes.NewReader(w.Body.Bytes())), Options: in.Options}
	if err := openapi3filter.ValidateResponse(ctx, out); err != nil {
		t.Errorf("%s as %q: %v", path, accept, err)
	}
	return w
}

// Each address gives each of its formats, by parameter and by Accept, as described.
func TestOpenAPI_answers(t *testing.T) {
	_, router := described(t)
	w := demo(t)
	token := w.tokens[auth.Reader]
	for _, e := range w.open.endpoints {
		for _, f := range e.formats {
			path := an(e.pattern)
			if got := validate(t, router, w.open, token, path+"?format="+string(f), ""); got.Code != http.StatusOK || !strings.HasPrefix(got.Header().Get("Content-Type"), mediaType[f]) {
				t.Errorf("%s as %s: %d %s", path, f, got.Code, got.Header().Get("Content-Type"))
			}
			if got := validate(t, router, w.open, token, path, mediaType[f]); !strings.HasPrefix(got.Header().Get("Content-Type"), mediaType[f]) {
				t.Errorf("%s by Accept %s: %s", path, mediaType[f], got.Header().Get("Content-Type"))
			}
		}
		for _, f := range []format{asJSON, asCSV, asGeoJSON, asYAML, "xml"} {
			if !slices.Contains(e.formats, f) {
				wantProblem(t, validate(t, router, w.open, token, an(e.pattern)+"?format="+string(f), ""), badFormat)
			}
		}
	}
}

// Every record of the example, and every page of every list, is as described.
func TestOpenAPI_everything(t *testing.T) {
	_, router := described(t)
	w := demo(t)
	token := w.tokens[auth.Reader]
	for _, list := range []string{"organisations", "ties", "areas", "observations", "decisions", "projects", "participations", "linkage/pairs"} {
		next := "/api/v1/" + list + "?limit=37"
		for next != "" {
			validate(t, router, w.open, token, next, "")
			p := read[page[struct{ URL string }]](t, w.open, token, next)
			for _, i := range p.Items {
				if i.URL != "" {
					if got := validate(t, router, w.open, token, i.URL, ""); got.Code != http.StatusOK {
						t.Errorf("%s: %d", i.URL, got.Code)
					}
				}
			}
			if next = ""; p.Next != nil {
				next = *p.Next
			}
		}
	}
	for _, path := range []string{"/api/v1/organisations?limit=0", "/api/v1/organisations?role=king", "/api/v1/linkage/pairs?verdict=maybe", "/api/v1/projects?limit=0", "/api/v1/organisations/nobody", "/api/v1/areas/team/nowhere", "/api/v1/decisions/D99", "/api/v1/decisions/x", "/api/v1/ties?limit=1001"} {
		if got := validate(t, router, w.open, token, path, ""); got.Code < 400 {
			t.Errorf("%s: %d", path, got.Code)
		}
	}
}
