"""How an office writes the place it decides for."""

import pytest
from flask import Flask

from app.db import db
from app.identity.division_lookup import codes_named, full_name


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("450123", "隆安县"),
        ("450103", "南宁市青秀区"),
        ("450181", "横州市"),
        ("450100", "南宁市"),
        ("45", "广西壮族自治区"),
    ],
)
def test_a_district_is_named_with_its_city(application: Flask, code: str, name: str) -> None:
    with application.app_context():
        assert full_name(db.session(), code) == name
        db.session.rollback()


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("隆安县", ["450123"]),
        ("南宁市", ["4501"]),
        ("青秀区", ["450103"]),
        ("南宁市青秀区", ["450103"]),
        ("柳州市青秀区", []),
        ("%", []),
        ("", []),
    ],
)
def test_a_division_is_found_by_the_name_an_office_writes(application: Flask, name: str, codes: list[str]) -> None:
    with application.app_context():
        assert codes_named(db.session(), name) == codes
        db.session.rollback()
