"""A widget's face where no widget can be drawn: on paper, in a static viewer, in a diff.

Short, and in a file of its own: every widget here has one, whatever else it is made of.
"""

from __future__ import annotations

from typing import Any

VIEW = "application/vnd.jupyter.widget-view+json"
RUN_FOR_CONTROLS = "Run this cell to get its controls. Until then, this is what it showed last."


class StaticFace:
    """Adds to a widget what other front ends show: ``face_html`` and ``face_text``, from the widget's state."""

    # With ipywidgets 7, which Colab has, a widget displays itself, without a face; None has IPython ask for the bundle.
    _ipython_display_ = None
    model_id: str

    def face_html(self) -> str:
        """HTML of constant size, the same for the same state."""
        raise NotImplementedError

    def face_text(self) -> str:
        """The same as plain text."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **options: Any) -> Any:
        made = self._bundle_of_its_own(**options)
        data, *metadata = made if isinstance(made, tuple) else (made,)  # anywidget's have metadata, for Colab
        data = {**data, "text/plain": self.face_text(), "text/html": self.face_html()}
        return (data, *metadata) if metadata else data

    def _bundle_of_its_own(self, **options: Any) -> Any:
        make = getattr(super(), "_repr_mimebundle_", None)  # which ipywidgets 7 does not have
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        return make(**options) if make else {VIEW: view}
