"""The tables of the register the two pages need, as `inspectdb` writes them; nothing was tuned."""

from django.db import models
from django.db.models import DO_NOTHING


class Organisation(models.Model):
    number = models.CharField(unique=True)
    name = models.CharField()
    kind = models.CharField()
    joint_committee = models.ForeignKey("JointCommittee", DO_NOTHING, null=True)
    partnership = models.ForeignKey("Partnership", DO_NOTHING, null=True)
    excluded_from = models.DateField(null=True)
    excluded_until = models.DateField(null=True)
    registers_agreements = models.BooleanField()
    is_blocked = models.BooleanField()
    ceased_on = models.DateField(null=True)
    ceased_noted_at = models.DateTimeField(null=True)
    email = models.CharField()
    phone = models.CharField()
    website = models.CharField()
    account_number = models.CharField()
    language = models.CharField()
    users_confirmed_on = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "organisation"


class User(models.Model):
    subject = models.CharField(unique=True)
    first_name = models.CharField()
    last_name = models.CharField()
    is_blocked = models.BooleanField()
    email = models.CharField()
    insz_hash = models.CharField(null=True)

    class Meta:
        managed = False
        db_table = "user"


class Membership(models.Model):
    user = models.ForeignKey(User, DO_NOTHING)
    organisation = models.ForeignKey(Organisation, DO_NOTHING)
    role = models.CharField()
    source = models.CharField()
    is_blocked = models.BooleanField()
    duty = models.CharField()

    class Meta:
        managed = False
        db_table = "membership"
        unique_together = (("user", "organisation"),)


class SignIn(models.Model):
    token_hash = models.CharField(unique=True)
    user = models.ForeignKey(User, DO_NOTHING)
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    vouched = models.TextField()

    class Meta:
        managed = False
        db_table = "sign_in"


class JointCommittee(models.Model):
    code = models.CharField(unique=True)
    name = models.CharField()
    partnership = models.ForeignKey("Partnership", DO_NOTHING, null=True)

    class Meta:
        managed = False
        db_table = "joint_committee"


class Partnership(models.Model):
    name = models.CharField(unique=True)
    short_name = models.CharField()
    extra_document = models.TextField()
    learners_per_mentor = models.IntegerField(null=True)
    mentor_training_months = models.IntegerField()
    is_default = models.BooleanField()
    decision_mode = models.CharField()
    votes_needed = models.IntegerField()

    class Meta:
        managed = False
        db_table = "partnership"


class Training(models.Model):
    name = models.CharField(unique=True)
    grade = models.CharField()
    form = models.CharField()
    sector = models.CharField()
    kind = models.CharField()
    is_active = models.BooleanField()

    class Meta:
        managed = False
        db_table = "training"


class Postcode(models.Model):
    postcode = models.CharField()
    municipality = models.CharField()
    province = models.CharField()
    region = models.CharField()

    class Meta:
        managed = False
        db_table = "postcode"
        unique_together = (("postcode", "municipality"),)


class Establishment(models.Model):
    number = models.CharField(unique=True)
    organisation = models.ForeignKey(Organisation, DO_NOTHING)
    name = models.CharField()
    street = models.CharField()
    postcode = models.CharField()
    municipality = models.CharField()
    joint_committee = models.ForeignKey(JointCommittee, DO_NOTHING, null=True)
    excluded_from = models.DateField(null=True)
    excluded_until = models.DateField(null=True)
    moved_to = models.TextField()
    inactive_from = models.DateField(null=True)
    ceased_on = models.DateField(null=True)
    is_provisional = models.BooleanField()
    ceased_noted_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "establishment"


class Mentor(models.Model):
    organisation = models.ForeignKey(Organisation, DO_NOTHING)
    first_name = models.CharField()
    last_name = models.CharField()
    insz_sealed = models.TextField()
    insz_fingerprint = models.CharField()
    insz_tail = models.CharField()
    born_on = models.DateField()
    email = models.CharField()
    phone = models.CharField()
    trained_on = models.DateField(null=True)
    inactive_from = models.DateField(null=True)
    inactive_reason = models.TextField()

    class Meta:
        managed = False
        db_table = "mentor"
        unique_together = (("organisation", "insz_fingerprint"),)


class Recognition(models.Model):
    number = models.CharField(unique=True, null=True)
    organisation = models.ForeignKey(Organisation, DO_NOTHING)
    state = models.CharField()
    establishment = models.ForeignKey(Establishment, DO_NOTHING, null=True)
    training = models.ForeignKey(Training, DO_NOTHING, null=True)
    contact_name = models.CharField()
    contact_email = models.CharField()
    contact_phone = models.CharField()
    renews = models.OneToOneField("self", DO_NOTHING, null=True)
    confirmed = models.TextField()
    created_by = models.ForeignKey(User, DO_NOTHING)
    touched_on = models.DateField()
    partnership = models.ForeignKey(Partnership, DO_NOTHING, null=True)
    submitted_on = models.DateField(null=True)
    clock_from = models.DateField(null=True)
    is_late = models.BooleanField()
    paused_on = models.DateField(null=True)
    answer_by = models.DateField(null=True)
    handler = models.ForeignKey(User, DO_NOTHING, related_name="recognition_handler_set", null=True)
    decided_on = models.DateField(null=True)
    decision_reason = models.TextField()
    decision_read_on = models.DateField(null=True)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    code = models.CharField(unique=True, null=True)
    lapse_reason = models.TextField(null=True)
    end_kind = models.CharField(null=True)
    ended_on = models.DateField(null=True)
    end_reason = models.TextField()

    class Meta:
        managed = False
        db_table = "recognition"
        unique_together = (("establishment", "training"),)


