//go:build !linux

package job

// machine is empty: on these systems only the silence of a worker tells that it is gone.
func machine() string { return "" }

func noProcess(int) bool { return false }
