"""The searches for counterexamples are not timed: a busy machine is no broken promise."""

from hypothesis import settings

settings.register_profile("calculus", deadline=None)
settings.load_profile("calculus")
