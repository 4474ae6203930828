"""The workbook's library: the system under study, what it costs, and what only notebooks need.

`messaging` is Cruddur's inbox on DynamoDB, `workbook` is what notebooks use, and `backends` is the
one place where a client of DynamoDB is made. Nothing is imported here, so that each part loads only
what it needs.
"""
