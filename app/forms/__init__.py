"""A form-js JSON schema becomes visible fields, a marshmallow schema, and clean answers or errors by field.

It never trusts the browser and knows no process, no database and no page.

    schema.parse(raw, *, form_id, facts=None) -> Form                       FormRefused
    post.from_post(form, pairs) -> answers
    post.edit_rows(form, answers, pairs) -> (answers, edited)               the buttons _add and _remove
    initial.initial(form, *, facts, at, previous) -> answers
    check.check(form, answers, *, facts, at, files, divisions, candidates, previous) -> Clean
                                                                            Refusal("form_errors", 422, fields=…)
    visible.view(form, answers, *, facts, at, errors, files, candidates, previous) -> tuple[FieldView, ...]
    standard.opinion_form() -> Form
    mapping.compile_mapping(texts, form, facts) -> {fact: Expression}       FormRefused
    mapping.extract(mapping, answers, *, form, facts, at) -> {fact: wire value}

`facts` at run time are FEEL values by name (`app.dmn.feel.wire.from_wire` by the declared kind).
"""
