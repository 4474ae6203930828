"""What only notebooks need: lessons, exercises, experiments, figures and the explorer."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__, submod_attrs={"lesson": ["Lesson", "start"], "figures": ["show"]}
)
