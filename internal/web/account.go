package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"milieu/internal/auth"
	"milieu/internal/live"
	"milieu/internal/store"
)

// AccountPage is what people see and change of themselves.
type AccountPage struct {
	Base
	Email    string
	Since    string
	May      []Allowed
	Password bool // has one to change
	Linked   bool // with the provider
	Show     bool // passwords show as they are typed
	Faulty   []FaultLink
	Faults   map[string]string // of the new password
	Sessions []SessionView
	Tokens   *TokensPart // nil for roles that may have none
}

// Allowed is one line of the table of who may do what.
type Allowed struct {
	What  string
	Least auth.Role
	May   bool
}

// SessionView is a browser in which somebody is signed in.
type SessionView struct {
	ID, Browser, Address, Begun, Seen, Ends string
	Current                                 bool
}

// TokensPart lists the own access tokens, with the form for a new one.
type TokensPart struct {
	Rows   []TokenView
	Name   string
	Roles  []Choice
	Days   []Choice
	Faults map[string]string
}

// TokenView is one access token; its text is not kept.
type TokenView struct {
	ID, Name   string
	Role       auth.Role
	Made, Ends string
	Used       string
}

// SecretPage shows something once that is not kept: the text of a token, a link.
type SecretPage struct {
	Base
	Here      string // what the secret is
	Lede      string
	Secret    string
	Facts     []Labelled
	Command   string // that uses it, without holding it
	Words     string // to send with it
	Back      string
	BackLabel string
}

// Labelled is a label with its text.
type Labelled struct{ Label, Text string }

// moment writes a time for people; "" for none.
func moment(t time.Time) string { return dayTime(store.Time(t)) }

// allows says in words what a role may do, with all that those below it may.
func allows(role auth.Role) string {
	var out []string
	for _, r := range auth.Roles {
		if role.AtLeast(r) {
			out = append(out, strings.TrimPrefix(r.Meaning(), "also "))
		}
	}
	return strings.Join(out, "; ")
}

func (s *Server) account(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	p, err := s.accountOf(r, snap)
	if err != nil {
		return err
	}
	return s.render(w, r, "account", p)
}

func (s *Server) accountOf(r *http.Request, snap *live.Snapshot) (AccountPage, error) {
	a := actorOf(r)
	p := AccountPage{Base: s.base(r, snap, "Your account", ""), Email: a.Email, Show: shows(r)}
	me, err := s.cfg.Team.Auth.Person(r.Context(), a, a.PersonID)
	if err != nil {
		return p, err
	}
	p.Since, p.Password, p.Linked = moment(me.AddedAt), me.Password, me.Provider
	for _, rule := range auth.Rules {
		p.May = append(p.May, Allowed{What: rule.Meaning, Least: rule.Least, May: a.May(rule.Action)})
	}
	sessions, err := s.cfg.Team.Auth.Sessions(r.Context(), a, a.PersonID)
	if err != nil {
		return p, err
	}
	for _, v := range sessions {
		p.Sessions = append(p.Sessions, SessionView{ID: v.ID, Browser: browserWords(v.Agent), Address: v.Address, Begun: moment(v.BegunAt), Seen: moment(v.SeenAt), Ends: moment(v.ExpiresAt), Current: v.Current})
	}
	if a.May(auth.OwnTokens) {
		p.Tokens, err = s.tokensOf(r)
	}
	return p, err
}

// tokenDays are for how long a token is offered to last.
var tokenDays = []Choice{{Value: "7", Label: "a week"}, {Value: "30", Label: "30 days"}, {Value: "90", Label: "90 days"}, {Value: "180", Label: "half a year"}, {Value: "365", Label: "a year"}}

func (s *Server) tokensOf(r *http.Request) (*TokensPart, error) {
	a := actorOf(r)
	tokens, err := s.cfg.Team.Auth.Tokens(r.Context(), a, a.PersonID)
	if err != nil {
		return nil, err
	}
	p := &TokensPart{Name: r.PostForm.Get("name"), Days: chosen(tokenDays, orText(r.PostForm.Get("days"), "90"))}
	for _, t := range tokens {
		p.Rows = append(p.Rows, TokenView{ID: t.ID, Name: t.Name, Role: t.Role, Made: moment(t.CreatedAt), Ends: moment(t.ExpiresAt), Used: orText(moment(t.UsedAt), "never")})
	}
	for _, role := range auth.Roles {
		if a.Role.AtLeast(role) {
			p.Roles = append(p.Roles, Choice{Value: string(role), Label: string(role)})
		}
	}
	p.Roles = chosen(p.Roles, orText(r.PostForm.Get("role"), string(auth.Reader)))
	return p, nil
}

// chosen marks the choice of that value in a copy of the list.
func chosen(list []Choice, value string) []Choice {
	out := append([]Choice{}, list...)
	for i := range out {
		out[i].Current = out[i].Value == value
	}
	return out
}

