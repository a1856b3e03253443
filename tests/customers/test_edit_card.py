"""Needs, profile, channel, level and willingness change through their verbs."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from crm.customers import actions
from crm.customers.models import Assessment, Card, LevelChange, TimelineEntry
from crm.records.audit.apart import read
from crm.records.models import AuditEvent
from crm.records.states import Stale
from tests.people import NOW, make_card


def test_changed_needs_are_named_and_kept_before_and_after(cast, card):
    changed = actions.update_needs(
        card,
        by=cast.lin,
        version=card.version,
        fields={"colour": "云母白", "rivals": "宋 PLUS", "reason": card.reason},
        now=NOW,
    )

    assert changed == ["colour", "rivals"]
    card.refresh_from_db()
    assert (card.colour, card.version) == ("云母白", 2)
    event = AuditEvent.objects.get(action="customers.update_needs")
    assert (read(event, "before")["colour"], read(event, "after")["colour"]) == ("", "云母白")
    assert TimelineEntry.objects.get(kind="needs_changed").data == {"fields": changed}


def test_the_second_save_of_one_version_is_stale_and_changes_nothing(cast, card):
    first = {"by": cast.lin, "version": card.version, "fields": {"colour": "白"}, "now": NOW}
    actions.update_needs(card, **first)

    with pytest.raises(Stale):
        actions.update_needs(card, **first | {"fields": {"colour": "黑"}})
    assert Card.objects.get().colour == "白"


def test_a_form_sent_twice_counts_once(cast, card):
    save = {
        "by": cast.lin,
        "version": 1,
        "fields": {"colour": "白"},
        "now": NOW,
        "request_id": "r1",
    }
    actions.update_needs(card, **save)

    assert actions.update_needs(card, **save) == []
    assert AuditEvent.objects.filter(action="customers.update_needs").count() == 1


@pytest.mark.parametrize("who", ["zhou", "he", "wu", "fang", "bai", "pan", "otto"])
def test_who_is_neither_owner_nor_set_over_the_card_edits_nothing(cast, card, who):
    with pytest.raises(PermissionDenied):
        actions.update_needs(
            card, by=getattr(cast, who), version=1, fields={"colour": "白"}, now=NOW
        )


def test_the_service_supervisor_corrects_contact_data_but_not_needs(cast, card):
    customer = card.customer
    save = {"by": cast.xu, "version": customer.version, "now": NOW}

    actions.update_profile(card, fields={"region": "城东"}, **save)

    customer.refresh_from_db()
    assert customer.region == "城东"
    with pytest.raises(PermissionDenied):
        actions.update_needs(card, fields={"colour": "白"}, by=cast.xu, version=1, now=NOW)


def test_a_new_name_and_number_are_found_at_once_and_stay_out_of_the_trail(cast, card):
    actions.update_profile(
        card,
        by=cast.lin,
        version=1,
        fields={"name": "单雄信", "phone": "+8613900002233"},
        now=NOW,
    )

    assert Card.objects.found_by("shan").get() == card
    assert Card.objects.found_by("2233").get() == card
    assert not Card.objects.found_by("5021").exists()
    assert "2233" not in str(AuditEvent.objects.get(action="customers.update_profile").after)


def test_a_number_of_another_customer_cannot_be_taken_over_by_an_edit(cast, card):
    other = make_card(cast.zhou, "李娜", phone="+8613900002233")

    with pytest.raises(actions.PhoneTaken):
        actions.update_profile(
            card, by=cast.lin, version=1, fields={"phone2": other.customer.phone}, now=NOW
        )
    assert not Card.objects.get(pk=card.pk).customer.phone2


def test_the_channel_is_corrected_by_a_supervisor_with_a_reason_and_audited(cast, card):
    actions.correct_channel(
        card, by=cast.chen, version=1, channel="wechat", reason="客户说是微信", now=NOW
    )

    card.refresh_from_db()
    assert card.channel == "wechat"
    event = AuditEvent.objects.get(action="customers.correct_channel")
    assert read(event, "before") == {"channel": "朋友介绍"}
    assert read(event, "after") == {"channel": "wechat", "reason": "客户说是微信"}


@pytest.mark.parametrize("who", ["lin", "zhou", "he", "xu", "bai"])
def test_nobody_else_corrects_the_channel(cast, card, who):
    with pytest.raises(PermissionDenied):
        actions.correct_channel(
            card, by=getattr(cast, who), version=1, channel="wechat", reason="因为", now=NOW
        )


def test_a_supervisor_does_not_correct_the_channel_of_her_own_card(cast):
    own = make_card(cast.chen)
    with pytest.raises(PermissionDenied):
        actions.correct_channel(
            own, by=cast.chen, version=1, channel="wechat", reason="因为", now=NOW
        )


def test_a_correction_without_a_reason_is_refused(cast, card):
    with pytest.raises(ValidationError):
        actions.correct_channel(
            card, by=cast.chen, version=1, channel="wechat", reason=" ", now=NOW
        )


def test_each_change_of_level_keeps_before_and_after(cast, card):
    assert actions.judge_level(card, by=cast.lin, version=1, level="A", now=NOW)

    change = LevelChange.objects.get()
    assert (change.before, change.after, change.by) == ("H", "A", cast.lin)
    assert TimelineEntry.objects.get(kind="level_changed").data == {"before": "H", "after": "A"}


def test_the_same_level_again_changes_nothing(cast, card):
    assert not actions.change_level(card, by=cast.lin, level="H", now=NOW)
    assert not LevelChange.objects.exists()


def test_a_level_makes_a_qualified_prospect_and_its_loss_a_potential_one(cast):
    card = make_card(cast.lin, level="")
    actions.change_level(card, by=cast.lin, level="B", now=NOW)
    assert card.state == "prospect"

    actions.change_level(card, by=cast.lin, level="", now=NOW)
    assert card.state == "potential"


def test_a_judgement_is_kept_beside_the_earlier_ones(cast, card):
    for value in (2, 4):
        actions.assess_willingness(
            card,
            by=cast.lin,
            version=card.version,
            fields={"confidence": value, "confidence_words": "认可智驾"},
            now=NOW,
        )

    assert card.confidence == 4
    assert sorted(Assessment.objects.values_list("confidence", flat=True)) == [2, 4]


def test_contact_dates_do_not_make_an_edit_under_way_stale(cast, card):
    actions.note_contact_dates(card, next_contact_at=NOW, tries=3)

    actions.update_needs(card, by=cast.lin, version=1, fields={"colour": "白"}, now=NOW)
    card.refresh_from_db()
    assert (card.next_contact_at, card.tries, card.colour) == (NOW, 3, "白")


def test_no_other_column_can_be_written_that_way(card):
    with pytest.raises(TypeError, match="owner"):
        actions.note_contact_dates(card, owner=None)
