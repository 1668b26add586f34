package auth

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// Kinds of faults that callers tell apart, beside ErrDenied. Faults of the store
// (store.ErrFull and the like) come through as they are.
var (
	// ErrWrongCredentials is the one answer to every sign-in that fails, so that
	// nobody learns from it who has an account.
	ErrWrongCredentials = errors.New("the e-mail or the password is not right, or this account is not a member here: try again, or ask a manager for a link")
	// ErrSignedOut says that a session or a token does not count, or no longer.
	ErrSignedOut = errors.New("this session has ended: sign in again")
	// ErrNotFound says that there is no such thing in this workspace, or not for this actor.
	ErrNotFound = errors.New("there is no such thing here")
	// ErrLastOwner keeps a workspace from losing its last owner.
	ErrLastOwner = errors.New("this is the last owner: make somebody else an owner first")
	// ErrSignOn says that a sign-in through the provider did not hold.
	ErrSignOn = errors.New("this sign-in through the provider did not hold: begin it again")
)

// said is a fault of a known kind in words of its own.
type said struct {
	kind error
	msg  string
}

func (s *said) Error() string { return s.msg }
func (s *said) Unwrap() error { return s.kind }

func say(kind error, format string, args ...any) error {
	return &said{kind, fmt.Sprintf(format, args...)}
}

// InputError says what is wrong with one field of what was typed.
type InputError struct {
	Field string // email, name, password, current, role, days or provider
	Msg   string
}

func (e *InputError) Error() string { return e.Msg }

// RateError says that there were too many tries. It is the same for accounts that
// exist and accounts that do not.
type RateError struct {
	After time.Duration // when the next try is taken
}

func (e *RateError) Error() string {
	if e.Seconds() == 1 {
		return "there were too many tries: wait a second and try again"
	}
	return fmt.Sprintf("there were too many tries: wait %d seconds and try again", e.Seconds())
}

// Seconds is After in whole seconds, at least one, as Retry-After takes it.
func (e *RateError) Seconds() int { return max(1, int(math.Ceil(e.After.Seconds()))) }

// ProviderError says that the OIDC provider cannot be used at the moment.
type ProviderError struct {
	Host  string
	Cause error // for the log
}

func (e *ProviderError) Error() string {
	return fmt.Sprintf("%s, which vouches for people here, does not answer as it should: sign in with a password, or try again in a minute", e.Host)
}

func (e *ProviderError) Unwrap() error { return e.Cause }

// UninvitedError says that the provider knows somebody whom nobody has invited.
type UninvitedError struct {
	Email string
}

func (e *UninvitedError) Error() string {
	return fmt.Sprintf("you are not a member here: ask a manager to invite %s", e.Email)
}

// Unwrap makes it an ErrDenied.
func (e *UninvitedError) Unwrap() error { return ErrDenied }
