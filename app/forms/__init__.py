"""A form-js JSON schema becomes visible fields, a marshmallow schema, and clean answers or errors by field.

It never trusts the browser and knows no process, no database and no page.
"""
