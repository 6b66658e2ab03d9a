"""What people change about themselves: name, language, password."""

from domain.mail_addresses import one_line
from domain.organizations import passwords, sign_ins
from domain.organizations.passwords import hasher
from domain.organizations.users import Member
from domain.timeline import record_event


def introduce(member: Member, name: str, language: str, actor: Member) -> None:
    """Another name or language, in all organizations at once."""
    user, before = member.user, {"name": member.user.name, "language": member.user.language}
    user.name, user.language = one_line(name)[:100], language
    after = {"name": user.name, "language": user.language}
    changes = [[key, before[key], after[key]] for key in before if before[key] != after[key]]
    if changes:
        record_event(member, "edited", actor, changes=changes)


def change_password(member: Member, new: str, sign_in_id: int) -> None:
    """Another password; every other sign-in ends."""
    passwords.check(new, member.user.email)
    member.user.password_hash = hasher.hash(new)
    sign_ins.end_all(member.user, but=sign_in_id)
    sign_ins.write_down(member.user, "password_changed")


def sign_out_everywhere(member: Member) -> None:
    """No browser is signed in any more, in whatever organization."""
    sign_ins.end_all(member.user)
    sign_ins.write_down(member.user, "signed_out_everywhere")