class RecognitionMentor(models.Model):
    recognition = models.ForeignKey(Recognition, DO_NOTHING)
    mentor = models.ForeignKey(Mentor, DO_NOTHING)
    profession = models.CharField()
    experience = models.IntegerField()
    has_prior_education = models.BooleanField()
    decision = models.CharField(null=True)
    decision_reason = models.TextField()
    end_kind = models.CharField(null=True)
    ended_on = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "recognition_mentor"
        unique_together = (("recognition", "mentor"),)


class Agreement(models.Model):
    number = models.CharField(unique=True, null=True)
    organisation = models.ForeignKey(Organisation, DO_NOTHING)
    recognition = models.ForeignKey(Recognition, DO_NOTHING)
    state = models.CharField()
    created_by = models.ForeignKey(User, DO_NOTHING)
    touched_on = models.DateField()
    first_name = models.CharField()
    last_name = models.CharField()
    insz_sealed = models.TextField()
    insz_fingerprint = models.CharField()
    insz_tail = models.CharField()
    born_on = models.DateField(null=True)
    email = models.CharField()
    address = models.CharField()
    guardian_name = models.CharField()
    guardian_kind = models.CharField()
    guardian_email = models.CharField()
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    mentor = models.ForeignKey(Mentor, DO_NOTHING, null=True)
    provider = models.ForeignKey(Organisation, DO_NOTHING, related_name="agreement_provider_set", null=True)
    coach_name = models.CharField()
    coach_email = models.CharField()
    timetable = models.TextField()
    full_time = models.IntegerField(null=True)
    category = models.CharField()
    is_social_maribel = models.BooleanField()
    is_simulated_only = models.BooleanField()
    is_own_employee = models.BooleanField()
    holidays = models.CharField()
    representative = models.CharField()
    declared = models.TextField()
    version = models.IntegerField()
    content_hash = models.CharField()
    kind = models.CharField()
    allowance = models.DecimalField(max_digits=10, decimal_places=5, null=True)
    signed_on = models.DateField(null=True)
    registered_on = models.DateField(null=True)
    account_number = models.CharField()
    wants_premium = models.BooleanField()
    ended_on = models.DateField(null=True)
    end_kind = models.CharField(null=True)
    end_note = models.TextField()
    holder = models.CharField()
    held_since = models.DateField(null=True)
    pass_message = models.TextField()
    revision = models.IntegerField()
    phone = models.CharField()
    nationality = models.CharField()
    study_year = models.CharField()
    guardian_phone = models.CharField()
    guardian_insz_sealed = models.TextField()
    guardian_insz_tail = models.CharField()
    representative_role = models.CharField()
    joint_committee = models.CharField()
    social_secretariat = models.CharField()
    rsz_number = models.CharField()
    insurer = models.CharField()
    policy_number = models.CharField()
    prevention_service = models.CharField()
    contact_name = models.CharField()
    contact_email = models.CharField()
    contact_phone = models.CharField()
    other_places = models.TextField()
    deputy = models.ForeignKey(Mentor, DO_NOTHING, related_name="agreement_deputy_set", null=True)
    provider_place = models.CharField()
    provider_number = models.CharField()
    coach_phone = models.CharField()
    rhythm = models.CharField()
    blocks = models.TextField()
    transport = models.CharField()
    learner_account_number = models.CharField()
    declaration_id = models.IntegerField(null=True)
    premium_waived_on = models.DateField(null=True)
    end_initiative = models.CharField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_checked = models.TextField()

    class Meta:
        managed = False
        db_table = "agreement"


class Addendum(models.Model):
    agreement = models.ForeignKey(Agreement, DO_NOTHING)
    organisation = models.ForeignKey(Organisation, DO_NOTHING)
    ordinal = models.IntegerField()
    kind = models.CharField()
    state = models.CharField()
    effective_on = models.DateField()
    reason = models.TextField()
    mentor = models.ForeignKey(Mentor, DO_NOTHING, null=True)
    ends_on = models.DateField(null=True)
    facts = models.TextField()
    content = models.TextField()
    content_hash = models.CharField()
    created_by = models.ForeignKey(User, DO_NOTHING)
    created_on = models.DateField()
    signed_on = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "addendum"
        unique_together = (
            ("agreement", "kind"),
            ("agreement", "ordinal"),
        )


