"""Mathematics without vendors: numbers and arrays in; numbers, tuples and small frozen records out.

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
trends       Mann-Kendall and Sen's slope, change points with their intervals, Pettitt, many tests at once
bunching     endings just under a limit beside a smooth course of times
goals        grades of key results (rise, fall, range, yes or no), their roll-up and colour words, time gone, pace needed
forecasting  forecasts of short series with intervals, the choice of a method by its own past, a back-test
earned_value earned value with every estimate at completion named, earned schedule
estimates    estimates against actuals: bias, median errors, how often kept, always low or chance
simulation   PERT and its network drawn at random, correlated inputs, dates of what is left by past throughput
flow         throughput, cumulative flow, age of work in progress
ranks        agreement of two rankings: Spearman, Kendall
"""
