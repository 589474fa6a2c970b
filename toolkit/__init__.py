"""Vendor review: tables in, measures on them, findings out; notebooks introduce them to one another.

The floors, top to bottom. Imports go down only; rooms on one floor do not know one another.

    cli         toolkit run | pack | verify | check | import | forms | questionnaires
    run         notebooks to reports: plan, engine, executor; the only floor that knows papermill
    report      findings and executed notebooks to pages, briefs, slides and workbooks; knows the areas, never a table
    case        one vendor in one period: open_case(), check, conclude
    areas | charts | scorecard, rating
                what is measured | how it is drawn | verdicts to one word, goals to the words of public schemes
    tables, client, store, forms, questionnaires | history | intake | stats
                promises, settings and the prepared store | what was found before | real exports to tables | mathematics
                without vendors
    model, show, sealed, scales, errors, files
                the nouns, how they show themselves, confidential rows, answer scales, faults in words, whole files

Six nouns: a *Vendor* is bought from by a *Client*; a *Case* is one vendor (or one
*Selection*, a decision between candidates) in one period; a *Table* is a file with a promise; a
*Measured* is what a measure gives; a *Finding* is one sentence with its number, interval, goal and verdict, and the only thing
that travels between notebooks.

One name runs through every floor: `cost.unit_cost` is the function `toolkit.areas.cost.unit_cost`, the tests
`test_unit_cost_*`, the measure named in goals.csv, the `id` of the finding and the anchor on the page.

Read next: notebooks/20_cost_comparison.ipynb, toolkit/areas/cost/, tests/areas/.
"""
