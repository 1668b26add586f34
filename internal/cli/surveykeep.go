package cli

import (
	"context"
	"log/slog"
	"time"

	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/telling"
)

// expireEvery is how often the server looks for surveys whose answers were to be kept until a day that is over.
const expireEvery = time.Hour

// keepTimes does what was promised to those who answered when the day until which answers are kept is over, as long as the server
// runs. The day is that of UTC.
func (p *Program) keepTimes(ctx context.Context, team decision.Book, log *slog.Logger) {
	b := fieldwork.Book{DB: team.DB, Workspace: team.Workspace, Now: p.Now}
	for {
		got, err := b.Expire(ctx, auth.Machine(b.Workspace), p.Now().UTC().Format(time.DateOnly))
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			log.Error("answers whose time is over could not be emptied; it is tried again", "err", err)
		case len(got.Surveys) > 0:
			log.Info("the time of answers is over", "surveys", len(got.Surveys), "kept_without_firm", got.Responses, "emptied", got.Emptied)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(expireEvery):
		}
	}
}

// readyEvery is how often the server looks for surveys that were closed or changed.
const readyEvery = 5 * time.Second

// readyResults reckons the results of closed surveys before somebody asks for them: hiding what few firms said takes seconds. A
// fault is not told here: nothing of it is kept, and who asks for the page sees it.
func (p *Program) readyResults(ctx context.Context, book decision.Book) {
	b := fieldwork.Book{DB: book.DB, Workspace: book.Workspace, Now: book.Now}
	machine := auth.Machine(b.Workspace)
	done := map[string]int64{}
	for {
		all, _ := b.Surveys(ctx, machine)
		for _, s := range all {
			if s.State == fieldwork.Closed && done[s.ID] != s.Version {
				done[s.ID] = s.Version
				_, _ = telling.Read(ctx, b, machine, s.ID)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(readyEvery):
		}
	}
}
