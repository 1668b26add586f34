package worth

import (
	"context"
	"errors"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/workshop"
)

// Who may not see weights, or asks for what is not there, is told so as a fault of the setting.
func TestFor_refused(t *testing.T) {
	fails := func(err error) func(context.Context, workshop.Facts, string, string) (workshop.Worth, error) {
		return func(context.Context, workshop.Facts, string, string) (workshop.Worth, error) {
			return workshop.Worth{}, err
		}
	}
	for name, c := range map[string]struct {
		in Input
		by string
	}{
		"nobody signed in":   {Input{}, "w:board:1"},
		"not allowed":        {Input{Workshop: fails(auth.ErrDenied)}, "w:board:1"},
		"no such workshop":   {Input{Workshop: fails(workshop.ErrNotFound)}, "w:board:1"},
		"without parameters": {Input{}, portfolio.WorthJobs},
	} {
		_, err := c.in.For(t.Context(), nil, portfolio.Register{}, portfolio.Ask{Worth: c.by})
		var fe portfolio.FieldError
		if !errors.As(err, &fe) || fe.Field != "worth" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What is not scored in a workshop is not worth nothing: it is not known.
func TestFor_weighed(t *testing.T) {
	in := Input{Workshop: func(_ context.Context, _ workshop.Facts, id, who string) (workshop.Worth, error) {
		return workshop.Worth{Workshop: id, Stakeholder: who, Name: "the board", Values: map[string]workshop.Interval{"a": {Value: 61.23456, Lo: 50, Hi: 70}}}, nil
	}}
	w, err := in.For(t.Context(), []portfolio.Intervention{{ID: "a"}, {ID: "b"}}, portfolio.Register{}, portfolio.Ask{Worth: "w:x:1"})
	if err != nil {
		t.Fatal(err)
	}
	if v := w.Of["a"]; !v.Known || v.Value != 61.2346 || w.Unit != "points" {
		t.Errorf("a is %+v in %s", v, w.Unit)
	}
	if v := w.Of["b"]; v.Known || v.Why == "" {
		t.Errorf("b is %+v", v)
	}
}
