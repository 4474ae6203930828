"""What the inbox costs: bytes of an item, and the capacity units of the requests that touch it.

`values` reads an item, `sizes` counts its bytes, `indexes` says what a table's indexes hold of it,
and `reads` and `writes` turn that into `units`: arithmetic by AWS's published rules, without a
client. `meter` watches a connection and applies them to what runs there; of its parts, `requests`
reads a request, `asking` and `images` see what was there before and after, `metered_call` follows
one call, `metered_reads` and `metered_writes` say what it cost, and `record` shows it.

What AWS bills stands apart from requests: `price_list` reads data/prices.yaml, `prices` picks what
holds in a Region on a day, `usage` and `usage_file` say what was used (`amounts` checks it,
`conventions` names months and GBs), `charges` turns that into `lines`, and `bill` adds them up.

From units to money: `workload` is what a table is asked for minute by minute, made of `shapes` and
`patterns`, or measured and read by `traffic`, of which `traffic_formats`, `traffic_times` and
`traffic_rows` are the steps. `throughput` says what is `given` of it under `policies`: provisioned,
autoscaled or on demand; its loops stand in `throughput_kernel`, compiled as `compiling` says, with
`throughput_runs`, `throughput_state` and `throughput_blocks` around them.
"""
