package fieldwork

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/store/storetest"
	"milieu/internal/survey"
	"milieu/internal/typed"
)

// theatre is a survey in which some firms have answered, some have begun and some have done nothing, with the truth that only the
// firms know: which link is whose, and which of them answered.
type theatre struct {
	b        Book
	id       string
	links    map[string][]string // by organisation
	devices  map[string]string
	answered map[string]bool
}

func play(t *testing.T, db *store.DB, workspace string, level survey.Level) theatre {
	t.Helper()
	b, who := newBook(t, db, workspace)
	editor := who[auth.Editor]
	th := theatre{b: b, id: asked(t, b, editor, Survey{Level: level}, 15, 12), links: map[string][]string{}, devices: map[string]string{}, answered: map[string]bool{}}
	for org, secret := range sent(t, b, editor, th.id, Invite) {
		th.links[org] = append(th.links[org], secret)
		th.devices[org] = NewSecret()
	}
	for i, org := range slices.Sorted(maps.Keys(th.links)) {
		secret := Bind(th.links[org][0], th.devices[org])
		if i%3 == 2 {
			continue // never looks at its mail
		}
		_, err := b.Enter(ctx, secret)
		must(t, err)
		n, err := b.Save(ctx, secret, 0, said("begun by "+org))
		must(t, err)
		if i%3 == 1 {
			continue
		}
		must(t, b.Submit(ctx, secret, n, said("words of "+org), survey.Consent{Named: true, Ties: true, Contact: true, By: "chief of " + org}))
		th.answered[org] = true
	}
	begun := slices.Sorted(maps.Keys(th.links))[1]
	for org, secret := range sent(t, b, editor, th.id, Remind) {
		th.links[org] = append(th.links[org], secret)
	}
	v, err := b.Enter(ctx, Bind(th.links[begun][0], th.devices[begun]))
	must(t, err)
	must(t, b.Submit(ctx, Bind(th.links[begun][0], th.devices[begun]), v.Version, said("words of "+begun), survey.Consent{By: "chief of " + begun}))
	th.answered[begun] = true
	return th
}

// tokens are the values of a row that could tell it from others: words that the respondent wrote are not among them, since they are
// said to everybody who reads them.
func tokens(row map[string]string) map[string]bool {
	out := map[string]bool{}
	for column, v := range row {
		if column == "answers" || v == "" {
			continue
		}
		out[v] = true
	}
	return out
}

// joins searches for values that a row of one table shares with some firms of its stratum and not with all.
func joins(rows, units []map[string]string) []string {
	inStratum := map[string]int{}
	shared := map[string]map[string]int{} // by stratum, value: firms that have it
	for _, u := range units {
		s := u["stratum"]
		inStratum[s]++
		if shared[s] == nil {
			shared[s] = map[string]int{}
		}
		for v := range tokens(u) {
			shared[s][v]++
		}
	}
	var out []string
	for _, r := range rows {
		for v := range tokens(r) {
			for s, values := range shared {
				if n := values[v]; n > 0 && n < inStratum[s] {
					out = append(out, v)
				}
			}
		}
	}
	return out
}

// Nothing that is kept of an anonymous survey joins an answer with a firm: not the tables, not the log, not with the links at hand. The
// same search finds it in a confidential survey, where it is.
func TestAnonymous_cannotBeJoined(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		other := play(t, db, "confidential", survey.Confidential)
		th := play(t, db, "anonymous", survey.Anonymous)
		dump := dumped(t, db)
		of := func(table, workspace string) []map[string]string {
			return slices.DeleteFunc(slices.Clone(dump[table]), func(r map[string]string) bool { return r["workspace"] != workspace })
		}
		if len(joins(of("survey_response", "confidential"), of("survey_unit", "confidential"))) == 0 {
			t.Fatal("the search does not find the firms of a confidential survey")
		}
		units := of("survey_unit", "anonymous")
		for _, table := range []string{"survey_response", "survey_link", "survey_draft"} {
			if found := joins(of(table, "anonymous"), units); len(found) > 0 {
				t.Errorf("%s shares with some firms of a stratum: %q", table, found)
			}
		}
		if n := len(of("survey_response", "anonymous")); n != len(th.answered) || n != len(other.answered) {
			t.Errorf("%d responses of %d firms that answered", n, len(th.answered))
		}
		th.sameUnits(t, units)
		th.unreadable(t, dump, of("survey_response", "anonymous"))
		th.silentLog(t)
		if db.Dialect() == store.SQLite {
			th.orderOfLinks(t)
		} else {
			th.writers(t)
		}
		must(t, th.b.Close(ctx, auth.Machine("anonymous"), th.id, version(t, th.b, th.id)))
		th.scattered(t, len(th.answered))
		th.forgotten(t)
	})
}

// sameUnits holds that firms that answered look like those that did not.
func (th theatre) sameUnits(t *testing.T, units []map[string]string) {
	t.Helper()
	kinds := map[bool]map[string]bool{true: {}, false: {}}
	for _, u := range units {
		answered := th.answered[u["org_id"]]
		u = maps.Clone(u)
		for _, own := range []string{"unit_id", "org_id", "name", "facts", "stratum"} {
			delete(u, own)
		}
		kinds[answered][fmt.Sprint(u)] = true
	}
	if len(kinds[true]) != 1 || !maps.Equal(kinds[true], kinds[false]) {
		t.Errorf("firms that answered differ from those that did not: %v and %v", kinds[true], kinds[false])
	}
}

