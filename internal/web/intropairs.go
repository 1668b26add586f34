package web

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/network"
	"milieu/internal/network/introduce"
	"milieu/internal/network/ledger"
	"milieu/internal/org"
)

// isNotFound says that an organisation is not there.
func isNotFound(err error) bool {
	return errors.Is(err, org.ErrNotFound) || errors.Is(err, fs.ErrNotExist) || errors.Is(err, evidence.ErrNoFigure)
}

// pairOf is the key of a pair in the ledger.
func pairOf(a, b string) [2]string {
	if b < a {
		a, b = b, a
	}
	return [2]string{a, b}
}

// introIndex is what pairs are ranked by, made once a release. It takes a second in a large network:
// call it where slow work is done.
func introIndex(ctx context.Context, snap *live.Snapshot) (*introduce.Index, error) {
	return live.Remember(&snap.Cache, "introductions/index", func() (*introduce.Index, error) { return introduce.Load(ctx, snap.DB, snap.Network) })
}

// learned is what came of earlier introductions, as the ranking takes it.
func learned(counts map[string]ledger.Conversion) introduce.Learned {
	out := introduce.Learned{}
	for key, c := range counts {
		out[key] = introduce.Outcomes{Accepted: c.Accepted - c.Known(), Declined: c.Declined, Met: c.Met, Project: c.Project, Contract: c.Contract, Nothing: c.Nothing}
	}
	return out
}

// rankPairs ranks the pairs that are asked for. Everybody has the ranking of the release, weighed
// by what came of earlier introductions. Who may see who does what is not shown again what people
// have taken up, put off or declined in the last year; these come with it. ok is false while a large network is
// being ranked.
func (s *Server) rankPairs(r *http.Request, snap *live.Snapshot, a introAsk) (list introduce.List, all map[[2]string]ledger.Introduction, ok bool, err error) {
	ask, err := s.introQuestion(r, snap, a)
	if err != nil {
		return list, nil, false, err
	}
	key, err := s.learn(r.Context(), a, &ask)
	if err != nil {
		return list, nil, false, err
	}
	if b, ok := s.readsLedger(r); ok {
		if all, err = b.All(r.Context(), actorOf(r)); err != nil {
			return list, nil, false, err
		}
		now := b.Now()
		ask.Hidden, ask.Declined = taken(all, now)
		key += "\x1fteam" + now.Format(time.DateOnly)
	}
	list, ok, err = rankLater(r.Context(), snap, key, ask)
	return list, all, ok, err
}

// learn gives a question what came of earlier introductions, and the key of its answer.
func (s *Server) learn(ctx context.Context, a introAsk, ask *introduce.Ask) (string, error) {
	key := "introductions/" + a.key()
	b, ok := s.ledger()
	if !ok {
		return key, nil
	}
	stamp, err := b.Stamp(ctx) // before the counts: newer counts under an older key are found by nobody for long
	if err != nil {
		return key, err
	}
	_, counts, err := b.Conversions(ctx)
	ask.Learned = learned(counts)
	return key + "\x1f" + stamp, err
}

func rankLater(ctx context.Context, snap *live.Snapshot, key string, ask introduce.Ask) (introduce.List, bool, error) {
	return later(ctx, snap, key, func(ctx context.Context) (introduce.List, error) {
		x, err := introIndex(ctx, snap)
		if err != nil {
			return introduce.List{}, err
		}
		list, err := x.Rank(ctx, ask)
		if err != nil {
			err = badRequest("%s.", capital(strings.TrimSuffix(err.Error(), ".")))
		}
		return list, err
	})
}

// warmIntroductions reckons ahead what the first visitors of a large network would be told to wait for.
func (s *Server) warmIntroductions(snap *live.Snapshot) {
	if snap.Network.Len() < laterFrom {
		return
	}
	ctx := context.Background()
	ask := introduce.Ask{N: introShown}
	if key, err := s.learn(ctx, introAsk{N: introShown}, &ask); err == nil {
		_, _, _ = rankLater(ctx, snap, key, ask) // a fault is not kept: who asks for the page sees it
	}
}

