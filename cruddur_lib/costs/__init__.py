"""What the inbox costs: bytes of an item, and the capacity units of the requests that touch it.

`values` reads an item, `sizes` counts its bytes, `indexes` says what a table's indexes hold of it,
and `reads` and `writes` turn that into `units`. Everything here is arithmetic by AWS's published
rules: no client, no engine, no price.
"""
