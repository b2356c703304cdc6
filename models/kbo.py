"""The published register of enterprises (KBO Open Data) as imported: tables only, one per published file.

Numbers are integers, without dots and leading zero. It must not know the counter's own records.
"""

from peewee import BigIntegerField, CharField, CompositeKey, DateField, DateTimeField, IntegerField, TextField

from models.base import Record


class KboExtract(Record):
    """One imported file; the newest row says how fresh the KBO data is."""

    number = IntegerField(unique=True)
    kind = CharField(max_length=10)  # full or update
    snapshot_on = DateField()
    imported_at = DateTimeField()  # UTC


class KboEnterprise(Record):
    number = BigIntegerField(primary_key=True)
    status = CharField(max_length=2)
    juridical_situation = CharField(max_length=3)
    type_of_enterprise = CharField(max_length=1)
    juridical_form = CharField(max_length=3, null=True)
    juridical_form_cac = CharField(max_length=3, null=True)
    started_on = DateField(null=True)


class KboEstablishment(Record):
    number = BigIntegerField(primary_key=True)
    enterprise = BigIntegerField(index=True)  # no foreign key: an update may deliver them in either order
    started_on = DateField(null=True)


class KboBranch(Record):
    number = BigIntegerField(primary_key=True)
    enterprise = BigIntegerField(index=True)
    started_on = DateField(null=True)


class KboDenomination(Record):
    entity = BigIntegerField(index=True)
    language = CharField(max_length=1)
    type = CharField(max_length=3)
    name = CharField(max_length=320)

    class Meta:
        primary_key = False


class KboAddress(Record):
    entity = BigIntegerField(index=True)
    type = CharField(max_length=4)
    country = TextField(null=True)
    postcode = TextField(null=True)
    municipality = TextField(null=True)  # Dutch where there is one, else French
    street = TextField(null=True)  # Dutch where there is one, else French
    house_number = TextField(null=True)
    box = TextField(null=True)
    extra = TextField(null=True)
    struck_off_on = DateField(null=True)

    class Meta:
        primary_key = False


class KboContact(Record):
    entity = BigIntegerField(index=True)
    entity_kind = CharField(max_length=3)
    type = CharField(max_length=5)
    value = TextField()

    class Meta:
        primary_key = False


class KboActivity(Record):
    entity = BigIntegerField(index=True)
    group = CharField(max_length=3)
    nace_version = CharField(max_length=4)
    nace_code = CharField(max_length=7)
    classification = CharField(max_length=4)

    class Meta:
        primary_key = False


class KboCode(Record):
    category = CharField(max_length=40)
    code = CharField(max_length=20)
    language = CharField(max_length=2)
    description = TextField()

    class Meta:
        primary_key = CompositeKey("category", "code", "language")
