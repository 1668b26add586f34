package casebook

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/bizcase"
	"milieu/internal/report"
	"milieu/internal/store"
	"milieu/internal/typed"
)

const (
	writePaper = `insert into case_paper (workspace, case_id, current, approvers, version, made_at, made_by, changed_at, changed_by, deleted_at)
values ($1, $2, 1, '[]', 1, $3, $4, $3, $4, '')`
	writeVersion = `insert into case_version (workspace, case_id, n, from_n, title, stage, content, note, release_id, document, made_at, made_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
)

// packed is a draft as it is kept.
type packed struct {
	content  string
	title    string
	note     string
	release  string
	document []byte
}

// pack checks a draft and makes it ready to be kept.
func (d Draft) pack() (packed, error) {
	f := typed.Faults{}
	p := packed{note: f.Text("note", d.Note, MostNote), title: typed.Cut(typed.Line(d.Content.Title), 300)}
	if err := d.Content.Check(); err != nil {
		return p, typed.Whole("%s", err)
	}
	text, err := json.Marshal(d.Content)
	if err != nil {
		return p, fmt.Errorf("text of a case: %w", err)
	}
	if len(text) > MostContent {
		f.Add("", "the text of the case takes %d kB, more than the %d that are kept: shorten it", len(text)>>10, MostContent>>10)
	}
	p.content, p.document = string(text), []byte{}
	if d.Made != nil {
		p.release = d.Made.Release
		if p.document, err = packDocument(*d.Made); err != nil {
			return p, err
		}
	}
	return p, f.Err()
}

// packDocument is a document as JSON, packed. Equal documents are equal bytes.
func packDocument(d report.Document) ([]byte, error) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if err := json.NewEncoder(w).Encode(d); err != nil {
		return nil, fmt.Errorf("keep a document: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("keep a document: %w", err)
	}
	if out.Len() > MostDocument {
		return nil, typed.Whole("the document takes %d kB, more than the %d that are kept: shorten the case", out.Len()>>10, MostDocument>>10)
	}
	return out.Bytes(), nil
}

// openDocument reads what packDocument wrote; false where nothing was kept.
func openDocument(data []byte) (report.Document, bool, error) {
	var d report.Document
	if len(data) == 0 {
		return d, false, nil
	}
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return d, false, fmt.Errorf("read a document that was kept: %w", err)
	}
	if err := json.NewDecoder(r).Decode(&d); err != nil {
		return d, false, fmt.Errorf("read a document that was kept: %w", err)
	}
	// The sum of gzip stands at the end: only who reads so far has it checked.
	if _, err := io.Copy(io.Discard, r); err != nil {
		return d, false, fmt.Errorf("read a document that was kept: %w", err)
	}
	return d, true, nil
}

func (b Book) putVersion(ctx context.Context, q store.Querier, id string, n, from int64, d Draft, p packed, now time.Time, person string) error {
	_, err := q.ExecContext(ctx, writeVersion, b.Workspace, id, n, from, p.title, string(d.Content.Stage), p.content, p.note, p.release, p.document, store.Time(now), person)
	if err != nil {
		return fmt.Errorf("case %s, version %d: %w", id, n, err)
	}
	return nil
}

// Start keeps a new case, and gives its id. Errors are an *typed.InputError, one of auth.ErrDenied, or of the store.
func (b Book) Start(ctx context.Context, a auth.Actor, d Draft) (string, error) {
	p, err := d.pack()
	if err != nil {
		return "", err
	}
	id := store.NewID("ca")
	err = b.keep(ctx, a, auth.WriteCase, func(q store.Querier, now time.Time) (audit.Event, error) {
		if _, err := q.ExecContext(ctx, writePaper, b.Workspace, id, store.Time(now), a.PersonID); err != nil {
			return audit.Event{}, err
		}
		if err := b.putVersion(ctx, q, id, 1, 0, d, p, now, a.PersonID); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Action: "case.start", Subject: id, Detail: map[string]string{"title": p.title}}, nil
	})
	return id, err
}

// Keep keeps a new text of a case of which version n was shown, and gives the number of the version in force. Where nothing
// differs from it, nothing is kept. A *ConflictError says that another version is in force.
func (b Book) Keep(ctx context.Context, a auth.Actor, id string, n int64, d Draft) (int64, error) {
	return b.next(ctx, a, id, n, func(_ store.Querier, c Case) (Draft, int64, string, error) {
		return d, c.N, "case.write", nil
	})
}

// Back keeps the text of an earlier version as a new one, and gives its number.
func (b Book) Back(ctx context.Context, a auth.Actor, id string, n, to int64, made *report.Document) (int64, error) {
	return b.next(ctx, a, id, n, func(q store.Querier, _ Case) (Draft, int64, string, error) {
		if to == n {
			return Draft{}, 0, "", typed.Whole("version %d is the one in force", to)
		}
		_, content, err := b.text(ctx, q, id, to)
		if err != nil {
			return Draft{}, 0, "", err
		}
		return Draft{Content: content, Note: "Back to version " + strconv.FormatInt(to, 10) + ".", Made: made}, to, "case.back", nil
	})
}

// next keeps the text that f gives, with the version that it was made from and the name of the deed.
func (b Book) next(ctx context.Context, a auth.Actor, id string, n int64, f func(store.Querier, Case) (Draft, int64, string, error)) (int64, error) {
	err := b.alter(ctx, a, auth.WriteCase, id, func(q store.Querier, now time.Time, c *Case) (audit.Event, error) {
		if err := c.open(n); err != nil {
			return audit.Event{}, err
		}
		d, from, action, err := f(q, *c)
		if err != nil {
			return audit.Event{}, err
		}
		p, err := d.pack()
		if err != nil {
			return audit.Event{}, err
		}
		if p.note == "" && (p.release == "" || p.release == c.Release) && same(d.Content, c.Content) {
			return audit.Event{}, nil
		}
		if c.N >= MostVersions {
			return audit.Event{}, typed.Whole("the case has %d versions, which is the most that are kept: start another from it", MostVersions)
		}
		n = c.N + 1
		if err := b.putVersion(ctx, q, id, n, from, d, p, now, a.PersonID); err != nil {
			return audit.Event{}, err
		}
		c.N = n
		return audit.Event{Action: action, Detail: map[string]string{"title": p.title, "version": fmt.Sprint(n), "from": fmt.Sprint(from)}}, nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// same says that two texts are kept as the same.
func same(a, b bizcase.Content) bool {
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && bytes.Equal(x, y)
}

// open says whether a text can be kept on version n, which somebody was shown.
func (c Case) open(n int64) error {
	switch {
	case c.Deleted != "":
		return typed.Whole("the case was deleted: put it back first")
	case c.N != n:
		return &ConflictError{c.ID, c.N, c.Version}
	}
	return nil
}

// Delete takes a case out of the list and withdraws its links; Restore puts it back, without the links. Version is that of the
// record that was shown.
func (b Book) Delete(ctx context.Context, a auth.Actor, id string, version int64) error {
	return b.alter(ctx, a, auth.WriteCase, id, func(q store.Querier, now time.Time, c *Case) (audit.Event, error) {
		if c.Version != version {
			return audit.Event{}, &ConflictError{id, c.N, c.Version}
		}
		c.Deleted = store.Time(now)
		if _, err := q.ExecContext(ctx, unpublishAll, b.Workspace, id, c.Deleted, a.PersonID); err != nil {
			return audit.Event{}, fmt.Errorf("links of case %s: %w", id, err)
		}
		return audit.Event{Action: "case.delete", Detail: map[string]string{"title": c.Content.Title}}, nil
	})
}

// Restore puts a case that was deleted back.
func (b Book) Restore(ctx context.Context, a auth.Actor, id string, version int64) error {
	return b.alter(ctx, a, auth.WriteCase, id, func(_ store.Querier, _ time.Time, c *Case) (audit.Event, error) {
		if c.Version != version {
			return audit.Event{}, &ConflictError{id, c.N, c.Version}
		}
		c.Deleted = ""
		return audit.Event{Action: "case.restore", Detail: map[string]string{"title": c.Content.Title}}, nil
	})
}

// Merge joins two changes of one text: mine, made on base, and now, which somebody else kept meanwhile. Parts that only one side
// changed are taken from it; the second result names the parts that both changed, differently, where now's stand.
func Merge(base, mine, now bizcase.Content) (bizcase.Content, []string) {
	out := now
	var both []string
	sections, clash := mergeSections(base.Sections, mine.Sections, now.Sections)
	out.Sections = sections
	both = append(both, clash...)
	out.Seen = mergeSeen(base.Seen, mine.Seen, now.Seen)
	b, m, w, o := reflect.ValueOf(base), reflect.ValueOf(mine), reflect.ValueOf(now), reflect.ValueOf(&out).Elem()
	for k := range b.NumField() {
		name := b.Type().Field(k).Name
		if name == "Sections" || name == "Seen" || reflect.DeepEqual(b.Field(k).Interface(), m.Field(k).Interface()) || reflect.DeepEqual(m.Field(k).Interface(), w.Field(k).Interface()) {
			continue
		}
		if reflect.DeepEqual(b.Field(k).Interface(), w.Field(k).Interface()) {
			o.Field(k).Set(m.Field(k))
			continue
		}
		both = append(both, strings.ToLower(name))
	}
	return out, both
}

func mergeSections(base, mine, now []bizcase.Section) ([]bizcase.Section, []string) {
	ids := func(list []bizcase.Section) (out []string) {
		for _, s := range list {
			out = append(out, s.ID)
		}
		return out
	}
	// Sections that were added, taken away or moved cannot be merged one by one.
	if !reflect.DeepEqual(ids(base), ids(mine)) || !reflect.DeepEqual(ids(base), ids(now)) {
		switch {
		case reflect.DeepEqual(base, mine) || reflect.DeepEqual(mine, now):
			return now, nil
		case reflect.DeepEqual(base, now):
			return mine, nil
		}
		return now, []string{"sections"}
	}
	out := append([]bizcase.Section(nil), now...)
	var both []string
	for k := range base {
		switch {
		case mine[k] == base[k] || mine[k] == now[k]:
		case now[k] == base[k]:
			out[k] = mine[k]
		default:
			both = append(both, base[k].ID)
		}
	}
	return out, both
}

// mergeSeen takes what mine has read since base into now.
func mergeSeen(base, mine, now map[string]string) map[string]string {
	out := map[string]string{}
	for k, v := range now {
		out[k] = v
	}
	for k, v := range mine {
		if base[k] != v {
			out[k] = v
		}
	}
	if len(out) == 0 {
		return now
	}
	return out
}