// accountAgain shows the page with what was wrong. put writes the faults where they belong.
func (s *Server) accountAgain(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, status int, put func(p *AccountPage)) error {
	p, err := s.accountOf(r, snap)
	if err != nil {
		return err
	}
	// A reload or the rail's link asks for the page itself, not for what was sent.
	p.Path = "/account"
	put(&p)
	s.write(w, r, status, "account", p)
	return nil
}

// faultOf puts what is wrong beside its field and, with a link to it, on top of the page.
func faultOf(err *auth.InputError, ids map[string]string) (map[string]string, []FaultLink) {
	return map[string]string{err.Field: errSentence(err)}, []FaultLink{{orText(ids[err.Field], "main"), errSentence(err)}}
}

func (s *Server) changePassword(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	err := s.cfg.Team.Auth.ChangePassword(r.Context(), actorOf(r), r.PostForm.Get("current"), r.PostForm.Get("password"))
	var input *auth.InputError
	switch {
	case err == nil:
		return see(w, r, "/account", "password")
	case errors.As(err, &input):
		return s.accountAgain(w, r, snap, http.StatusUnprocessableEntity, func(p *AccountPage) {
			p.Faults, p.Faulty = faultOf(input, map[string]string{"current": "current", "password": "new-password"})
		})
	case tooMany(w, err):
		return s.accountAgain(w, r, snap, http.StatusTooManyRequests, func(p *AccountPage) { p.Faulty = []FaultLink{{"password", errSentence(err)}} })
	}
	return err
}

func (s *Server) endOtherSessions(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	a := actorOf(r)
	n, err := s.cfg.Team.Auth.EndSessions(r.Context(), a, a.PersonID)
	if err != nil {
		return err
	}
	return see(w, r, "/account", endedSaid(n, "ended-others"))
}

func endedSaid(n int, said string) string {
	if n == 0 {
		return "nothing"
	}
	return said
}

func (s *Server) endOwnSession(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	a, id := actorOf(r), r.PathValue("id")
	if id == a.SessionID {
		return s.signOut(w, r, snap)
	}
	if err := s.cfg.Team.Auth.EndSession(r.Context(), a, id); err != nil {
		return err
	}
	return see(w, r, "/account", "ended")
}

func (s *Server) makeToken(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	days, err := strconv.Atoi(r.PostForm.Get("days"))
	if err != nil {
		days = 0 // the service says what is allowed
	}
	text, t, err := s.cfg.Team.Auth.NewToken(r.Context(), actorOf(r), r.PostForm.Get("name"), auth.Role(r.PostForm.Get("role")), days)
	var input *auth.InputError
	if errors.As(err, &input) {
		return s.accountAgain(w, r, snap, http.StatusUnprocessableEntity, func(p *AccountPage) {
			if p.Tokens != nil {
				p.Tokens.Faults, p.Faulty = faultOf(input, map[string]string{"name": "token-name", "role": "token-role", "days": "token-days"})
			}
		})
	}
	if err != nil {
		return err
	}
	p := SecretPage{Base: s.base(r, snap, "A new token", ""), Here: "Token", Secret: text, Back: "/account", BackLabel: "Your account",
		Lede:    "Copy it now and keep it where the program that uses it keeps its secrets. It is shown this once and is not kept here; whoever has it acts in your name.",
		Facts:   []Labelled{{"Name", t.Name}, {"Role", string(t.Role)}, {"Ends", moment(t.ExpiresAt)}},
		Command: "read -rs TOKEN    # paste the token and press Enter\ncurl -H \"Authorization: Bearer $TOKEN\" " + s.absolute(r, "/api/v1/decisions")}
	return s.secretPage(w, r, p)
}

// secretPage shows a secret on the page that answers the form, and nowhere else.
func (s *Server) secretPage(w http.ResponseWriter, r *http.Request, p SecretPage) error {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	p.Path = p.Back
	return s.render(w, r, "secret", p)
}

func (s *Server) revokeToken(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	if err := s.cfg.Team.Auth.RevokeToken(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	return see(w, r, "/account", "revoked")
}

// What browsers and systems write of themselves, the more special first.
var (
	browsers = [][2]string{{"Edg/", "Edge"}, {"EdgA/", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"Vivaldi/", "Vivaldi"}, {"FxiOS/", "Firefox"}, {"Firefox/", "Firefox"},
		{"CriOS/", "Chrome"}, {"Chromium/", "Chromium"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"}}
	systems = [][2]string{{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"CrOS", "ChromeOS"}, {"Macintosh", "macOS"}, {"Linux", "Linux"}}
)

// browserWords says in words which browser a session is in, as far as it tells.
func browserWords(agent string) string {
	find := func(list [][2]string) string {
		for _, known := range list {
			if strings.Contains(agent, known[0]) {
				return known[1]
			}
		}
		return ""
	}
	browser, system := find(browsers), find(systems)
	switch {
	case agent == "":
		return "a browser that does not say which"
	case browser == "":
		return agent
	case system == "":
		return browser
	}
	return browser + " on " + system
}
