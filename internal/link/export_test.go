package link

// setChunkPairs makes chunks small for a test; the result puts it back.
func setChunkPairs(n int64) func() {
	was := chunkPairs
	chunkPairs = n
	return func() { chunkPairs = was }
}
