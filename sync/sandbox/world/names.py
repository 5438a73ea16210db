"""Invented names: people, companies, what projects are about. None is meant to be anyone real."""

from __future__ import annotations

FIRM = "Northmere"
DOMAIN = "northmere.example"

FIRST_NAMES: dict[str, tuple[str, ...]] = {
    "US": (
        "Abigail", "Aaron", "Alana", "Andre", "Brooke", "Caleb", "Camila", "Carter", "Dana", "Darius",
        "Elena", "Elliot", "Erin", "Gavin", "Grace", "Hannah", "Isaac", "Jasmine", "Jordan", "Kara",
        "Keith", "Lauren", "Leah", "Logan", "Marcus", "Maya", "Megan", "Miguel", "Naomi", "Nathan",
        "Olivia", "Owen", "Paige", "Priya", "Rachel", "Ramon", "Seth", "Sofia", "Tessa", "Trevor",
        "Vanessa", "Wesley", "Xavier", "Yolanda", "Zachary", "Monica", "Derek", "Renee", "Curtis", "Anita",
    ),
    "DE": (
        "Anja", "Annika", "Birgit", "Carsten", "Clara", "Daniel", "Dirk", "Elif", "Emil", "Eva",
        "Felix", "Frauke", "Gerrit", "Greta", "Hanno", "Henrike", "Ines", "Jan", "Jonas", "Judith",
        "Kai", "Katrin", "Lars", "Lena", "Malte", "Mareike", "Matthias", "Mehmet", "Nele", "Nils",
        "Ole", "Paula", "Philipp", "Ronja", "Sabine", "Sebastian", "Silke", "Stefan", "Svenja", "Thilo",
        "Ulrike", "Wiebke", "Yasmin", "Zoe", "Tobias",
    ),
    "GB": (
        "Alastair", "Amelia", "Bethan", "Callum", "Catriona", "Charlotte", "Declan", "Eleanor", "Ewan",
        "Fiona", "Freya", "Gareth", "Georgina", "Harriet", "Hugh", "Imogen", "Isla", "Jamal", "Jocelyn",
        "Kieran", "Lachlan", "Lydia", "Megha", "Morgan", "Niamh", "Oliver", "Phoebe", "Rhys", "Rosalind",
        "Rupert", "Sanjay", "Shona", "Stuart", "Tamsin", "Theo", "Verity", "Winifred", "Zara", "Nigel",
    ),
}  # fmt: skip

LAST_NAMES: dict[str, tuple[str, ...]] = {
    "US": (
        "Abernathy", "Alvarado", "Bancroft", "Beckett", "Calloway", "Castellano", "Chandler", "Cordova",
        "Delgado", "Draper", "Ellison", "Fairbanks", "Fuentes", "Garrison", "Goodwin", "Hargrove",
        "Hollis", "Ibarra", "Jennings", "Kessler", "Kowalski", "Lancaster", "Lindqvist", "Maddox",
        "Marlowe", "McKenna", "Nakamura", "Okafor", "Patel", "Pemberton", "Quintero", "Radcliffe",
        "Reyes", "Sandoval", "Sutherland", "Tanaka", "Thornton", "Underwood", "Vance", "Whitaker",
        "Winslow", "Yates", "Zamora", "Osgood", "Prescott", "Iyer", "Langley", "Mercado",
    ),
    "DE": (
        "Ahlers", "Bachmann", "Brandt", "Brinkmann", "Clausen", "Dittmer", "Ebeling", "Eichhorn",
        "Falkner", "Feddersen", "Gerlach", "Grothe", "Hagedorn", "Hartwig", "Heinrichs", "Jessen",
        "Kaltenbach", "Kirchner", "Klaassen", "Lohmann", "Lorenzen", "Mahler", "Mertens", "Neubauer",
        "Oelrich", "Petersen", "Quast", "Rathmann", "Reinders", "Sander", "Schilling", "Steinhoff",
        "Thiessen", "Uhlmann", "Vollmer", "Wendt", "Wiegand", "Yildiz", "Zander", "Demir", "Osterloh",
    ),
    "GB": (
        "Ashworth", "Atherton", "Barraclough", "Blackwood", "Cartwright", "Chaudhry", "Cranfield",
        "Drummond", "Eastwood", "Fairweather", "Farquhar", "Gallagher", "Hathaway", "Hesketh", "Ingram",
        "Kavanagh", "Kilbride", "Lockwood", "MacAlister", "Merriweather", "Montague", "Nettleton",
        "Oakley", "Pendry", "Priestley", "Rafferty", "Ravenscroft", "Sinclair", "Standish", "Tremayne",
        "Tweddle", "Vaughan", "Wainwright", "Whitlock", "Yardley", "Mistry", "Penhallow",
    ),
}  # fmt: skip

