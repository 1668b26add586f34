package live

import (
	"context"
	"errors"
	"time"
)

// ErrBusy says that others have the places for slow reckoning.
var ErrBusy = errors.New("the server is reckoning for others at the moment; ask again in half a minute")

const (
	slowPlaces = 2
	slowWait   = 20 * time.Second
)

// Slow runs what takes seconds and what every visitor may ask for. At most two run at a
// time, so that pages which only read are not slowed down, whoever asks for how much. The
// error is ErrBusy when no place comes free in 20 seconds.
func (c *Memo) Slow(ctx context.Context, f func() error) error {
	c.mu.Lock()
	if c.slow == nil {
		c.slow = make(chan struct{}, slowPlaces)
	}
	places := c.slow
	c.mu.Unlock()
	wait := time.NewTimer(slowWait)
	defer wait.Stop()
	select {
	case places <- struct{}{}:
		defer func() { <-places }()
		return f()
	case <-ctx.Done():
		return ctx.Err()
	case <-wait.C:
		return ErrBusy
	}
}

// RememberSlow is Remember for what takes seconds, made in one of the places of Slow.
func RememberSlow[T any](ctx context.Context, c *Memo, key string, f func() (T, error)) (T, error) {
	return Remember(c, key, func() (v T, err error) {
		err = c.Slow(ctx, func() error {
			v, err = f()
			return err
		})
		return v, err
	})
}