// unreadable holds that with all links at hand nothing but their own state is found, and that what was begun cannot be read.
func (th theatre) unreadable(t *testing.T, dump map[string][]map[string]string, responses []map[string]string) {
	t.Helper()
	for org, links := range th.links {
		for _, secret := range links {
			if found := holds(dump, secret); len(found) > 0 {
				t.Errorf("a link stands in %v", found)
			}
			if found := holds(dump, store.Hash(secret)); !slices.Equal(found, []string{"survey_link"}) {
				t.Errorf("the hash of a link stands in %v", found)
			}
			for _, k := range []key{{secret, secret, false}, {secret, Bind(secret, th.devices[org]), true}} {
				for _, r := range responses {
					if strings.Contains(fmt.Sprint(r), k.draft("", "")) {
						t.Error("a response has the key under which it was begun")
					}
				}
			}
			// Who kept the links and not the device: the team that sent them.
			v, err := th.b.Enter(ctx, secret)
			if err != nil || len(v.Answers) > 0 || v.OrgID+v.OrgName != "" || len(v.Known) > 0 {
				t.Errorf("a link alone shows %+v, %v", v, err)
			}
		}
		if found := holds(dump, "begun by "+org); !th.answered[org] && len(found) > 0 && !onlyOther(dump, "begun by "+org) {
			t.Errorf("what %s has begun can be read in %v", org, found)
		}
		if found := holds(dump, "chief of "+org); len(found) > 0 && !onlyOther(dump, "chief of "+org) {
			t.Errorf("who agreed at %s can be read in %v", org, found)
		}
	}
	for _, r := range responses {
		if r["unit_id"]+r["org_id"]+r["org_name"]+r["groups"]+r["done_at"]+r["by_person"] != "" || r["consent"] != "{}" || r["version"] != "1" {
			t.Errorf("a response has %v", r)
		}
	}
}

// onlyOther says that a text stands in the other workspace alone.
func onlyOther(dump map[string][]map[string]string, text string) bool {
	for _, rows := range dump {
		for _, r := range rows {
			if r["workspace"] == "anonymous" && strings.Contains(fmt.Sprint(r), text) {
				return false
			}
		}
	}
	return true
}

// silentLog holds that the log has no line of somebody's answering.
func (th theatre) silentLog(t *testing.T) {
	t.Helper()
	events, err := audit.List(ctx, th.b.DB.Read(), th.b.Workspace, audit.Filter{Limit: 1000})
	must(t, err)
	for _, e := range events {
		if e.Actor == "" || strings.Contains(e.Action, "answer") || strings.Contains(fmt.Sprint(e), "org-") {
			t.Errorf("the log says %+v", e)
		}
	}
}

// orderOfLinks holds that the order in which SQLite keeps links of all rounds is that of their hashes, which is chance.
func (th theatre) orderOfLinks(t *testing.T) {
	t.Helper()
	hashes := column(t, th.b.DB, `select link_hash from survey_link where workspace = $1 order by rowid`, th.b.Workspace)
	if len(hashes) != 54 || !slices.IsSorted(hashes) {
		t.Errorf("%d links, not in the order of their hashes", len(hashes))
	}
}

// What was begun on a device goes on there, by its link alone it does not.
func TestBind(t *testing.T) {
	b, who := newBook(t, storetest.Open(t), "w")
	id := asked(t, b, who[auth.Editor], Survey{Level: survey.Anonymous}, 10)
	link, device := sent(t, b, who[auth.Editor], id, Invite)["org-0-001"], NewSecret()
	n, err := b.Save(ctx, Bind(link, device), 0, said("mine"))
	must(t, err)
	if v, err := b.Enter(ctx, link); err != nil || v.Version != 0 {
		t.Errorf("by the link alone: %+v, %v", v, err)
	}
	v, err := b.Enter(ctx, strings.ToUpper(Bind(link, device)))
	if err != nil || v.Version != n || v.Answers["words"].Text != "mine" {
		t.Errorf("on the device: %+v, %v", v, err)
	}
	if Bind(link, "nonsense") != link {
		t.Error("a cookie that is none was taken")
	}
	must(t, b.Submit(ctx, Bind(link, device), n, said("mine"), survey.Consent{}))
	if err := b.Submit(ctx, link, 0, said("theirs"), survey.Consent{}); !errors.Is(err, ErrDone) {
		t.Errorf("a second one by the link alone: %v", err)
	}
}

