"""What people wrote, read by machine: comments in; cleaned and masked texts, polarities, themes and their counts out.

cleaning     plain text out of what was pasted (HTML, logs, code, quoted mail), words, a guess at the language
masking      names, addresses, numbers and whatever else tells who wrote, or about whom, made unreadable
polarity     negative, neutral, positive or unsure, by a small classifier whose errors on held-out labels are known
agreement    how far labels agree with people's (accuracy, kappa), and shares corrected for the classifier's errors
themes       which seeded themes a comment touches, counts of people, terms that mark a group, typical quotations

Nothing is fetched, and nothing learned, at run time: weights and word lists lie in `data/reference/`.
"""
