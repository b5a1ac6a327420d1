"""A page with the mail the embedded server keeps, newest first."""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from html import escape
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

NEWEST = 100
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Kommunbuss: mail</title>
<style>
body {{ font: 1rem/1.5 system-ui; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
td, th {{ text-align: left; vertical-align: top; padding: .2rem 1rem .2rem 0 }}
pre {{ white-space: pre-wrap; font: inherit; border-left: 3px solid; padding-left: 1rem }}
</style>
<h1>{title}</h1>{body}"""


def routes(folder: Path) -> list[Route]:
    def all_mail(_: Request) -> HTMLResponse:
        files = sorted(folder.glob("new/*"), key=lambda file: file.stat().st_mtime, reverse=True)
        rows = "".join(_row(file.name, _read(file)) for file in files[:NEWEST])
        table = f"<table><tr><th>To<th>Subject<th>Date{rows}</table>"
        return HTMLResponse(PAGE.format(title=f"{len(files)} mails", body=table))

    def one_mail(request: Request) -> HTMLResponse:
        file = folder / "new" / request.path_params["name"]
        if not file.is_file():
            raise HTTPException(404)
        mail = _read(file)
        headers = "".join(f"<tr><th>{escape(name)}<td>{escape(str(value))}" for name, value in mail.items())
        part = mail.get_body(("plain", "html"))
        text = escape(part.get_content()) if part else ""
        body = f"<table>{headers}</table><pre>{text}</pre><p><a href='/'>All mail</a>"
        return HTMLResponse(PAGE.format(title=escape(str(mail["subject"])), body=body))

    return [Route("/", all_mail), Route("/mails/{name}", one_mail)]


def _row(name: str, mail: EmailMessage) -> str:
    to, subject, date = (escape(str(mail[header])) for header in ("to", "subject", "date"))
    return f"<tr><td>{to}<td><a href='/mails/{escape(name)}'>{subject}</a><td>{date}"


def _read(file: Path) -> EmailMessage:
    with file.open("rb") as opened:
        return BytesParser(EmailMessage, policy=policy.default).parse(opened)
