"""Notebooks to reports: the only floor that knows papermill.

parameters.py   what a notebook may be given, checked before any kernel starts
plan.py         client, vendors, periods and areas to steps, each after those it waits for
fresh.py        what a step is made from, and so whether it has to be run again
lock.py         one run at a time in one folder
capacity.py     how many notebooks the cores and the memory allow at once
kernels.py      how the kernels of a run are started, and how all of them are ended at once
warm.py         the process that has the libraries imported and is forked for every kernel
direct_kernel.py, direct_client.py   the two ends of the line to a warm kernel: no sockets, no threads, no signatures
papermill_engine.py   warm kernels for any papermill, spoken to directly; provisioner.py for any client of jupyter_client
engine.py       one notebook, executed and saved whole: `execute`
outputs.py      how much a cell may put out
scrub.py        no absolute path, user name or clock in a saved notebook
executor.py     all steps of a run, each failure kept apart: `run`
cluster.py      the same steps, given to the workers of a Dask cluster
again.py        one finding derived once more
record.py       run.json, the only file of a review with a clock in it
progress.py     what the terminal shows while a run goes on, and at its end
"""
