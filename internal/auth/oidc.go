package auth

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"milieu/internal/fetch"
	"milieu/internal/store"
)

// OIDCConfig names the provider that vouches for people (OpenID Connect Core 1.0).
type OIDCConfig struct {
	Issuer       string
	ClientID     string
	ClientSecret string // empty for a public client
	RedirectURL  string // of this server, as the provider knows it
}

// Check says what is wrong with the configuration.
func (c OIDCConfig) Check() error {
	issuer, err := url.Parse(c.Issuer)
	if err != nil || !fetch.Private(issuer) || issuer.RawQuery != "" || issuer.Fragment != "" {
		return &InputError{"provider", "the issuer of the provider must be an address that begins with https://"}
	}
	back, err := url.Parse(c.RedirectURL)
	if err != nil || back.Host == "" || back.Scheme != "https" && back.Scheme != "http" || back.Fragment != "" {
		return &InputError{"provider", "the address to which the provider sends people back must be a whole one of this server, such as https://milieu.example.org/sign-in/callback"}
	}
	if c.ClientID == "" {
		return &InputError{"provider", "the client id is missing: the provider gives it when this server is registered there"}
	}
	return nil
}

const (
	providerTimeout = 10 * time.Second
	providerAgain   = 10 * time.Second // after which a provider that failed is asked again
	mostAnswer      = 1 << 20
)

// sso signs people in through a provider. What it needs to know of the provider it
// asks when somebody first signs in, so that the program starts without it.
type sso struct {
	cfg    OIDCConfig
	now    func() time.Time
	flows  *flows
	client func(context.Context) context.Context

	turn    chan struct{} // one asks, others wait
	found   *oidc.Provider
	failed  time.Time
	failure error
}

func newSSO(c OIDCConfig, now func() time.Time) *sso {
	client := fetch.Client(fetch.Options{Timeout: providerTimeout, MaxBytes: mostAnswer})
	return &sso{cfg: c, now: now, flows: newFlows(now), turn: make(chan struct{}, 1),
		client: func(ctx context.Context) context.Context { return oidc.ClientContext(ctx, client) }}
}

// provider is what the issuer says of itself, asked once.
func (o *sso) provider(ctx context.Context) (*oidc.Provider, error) {
	select {
	case o.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-o.turn }()
	if o.found != nil {
		return o.found, nil
	}
	now := o.now()
	if o.failure != nil && now.Sub(o.failed) < providerAgain {
		return nil, o.failure
	}
	// The first who asks does so for all, and may leave before the answer comes.
	p, err := oidc.NewProvider(o.client(context.WithoutCancel(ctx)), o.cfg.Issuer)
	if err != nil {
		o.failed, o.failure = now, o.broken(err)
		return nil, o.failure
	}
	o.found, o.failure = p, nil
	return p, nil
}

func (o *sso) broken(cause error) error {
	host := o.cfg.Issuer
	if u, err := url.Parse(o.cfg.Issuer); err == nil {
		host = u.Host
	}
	return &ProviderError{Host: host, Cause: cause}
}

func (o *sso) oauth(p *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{ClientID: o.cfg.ClientID, ClientSecret: o.cfg.ClientSecret, Endpoint: p.Endpoint(), RedirectURL: o.cfg.RedirectURL,
		Scopes: []string{oidc.ScopeOpenID, oidc.ScopeEmail, oidc.ScopeProfile}}
}

// errNoProvider is for a server that has none.
var errNoProvider = say(ErrNotFound, "this server has no provider for signing in: use the password")

// SingleSignOn says that people can sign in through a provider.
func (s *Service) SingleSignOn() bool { return s.sso != nil }

// BeginOIDC begins a sign-in through the provider: the browser is sent to authURL and
// keeps state in a cookie (HttpOnly, SameSite=Lax, ten minutes), which FinishOIDC wants back.
func (s *Service) BeginOIDC(ctx context.Context, next string) (authURL, state string, err error) {
	if s.sso == nil {
		return "", "", errNoProvider
	}
	if err := s.sso.cfg.Check(); err != nil {
		return "", "", err
	}
	p, err := s.sso.provider(ctx)
	if err != nil {
		return "", "", err
	}
	f := flow{State: store.NewSecret(), Nonce: store.NewSecret(), Verifier: oauth2.GenerateVerifier(), Next: SafeNext(next)}
	state, err = s.sso.flows.seal(f)
	if err != nil {
		return "", "", err
	}
	return s.sso.oauth(p).AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)), state, nil
}

