"""Mathematics without vendors: numbers and arrays in; numbers, tuples and small frozen records out.

money      price indices, present value, rates of return, payback, concentration
intervals  a ratio of totals with its interval, the probability that a quantity lies above a threshold
series     a step and slope in a series, control charts and their rules, the start of the present level
"""
