// Package archtest holds the tests of the house itself: which package may import
// which, who may touch files, clock, network and databases, what SQL and comments
// may say. Each rule carries its reason, and a broken rule names file and line. It
// does not test what the packages do; it has no code but tests, and no package
// may import it.
package archtest
