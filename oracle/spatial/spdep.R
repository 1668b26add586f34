# Run: Rscript oracle/spatial/spdep.R internal/spatial/testdata/autocorrelation.json   (spdep; from the root of the repository)
# Holds spdep against the answers of esda over all our worlds and prints the largest difference.
# spdep takes islands out of n (adjust.n); with adjust.n = FALSE it agrees with esda and with us.
suppressMessages(library(spdep))
args <- commandArgs(TRUE)
source(file = pipe(paste("python3 oracle/spatial/worlds.py", shQuote(args[1]))))
worst <- 0
for (w in worlds) {
  n <- length(w$y)
  m <- matrix(0, n, n)
  for (k in seq_along(w$i)) m[w$i[k] + 1, w$j[k] + 1] <- m[w$i[k] + 1, w$j[k] + 1] + w$w[k]
  l <- suppressWarnings(mat2listw(m))
  t1 <- suppressWarnings(moran.test(w$y, l, randomisation = FALSE, zero.policy = TRUE, adjust.n = FALSE, alternative = "two.sided"))
  t2 <- suppressWarnings(moran.test(w$y, l, randomisation = TRUE, zero.policy = TRUE, adjust.n = FALSE, alternative = "two.sided"))
  g1 <- suppressWarnings(geary.test(w$y, l, randomisation = FALSE, zero.policy = TRUE, adjust.n = FALSE))
  g2 <- suppressWarnings(geary.test(w$y, l, randomisation = TRUE, zero.policy = TRUE, adjust.n = FALSE))
  ours <- c(w$moran[1:4], w$moran[6], w$geary[1:3])
  theirs <- c(t1$estimate, t2$estimate[3], t1$p.value, g1$estimate[1], g1$estimate[3], g2$estimate[3])
  worst <- max(worst, abs(ours - theirs) / pmax(1, abs(ours)))
}
cat(length(worlds), "worlds, largest difference", worst, "\n")
