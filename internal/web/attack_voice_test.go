package web

import (
	"fmt"
	"slices"

	"milieu/internal/auth"
	"milieu/internal/sheet"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	surveyframe "milieu/internal/survey/frame"
)

// voiceText is the shortest instrument that asks something.
const voiceText = "id = \"short\"\ntitle = \"Short\"\n[[section]]\nid = \"one\"\ntitle = \"One\"\n[[section.question]]\nid = \"why\"\nkind = \"text\"\ntext = \"Why are you here?\"\n"

// voiceFirms is a frame of twelve firms, the hub among them.
func voiceFirms() surveyframe.Frame {
	f := surveyframe.Frame{ReleaseID: "r1", Strata: []surveyframe.Stratum{{Key: surveyframe.Whole, Label: "All firms", Units: 12}}}
	for i := range 12 {
		id := fmt.Sprintf("zz-%02d", i)
		if i == 0 {
			id = hub
		}
		f.Units = append(f.Units, surveyframe.Unit{OrgID: id, Name: "Firm " + id, Stratum: surveyframe.Whole, Employees: -1, DistanceKM: -1})
	}
	slices.SortFunc(f.Units, func(a, b surveyframe.Unit) int { return compareText(a.OrgID, b.OrgID) })
	return f
}

func compareText(a, b string) int {
	if a < b {
		return -1
	}
	return 1
}