COMPANIES: dict[str, tuple[str, ...]] = {
    "US": (
        "Halden Freight Lines", "Cobalt Ridge Energy", "Meridale Health Partners", "Fenwick Outdoor Brands",
        "Larkspur Insurance Group", "Granite Bay Utilities", "Tollgate Payments", "Redwater Foods",
        "Summit Arc Aerospace", "Bluestem Agriculture", "Harborlight Credit Union", "Pinnacle Grove Hotels",
        "Ironwood Manufacturing", "Saltmarsh Media", "Copperfield Retail", "Vireo Biosciences",
        "Northgate Transit Authority", "Palisade Wealth Advisors", "Quarry Hill Materials", "Everline Telecom",
        "Stonebrook Medical Devices", "Cascade Basin Water", "Amberly Home Stores", "Kestrel Logistics",
        "Trailhead Software", "Westlake Packaging", "Orchard Park Schools", "Dunmore Semiconductors",
        "Riverbend Pharmacy Group", "Atlas Peak Insurance", "Bayonet Marine", "Clearwell Diagnostics",
    ),
    "DE": (
        "Alsterwerk Maschinenbau", "Brockner Automotive", "Deichland Energie", "Falkenried Versicherung",
        "Grünhagen Lebensmittel", "Hellwege Logistik", "Isarquell Medizintechnik", "Kranich Luftfahrt",
        "Lindenau Chemie", "Marktfrisch Handel", "Nordkai Reederei", "Ostertor Bank",
        "Rheinfeld Stadtwerke", "Sielmann Werkzeuge", "Tannhof Pharma", "Wesertal Papier",
        "Zollern Antriebstechnik", "Bergmoser Bau", "Hochstift Kliniken", "Alpenrhein Instrumente",
        "Säntis Präzision", "Limmat Vermögensverwaltung",
    ),
    "GB": (
        "Aldermoor Building Society", "Brackenfield Rail", "Calder Vale Hospital Supplies", "Dunsford Brewery Group",
        "Eskdale Offshore", "Foxholt Publishing", "Greywell Airports", "Hartside Housing Association",
        "Kingsmere Assurance", "Loxley Pharmaceuticals", "Marlpit Grocers", "Oxbow Water",
        "Penrose Shipping", "Quayside Properties", "Ravensden Motors", "Silverdale Care Homes",
        "Thornbury Aerospace", "Wychwood Council Services", "Leinster Dairy Cooperative", "Corrib Leasing",
    ),
}  # fmt: skip

PROSPECTS = (
    "Briarcliff Robotics", "Elmstead Rail Freight", "Hafenstadt Immobilien", "Juniper Falls Casinos",
    "Lochmore Distillers", "Moorgate Reinsurance", "Oberland Seilbahnen", "Tidewater Shipyards",
)  # fmt: skip

LEADS = (
    "Ashgrove Tram Works", "Bellweather Dental", "Corvid Analytics", "Drachenfels Brauerei",
    "Everholm Shipping Agents", "Fairhaven Lenders", "Goldhammer Verlag", "Hollin Hill Quarries",
    "Inselbad Kurbetriebe", "Jackdaw Components", "Kettle & Sons Foods", "Lakeshore Parking",
)  # fmt: skip

JOB_TITLES = (
    "Chief Financial Officer",
    "Head of IT",
    "Procurement Manager",
    "Programme Director",
    "Controller",
    "Chief Operating Officer",
    "Accounts Payable",
)

TOPICS: dict[str, tuple[str, ...]] = {
    "Strategy & Transformation": (
        "Operating model review", "Post-merger integration", "Cost transformation", "Growth strategy 2030",
        "Shared services design", "Procurement transformation", "Programme office", "Target operating model",
        "Customer journey redesign", "Sustainability reporting readiness", "Supply chain resilience",
    ),
    "Data & Analytics": (
        "Data platform foundation", "Demand forecasting", "Finance data mart", "Customer 360",
        "Data governance roll-out", "Reporting modernisation", "Predictive maintenance", "Fraud analytics",
        "Pricing analytics", "Master data clean-up", "Self-service analytics",
    ),
    "Cloud Engineering": (
        "Cloud landing zone", "Data centre exit", "Platform engineering", "Kubernetes migration",
        "Disaster recovery redesign", "API gateway", "Identity and access renewal", "DevOps enablement",
        "Observability roll-out", "Core system re-hosting", "Network modernisation",
    ),
    "Enterprise Applications": (
        "ERP roll-out wave 1", "ERP roll-out wave 2", "CRM implementation", "Warehouse management go-live",
        "HR suite implementation", "Order-to-cash redesign", "Planning and consolidation", "ERP upgrade",
        "E-invoicing compliance", "Field service implementation", "Procure-to-pay automation",
    ),
    "Managed Services": (
        "Application support", "Cloud operations", "Data platform operations", "Service desk",
        "Release management", "Managed integration", "Security monitoring", "ERP support",
    ),
}  # fmt: skip

TASKS: dict[str, tuple[str, ...]] = {
    "Strategy & Transformation": ("Diagnostic", "Design", "Implementation support"),
    "Data & Analytics": ("Discovery", "Build", "Test and hand-over"),
    "Cloud Engineering": ("Architecture", "Build and migration", "Hypercare"),
    "Enterprise Applications": ("Blueprint", "Configuration", "Testing and cut-over"),
    "Managed Services": ("Incident and request", "Service improvement", "Service management"),
}

NOTES = (
    "Workshop preparation and follow-up", "Working session with client team", "Build and unit tests",
    "Design review", "Status meeting and actions", "Data load and checks", "Interface specification",
    "User acceptance support", "Documentation", "Steering committee papers", "Defect fixing",
    "Stakeholder interviews", "Configuration", "Migration rehearsal", "Backlog refinement",
)  # fmt: skip

EXPENSES = (
    ("Flight", 180, 620), ("Hotel", 130, 480), ("Rail ticket", 35, 190), ("Taxi", 14, 65),
    ("Client dinner", 45, 220), ("Car rental", 70, 260), ("Meals", 12, 60),
)  # fmt: skip

VENDORS = (
    "Birchtree Contract Partners", "Delta Nine Freelance Pool", "Kontor Projektservice",
    "Penwith Associates", "Sable Consulting Network", "Ferris Cloud Reselling", "Hallmark Hardware Supply",
    "Centrepoint Offices", "Lumen Utilities", "Orbit Software Licences",
)  # fmt: skip
