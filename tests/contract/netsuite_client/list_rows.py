"""Lists rows with the public client `netsuite`; runs in the environment that holds it.

Reads from standard input: the account, its credentials, the root address, the query, the page size.
Writes the rows of all pages, and one record read by the record service, as JSON.
"""

import asyncio
import json
import sys

from netsuite import Config, TokenAuth
from netsuite.rest_api import NetSuiteRestApi


async def list_rows(asked):
    api = NetSuiteRestApi(Config(account=asked["account"], auth=TokenAuth(**asked["auth"])))
    root = asked["root"] + "/services/rest"
    rows, offset, more = [], 0, True
    while more:
        page = await api.suiteql(
            asked["query"],
            limit=asked["limit"],
            offset=offset,
            url=f"{root}/query/v1/suiteql",
        )
        rows += page["items"]
        offset += asked["limit"]
        more = page["hasMore"]
    record = await api.get("", url=f"{root}/record/v1/{asked['record']}")
    return {"rows": rows, "record": record}


def main():
    json.dump(asyncio.run(list_rows(json.load(sys.stdin))), sys.stdout)


if __name__ == "__main__":
    main()
