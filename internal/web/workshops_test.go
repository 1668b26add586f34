package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/portfolio/workshop"
)

// TestWorkshops_flow takes a workshop from the empty page to a result by two stakeholders.
func TestWorkshops_flow(t *testing.T) {
	w := teamSite(t)
	if empty := readable(w.page(auth.Reader, "/workshops")); !strings.Contains(empty, "There is no workshop yet") || strings.Contains(empty, "Make it") {
		t.Errorf("the empty page of a reader\n%s", mainOf(empty))
	}
	options := w.posted(auth.Editor, "/workshops", url.Values{"question": {"What comes <first>?"}, "source": {"growth", "cost"}})
	at := strings.TrimSuffix(options, "/options")
	if body := readable(w.page(auth.Reader, at)); !strings.Contains(body, "Choose at least two interventions") {
		t.Errorf("a workshop without options\n%s", mainOf(body))
	}
	all := interventions(t, w.site)
	choose := formWith(t, w.page(auth.Editor, options), options, "version")
	choose["option"] = []string{all[0].ID, all[1].ID, all[2].ID}
	w.posted(auth.Editor, options, choose)
	add := url.Values{"version": {"2"}, "name": {"Fairness"}, "unit": {"points"}, "worst": {"0"}, "best": {"10"}}
	w.posted(auth.Editor, at+"/criteria", add)
	scores := url.Values{"version": {"3"}, "option": {all[0].ID, all[1].ID, all[2].ID}, "value": {"8", "2", ""}, "lo": {"6", "", ""}, "hi": {"9", "", ""}, "reason": {"the panel", "the panel", ""}}
	w.posted(auth.Editor, at+"/score/c3", scores)

	weigh := readable(w.page(auth.Reader, at+"/weigh"))
	for _, says := range []string{"Weigh the criteria", "From 0 points to 10 points", "Give points, and the ranks", "weigh.js"} {
		if !strings.Contains(weigh, says) {
			t.Errorf("the form does not say %q\n%s", says, mainOf(weigh))
		}
	}
	w.posted(auth.Reader, at+"/weigh", url.Values{"version": {"0"}, "name": {"University"}, "p.c1": {"100"}, "p.c2": {"20"}, "p.c3": {"50"}, "doubt": {"0.2"}})
	w.posted(auth.Editor, at+"/weigh", url.Values{"version": {"0"}, "as": {"new"}, "name": {"Firms <of the valley>"}, "p.c1": {"0"}, "p.c2": {"100"}, "p.c3": {"10"}, "doubt": {"0"}})
	body := readable(w.page(auth.Reader, at))
	for _, says := range []string{"University", "Firms <of the valley>", "Ranks", "What holds whoever weighs", "What would put another first", "Whose weights would choose it", "Fairness of " + all[2].Name, "of weight", "± 20 %", all[0].Name} {
		if !strings.Contains(body, says) {
			t.Errorf("the result does not say %q\n%s", says, mainOf(body))
		}
	}
	for path, says := range map[string]string{"/why?ref=" + url.QueryEscape(workshop.Ref(at[len("/workshops/"):])): "swing weights", "/why?ref=" + url.QueryEscape(workshop.Ref(at[len("/workshops/"):], all[0].ID)): "the panel"} {
		if body := readable(w.page(auth.Reader, path)); !strings.Contains(body, says) {
			t.Errorf("%s does not say %q\n%s", path, says, mainOf(body))
		}
	}
	csv := w.page(auth.Reader, at+"?format=csv")
	if lines := strings.Split(strings.TrimSpace(csv), "\n"); len(lines) != 1+3*3 || !strings.HasPrefix(lines[0], "option_id,option,stakeholder") {
		t.Errorf("CSV\n%s", csv)
	}
	var e workshop.Export
	if err := json.Unmarshal([]byte(w.page(auth.Reader, at+"?format=json")), &e); err != nil || len(e.Views) != 3 || len(e.Views[1].Options) != 3 {
		t.Errorf("JSON: %v %+v", err, e)
	}
}

// TestWeigh_preview: points in the address are ranked without being kept.
func TestWeigh_preview(t *testing.T) {
	w := teamSite(t)
	at, who := w.workshop()
	path := at + "/weigh?p.c1=100&p.c2=0&doubt=0&name=X"
	if body := readable(w.page(auth.Reader, path)); !strings.Contains(body, "COMPASS composites facility is first") || !strings.Contains(body, `value="100"`) {
		t.Errorf("no ranks\n%s", mainOf(body))
	}
	req := w.request(auth.Reader, http.MethodGet, path, nil)
	req.Header.Set("HX-Request", "true")
	if body := w.do(req).Body.String(); strings.Contains(body, "<html") || !strings.Contains(body, `role="status"`) {
		t.Errorf("the part\n%s", body)
	}
	if body := readable(w.page(auth.Reader, at+"/weigh?p.c1=much")); !strings.Contains(body, "Points are numbers from 0 to 100") {
		t.Errorf("points that are none\n%s", mainOf(body))
	}
	if body := readable(w.page(auth.Editor, at+"/weigh?as="+who)); !strings.Contains(body, "Weights of Firms") || !strings.Contains(body, `value="40"`) {
		t.Errorf("weights of somebody in the room\n%s", mainOf(body))
	}
}

