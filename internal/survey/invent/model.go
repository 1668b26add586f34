// Package invent makes up answers to a survey, for demonstrations and tests: from a seed and a model that is stated in a
// file it says which firms answer and what. It owns that model; it keeps nothing, and knows neither a store nor a release.
//
// The model is a random utility model (McFadden, 1974): firm i likes option o of question q by
//
//	u(q,o) + sum over its groups g of v(q,o,g) + e(i,q,o)
//
// where u and v are stated in the model or drawn once from normal distributions, and e is a Gumbel draw of the firm. A single choice
// is the option liked best, so that shares are those of a multinomial logit; a ranking is the order of likings (Plackett and
// Luce); any number of choices are those with a liking above 0 under logistic draws; points over options follow the exponentials
// of likings. Whether a firm answers is a logit on its groups with an effect of its stratum.
package invent

import (
	_ "embed" // district.toml
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"milieu/internal/survey"
)

//go:embed model/district.toml
var district string

// Model states how answers are made up. It is read from TOML by ParseModel.
type Model struct {
	ID       string     `toml:"id"`
	Title    string     `toml:"title"`
	About    string     `toml:"about"`
	Seed     uint64     `toml:"seed"`   // of the likings that are drawn: surveys by one model ask firms of one mind
	Change   float64    `toml:"change"` // share of firms that are of another mind on a subject in another survey
	Response Response   `toml:"response"`
	States   States     `toml:"states"`
	Spread   Spread     `toml:"spread"`
	Prefer   []Prefer   `toml:"prefer"`
	Shift    []Shift    `toml:"shift"`
	Number   []Quantity `toml:"number"`
	Words    []Words    `toml:"words"`
}

// Response says who answers.
type Response struct {
	Rate          float64    `toml:"rate"`           // share that answers where nothing shifts it, in (0,1)
	StratumSpread float64    `toml:"stratum_spread"` // standard deviation of the strata's effects, in log odds
	Begin         float64    `toml:"begin"`          // share of those who do not answer that begin and leave
	Refuse        float64    `toml:"refuse"`         // share of those who do not answer that say no
	Shift         []Tendency `toml:"shift"`
}

// Tendency moves the log odds of answering for firms of a category of a group.
type Tendency struct {
	Group    string  `toml:"group"`
	Category string  `toml:"category"`
	By       float64 `toml:"by"`
}

// States are the shares of answers that say nothing, of those that are asked.
type States struct {
	Unknown float64 `toml:"unknown"`
	Refused float64 `toml:"refused"`
	NA      float64 `toml:"na"`
	Blank   float64 `toml:"blank"`
}

// Spread are standard deviations of what is drawn: likings of options that nothing states, what a category likes more or less,
// and the scale of the taste of a single firm.
type Spread struct {
	Option float64 `toml:"option"`
	Group  float64 `toml:"group"`
	Firm   float64 `toml:"firm"`
}

// Prefer states likings of options: of one question by its id, or of all of a topic. Options that an instrument does not have
// are passed over, so that one model serves several instruments.
type Prefer struct {
	Question string    `toml:"question"`
	Topic    string    `toml:"topic"`
	Options  []string  `toml:"options"`
	By       []float64 `toml:"by"`
}

// Shift states what firms of a category like more (By > 0) or less. The group is one of the frame, or "arrival": the firm's own
// answer to the question of that topic.
type Shift struct {
	Question string  `toml:"question"`
	Topic    string  `toml:"topic"`
	Option   string  `toml:"option"`
	Group    string  `toml:"group"`
	Category string  `toml:"category"`
	By       float64 `toml:"by"`
}

// Quantity states a log-normal distribution of numbers.
type Quantity struct {
	Question string  `toml:"question"`
	Topic    string  `toml:"topic"`
	Median   float64 `toml:"median"`
	Spread   float64 `toml:"spread"` // standard deviation of the logarithm
}

// Words are texts that may be given. Each says itself that it is invented.
type Words struct {
	Question string   `toml:"question"`
	Topic    string   `toml:"topic"`
	Text     []string `toml:"text"`
}

// InventedWords begins every text that is made up.
const InventedWords = "Invented words"

// Note is what every page and file says that shows anything of an invented survey.
const Note = "Invented answers: made by a stated model to show how this works. No firm said this."

// Shipped is the model that comes with the program, and its text.
func Shipped() (Model, string, error) {
	m, err := ParseModel([]byte(district))
	return m, district, err
}

// ParseModel reads a model strictly. The error says what is wrong and where.
func ParseModel(text []byte) (Model, error) {
	var m Model
	meta, err := toml.Decode(string(text), &m)
	var pe toml.ParseError
	if errors.As(err, &pe) {
		return Model{}, fmt.Errorf("model, line %d: %s", pe.Position.Line, pe.Message)
	}
	if err != nil {
		return Model{}, fmt.Errorf("model: %w", err)
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		return Model{}, fmt.Errorf("model: there is no key %q", extra[0].String())
	}
	if err := m.check(); err != nil {
		return Model{}, fmt.Errorf("model: %w", err)
	}
	return m, nil
}

func (m Model) check() error {
	if !(m.Response.Rate > 0 && m.Response.Rate < 1) {
		return fmt.Errorf("rate of [response] is %g; it is a share between 0 and 1", m.Response.Rate)
	}
	for _, s := range []struct {
		name  string
		value float64
	}{{"change", m.Change}, {"begin of [response]", m.Response.Begin}, {"refuse of [response]", m.Response.Refuse}, {"unknown of [states]", m.States.Unknown}, {"refused of [states]", m.States.Refused}, {"na of [states]", m.States.NA}, {"blank of [states]", m.States.Blank}} {
		if !(s.value >= 0 && s.value <= 1) {
			return fmt.Errorf("%s is %g; it is a share from 0 to 1", s.name, s.value)
		}
	}
	if m.Response.Begin+m.Response.Refuse > 1 || m.States.Unknown+m.States.Refused+m.States.NA+m.States.Blank > 1 {
		return errors.New("the shares of [response] or [states] sum to more than 1")
	}
	for _, v := range []float64{m.Response.StratumSpread, m.Spread.Option, m.Spread.Group, m.Spread.Firm} {
		if !(v >= 0 && v < 100) {
			return fmt.Errorf("a spread is %g; it is a standard deviation, 0 or more", v)
		}
	}
	for _, p := range m.Prefer {
		if len(p.Options) != len(p.By) {
			return fmt.Errorf("[[prefer]] of %s%s names %d options and %d likings", p.Question, p.Topic, len(p.Options), len(p.By))
		}
	}
	for _, q := range m.Number {
		if !(q.Median > 0) || !(q.Spread >= 0) {
			return fmt.Errorf("[[number]] of %s%s: the median is above 0 and the spread 0 or more", q.Question, q.Topic)
		}
	}
	for _, w := range m.Words {
		if slices.ContainsFunc(w.Text, func(s string) bool { return !strings.HasPrefix(s, InventedWords) }) {
			return fmt.Errorf("[[words]] of %s%s: every text begins with %q", w.Question, w.Topic, InventedWords)
		}
	}
	return nil
}

// about says whether a line of the model that names a question or a topic is about q.
func about(q survey.Question, question, topic string) bool {
	return question != "" && question == q.ID || question == "" && topic != "" && topic == q.Topic
}
