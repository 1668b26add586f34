package auth

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
	"time"
)

// provider is an OIDC provider of the tests: it discovers, signs, and changes codes
// for ID tokens as a real one does, over HTTP.
type provider struct {
	t      *testing.T
	server *httptest.Server
	key    *rsa.PrivateKey
	now    func() time.Time
	down   atomic.Bool
	asked  atomic.Int64 // requests for the discovery document

	codes map[string]grant
}

// grant is what the provider remembers of somebody who agreed.
type grant struct {
	challenge, redirect, idToken string
}

const (
	clientID     = "milieu-test"
	clientSecret = "shared with the provider"
	redirectURL  = "https://milieu.example.org/sign-in/callback"
)

func newProvider(t *testing.T, now func() time.Time) *provider {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{t: t, key: key, now: now, codes: map[string]grant{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.discover)
	mux.HandleFunc("GET /keys", p.keys)
	mux.HandleFunc("POST /token", p.token)
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.down.Load() {
			http.Error(w, "out of order", http.StatusServiceUnavailable)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(p.server.Close)
	return p
}

func (p *provider) config() *OIDCConfig {
	return &OIDCConfig{Issuer: p.server.URL, ClientID: clientID, ClientSecret: clientSecret, RedirectURL: redirectURL}
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func (p *provider) discover(w http.ResponseWriter, _ *http.Request) {
	p.asked.Add(1)
	u := p.server.URL
	answer(w, http.StatusOK, map[string]any{"issuer": u, "authorization_endpoint": u + "/authorize", "token_endpoint": u + "/token", "jwks_uri": u + "/keys",
		"id_token_signing_alg_values_supported": []string{"RS256"}})
}

func (p *provider) keys(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]any{"keys": []map[string]string{{"kty": "RSA", "kid": "one", "use": "sig", "alg": "RS256",
		"n": base64.RawURLEncoding.EncodeToString(p.key.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(p.key.E)).Bytes())}}})
}

// token takes a code once, from the right client with the right verifier (RFC 7636, 4.6).
func (p *provider) token(w http.ResponseWriter, r *http.Request) {
	id, secret, _ := r.BasicAuth()
	if id == "" {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	g, ok := p.codes[r.PostFormValue("code")]
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	ours, _ := url.QueryUnescape(secret) // RFC 6749, 2.3.1
	if !ok || id != clientID || ours != clientSecret || r.PostFormValue("redirect_uri") != g.redirect || base64.RawURLEncoding.EncodeToString(sum[:]) != g.challenge {
		answer(w, http.StatusBadRequest, map[string]string{"error": "invalid_grant"})
		return
	}
	delete(p.codes, r.PostFormValue("code"))
	answer(w, http.StatusOK, map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": g.idToken})
}

// sign makes a JWT (RFC 7515, 3.1).
func (p *provider) sign(key *rsa.PrivateKey, claims map[string]any) string {
	p.t.Helper()
	part := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			p.t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(b)
	}
	text := part(map[string]string{"alg": "RS256", "kid": "one", "typ": "JWT"}) + "." + part(claims)
	sum := sha256.Sum256([]byte(text))
	sig, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		p.t.Fatal(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(sig)
}

// approve is somebody agreeing at the provider; it gives what the browser brings
// back. change may spoil the claims, and key sign them.
func (p *provider) approve(authURL, subject, email string, key *rsa.PrivateKey, change func(claims map[string]any)) url.Values {
	p.t.Helper()
	u, err := url.Parse(authURL)
	if err != nil {
		p.t.Fatal(err)
	}
	q := u.Query()
	for name, want := range map[string]string{"client_id": clientID, "redirect_uri": redirectURL, "response_type": "code", "code_challenge_method": "S256", "scope": "openid email profile"} {
		if q.Get(name) != want {
			p.t.Errorf("%s is %q, want %q", name, q.Get(name), want)
		}
	}
	now := p.now()
	claims := map[string]any{"iss": p.server.URL, "aud": clientID, "sub": subject, "exp": now.Add(time.Minute).Unix(), "iat": now.Unix(),
		"nonce": q.Get("nonce"), "email": email, "email_verified": true, "name": "Name of " + subject}
	if change != nil {
		change(claims)
	}
	if key == nil {
		key = p.key
	}
	code := fmt.Sprintf("code-%d", len(p.codes)+int(now.UnixNano()%1e6))
	p.codes[code] = grant{challenge: q.Get("code_challenge"), redirect: q.Get("redirect_uri"), idToken: p.sign(key, claims)}
	return url.Values{"state": {q.Get("state")}, "code": {code}}
}
