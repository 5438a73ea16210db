"""The same job by dlt's REST source with merge, in an environment of its own: `default` or `tuned`."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time


def main() -> None:
    """Load the pages into PostgreSQL and print how long it took."""
    way, url, database, port, pages = sys.argv[1:]
    credentials = {
        "database": database, "username": "postgres", "password": "-",
        "host": "127.0.0.1", "port": int(port),
    }  # fmt: skip
    folder = tempfile.mkdtemp(prefix="dlt-")
    os.environ |= {
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "RUNTIME__LOG_LEVEL": "WARNING",
        "DLT_DATA_DIR": folder,
    }
    import dlt
    from dlt.sources.rest_api import rest_api_source

    merge = "merge" if way == "default" else {"disposition": "merge", "strategy": "delete-insert"}
    source = rest_api_source(
        {
            "client": {
                "base_url": url,
                "paginator": {
                    "type": "page_number", "base_page": 1, "total_path": None,
                    "maximum_page": int(pages) + 1, "stop_after_empty_page": False,
                },
            },
            "resources": [
                {
                    "name": "timebill",
                    "primary_key": "id",
                    "write_disposition": merge,
                    "endpoint": {"path": "plain", "data_selector": "items"},
                }
            ],
        }
    )  # fmt: skip
    pipeline = dlt.pipeline(
        f"bench_{way}",
        destination=dlt.destinations.postgres(credentials),
        dataset_name=f"dlt_{way}",
        pipelines_dir=folder,
    )
    began = time.perf_counter()
    pipeline.run(source, loader_file_format=None if way == "default" else "csv")
    took = time.perf_counter() - began
    with pipeline.sql_client() as client:
        rows = client.execute_sql("SELECT count(*) FROM timebill")[0][0]
    sys.stdout.write(json.dumps({"rows": rows, "seconds": took}) + "\n")


if __name__ == "__main__":
    main()