// Small strata are refused when the frame is frozen, when it is drawn and when links are sent.
func TestAnonymous_smallStrata(t *testing.T) {
	b, who := newBook(t, storetest.Open(t), "w")
	editor := who[auth.Editor]
	id, err := b.New(ctx, editor, Survey{Title: "Firms", Level: survey.Anonymous})
	must(t, err)
	_, err = b.Publish(ctx, editor, id, 1, testInstrument(t), "")
	must(t, err)
	var bad *typed.InputError
	if err := b.Freeze(ctx, editor, id, 2, testFrame(20, 9)); !errors.As(err, &bad) || !strings.Contains(err.Error(), "Stratum s1 (9)") {
		t.Errorf("a stratum of nine: %v", err)
	}
	must(t, b.Freeze(ctx, editor, id, 2, testFrame(20, 10)))
	if err := b.Draw(ctx, editor, id, 3, map[string]int{"s0": 4}, 1); !errors.As(err, &bad) {
		t.Errorf("four of twenty: %v", err)
	}
	must(t, b.Draw(ctx, editor, id, 3, map[string]int{"s0": 6, "s1": 5}, 1))
	must(t, b.Open(ctx, editor, id, 4))
	units, err := b.Units(ctx, editor, id, UnitFilter{})
	must(t, err)
	for _, u := range units {
		if u.Stratum == "s0" || u.OrgID == units[len(units)-1].OrgID {
			must(t, b.SetContact(ctx, editor, id, u.ID, u.Version, "a@example.org", ""))
		}
	}
	round, err := b.Links(ctx, editor, id, Invite, &byMail{})
	must(t, err)
	if round.Sent != 6 || len(round.Unsent) != 5 {
		t.Errorf("with one address in a stratum of five: %+v", round)
	}
}

// byMail reaches those that have an address, and fails where told to.
type byMail struct {
	fail map[string]bool
	sent []string
}

func (m *byMail) Reaches(to Addressee) bool { return to.Email != "" }

func (m *byMail) Send(_ context.Context, to Addressee, secret string) error {
	if m.fail[to.OrgID] {
		return errors.New("the server did not take it")
	}
	m.sent = append(m.sent, to.OrgID)
	return nil
}

// column reads a column of texts.
func column(t *testing.T, db *store.DB, query string, args ...any) []string {
	t.Helper()
	rows, err := db.Read().QueryContext(ctx, query, args...)
	must(t, err)
	defer rows.Close()
	var out []string
	for rows.Next() {
		var v string
		must(t, rows.Scan(&v))
		out = append(out, v)
	}
	must(t, rows.Err())
	return out
}

// writers holds that a transaction of PostgreSQL that wrote a response wrote none of the links that were used in its stratum last, or all.
func (th theatre) writers(t *testing.T) {
	t.Helper()
	const ofStratum = `select l.link_hash from survey_link l where l.workspace = $1 and l.state = 'done' and l.stratum = (select r.stratum from survey_response r where r.workspace = $1 and r.response_id = $2)`
	shared := 0
	for _, id := range column(t, th.b.DB, `select response_id from survey_response where workspace = $1`, th.b.Workspace) {
		used := column(t, th.b.DB, ofStratum, th.b.Workspace, id)
		same := column(t, th.b.DB, ofStratum+` and l.xmin = (select r.xmin from survey_response r where r.workspace = $1 and r.response_id = $2)`, th.b.Workspace, id)
		if len(same) > 0 && len(same) < len(used) {
			t.Errorf("the transaction of a response wrote %d of the %d links that were used", len(same), len(used))
		}
		shared += len(same)
	}
	if shared == 0 {
		t.Error("no response shares its transaction with a link: the search finds nothing")
	}
}

// scattered holds that a closed survey's responses lie in the order of their ids and have one writer.
func (th theatre) scattered(t *testing.T, want int) {
	t.Helper()
	query := `select response_id from survey_response where workspace = $1 order by rowid`
	if th.b.DB.Dialect() == store.PostgreSQL {
		query = `select distinct xmin::text from survey_response where workspace = $1`
		want = 1
	}
	if got := column(t, th.b.DB, query, th.b.Workspace); len(got) != want || !slices.IsSorted(got) {
		t.Errorf("after the end the responses lie as %v", got)
	}
}

// forgotten holds that after the end no link says anything, whoever kept it.
func (th theatre) forgotten(t *testing.T) {
	t.Helper()
	dump := dumped(t, th.b.DB)
	for _, links := range th.links {
		for _, secret := range links {
			if found := holds(dump, store.Hash(secret)); len(found) > 0 {
				t.Errorf("after the end a link that was sent is found in %v", found)
			}
			if _, err := th.b.Enter(ctx, secret); !errors.Is(err, ErrNotFound) {
				t.Errorf("after the end a link says %v", err)
			}
		}
	}
	for _, r := range dump["survey_link"] {
		if r["workspace"] == th.b.Workspace && r["proof"]+r["unit_id"] != "" {
			t.Errorf("a link keeps %v", r)
		}
	}
	for _, r := range dump["survey_draft"] {
		if r["workspace"] == th.b.Workspace {
			t.Errorf("something that was being given is still there: %v", r)
		}
	}
	p, err := th.b.Progress(ctx, auth.Machine(th.b.Workspace), th.id)
	if err != nil || p.Total.Links != 54 || p.Total.Done != len(th.answered) || p.Total.Started < len(th.answered) {
		t.Errorf("what is counted: %+v, %v", p.Total, err)
	}
}
