"""The permit guide: its start, a question, and what it ends in."""

GUIDE = "/tillstandsguiden"
RESTAURANT = (
    "sector=mat_dryck&handles_food=true&serves_alcohol=true&sells=folkol&premises=andrad_anvandning"
    "&outdoor_seating_public=true&own_water=true&own_sewage=false&refrigerant_co2e=20&in_water_protection_area=vet_ej"
)
HAIRDRESSER = (
    "sector=skonhet_halsa&pierces_skin=false&injections=false&premises=befintlig_lokal&outdoor_seating_public=false"
    "&own_water=false&own_sewage=false&refrigerant_co2e=0&in_water_protection_area=false"
)
AT_NUMBER = "sector=annat&premises=mobil&outdoor_seating_public=false&own_water=false&own_sewage=false"

ROWS = [
    {"name": "guiden", "at": GUIDE},
    {"name": "guiden-sokt", "at": f"{GUIDE}?q=vin"},
    {"name": "guiden-sokt-inget", "at": f"{GUIDE}?q=zebra"},
    {"name": "guiden-forsta-fragan", "at": f"{GUIDE}/fragor"},
    {"name": "guiden-ja-nej", "at": f"{GUIDE}/fragor?sector=mat_dryck"},
    {"name": "guiden-flera-svar", "at": f"{GUIDE}/fragor?sector=handel&handles_food=true&serves_alcohol=false"},
    {"name": "guiden-obesvarad", "at": f"{GUIDE}/fragor?sector=mat_dryck&fraga=handles_food", "status": 422},
    {
        "name": "guiden-inget-tal",
        "at": f"{GUIDE}/fragor?{AT_NUMBER}&refrigerant_co2e=mycket&fraga=refrigerant_co2e",
        "status": 422,
    },
    {"name": "guiden-fler-fragor", "at": f"{GUIDE}/fragor?{RESTAURANT}&fler=1"},
    {"name": "guiden-resultat", "at": f"{GUIDE}/resultat?{RESTAURANT}"},
    {"name": "guiden-resultat-ofardigt", "at": f"{GUIDE}/resultat?sector=mat_dryck&handles_food=true"},
    {"name": "guiden-resultat-inget", "at": f"{GUIDE}/resultat?{HAIRDRESSER}"},
    {"name": "guiden-sparat", "at": f"{GUIDE}/sparat?u=livsmedel-registrering:{'0' * 32}{'A' * 32}"},
]
