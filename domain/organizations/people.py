"""Who works in the organization: inviting people, giving them rights, letting them go. One administrator stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from domain.db import current_organization_id, db, everywhere, now, scoped_to
from domain.errors import Missing, Refused
from domain.locking import lock
from domain.mail_addresses import one_line, sign_in_address
from domain.organizations import passwords, sign_ins
from domain.organizations.custom_roles import CustomRole
from domain.organizations.organizations import current_organization
from domain.organizations.passwords import hasher
from domain.organizations.roles import PROFILES, ROLES
from domain.organizations.users import NO_PASSWORD, Member, User
from domain.status import Status
from domain.timeline import record_event
from domain.tokens import digest
from domain.words import Words, _, _p

INVITATION_LASTS = timedelta(days=7)

STATES: dict[str, Status] = {
    state.key: state
    for state in (
        Status("invited", _p("person", "Invited"), "wait"),
        Status("active", _p("person", "Active"), "good"),
        Status("inactive", _p("person", "Inactive"), ""),
    )
}


@dataclass(frozen=True)
class Rights:
    """What a form chose: a standard role by its key, one of the organization's own by its id, or none."""

    role: str
    profile: str

    @classmethod
    def of(cls, member: Member) -> "Rights":
        """What a member has."""
        return cls(str(member.role_id or member.role_key or ""), str(member.profile_id or member.profile_key))


def state_of(member: Member) -> Status:
    """Invited, active or inactive."""
    if not member.is_active:
        return STATES["inactive"]
    return STATES["active" if member.joined_at else "invited"]


def everybody() -> Sequence[Member]:
    """All people of the organization with their roles, those who are here first."""
    query = select(Member).options(joinedload(Member.custom_role), joinedload(Member.custom_profile))
    return db.session.scalars(query.order_by(Member.is_active.desc(), Member.id)).all()


def choices(kind: str) -> list[tuple[str, Words | str]]:
    """The roles (or profiles) that somebody can be given: key or id, and name."""
    standard = ROLES if kind == "role" else PROFILES
    own = db.session.scalars(select(CustomRole).where(CustomRole.kind == kind).order_by(CustomRole.name))
    return [(key, each.label) for key, each in standard.items()] + [(str(each.id), each.name) for each in own]


# --- inviting ---------------------------------------------------------------------------------------------------


def invite(name: str, email: str, rights: Rights, actor: Member, form_key: str | None = None) -> Member:
    """Somebody who may come in once they accept; whoever is known by that address keeps their password."""
    email = sign_in_address(email)
    user = db.session.scalar(select(User).where(User.email == email))
    if user is not None and _member_of(user) is not None:
        raise Refused(email=_("%(email)s is in this organization already.", email=email))
    user = user or User(name=one_line(name), email=email, password_hash=NO_PASSWORD)
    called = one_line(name)
    member = Member(user=user, invited_as=called, joined_at=None, invited_at=now(), form_key=form_key)
    _give(member, rights)
    db.session.add(member)
    db.session.flush()
    record_event(member, "invited", actor, rights=_written(member), email=email)
    return member


def invite_again(member: Member, actor: Member) -> None:
    """Another invitation: the link of the one before leads nowhere any more."""
    if state_of(member).key != "invited":
        raise Refused(_("%(name)s has accepted already.", name=member.name))
    member.invitation_hash, member.invited_at = None, now()
    record_event(member, "invited_again", actor)


def keep_invitation(member_id: int, token: str) -> None:
    """From now on this token accepts the invitation, and no other."""
    query = update(Member).where(Member.id == member_id, Member.joined_at.is_(None))
    values = {"invitation_hash": digest(token), "invited_at": now(), "version": Member.version + 1}
    db.session.execute(query.values(**values), execution_options={"synchronize_session": False})


