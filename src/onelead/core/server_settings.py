"""Settings of the server. They change no number, so they are not part of the version that answers are kept under."""

from __future__ import annotations

from pydantic import Field

from onelead.core.section import Section


class ServerSettings(Section):
    """`onelead serve`. Read when the server starts."""

    host: str = Field("127.0.0.1", description="Address to listen on. Without sign-in only this machine's own (127.0.0.1, ::1, localhost).")
    port: int = Field(8050, ge=0, le=65_535, description="Port to listen on; 0 takes a free one.")
    locale: str = Field("en", description="How numbers, money and dates are written for a reader who chose nothing else: en, de, fr-CH …")
    max_upload_mb: int = Field(512, gt=0, description="A larger upload is refused, before it is read to its end.")
    max_body_kb: int = Field(1024, gt=0, description="Limit on the body of any other request: forms, questions to the API.")
    requests_per_minute: int = Field(
        120_000,
        ge=0,
        description="Requests that one client may make in a minute; 0 is no limit. The default is far above what a person or a dashboard asks "
        "for, so that it only stops a program that runs wild.",
    )
    burst: int = Field(4_000, ge=1, description="Requests that one client may make at once, before the rate counts.")
    shutdown_seconds: int = Field(5, ge=0, description="How long running requests may go on when the server stops.")
    connections: int = Field(512, ge=1, description="Requests at the same time; one more is told to come again.")
    log: str = Field(
        "info",
        pattern="^(debug|info|warning|error)$",
        description="What is logged: debug (also static files and probes), info (every request), warning or error.",
    )
