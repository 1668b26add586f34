# Run by bench/survey: Rscript bench/survey/peer.R ANSWERS.csv SIZES.csv RESULTS.csv TIMES.csv
# The same steps as the kernel, by R's survey: design, rake, a share of every question over all and in every group.
suppressMessages(library(survey))
args <- commandArgs(TRUE)
d <- read.csv(args[1], colClasses = c(stratum = "character", size = "character", section = "character", area = "character"))
totals <- read.csv(args[2], colClasses = c(margin = "character", category = "character"))
d$fpc <- totals$total[match(paste("stratum", d$stratum), paste(totals$margin, totals$category))]
d$w <- d$fpc / as.vector(table(d$stratum)[d$stratum])
margin <- function(name) {
  t <- totals[totals$margin == name, ]
  setNames(data.frame(t$category, t$total), c(name, "Freq"))
}
begin <- proc.time()[["elapsed"]]
design <- svydesign(id = ~1, strata = ~stratum, weights = ~w, fpc = ~fpc, data = d)
raked <- rake(design, list(~size, ~section, ~area), lapply(c("size", "section", "area"), margin), control = list(maxit = 1000, epsilon = 1e-12, verbose = FALSE))
rake <- proc.time()[["elapsed"]] - begin
questions <- grep("^q", names(d), value = TRUE)
begin <- proc.time()[["elapsed"]]
rows <- list()
f <- as.formula(paste("~", paste(questions, collapse = "+")))
whole <- svymean(f, raked)
rows[[1]] <- data.frame(group = "*", question = questions, value = coef(whole), se = SE(whole))
for (g in sort(unique(d$section))) {
  m <- svymean(f, subset(raked, section == g))
  rows[[length(rows) + 1]] <- data.frame(group = g, question = questions, value = coef(m), se = SE(m))
}
shares <- proc.time()[["elapsed"]] - begin
write.csv(format(do.call(rbind, rows), digits = 15), args[3], row.names = FALSE, quote = FALSE)
writeLines(c("rake,shares", paste(rake, shares, sep = ",")), args[4])
