package compare

// pair is two items that belong together, by their places; -1 where the other side has none.
type pair struct{ was, now int }

// align pairs the items of two lists in their order so that the sum of their likenesses is greatest (the alignment of Needleman and
// Wunsch, without a cost of gaps). Items whose likeness is 0 are never paired. What only the earlier list has stands before what only
// the later one has.
func align(n, m int, like func(was, now int) int) []pair {
	best := make([][]int, n+1)
	likes := make([][]int, n)
	for i := range best {
		best[i] = make([]int, m+1)
	}
	for i := n - 1; i >= 0; i-- {
		likes[i] = make([]int, m)
		for j := m - 1; j >= 0; j-- {
			likes[i][j] = like(i, j)
			best[i][j] = max(best[i+1][j], best[i][j+1])
			if l := likes[i][j]; l > 0 {
				best[i][j] = max(best[i][j], l+best[i+1][j+1])
			}
		}
	}
	var out []pair
	i, j := 0, 0
	for i < n || j < m {
		switch {
		case i < n && j < m && likes[i][j] > 0 && best[i][j] == likes[i][j]+best[i+1][j+1]:
			out = append(out, pair{i, j})
			i, j = i+1, j+1
		case i < n && (j == m || best[i][j] == best[i+1][j]):
			out = append(out, pair{i, -1})
			i++
		default:
			out = append(out, pair{-1, j})
			j++
		}
	}
	return out
}

// Likenesses of texts, in thousandths.
const (
	same      = 1000
	sameWords = 900 // figures apart
	mostAlike = 800 // of texts with other words
	leastLike = 350 // what is less alike is another text
)

// overlap is how much two lists of words have in common, in thousandths of mostAlike: twice the length of their longest common part
// against their lengths (the coefficient of Dice).
func overlap(a, b []string) int {
	if most := mostAlike * 2 * min(len(a), len(b)); most == 0 || most/(len(a)+len(b)) < leastLike {
		return 0 // too unlike in length
	}
	return mostAlike * 2 * common(a, b) / (len(a) + len(b))
}

// common is the length of the longest list of words that both have in this order.
func common(a, b []string) int {
	row := make([]int, len(b)+1)
	for _, x := range a {
		diagonal := 0
		for j, y := range b {
			above := row[j+1]
			if x == y {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(above, row[j])
			}
			diagonal = above
		}
	}
	return row[len(b)]
}
