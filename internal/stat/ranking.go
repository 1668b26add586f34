package stat

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// descending are the numbers of the scores from high to low.
func descending(scores []float64) []int {
	at := make([]int, len(scores))
	for i := range at {
		at[i] = i
	}
	slices.SortFunc(at, func(a, b int) int { return cmp.Or(cmp.Compare(scores[b], scores[a]), cmp.Compare(a, b)) })
	return at
}

// AUC is the area under the receiver operating characteristic: the probability that a row with y has a higher score than one without,
// ties counting half (Hanley & McNeil, "The meaning and use of the area under a ROC curve", Radiology 143 (1982)). se is their
// standard error. NaN where all rows are of one kind.
func AUC(scores []float64, y []bool) (auc, se float64) {
	at := descending(scores)
	var ones, zeros, below float64
	for _, v := range y {
		if v {
			ones++
		} else {
			zeros++
		}
	}
	if ones == 0 || zeros == 0 {
		return math.NaN(), math.NaN()
	}
	left := zeros // zeros at or below the place
	for i := 0; i < len(at); {
		j, one, zero := i, 0.0, 0.0
		for ; j < len(at) && scores[at[j]] == scores[at[i]]; j++ {
			if y[at[j]] {
				one++
			} else {
				zero++
			}
		}
		left -= zero
		below += float64(one * (left + zero/2))
		i = j
	}
	auc = below / ones / zeros
	q1, q2 := auc/(2-auc), 2*auc*auc/(1+auc)
	square := float64(auc * auc)
	se = math.Sqrt(max(0, float64(auc*(1-auc))+float64((ones-1)*(q1-square))+float64((zeros-1)*(q2-square))) / (ones * zeros))
	return auc, se
}

// PrecisionAt is the share of rows with y among the k with the highest scores. Rows that tie for the last places count by their
// share: it is the expected precision if ties were broken by chance. NaN where there are fewer than k rows or k is not positive.
func PrecisionAt(scores []float64, y []bool, k int) float64 {
	if k < 1 || k > len(scores) {
		return math.NaN()
	}
	at := descending(scores)
	last := scores[at[k-1]]
	above, hits, tied, among := 0, 0, 0, 0
	for _, i := range at {
		one := 0
		if y[i] {
			one = 1
		}
		switch {
		case scores[i] > last:
			above, hits = above+1, hits+one
		case scores[i] == last:
			tied, among = tied+1, among+one
		default:
			return (float64(hits) + float64(float64(k-above)*float64(among)/float64(tied))) / float64(k)
		}
	}
	return (float64(hits) + float64(float64(k-above)*float64(among)/float64(tied))) / float64(k)
}

// AveragePrecision is the mean, over the rows with y, of the precision at the row's place. It weighs the whole list, its head most. Rows that
// tie count as the mean over all their orders (McSherry & Najork, "Computing information retrieval performance measures efficiently in the
// presence of tied scores", ECIR 2008), so that it does not hang on the order given. NaN where no row has y.
func AveragePrecision(scores []float64, y []bool) float64 {
	at := descending(scores)
	hits, sum := 0.0, 0.0
	for i := 0; i < len(at); {
		j, ones := i, 0.0
		for ; j < len(at) && scores[at[j]] == scores[at[i]]; j++ {
			if y[at[j]] {
				ones++
			}
		}
		tied := float64(j - i)
		share, rest := ones/tied, 0.0 // rest: the chance that another of the tied rows has y, given that one has
		if tied > 1 {
			rest = (ones - 1) / (tied - 1)
		}
		for before := 0; ones > 0 && i+before < j; before++ {
			sum += float64(share * (hits + 1 + float64(float64(before)*rest)) / float64(i+before+1))
		}
		hits += ones
		i = j
	}
	return sum / hits
}

// Hits counts, for the bootstrap of a precision, which of the k highest rows have y, as shares where they tie (see [PrecisionAt]).
func Hits(scores []float64, y []bool, k int) []float64 {
	if k < 1 || k > len(scores) {
		return nil
	}
	at := descending(scores)
	out := make([]float64, k)
	for i := 0; i < k; {
		j, ones := i, 0
		for ; j < len(at) && scores[at[j]] == scores[at[i]]; j++ {
			if y[at[j]] {
				ones++
			}
		}
		share := float64(ones) / float64(j-i)
		for ; i < min(j, k); i++ {
			out[i] = share
		}
	}
	return out
}

// BootstrapHits is the interval that holds the middle share of the precisions of rounds samples of places drawn with replacement from hits
// (percentile bootstrap, Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13). A place that holds a share of a hit, as [Hits]
// gives where rows tie, is a hit with that probability in each draw: a mean is not surer than what it is the mean of. NaN of no places.
func BootstrapHits(hits []float64, share float64, rounds int, seed uint64) (lo, hi float64) {
	if len(hits) == 0 || rounds < 1 {
		return math.NaN(), math.NaN()
	}
	r := rand.New(rand.NewPCG(seed, uint64(len(hits))))
	means := make([]float64, rounds)
	for i := range means {
		sum := 0.0
		for range hits {
			v := hits[r.IntN(len(hits))]
			if v > 0 && (v >= 1 || r.Float64() < v) {
				sum++
			}
		}
		means[i] = sum / float64(len(hits))
	}
	slices.Sort(means)
	at := func(p float64) float64 { return means[min(rounds-1, int(p*float64(rounds)))] }
	return at((1 - share) / 2), at((1 + share) / 2)
}

// CalibrationBin is rows of like predicted probability.
type CalibrationBin struct {
	Rows, Ones int
	Expected   float64 // mean predicted probability
	Observed   float64 // share with y
	Lo, Hi     float64 // 95 % interval of Observed (Wilson)
}

// Calibration cuts the rows into bins of like size by predicted probability, lowest first; rows of one probability stay together, so that
// there may be fewer bins.
func Calibration(p []float64, y []bool, bins int) []CalibrationBin {
	at := descending(p)
	slices.Reverse(at)
	var out []CalibrationBin
	for i, n := 0, 1; i < len(at); {
		for n < bins && n*len(at)/bins <= i {
			n++
		}
		want := n * len(at) / bins
		j := i
		for ; j < len(at) && (j < want || j == i || p[at[j]] == p[at[j-1]]); j++ {
		}
		b := CalibrationBin{Rows: j - i}
		for ; i < j; i++ {
			b.Expected += p[at[i]]
			if y[at[i]] {
				b.Ones++
			}
		}
		b.Expected /= float64(b.Rows)
		b.Observed = float64(b.Ones) / float64(b.Rows)
		iv := WilsonInterval(b.Ones, b.Rows, 0.95)
		b.Lo, b.Hi = iv.Lo, iv.Hi
		out = append(out, b)
	}
	return out
}
