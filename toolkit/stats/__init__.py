"""Mathematics without vendors: numbers, arrays and texts in; numbers, tuples and small frozen records out.

money        price indices, present value, rates of return, payback, concentration
intervals    a value with its interval, a ratio of totals, differences, quantiles, the probability of lying above a threshold
proportions  shares: Wilson, batches of things alike, the difference of two (Newcombe), Fisher, what chance would give
rates        counts over an exposure: exact Poisson intervals, the ratio of two rates, counts weighted by severity
survival     how long until it is done, with open ones: Kaplan-Meier, median and P90, share within a limit, mean, log-rank
calendars    agreed service hours between two moments: weekly hours, holidays, zones, pauses, due times
reliability  availability within agreed hours, mean time between failures
delivery     DORA's five delivery metrics, defect removal efficiency
series       a step and slope in a series, control charts of measured values and run rules, the start of the present level
attributes   control charts of shares and counts (p, u, c, Laney's)
trends       Mann-Kendall and Sen's slope, change points with their intervals, Pettitt, many tests at once (Holm, BH)
bunching     endings just under a limit beside a smooth course of times
answers      what people answered: net promoter score, top and bottom boxes, median, mean; weighted, out of a known number
weighting    finite populations, strata, post-stratification and raking, what unequal weights cost
scales       whether items measure one thing: Cronbach's alpha, McDonald's omega, items against the rest
ordinal      ordered answers compared: Mann-Whitney, Cliff's delta, ordered logit
importance   which answers go with an overall answer: general dominance on rank correlations
agreement    raters beyond chance: Cohen's and Fleiss' kappa, Krippendorff's alpha
suppression  small groups withheld so that nobody can work them out, and an auditor that tries to
text         what people wrote: cleaning, masking, polarity, agreement with labels, themes (a package of its own)
goals        grades of key results (rise, fall, range, yes or no), their roll-up and colour words, time gone, pace needed
forecasting  forecasts of short series with intervals, the choice of a method by its own past, a back-test
earned_value earned value with every estimate at completion named, earned schedule
estimates    estimates against actuals: bias, median errors, how often kept, always low or chance
simulation   PERT and its network drawn at random, correlated inputs, dates of what is left by past throughput
scenarios    three-point inputs that go together, tornado, who is cheapest, the worst one in ten, break-even
flow         throughput, cumulative flow, age of work in progress
ranks        agreement of two rankings: Spearman, Kendall
preferences  weights: swing points, judgements in pairs (AHP) with their consistency
choice       several candidates on several criteria: weighted sum, TOPSIS, PROMETHEE II, what would turn the order
acceptability   how often each candidate is first over plausible weights and noisy scores (SMAA)
bids         prices that lie apart from the rest
"""
