"""flask bench fill: a database with as many cases as years of work leave behind."""
