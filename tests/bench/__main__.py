"""python -m tests.bench STEP: what run.sh calls, in the order in which it does: make_plan, count_queries, measure."""

import sys

import django

if __name__ == "__main__":
    django.setup()
    from tests.bench import every_subject, made_plan, queries

    steps = {"make_plan": made_plan.make, "count_queries": queries.print_counts, "measure": every_subject.measure}
    steps[sys.argv[1]]()
