"""The people a visitor of the demonstration can act as. All are fictional. Plain data: no Django here."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoPerson:
    email: str
    name: str
    role: str  # as the address list of `make demo` says it
    pesantren: str = ""  # code of the pesantren this person works for
    staff_role: str = ""
    company: str = ""  # name of the fictional company this person buys for, on tempo


PEOPLE = [
    DemoPerson("buyer@example.com", "Contoh Pembeli", "buys"),
    DemoPerson(
        "katering@example.com",
        "Contoh Pembelian Katering",
        "buys for a company, on tempo",
        company="Contoh Katering Nusantara (fiktif)",
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
    DemoPerson("pesantren3@example.com", "Contoh Pengurus Kopi", "sells coffee", pesantren="contoh-kopi"),
    DemoPerson("office@example.com", "Contoh Petugas Kantor", "programme office", staff_role="office"),
    DemoPerson(
        "office2@example.com",
        "Contoh Petugas Kedua",
        "second person of the office",
        staff_role="office",
    ),
    DemoPerson("export@example.com", "Contoh Petugas Ekspor", "export coordinator", staff_role="export"),
]
