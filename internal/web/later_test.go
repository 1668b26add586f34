package web

import (
	"context"
	"errors"
	"testing"
)

// TestLater: what is reckoned is reckoned once, goes on without its visitor, and faults are not kept.
func TestLater(t *testing.T) {
	snap := served(t, demoSite(t))
	fault, calls := errors.New("fault"), 0
	if _, ok, err := later(t.Context(), snap, "test/later", func(context.Context) (int, error) { return 0, fault }); ok || !errors.Is(err, fault) {
		t.Errorf("%v %v", ok, err)
	}
	for range 2 {
		v, ok, err := later(t.Context(), snap, "test/later", func(context.Context) (int, error) { calls++; return 7, nil })
		if v != 7 || !ok || err != nil {
			t.Errorf("%d %v %v", v, ok, err)
		}
	}
	if calls != 1 {
		t.Errorf("reckoned %d times", calls)
	}
	ctx, leave := context.WithCancel(t.Context())
	end := make(chan bool)
	_, ok, err := later(ctx, snap, "test/left", func(ctx context.Context) (int, error) {
		leave()
		<-end
		return 8, ctx.Err()
	})
	if ok || !errors.Is(err, context.Canceled) {
		t.Errorf("who left is told %v %v", ok, err)
	}
	close(end)
	if v, ok, err := later(t.Context(), snap, "test/left", func(context.Context) (int, error) { return 9, nil }); v != 8 || !ok || err != nil {
		t.Errorf("the next is given %d %v %v", v, ok, err)
	}
}
