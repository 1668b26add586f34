package result

import (
	"fmt"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/survey"
	"milieu/internal/survey/invent"
)

// Method is the note on methods in plain words, a paragraph each: who could be asked, who was and who answered, how answers were
// weighted, what intervals mean, what is hidden and what cannot be said.
func (r Report) Method() []string {
	var out []string
	add := func(format string, a ...any) { out = append(out, fmt.Sprintf(format, a...)) }
	if r.Invented {
		out = append(out, invent.Note)
	}
	count := func(n int) string { return chart.Number(float64(n), 0) }
	few := func(c Count) string {
		if c.Hidden {
			return fmt.Sprintf("fewer than %d", r.Threshold)
		}
		return count(c.N)
	}
	asked := count(r.Drawn) + " of them were drawn by chance within strata and asked"
	if r.Drawn == r.Frame {
		asked = "All of them were asked"
	}
	if r.Frame > 0 {
		add("The frame is the %s firms of the register that the survey is about, as they stood when it was frozen. %s; %s answered.", count(r.Frame), asked, few(r.Answers))
	} else {
		add("The survey has no frame: nobody knows for which firms the answers (%s) stand. Shares are those of the answers themselves, and their intervals say no more than chance among such answers.", few(r.Answers))
	}
	if r.Outside.Hidden || r.Outside.N > 0 {
		add("Answers of firms that were not drawn (%s) are in no figure, since nothing says for whom they stand.", few(r.Outside))
	}
	add("Those who answered were promised: “%s”", r.Level.Meaning())
	out = append(out, r.weightWords()...)
	add("A share or a mean counts answers alone. Not knowing, preferring not to say, not applying, leaving empty and not being asked are counted apart for each question and are never a no.")
	add("Intervals hold the true value of the frame in 95 of 100 such surveys, as far as those who did not answer are like those of their groups who did. They respect the weights, the strata and that the frame is finite; those of shares are on the scale of log odds, or Korn and Graubard's where few said yes or no. Places in a ranking are those that each option can have when all pairs of options are compared, all together at 95 %% (Mogstad, Romano, Shaikh and Wilhelm 2024).")
	if r.Frame > 0 {
		add("What those who did not answer think is not known. The bounds beside a share say about where it would lie if all of them had said no, and if all had said yes (after Manski 1989), by the stratum of which the fewest answered.")
	}
	add("No figure is shown behind which there are fewer than %d answers, nor one of which fewer than %d answers said it, nor that all of fewer than %d answers said the same, nor the mean of a number that one firm makes up nearly alone. Small groups stand together. Shares are rounded to 1, 5 or 10 per cent, or hidden, so that other answers of up to three firms would give the same figures: with the weights, which anybody can reckon, a finer share would tell how many of each stratum are behind it. Other figures are hidden where a hidden one could be worked out from them: for each hidden figure there is another table of whole numbers that agrees with all that is shown and has another number there. %s of the figures of these tables are hidden, %s of them only to protect others.",
		r.Threshold, r.Threshold, unanimousFactor*r.Threshold, count(r.Hidden), count(r.Protecting))
	if r.Level == survey.Anonymous {
		add("A firm that was reminded had more than one link, so that nobody can rule out that one answered twice.")
	}
	return out
}

func (r Report) weightWords() []string {
	w := r.Weighting
	if r.Answers.Hidden || r.Frame == 0 || r.Answers.N == 0 {
		return nil
	}
	to := "the strata"
	if len(w.Margins) > 0 {
		to += " and to " + strings.Join(w.Margins, ", ")
	}
	end := "All totals are met."
	if !w.Converged || len(w.Unmet) > 0 {
		end = "Not all totals are met:"
		for k, u := range w.Unmet {
			if k == 5 {
				end += fmt.Sprintf(" So do %d more.", len(w.Unmet)-k)
				break
			}
			end += fmt.Sprintf(" %s, %s: %s.", u.Margin, u.Category, strings.TrimSuffix(u.Why, "."))
		}
	}
	out := []string{fmt.Sprintf("Each answer stands for the firms of its stratum. The weights were then raked to the numbers of firms of the frame in %s (Deming and Stephan 1940), groups with fewer than %d answers together. %s",
		to, LeastThreshold, end)}
	worth := fmt.Sprintf("The %d answers are worth about %s answers of equal weight (design effect of weighting %s).", r.Answers.N, chart.Number(w.Effective, 0), chart.Number(w.Kish, 1))
	if w.Highest > 0 {
		worth = fmt.Sprintf("Raking multiplied weights by %s to %s. ", chart.Number(w.Lowest, 1), chart.Number(w.Highest, 1)) + worth
	}
	out = append(out, worth)
	if len(w.LeftOut) > 0 {
		out = append(out, fmt.Sprintf("The weights are not raked to %s: some would have changed more than %d times.", strings.Join(w.LeftOut, ", "), furthest))
	}
	return out
}