func TestWorkshops_refused(t *testing.T) {
	w := teamSite(t)
	at, who := w.workshop()
	for _, c := range []struct {
		role   auth.Role
		method string
		path   string
		form   url.Values
		status int
		says   string
	}{
		{auth.Nobody, http.MethodGet, "/workshops", nil, 401, ""},
		{auth.Nobody, http.MethodGet, at, nil, 401, ""},
		{auth.Reader, http.MethodGet, at + "/options", nil, 403, ""},
		{auth.Reader, http.MethodGet, at + "/weigh?as=" + who, nil, 403, ""},
		{auth.Reader, http.MethodGet, at + "/weigh?as=new", nil, 403, ""},
		{auth.Reader, http.MethodGet, at + "/weigh?as=nobody", nil, 404, ""},
		{auth.Reader, http.MethodGet, "/workshops/w-none", nil, 404, "no such workshop"},
		{auth.Reader, http.MethodGet, at + "?format=xls", nil, 400, "csv or json"},
		{auth.Editor, http.MethodGet, at + "/score/c9", nil, 404, ""},
		{auth.Editor, http.MethodPost, "/workshops", url.Values{"about": {"kept as typed"}}, 422, "kept as typed"},
		{auth.Editor, http.MethodPost, at + "/options", url.Values{"version": {"9"}, "question": {"X"}}, 409, "somebody else"},
		{auth.Editor, http.MethodPost, at + "/options", url.Values{"version": {"1"}, "question": {"X"}, "option": {"nothing"}}, 400, "no intervention"},
		{auth.Editor, http.MethodPost, at + "/criteria", url.Values{"version": {"1"}, "name": {"Typed"}, "worst": {"low"}, "best": {"5"}}, 422, "is not a number"},
		{auth.Editor, http.MethodPost, at + "/criteria", url.Values{"version": {"1"}, "name": {"Typed"}, "worst": {"5"}, "best": {"5"}}, 422, "two different anchors"},
		{auth.Editor, http.MethodPost, at + "/criteria", url.Values{"version": {"1"}, "key": {"c7"}, "name": {"Typed"}}, 404, ""},
		{auth.Editor, http.MethodPost, at + "/score/c1", url.Values{"version": {"1"}, "option": {"another"}, "value": {"5"}, "reason": {""}}, 422, "Say on what"},
		{auth.Editor, http.MethodPost, at + "/score/c1", url.Values{"version": {"1"}, "option": {"another"}, "value": {"5"}, "lo": {"6"}, "hi": {"7"}, "reason": {"so"}}, 422, "does not lie between"},
		{auth.Reader, http.MethodPost, at + "/weigh", url.Values{"version": {"0"}, "name": {"Me"}, "p.c1": {"0"}, "p.c2": {"0"}}, 422, "No criterion has points"},
		{auth.Reader, http.MethodPost, at + "/weigh", url.Values{"version": {"0"}, "name": {"Me"}, "p.c1": {"101"}, "p.c2": {"0"}}, 422, "between 0 and 100"},
		{auth.Reader, http.MethodPost, at + "/weigh", url.Values{"version": {"0"}, "name": {""}, "p.c1": {"1"}, "p.c2": {"0"}}, 422, "name"},
		{auth.Reader, http.MethodPost, at + "/take-out", url.Values{"version": {"1"}, "stakeholder": {who}}, 403, ""},
		{auth.Editor, http.MethodPost, at + "/weighed", url.Values{"version": {"1"}, "stakeholder": {who}, "to": {"7"}}, 404, ""},
		{auth.Editor, http.MethodPost, at + "/back", url.Values{"version": {"1"}, "to": {"7"}}, 404, ""},
	} {
		rec := w.do(w.request(c.role, c.method, c.path, c.form))
		if body := readable(rec.Body.String()); rec.Code != c.status || !strings.Contains(strings.ToLower(body), strings.ToLower(c.says)) {
			t.Errorf("%s %s %v as %q: status %d, want %d and %q\n%s", c.method, c.path, c.form, c.role, rec.Code, c.status, c.says, mainOf(body))
		}
	}
}
