"""Any BPMN file → a bundle that this platform can run, and a list of what was changed on the way or is left to do.

    import_bpmn(data, key=…) -> Imported

Pure: the same bytes give the same bundle. It knows no database and no case. Every id stays, so that marks made on the
diagram that runs fit the diagram as drawn, which is kept beside it and is what pages show.
"""

from app.catalogue.importing.import_bpmn import Imported, import_bpmn

__all__ = ["Imported", "import_bpmn"]
