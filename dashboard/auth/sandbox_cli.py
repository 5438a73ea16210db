"""`oneview identity-provider`: the simulated identity provider, on this machine only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from models.errors import ConfigError

from .sandbox_idp import SandboxIdp, SandboxPerson, create_idp

app = typer.Typer(add_completion=False, help="Start the simulated identity provider.")


@app.callback(invoke_without_command=True)
def identity_provider(
    people: Annotated[
        Path, typer.Option(help="JSON list of people: sub, name, email, groups, title, hint.")
    ],
    client_secret_file: Annotated[Path, typer.Option(help="File that holds the client secret.")],
    redirect_uri: Annotated[list[str], typer.Option(help="Where a person may be sent back to.")],
    client_id: Annotated[str, typer.Option(help="Client id of One View.")] = "one-view",
    port: Annotated[int, typer.Option(help="Port on localhost.")] = 8063,
) -> None:
    """Start the simulated identity provider."""
    from werkzeug.serving import make_server

    provider = create_idp(
        SandboxIdp(
            issuer=f"http://localhost:{port}",
            client_id=client_id,
            client_secret=client_secret_file.read_text(encoding="utf-8").strip(),
            redirect_uris=tuple(redirect_uri),
            people=load_people(people),
        )
    )
    server = make_server("127.0.0.1", port, provider, threaded=True)
    typer.echo(f"The simulated identity provider listens on http://localhost:{port}")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


def load_people(path: Path) -> list[SandboxPerson]:
    """Read the people one can be.

    Raises:
        ConfigError: the file is not there or not of that shape.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return TypeAdapter(list[SandboxPerson]).validate_python(found)
    except (OSError, ValueError, ValidationError) as error:
        raise ConfigError(f"The people file {path} cannot be used: {error}") from error
