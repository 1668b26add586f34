//go:build !race

package link

// raced says that the race detector runs, which makes the large tests take minutes.
const raced = false