// introQuestion is the question in the terms of the ranking.
func (s *Server) introQuestion(r *http.Request, snap *live.Snapshot, a introAsk) (introduce.Ask, error) {
	ask := introduce.Ask{Org: a.Org, Theme: a.Theme, Sector: a.Sector, N: a.N}
	if a.N > introMost {
		ask.PerOrg = 5
	}
	if a.Area != "" {
		area, err := s.findArea(r, snap, a.Area)
		if err != nil {
			return ask, err
		}
		within := network.Filter{}.In(area.Ref, area.Geometry).Within
		ask.Within = func(v int) bool {
			n := snap.Network.Node(v)
			return n.Placed && within(n.Lon, n.Lat)
		}
	}
	return ask, nil
}

// taken parts what people have said of pairs into those that are not suggested now and those that
// were declined so long ago that they are, with that against them.
func taken(all map[[2]string]ledger.Introduction, now time.Time) (hidden, declined []introduce.Couple) {
	today := now.UTC().Format(time.DateOnly)
	for pair, i := range all {
		c := introduce.Couple{A: pair[0], B: pair[1]}
		switch {
		case i.State == ledger.Accepted, i.State == ledger.PutOff && i.Due > today:
			hidden = append(hidden, c)
		case i.State == ledger.Declined && now.Sub(changedAt(i)) < yearOfNo:
			hidden = append(hidden, c)
		case i.State == ledger.Declined:
			declined = append(declined, c)
		}
	}
	return hidden, declined
}

// pairReasons are the reasons of the release for and against one pair, none where it is not suggested.
func (s *Server) pairReasons(r *http.Request, snap *live.Snapshot, a, b string) ([]ledger.Reason, error) {
	ask := introduce.Ask{Org: a, N: introCSVMost}
	if led, ok := s.ledger(); ok {
		_, counts, err := led.Conversions(r.Context())
		if err != nil {
			return nil, err
		}
		ask.Learned = learned(counts)
	}
	var list introduce.List
	err := snap.Cache.Slow(r.Context(), func() error {
		x, err := introIndex(r.Context(), snap)
		if err == nil {
			list, err = x.Rank(r.Context(), ask)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, p := range list.Pairs {
		if snap.Network.Node(p.B).ID == b {
			return append(keptReasons(p.For, false), keptReasons(p.Against, true)...), nil
		}
	}
	return nil, nil
}

func keptReasons(list []introduce.Reason, against bool) []ledger.Reason {
	var out []ledger.Reason
	for _, x := range list {
		out = append(out, ledger.Reason{Key: x.Key, Text: x.Text, Weight: x.Points, Against: against, Refs: x.Refs})
	}
	return out
}

// judgePair keeps what somebody says of a pair.
func (s *Server) judgePair(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	f := r.PostForm
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	d := ledger.Draft{A: f.Get("a"), B: f.Get("b"), State: ledger.State(f.Get("state")), Note: f.Get("reason"), Until: f.Get("until"), Version: version, Release: snap.Rel.ID}
	if d.State == ledger.Suggested {
		return badRequest("A pair is taken back on its own page.")
	}
	for _, x := range []struct {
		id   string
		name *string
	}{{d.A, &d.AName}, {d.B, &d.BName}} {
		v, ok := snap.Network.Find(x.id)
		if !ok {
			return badRequest("There is no organisation %.60q in the network of the release that is being served.", x.id)
		}
		*x.name = snap.Network.Node(v).Name
	}
	if d.Reasons, err = s.pairReasons(r, snap, d.A, d.B); err != nil {
		return err
	}
	b, _ := s.ledger()
	i, err := b.Judge(r.Context(), actorOf(r), d)
	if err != nil {
		return err
	}
	if i.State == ledger.Accepted {
		return see(w, r, introPath(i.ID), "intro-accepted")
	}
	return see(w, r, introBack(f.Get("back")), "intro-"+string(i.State))
}

// introBack is the list from which somebody judged a pair.
func introBack(back string) string {
	if back == "/introductions" || strings.HasPrefix(back, "/introductions?") || strings.HasPrefix(back, "/introductions/") {
		return safeBack(back)
	}
	return "/introductions"
}
