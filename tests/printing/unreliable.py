"""An IPP printer that stands still, loses answers, knows little or talks nonsense: what no well-behaved one does."""

import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer

from court import ipp
from court.ipp import Attribute, Operation, Tag, Value

OK, UNKNOWN, BUSY = 0x0000, 0x0406, 0x0507


@dataclass
class Unreliable:
    """`lose`: operations that are done, but whose answer is cut off; each is lost once. `raw`: octets given to every
    question instead of an answer. `papers`: every document that arrived, in order;
    of those whose number is in `abort` the job is aborted."""

    state: int = 3
    reasons: tuple[str, ...] = ("none",)
    operations: tuple[int, ...] = tuple(Operation)
    lose: list[int] = field(default_factory=list)
    busy: int = 0
    abort: list[int] = field(default_factory=list)
    raw: bytes | None = None
    content_type: str = "application/ipp"
    jobs: dict[int, tuple[str, int]] = field(default_factory=dict)
    papers: list[bytes] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    uri: str = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        _, _, operation, number = struct.unpack(">BBHI", body[:8])
        self.asked.append(operation)
        if self.raw is not None:
            return web.Response(body=self.raw, content_type=self.content_type)
        head, _, document = body.partition(bytes([Tag.END]) + b"%PDF")
        said = ipp.decode(head + (b"" if not document else bytes([Tag.END]))).group(Tag.OPERATION)
        status, jobs = self._do(operation, said, b"%PDF" + document)
        if operation in self.lose:
            self.lose.remove(operation)
            assert request.transport is not None
            request.transport.abort()
        groups: list[tuple[Tag, list[Attribute]]] = [
            (Tag.OPERATION, [Attribute(Tag.CHARSET, "attributes-charset", ("utf-8",))])
        ]
        groups += [(Tag.PRINTER, self._told())] if operation == Operation.GET_PRINTER else []
        groups += [(Tag.JOB, self._job(one)) for one in jobs]
        encoded = bytearray(ipp.encode(Operation.PRINT_JOB, number, groups))
        encoded[2:4] = struct.pack(">H", status)
        return web.Response(body=bytes(encoded), content_type="application/ipp")

    def _do(self, operation: int, said: ipp.Attributes, document: bytes) -> tuple[int, list[int]]:
        job_id = int(str(said.get("job-id", (0,))[0]))
        name = str(said.get("job-name", ("",))[0])
        match operation:
            case Operation.PRINT_JOB | Operation.CREATE_JOB:
                if self.busy:
                    self.busy -= 1
                    return BUSY, []
                job_id = len(self.jobs) + 1
                self.jobs[job_id] = (name, 9 if operation == Operation.PRINT_JOB else 4)
                self.papers += [document] if operation == Operation.PRINT_JOB else []
                return OK, [job_id]
            case Operation.SEND_DOCUMENT:
                self.papers.append(document)
                self.jobs[job_id] = (self.jobs[job_id][0], 8 if len(self.papers) in self.abort else 9)
                return OK, [job_id]
            case Operation.CANCEL_JOB:
                self.jobs[job_id] = (self.jobs[job_id][0], 7)
                return OK, []
            case Operation.GET_JOB:
                return (OK, [job_id]) if job_id in self.jobs else (UNKNOWN, [])
            case Operation.GET_JOBS:
                over = said["which-jobs"][0] == "completed"
                return OK, [one for one, (_, state) in self.jobs.items() if (state > 6) is over]
        return OK, []

    def _job(self, job_id: int) -> list[Attribute]:
        name, state = self.jobs[job_id]
        return [
            Attribute(Tag.INTEGER, "job-id", (job_id,)),
            Attribute(Tag.ENUM, "job-state", (state,)),
            Attribute(Tag.NAME, "job-name", (name,)),
        ]

    def _told(self) -> list[Attribute]:
        operations: tuple[Value, ...] = self.operations
        return [
            Attribute(Tag.NAME, "printer-name", ("test",)),
            Attribute(Tag.ENUM, "printer-state", (self.state,)),
            Attribute(Tag.KEYWORD, "printer-state-reasons", self.reasons),
            Attribute(Tag.ENUM, "operations-supported", operations),
            Attribute(Tag.RANGE, "copies-supported", ((1, 99),)),
        ]


@asynccontextmanager
async def unreliable(**facts: object) -> AsyncIterator[Unreliable]:
    """Serves until the block ends."""
    printer = Unreliable(**facts)  # type: ignore[arg-type]
    app = web.Application(client_max_size=10_000_000)
    app.router.add_post("/ipp/print", printer.answer)
    async with TestServer(app) as server:
        printer.uri = f"ipp://127.0.0.1:{server.port}/ipp/print"
        yield printer
