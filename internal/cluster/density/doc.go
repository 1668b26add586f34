// Package density finds clusters of the firms of a sector wherever they are, whatever the boundaries: HDBSCAN on the
// positions of its organisations, how stable each cluster is under subsampling, whether it holds more of the sector than
// chance would put there, its outline, and the areas it crosses.
package density
