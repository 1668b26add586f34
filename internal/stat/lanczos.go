package stat

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// residualMost is the residual at which an eigenvector counts as found.
const residualMost = 1e-13

// largest is the largest eigenvalue of a symmetric matrix across the directions known,
// which are of length 1 and at right angles to each other, with its vector: Lanczos's method with full
// reorthogonalisation (Lanczos 1950; Parlett 1998). It is false where it does not converge.
func largest(s *mat.SymDense, known [][]float64) (float64, []float64, bool) {
	n := s.SymmetricDim()
	steps := n - len(known)
	if steps < 1 {
		return 0, nil, false
	}
	var alpha, beta []float64
	basis := [][]float64{start(n, known)}
	for k := 0; ; k++ {
		w := make([]float64, n)
		mat.NewVecDense(n, w).MulVec(s, mat.NewVecDense(n, basis[k]))
		alpha = append(alpha, dot(w, basis[k]))
		// Twice: once leaves what rounding has brought in.
		for range 2 {
			across(w, known)
			across(w, basis)
		}
		length := math.Sqrt(dot(w, w))
		last := k+1 == steps || length < residualMost
		if last || (k+1)%40 == 0 {
			value, vector := ritz(alpha, beta)
			if last || length*math.Abs(vector[k]) < residualMost {
				return value, combined(basis, vector), true
			}
		}
		scale(w, 1/length)
		beta = append(beta, length)
		basis = append(basis, w)
	}
}

// start is a vector by chance from a fixed seed, across the directions known.
func start(n int, known [][]float64) []float64 {
	rng := rand.New(rand.NewPCG(1, uint64(n)))
	v := make([]float64, n)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	across(v, known)
	across(v, known)
	scale(v, 1/math.Sqrt(dot(v, v)))
	return v
}

// ritz is the largest eigenvalue of a tridiagonal matrix, with its vector.
func ritz(alpha, beta []float64) (float64, []float64) {
	k := len(alpha)
	t := mat.NewSymDense(k, nil)
	for i, a := range alpha {
		t.SetSym(i, i, a)
		if i+1 < k {
			t.SetSym(i, i+1, beta[i])
		}
	}
	var eig mat.EigenSym
	if !eig.Factorize(t, true) {
		return math.NaN(), make([]float64, k)
	}
	var vectors mat.Dense
	eig.VectorsTo(&vectors)
	return eig.Values(nil)[k-1], mat.Col(nil, k-1, &vectors)
}

func combined(basis [][]float64, weights []float64) []float64 {
	out := make([]float64, len(basis[0]))
	for k, w := range weights {
		for i, v := range basis[k] {
			out[i] += w * v
		}
	}
	scale(out, 1/math.Sqrt(dot(out, out)))
	return out
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

func scale(v []float64, by float64) {
	for i := range v {
		v[i] *= by
	}
}

// across takes from v what lies along each direction.
func across(v []float64, directions [][]float64) {
	for _, d := range directions {
		along := dot(v, d)
		for i := range v {
			v[i] -= along * d[i]
		}
	}
}
