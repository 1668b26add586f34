package live

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
)

// Two run, the third waits for a place or gives up, and who leaves does not wait.
func TestSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c Memo
		hold := make(chan struct{})
		for range slowPlaces {
			go func() {
				_ = c.Slow(context.Background(), func() error { <-hold; return nil })
			}()
		}
		synctest.Wait()
		if err := c.Slow(t.Context(), func() error { return nil }); !errors.Is(err, ErrBusy) {
			t.Errorf("without a place: %v", err)
		}
		gone, leave := context.WithCancel(t.Context())
		leave()
		if err := c.Slow(gone, func() error { return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("who has left: %v", err)
		}
		close(hold)
		synctest.Wait()
		n, err := RememberSlow(t.Context(), &c, "n", func() (int, error) { return 7, nil })
		if err != nil || n != 7 {
			t.Errorf("with a place: %d %v", n, err)
		}
	})
}