// FinishOIDC ends a sign-in through the provider with what its answer brought to the
// redirect address, and begins a session. It gives the address to go to, even with an error.
func (s *Service) FinishOIDC(ctx context.Context, state string, query url.Values, address, agent string) (secret string, a Actor, next string, err error) {
	next = "/"
	if s.sso == nil {
		return "", Actor{}, next, errNoProvider
	}
	now, v := s.now(), newVisit(address, agent)
	if err := s.limitAddress(now, v.address); err != nil {
		return "", Actor{}, next, err
	}
	f, err := s.sso.flows.take(state, query.Get("state"))
	if err != nil {
		return "", Actor{}, next, err
	}
	next = SafeNext(f.Next)
	id, err := s.sso.identify(ctx, f, query)
	if errors.Is(err, ErrSignOn) {
		if fault := s.logFailed(ctx, now, "", v, "provider"); fault != nil {
			return "", Actor{}, next, fault
		}
	}
	if err != nil {
		return "", Actor{}, next, err
	}
	secret, a, err = s.admit(ctx, now, id, v)
	return secret, a, next, err
}

// identity is somebody for whom the provider vouches.
type identity struct {
	issuer, subject, email, name string
}

// identify changes the code for an ID token and checks all that it says.
func (o *sso) identify(ctx context.Context, f flow, query url.Values) (identity, error) {
	if fault := query.Get("error"); fault != "" {
		return identity{}, say(ErrSignOn, "the provider did not sign you in (%s): begin again, or sign in with a password", clip(clean(fault), 100))
	}
	// RFC 9207: an answer of another provider is not for us.
	if iss := query.Get("iss"); iss != "" && iss != o.cfg.Issuer {
		return identity{}, say(ErrSignOn, "the answer came from another provider: begin the sign-in again")
	}
	p, err := o.provider(ctx)
	if err != nil {
		return identity{}, err
	}
	token, err := o.oauth(p).Exchange(o.client(ctx), query.Get("code"), oauth2.VerifierOption(f.Verifier))
	if refusal := (*oauth2.RetrieveError)(nil); errors.As(err, &refusal) && refusal.Response.StatusCode < 500 {
		return identity{}, say(ErrSignOn, "the provider did not take its own code (%s): begin the sign-in again", clip(clean(refusal.ErrorCode), 100))
	}
	if err != nil {
		return identity{}, o.broken(err)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return identity{}, say(ErrSignOn, "the provider sent no ID token: it must be allowed the scope openid for this server")
	}
	id, err := p.Verifier(&oidc.Config{ClientID: o.cfg.ClientID, Now: o.now}).Verify(o.client(ctx), raw)
	if err != nil {
		return identity{}, fmt.Errorf("%w (%w)", ErrSignOn, err)
	}
	return o.claims(id, f.Nonce)
}

func (o *sso) claims(id *oidc.IDToken, nonce string) (identity, error) {
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(nonce)) != 1 {
		return identity{}, say(ErrSignOn, "the ID token belongs to another sign-in: begin again")
	}
	var c struct {
		Email    string `json:"email"`
		Verified truth  `json:"email_verified"`
		Name     string `json:"name"`
		Party    string `json:"azp"`
	}
	if err := id.Claims(&c); err != nil {
		return identity{}, say(ErrSignOn, "the ID token cannot be read: %v", err)
	}
	// OpenID Connect Core 1.0, 3.1.3.7, 4 and 5: a token for several is ours only when
	// it was made for us.
	if c.Party != "" && c.Party != o.cfg.ClientID || c.Party == "" && slices.ContainsFunc(id.Audience, func(a string) bool { return a != o.cfg.ClientID }) {
		return identity{}, say(ErrSignOn, "the ID token was made for another program: begin the sign-in again")
	}
	if id.Subject == "" {
		return identity{}, say(ErrSignOn, "the ID token names nobody: begin the sign-in again")
	}
	if c.Email == "" || !c.Verified {
		return identity{}, say(ErrSignOn, "the provider does not say that your e-mail address is verified: verify it there, and begin again")
	}
	email, err := NormalEmail(c.Email)
	if err != nil {
		return identity{}, say(ErrSignOn, "the provider sent an e-mail address that cannot be used: %v", err)
	}
	return identity{issuer: o.cfg.Issuer, subject: id.Subject, email: email, name: nameOr(c.Name, email)}, nil
}

// nameOr is the name that the provider gives, fit to be kept; else the e-mail's first part.
func nameOr(name, email string) string {
	runes := []rune(clean(name))
	if name = clean(string(runes[:min(len(runes), mostName)])); name != "" {
		return name
	}
	local, _, _ := strings.Cut(email, "@")
	return local
}

// truth reads true, and "true", which some providers write.
type truth bool

// UnmarshalJSON takes anything else for false.
func (t *truth) UnmarshalJSON(b []byte) error {
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	*t = v == true || v == "true"
	return nil
}