def invited_by(token: str) -> Member:
    """Who was invited by this link; Missing when it is wrong, too old or has done its work."""
    with everywhere():
        member = db.session.scalar(
            select(Member)
            .where(
                Member.invitation_hash == digest(token),
                Member.is_active,
                Member.joined_at.is_(None),
                Member.invited_at > now() - INVITATION_LASTS,
            )
            .options(joinedload(Member.organization))
        )
    if member is None or not member.user.is_active:
        raise Missing(_("This link is no longer valid. Please ask for a new one."))
    return member


def accept(member: Member, name: str = "", password: str = "", language: str = "") -> None:
    """Come in; somebody who has no password yet chooses one, and a name."""
    user = member.user
    if not user.has_password:
        passwords.check(password, user.email)
        user.name = one_line(name)[:100] or member.invited_as
        user.password_hash, user.language = hasher.hash(password), language
    member.joined_at, member.invitation_hash = now(), None
    user.latest_member_id = member.id
    with scoped_to(member.organization_id):
        record_event(member, "joined", member)
        db.session.flush()


# --- changing ---------------------------------------------------------------------------------------------------


def change(member: Member, rights: Rights, actor: Member) -> None:
    """Other rights for somebody, from their next click on."""
    if rights == Rights.of(member):
        return
    before = _written(member)
    _give(member, rights)
    db.session.flush()
    _keep_an_administrator()
    changes = [[name, before[name], now_has] for name, now_has in _written(member).items()]
    record_event(member, "rights_changed", actor, changes=[each for each in changes if each[1] != each[2]])


def deactivate(member: Member, actor: Member) -> None:
    """Let somebody go: they are signed out at once, what they did stays; an invitation is withdrawn."""
    if not member.is_active:
        return
    verb = "deactivated" if member.joined_at else "invitation_withdrawn"
    member.is_active, member.invitation_hash = False, None
    db.session.flush()
    _keep_an_administrator()
    sign_ins.end_here(member)
    record_event(member, verb, actor)


def activate(member: Member, actor: Member) -> None:
    """Let somebody in again; whoever never accepted is invited again."""
    if not member.is_active:
        member.is_active = True
        record_event(member, "activated", actor)


# --- parts ------------------------------------------------------------------------------------------------------


def _member_of(user: User) -> Member | None:
    return db.session.scalar(select(Member).where(Member.user_id == user.id))


def _give(member: Member, rights: Rights) -> None:
    role, profile = _own(rights.role, "role"), _own(rights.profile, "profile")
    if not (role or rights.role in ROLES or rights.role == ""):
        raise Refused(role=_("Please choose from the list."))
    if not (profile or rights.profile in PROFILES):
        raise Refused(profile=_("Please choose from the list."))
    member.custom_role, member.custom_profile = role, profile
    member.role_key = None if role else rights.role or None
    member.profile_key = "" if profile else rights.profile


def _own(chosen: str, kind: str) -> CustomRole | None:
    """A role or profile of the organization's own, by its id."""
    if not (chosen.isascii() and chosen.isdecimal() and len(chosen) < 18):
        return None
    query = select(CustomRole).where(CustomRole.id == int(chosen), CustomRole.kind == kind)
    return db.session.scalar(query)


def _written(member: Member) -> dict[str, str]:
    """The rights in words, for the audit trail: names as they are today."""
    role = member.role
    return {"role": str(role.label) if role else "", "profile": str(member.profile.label)}


def _keep_an_administrator() -> None:
    """Refuse what leaves nobody who could invite, change or help the others."""
    lock(current_organization())  # of two who demote each other at once, the second is refused
    administrators = (
        select(func.count(Member.id))
        .join(Member.user)
        .where(
            Member.organization_id == current_organization_id(),
            Member.role_key == "admin",
            Member.profile_key == "administrator",
            Member.is_active,
            Member.joined_at.is_not(None),
            User.is_active,
        )
    )
    if not db.session.scalar(administrators):
        raise Refused(_("An organization needs an administrator. Make somebody else one first."))
