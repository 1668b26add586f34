// Command milieu is the working system of an innovation place.
package main

import (
	"os"

	"milieu/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:])) }