// surveyed is a survey as far as a stage: made, published, frozen, drawn, open or closed; new each time.
func (w *teamWorld) surveyed(stage string) fieldwork.Survey {
	w.t.Helper()
	b, a, ctx := w.fieldwork(), w.people[auth.Editor], w.t.Context()
	id, err := b.New(ctx, a, fieldwork.Survey{Title: "Why here", Level: survey.Confidential, Contact: "Ada, ada@example.org", Draft: voiceText})
	if err != nil {
		w.t.Fatal(err)
	}
	in, err := survey.Parse([]byte(voiceText))
	if err != nil {
		w.t.Fatal(err)
	}
	do := map[string]func(version int64) error{
		"published": func(v int64) error { _, err := b.Publish(ctx, a, id, v, in, "first"); return err },
		"frozen":    func(v int64) error { return b.Freeze(ctx, a, id, v, voiceFirms()) },
		"drawn":     func(v int64) error { return b.Draw(ctx, a, id, v, map[string]int{surveyframe.Whole: 12}, 7) },
		"open":      func(v int64) error { return b.Open(ctx, a, id, v) },
		"closed":    func(v int64) error { return b.Close(ctx, a, id, v) },
	}
	version := int64(1)
	for _, step := range []string{"published", "frozen", "drawn", "open", "closed"} {
		if stage == "made" {
			break
		}
		if err := do[step](version); err != nil {
			w.t.Fatalf("%s: %v", step, err)
		}
		version++
		if step == stage {
			break
		}
	}
	v, err := b.Survey(ctx, a, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

// voiceMost is how much the forms of surveys may bring, where it is not what others may.
var voiceMost = map[string]int{"/voices/new": voiceNewMost, "/voices/{id}/instrument": voiceTextMost, "/voices/{id}/instrument/publish": voiceTextMost, "/voices/{id}/draw": drawMost, "/voices/{id}/contacts": sheet.MostBytes + 1<<20}

// voiceDeeds are what the forms of surveys do.
func voiceDeeds() []deed {
	on := func(stage, what string, pairs ...string) func(*teamWorld) letter {
		return func(w *teamWorld) letter {
			v := w.surveyed(stage)
			return letter{path: voicePath(v.ID) + what, fields: fields(append(pairs, "version", fmt.Sprint(v.Version))...)}
		}
	}
	onUnit := func(what string, pairs ...string) func(*teamWorld) letter {
		return func(w *teamWorld) letter {
			v := w.surveyed("drawn")
			units, err := w.fieldwork().Units(w.t.Context(), w.people[auth.Editor], v.ID, fieldwork.UnitFilter{})
			if err != nil {
				w.t.Fatal(err)
			}
			return letter{path: voicePath(v.ID) + "/people/" + units[0].ID + what, fields: fields(append(pairs, "version", "1")...)}
		}
	}
	return []deed{
		{"/voices/new", auth.Editor, plain("/voices/new", "from", "text", "text", voiceText, "level", "confidential", "title", "Why", "contact", because, "threshold", "5")},
		{"/voices/erase", auth.Manager, func(w *teamWorld) letter {
			w.surveyed("drawn")
			return letter{path: "/voices/erase", fields: fields("organisation", hub, "why", "request")}
		}},
		{"/voices/{id}/settings", auth.Editor, on("made", "/settings", "title", "Why indeed", "contact", because, "threshold", "6")},
		{"/voices/{id}/open", auth.Editor, on("published", "/open")},
		{"/voices/{id}/close", auth.Editor, on("open", "/close")},
		{"/voices/{id}/share", auth.Editor, on("closed", "/share", "do", "public")},
		{"/voices/{id}/instrument", auth.Editor, on("made", "/instrument", "draft", voiceText+"# more\n")},
		{"/voices/{id}/instrument/publish", auth.Editor, on("made", "/instrument/publish", "draft", voiceText, "note", because)},
		{"/voices/{id}/frame", auth.Editor, on("made", "/frame", "choice", "role=firm&strata=")},
		{"/voices/{id}/draw", auth.Editor, on("frozen", "/draw", "ask.all", "6", "seed", "42")},
		{"/voices/{id}/links", auth.Editor, on("open", "/links", "kind", "invite", "how", "file")},
		{"/voices/{id}/contacts", auth.Editor, func(w *teamWorld) letter {
			return letter{path: voicePath(w.surveyed("drawn").ID) + "/contacts", name: "people.csv", file: []byte("name,email\nFirm zz-03,ada@example.org\n")}
		}},
		{"/voices/{id}/people/{unit}/contact", auth.Editor, onUnit("/contact", "email", "ada@example.org", "contact", "Ada")},
		{"/voices/{id}/people/{unit}/mark", auth.Editor, onUnit("/mark", "state", "out_of_scope", "note", because)},
	}
}

// hostileVoices puts every payload into what people write about surveys.
func (w *teamWorld) hostileVoices() {
	w.t.Helper()
	v := w.surveyed("drawn")
	at := voicePath(v.ID)
	units, err := w.fieldwork().Units(w.t.Context(), w.people[auth.Editor], v.ID, fieldwork.UnitFilter{})
	if err != nil {
		w.t.Fatal(err)
	}
	version := v.Version
	for i, p := range payloads {
		unit := units[i%len(units)]
		w.typed(auth.Editor, "/voices/new", fields("from", "text", "text", p, "level", "confidential", "title", p, "about", p, "contact", p, "series", p, "wave", p, "threshold", p, "keep_until", p))
		w.typed(auth.Editor, at+"/settings", fields("version", fmt.Sprint(version), "title", p, "about", p, "contact", p, "series", p, "wave", p, "threshold", "5"))
		version++
		w.typed(auth.Editor, at+"/settings", fields("version", p, "title", p, "threshold", p, "keep_until", p))
		w.typed(auth.Editor, at+"/instrument", fields("version", fmt.Sprint(version), "draft", p))
		version++
		w.typed(auth.Editor, at+"/instrument/publish", fields("version", fmt.Sprint(version), "draft", p, "note", p, "offer", p))
		w.typed(auth.Editor, at+"/frame", fields("version", fmt.Sprint(version), "choice", p))
		w.typed(auth.Editor, at+"/draw", fields("version", fmt.Sprint(version), "ask."+p, p, "seed", p))
		w.typed(auth.Editor, at+"/links", fields("kind", p, "how", p))
		w.typed(auth.Editor, at+"/people/"+unit.ID+"/contact", fields("version", p, "email", p, "contact", p))
		w.typed(auth.Editor, at+"/people/"+unit.ID+"/mark", fields("version", fmt.Sprint(1+i/len(units)), "state", "refused", "note", p))
		w.typed(auth.Manager, "/voices/erase", fields("organisation", p, "why", p))
	}
}
