"""The people a visitor of the demonstration can act as. All are fictional. Plain data: no Django here."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoPerson:
    email: str
    name: str
    role: str  # as the address list of `make demo` says it
    pesantren: str = ""  # code of the pesantren this person works for
    exporter: str = ""  # name of the fictional exporter this person works for; made if it is new
    staff_role: str = ""
    company: str = ""  # name of the fictional company this person acts for
    roles: tuple[str, ...] = ()  # there
    is_officer: bool = False  # runs the programme of the invented province
    language: str = "id"  # of our mails
    two_step: bool = False  # has an app; pages tell its codes (settings.SHOW_CODES_TO)


PEOPLE = [
    DemoPerson("buyer@example.com", "Contoh Pembeli", "buys"),
    DemoPerson(
        "katering@example.com",
        "Contoh Pembelian Katering",
        "buys for a company, on tempo",
        company="Contoh Katering Nusantara (fiktif)",
        roles=("owner", "buyer"),
    ),
    DemoPerson(
        "importer@example.com",
        "Contoh Importer",
        "imports to Dubai, in US$",
        company="Contoh Trading LLC (fictional)",
        roles=("owner", "buyer"),
        language="en",
    ),
    DemoPerson(
        "approver@example.com",
        "Contoh Approver",
        "agrees to large purchases of the importer",
        company="Contoh Trading LLC (fictional)",
        roles=("approver", "finance"),
        language="en",
    ),
    DemoPerson(
        "pesantren@example.com",
        "Contoh Pengurus Kebun",
        "sells mangosteen, jengkol …",
        pesantren="contoh-kebun",
    ),
    DemoPerson(
        "pesantren2@example.com",
        "Contoh Pengurus Tenun",
        "sells sarongs and fashion",
        pesantren="contoh-tenun",
    ),
    DemoPerson(
        "pesantren3@example.com",
        "Contoh Pengurus Kopi",
        "sells coffee; has two-step verification",
        pesantren="contoh-kopi",
        two_step=True,
    ),
    DemoPerson(
        "eksportir@example.com",
        "Contoh Petugas Koperasi",
        "composes offers from many pesantren, sells abroad",
        exporter="Koperasi Contoh Eksportir",
    ),
    DemoPerson(
        "office@example.com",
        "Contoh Petugas Kantor",
        "programme office; has two-step verification",
        staff_role="office",
        two_step=True,
    ),
    DemoPerson(
        "office2@example.com",
        "Contoh Petugas Kedua",
        "second person of the office; has it, too",
        staff_role="office",
        two_step=True,
    ),
    DemoPerson("export@example.com", "Contoh Petugas Ekspor", "export coordinator", staff_role="export"),
    DemoPerson(
        "export2@example.com",
        "Contoh Petugas Ekspor Kedua",
        "second coordinator, confirms the data of a PEB",
        staff_role="export",
    ),
    DemoPerson(
        "petugas98@example.com",
        "Contoh Petugas Program",
        "runs the programme of an invented province",
        staff_role="programme",
        is_officer=True,
    ),
]
