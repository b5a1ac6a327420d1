#!/usr/bin/env python3
"""What Kommunbuss uses of Mailpit: SMTP in on 1025, its HTTP API out on 8025, the mail in an SQLite file."""

import asyncio
import json
import logging
import os
import shlex
import signal
import sqlite3
import sys
import urllib.request
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import RLock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

TABLE = """CREATE TABLE IF NOT EXISTS mail
    (number INTEGER PRIMARY KEY, id TEXT UNIQUE, summary TEXT, raw BLOB, read INTEGER DEFAULT 0)"""


class Mailbox:
    def __init__(self) -> None:
        self.lock = RLock()
        self.database = sqlite3.connect(
            os.environ.get("MP_DATABASE", ":memory:"), check_same_thread=False, isolation_level=None
        )
        self.database.execute("PRAGMA journal_mode = WAL")
        self.database.execute("PRAGMA synchronous = NORMAL")
        self.database.execute(TABLE)
        self.most = int(os.environ.get("MP_MAX_MESSAGES", "500"))

    def execute(self, statement: str, *values: object) -> list[Any]:
        with self.lock:
            return self.database.execute(statement, values).fetchall()

    def keep(self, raw: bytes, recipients: list[str]) -> None:
        mail = parsed(raw)
        to, cc = addresses(mail, "To"), addresses(mail, "Cc")
        summary = {
            "ID": uuid4().hex[:22],
            "MessageID": text(mail["Message-ID"]).strip("<> "),
            "From": next(iter(addresses(mail, "From")), {"Name": "", "Address": ""}),
            "To": to,
            "Cc": cc,
            "Bcc": [
                {"Name": "", "Address": recipient}
                for recipient in recipients
                if recipient not in {address["Address"] for address in to + cc}
            ],
            "ReplyTo": addresses(mail, "Reply-To"),
            "Subject": text(mail["Subject"]),
            "Created": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "Username": "",
            "Tags": [],
            "Size": len(raw),
            "Attachments": sum(1 for _ in mail.iter_attachments()),
            "Snippet": " ".join(body(mail, "plain").split())[:250],
        }
        with self.lock:
            self.execute(
                "INSERT INTO mail (id, summary, raw) VALUES (?, ?, ?)",
                summary["ID"],
                json.dumps(summary, ensure_ascii=False),
                raw,
            )
            if self.most:
                self.execute("DELETE FROM mail WHERE number <= (SELECT max(number) FROM mail) - ?", self.most)

    def find(self, recipients: list[str], start: int, limit: int) -> dict[str, object]:
        """Newest first, of those that have every one of these texts in their To."""
        where = " AND ".join(["1", *["instr(lower(json_extract(summary, '$.To')), lower(?))"] * len(recipients)])
        found = self.execute(
            f"SELECT summary, read FROM mail WHERE {where} ORDER BY number DESC LIMIT ? OFFSET ?",
            *recipients,
            limit,
            start,
        )
        ((count, unread),) = self.execute(
            f"SELECT count(*), count(*) FILTER (WHERE NOT read) FROM mail WHERE {where}", *recipients
        )
        ((total, all_unread),) = self.execute("SELECT count(*), count(*) FILTER (WHERE NOT read) FROM mail")
        return {
            "total": total,
            "unread": all_unread,
            "count": len(found),
            "messages_count": count,
            "messages_unread": unread,
            "start": start,
            "tags": [],
            "messages": [{**json.loads(summary), "Read": bool(read)} for summary, read in found],
        }

    def open(self, id_: str) -> dict[str, object] | None:
        """The whole message, which counts as read from now on."""
        self.execute("UPDATE mail SET read = 1 WHERE id = ?", id_)
        for stored, raw in self.execute("SELECT summary, raw FROM mail WHERE id = ?", id_):
            mail, summary = parsed(raw), json.loads(stored)
            date = mail["Date"].datetime.isoformat() if mail["Date"] else summary["Created"]
            absent = {"Created", "Snippet", "Attachments"}
            return {key: value for key, value in summary.items() if key not in absent} | {
                "ReturnPath": text(mail["Return-Path"]).strip("<> "),
                "Date": date,
                "Text": body(mail, "plain"),
                "HTML": body(mail, "html"),
                "Inline": [],
                "Attachments": [
                    {"FileName": part.get_filename() or "", "ContentType": part.get_content_type()}
                    for part in mail.iter_attachments()
                ],
            }
        return None


def parsed(raw: bytes) -> EmailMessage:
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def text(header: object) -> str:
    """A header that came as plain UTF-8, as SMTPUTF8 has it, is in the parser's surrogates."""
    return str(header or "").encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def addresses(mail: EmailMessage, header: str) -> list[dict[str, str]]:
    return [
        {"Name": text(address.display_name), "Address": text(address.addr_spec)}
        for value in mail.get_all(header, [])
        for address in value.addresses
    ]


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return part.get_content() if part else ""


class Incoming:
    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.mailbox.keep(envelope.content, envelope.rcpt_tos)
        return "250 2.0.0 Ok: queued"


class Api(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    mailbox: Mailbox

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        start, limit = int(query.get("start", 0)), int(query.get("limit", 50))
        match url.path.strip("/").split("/"):
            case ["livez" | "readyz"]:
                self.answer(200, "ok")
            case ["api", "v1", "messages"]:
                self.answer(200, self.mailbox.find([], start, limit))
            case ["api", "v1", "search"]:
                self.search(shlex.split(query.get("query", "")), start, limit)
            case ["api", "v1", "message", id_]:
                mail = self.mailbox.open(id_)
                self.answer(200, mail) if mail else self.answer(404, "404 page not found")
            case _:
                self.answer(404, "404 page not found")

    def search(self, terms: list[str], start: int, limit: int) -> None:
        if terms and all(term.startswith("to:") for term in terms):
            self.answer(200, self.mailbox.find([term.removeprefix("to:") for term in terms], start, limit))
        else:
            self.answer(400, "This stand-in for Mailpit knows only to: in a query.")

    def answer(self, status: int, content: object) -> None:
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        self.send_response(status)
        self.send_header("Content-Type", "text/plain" if isinstance(content, str) else "application/json")
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Mailpit does not log requests."""


async def serve() -> None:
    mailbox = Mailbox()
    Api.mailbox = mailbox
    accepts_any = os.environ.get("MP_SMTP_AUTH_ACCEPT_ANY", "") in {"1", "true"}

    def smtp() -> SMTP:
        return SMTP(
            Incoming(mailbox),
            enable_SMTPUTF8=True,
            authenticator=lambda *_: AuthResult(success=True),
            auth_require_tls=not accepts_any,
        )

    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    await loop.create_server(smtp, "0.0.0.0", 1025)
    Thread(target=ThreadingHTTPServer(("0.0.0.0", 8025), Api).serve_forever, daemon=True).start()
    logging.info("SMTP on 1025, HTTP on 8025")
    await stopped.wait()


if sys.argv[1:] == ["readyz"]:
    try:
        urllib.request.urlopen("http://127.0.0.1:8025/readyz", timeout=5)
    except OSError as error:
        sys.exit(str(error))
else:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    asyncio.run(serve())
