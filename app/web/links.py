"""The addresses of the pages, for the rows that the inbox makes."""

from typing import Any

from flask import url_for


class WebLinks:
    def task(self, task_id: str) -> str:
        return url_for("tasks.show_task", task_id=task_id)

    def case(self, instance_id: str) -> str:
        return url_for("cases.show_case", instance_id=instance_id)

    def inbox(self, **query: object) -> str:
        return url_for("inbox.inbox", **_given(query))

    def inbox_file(self, **query: object) -> str:
        return url_for("inbox.export", **_given(query))

    def week(self) -> str:
        return url_for("inbox.week")

    def cases(self, **query: object) -> str:
        return url_for("cases.mine", **_given(query))

    def done(self, **query: object) -> str:
        return url_for("inbox.done", **_given(query))

    def act(self, task_id: str, act: str) -> str:
        return f"{self.task(task_id)}/{act}"

    def case_act(self, instance_id: str, act: str) -> str:
        return f"{self.case(instance_id)}/{act}"

    def call(self, call_id: str) -> str:
        return f"/calls/{call_id}"

    def letter(self, letter_id: str) -> str:
        return f"/letters/{letter_id}"

    def paper(self, instance_id: str, submission_id: str) -> str:
        return f"/cases/{instance_id}/papers/{submission_id}"

    def message(self, instance_id: str, name: str) -> str:
        return f"{self.case(instance_id)}/messages/{name}"

    def diagram(self, instance_id: str) -> str:
        return url_for("cases.diagram", instance_id=instance_id)

    def replay(self, instance_id: str) -> str:
        return url_for("replay.play", instance_id=instance_id)

    def document(self, document_id: str) -> str:
        return f"/files/{document_id}"

    def incidents(self) -> str:
        return url_for("incidents.listing")

    def incident(self, incident_id: str, act: str = "") -> str:
        return _with(url_for("incidents.show_incident", incident_id=incident_id), act)

    def plan(self, plan_id: str, act: str = "") -> str:
        return _with(url_for("plans.show_plan", plan_id=plan_id), act)

    def migration(self, plan_id: str) -> str:
        return url_for("migrations.show_migration", plan_id=plan_id)

    def reposition(self, *, case: str = "", incident: str = "") -> str:
        return url_for("plans.ask_reposition", **_given({"case": case or None, "incident": incident or None}))


def _with(address: str, act: str) -> str:
    return f"{address}/{act}" if act else address


def _given(query: dict[str, object]) -> dict[str, Any]:
    return {name: value for name, value in query.items() if value is not None}
