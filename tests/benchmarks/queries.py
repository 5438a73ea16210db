"""How fast numbers are answered; processes that it begins load this module, so it loads nothing before it is run.

python -m tests.benchmarks.queries                  2,000 people, 5 years
python -m tests.benchmarks.queries --people 200     fewer
"""

if __name__ == "__main__":
    from .answering import main

    main()
