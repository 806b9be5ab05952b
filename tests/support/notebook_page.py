"""A notebook that is open in Notebook 7, in a real browser: what a page of JupyterLab can do, it can do here."""

from lab_page import LOAD, LabPage

KERNEL_IS_IDLE = "() => jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"


class NotebookPage(LabPage):
    """A notebook in Notebook 7, in a tab that is never kept: there, a notebook is a page of its own."""

    def __init__(self, browser, lab, name):
        super().__init__(browser, lab, name)
        self._can_be_kept = False
        self.errors.clear()  # it has some of its own while it loads: commands that only JupyterLab has

    def _take_tab(self, browser):
        return browser.new_page()

    def _open(self):
        self.tab.goto(self._lab.address_in_notebook_7_of(self.name))

    def wait_until_idle(self, most=LOAD):
        """Wait until there is a kernel that has nothing to do."""
        self.notebook.wait_for(timeout=most)
        self.tab.wait_for_function(KERNEL_IS_IDLE, timeout=most)  # there is no status bar in which it would stand