class Suspension(models.Model):
    agreement = models.OneToOneField(Agreement, DO_NOTHING)
    organisation = models.ForeignKey(Organisation, DO_NOTHING)
    reason = models.CharField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    keeps_allowance = models.BooleanField()
    note = models.TextField()
    reported_on = models.DateField(null=True)
    created_by = models.ForeignKey(User, DO_NOTHING)

    class Meta:
        managed = False
        db_table = "suspension"


class Signature(models.Model):
    agreement = models.ForeignKey(Agreement, DO_NOTHING)
    version = models.IntegerField()
    party = models.CharField()
    name = models.CharField()
    way = models.CharField()
    at = models.DateTimeField()
    document_id = models.IntegerField(null=True)
    signed_on = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "signature"
        unique_together = (("agreement", "version", "party"),)


class Sanction(models.Model):
    number = models.CharField(unique=True)
    kind = models.CharField()
    organisation = models.ForeignKey(Organisation, DO_NOTHING)
    establishment = models.ForeignKey(Establishment, DO_NOTHING, null=True)
    mentor = models.ForeignKey(Mentor, DO_NOTHING, null=True)
    partnership = models.ForeignKey(Partnership, DO_NOTHING)
    grounds = models.TextField()
    until = models.DateField(null=True)
    state = models.CharField()
    prepared_by = models.ForeignKey(User, DO_NOTHING)
    prepared_on = models.DateField()
    decided_on = models.DateField(null=True)
    effective_on = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "sanction"


class SanctionTarget(models.Model):
    sanction = models.ForeignKey(Sanction, DO_NOTHING)
    recognition = models.ForeignKey(Recognition, DO_NOTHING)

    class Meta:
        managed = False
        db_table = "sanction_target"
        unique_together = (("sanction", "recognition"),)


class Appeal(models.Model):
    number = models.CharField(unique=True, null=True)
    organisation = models.ForeignKey(Organisation, DO_NOTHING)
    recognition = models.ForeignKey(Recognition, DO_NOTHING, null=True)
    sanction = models.OneToOneField(Sanction, DO_NOTHING, null=True)
    decided_on = models.DateField()
    grounds = models.TextField()
    state = models.CharField()
    created_by = models.ForeignKey(User, DO_NOTHING)
    lodged_on = models.DateField(null=True)
    checked_on = models.DateField(null=True)
    ruled_on = models.DateField(null=True)
    reason = models.TextField()

    class Meta:
        managed = False
        db_table = "appeal"
        unique_together = (("recognition", "decided_on"),)


class Workplace(models.Model):
    recognition = models.OneToOneField(Recognition, DO_NOTHING)
    places = models.IntegerField()
    open_from = models.DateField(null=True)
    open_until = models.DateField(null=True)
    description = models.TextField()
    contact_name = models.CharField()
    contact_email = models.CharField()
    contact_phone = models.CharField()
    is_visible = models.BooleanField()
    confirmed_on = models.DateField()

    class Meta:
        managed = False
        db_table = "workplace"


class Proposal(models.Model):
    mandate = models.ForeignKey("Mandate", DO_NOTHING)
    organisation = models.ForeignKey(Organisation, DO_NOTHING)
    user = models.ForeignKey(User, DO_NOTHING)
    path = models.CharField()
    form = models.TextField()
    what = models.CharField()
    about = models.CharField()
    place = models.CharField()
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, DO_NOTHING, related_name="proposal_decided_by_set", null=True)
    is_approved = models.BooleanField(null=True)
    reason = models.TextField()
    subject = models.CharField()
    subject_id = models.IntegerField()
    marks = models.TextField()

    class Meta:
        managed = False
        db_table = "proposal"


class Mandate(models.Model):
    organisation = models.ForeignKey(Organisation, DO_NOTHING)
    holder = models.ForeignKey(Organisation, DO_NOTHING, related_name="mandate_holder_set")
    recognitions = models.CharField()
    mentors = models.CharField()
    agreements = models.CharField()
    valid_from = models.DateField()
    valid_until = models.DateField()
    given_by = models.ForeignKey(User, DO_NOTHING)
    given_at = models.DateTimeField()
    ended_by = models.ForeignKey(User, DO_NOTHING, related_name="mandate_ended_by_set", null=True)
    ended_at = models.DateTimeField(null=True)
    person = models.ForeignKey(User, DO_NOTHING, related_name="mandate_person_set", null=True)

    class Meta:
        managed = False
        db_table = "mandate"


class Thread(models.Model):
    organisation = models.ForeignKey(Organisation, DO_NOTHING)
    recognition = models.ForeignKey(Recognition, DO_NOTHING, null=True)
    agreement = models.ForeignKey(Agreement, DO_NOTHING, null=True)
    last_id = models.IntegerField()
    read = models.IntegerField()

    class Meta:
        managed = False
        db_table = "thread"
        unique_together = (
            ("organisation", "agreement"),
            ("organisation", "recognition"),
        )
