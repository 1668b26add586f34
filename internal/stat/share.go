package stat

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// WilsonInterval returns the score interval (Wilson 1927) for the share behind
// k successes in n trials, at a confidence between 0 and 1 such as 0.95. Nothing
// is known from no trial: n = 0 gives [0, 1]. It panics unless 0 <= k <= n and
// 0 < confidence < 1.
func WilsonInterval(k, n int, confidence float64) Interval {
	checkShare(k, n, confidence)
	if n == 0 {
		return Interval{Lo: 0, Hi: 1}
	}
	z := distuv.UnitNormal.Quantile(0.5 + confidence/2)
	nf := float64(n)
	p := float64(k) / nf
	z2 := z * z / nf
	mid := (p + z2/2) / (1 + z2)
	half := z / (1 + z2) * math.Sqrt(p*(1-p)/nf+z2/(4*nf))
	iv := Interval{Lo: max(0, mid-half), Hi: min(1, mid+half)}
	// The ends are 0 and 1 in theory here; rounding would leave 1e-17.
	if k == 0 {
		iv.Lo = 0
	}
	if k == n {
		iv.Hi = 1
	}
	return iv
}

// BetaInterval returns the mean and the equal-tailed interval at the given
// level of Beta(1+k, 1+n-k): what k successes in n trials say about a share
// when every share was equally likely before. With n = 0 it returns the prior
// (mean 0.5), which a caller should print as "no evidence". It panics unless
// 0 <= k <= n and 0 < level < 1.
func BetaInterval(k, n int, level float64) (mean, lo, hi float64) {
	checkShare(k, n, level)
	b := distuv.Beta{Alpha: 1 + float64(k), Beta: 1 + float64(n-k)}
	tail := (1 - level) / 2
	return b.Mean(), b.Quantile(tail), b.Quantile(1 - tail)
}

func checkShare(k, n int, level float64) {
	if k < 0 || k > n {
		panic(fmt.Sprintf("stat: %d successes in %d trials", k, n))
	}
	if !(level > 0 && level < 1) {
		panic(fmt.Sprintf("stat: level %v is not between 0 and 1", level))
	}
}
