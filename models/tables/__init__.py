"""The tables: `conformed` and the five areas are a snapshot's, `operations` is the record's."""

from . import access as access  # declare tables of the record beside those of `operations`
from . import business as business
from . import controls as controls
from . import fields as fields
from . import maps as maps
from . import notes as notes
from . import personal as personal
from . import plan as plan
