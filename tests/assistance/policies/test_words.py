"""Every policy can be said to those whom it is for, in both languages."""
import re

import pytest

from marketplace.assistance.policies import words
from marketplace.catalogue import catalogue
from marketplace.catalogue.model import Policy

CATALOGUE, WORDS = catalogue.built_in(), words.built_in()
CHINESE = re.compile(r"[\u4e00-\u9fff]")
TOLD = ("癌", "艾滋", "精神病", "先心", "白血", "失独", "cancer", "leukaem", "lost their only child")


def test_nothing_of_the_catalogue_is_without_words():
    assert list(words.unsaid(CATALOGUE, WORDS)) == []


@pytest.mark.parametrize("policy", CATALOGUE.policies, ids=lambda policy: policy.id)
def test_a_policy_in_both_languages(policy: Policy):
    for language in words.LANGUAGES:
        voice = words.Voice(CATALOGUE, language)
        said = [voice.name(policy), voice.department(policy), voice.law(policy), voice.where(policy), voice.bring(policy),
                voice.gives(policy, 123_456), voice.gives(policy, 0)]
        for criterion in policy.criteria:
            said += [voice.criterion(policy, criterion), voice.then(policy, criterion)]
        assert all(text.strip() and "{" not in text for text in said)
        assert not [text for text in said for word in TOLD if word in text.lower()]
        if language == "en":  # numbers of documents stay as they are printed on them
            assert not [text for text in said if CHINESE.search(re.sub(r"[\u4e00-\u9fff]+〔\d+〕\d+号", "", text))]
        else:
            assert all(CHINESE.search(text) for text in said)


def test_every_text_has_both_languages():
    def walk(node: object, where: str):
        if isinstance(node, dict):
            if set(node) & {"zh", "en"}:
                assert {"zh", "en"} <= set(node), where
            for name, below in node.items():
                walk(below, f"{where}.{name}")
    walk(vars(WORDS), "")


def test_the_words_of_a_criterion_are_not_said_of_another_that_a_changed_catalogue_demands():
    text = CATALOGUE.text.replace("p.age >= 60", "p.age >= 65")
    changed = catalogue.parse(text)
    policy = changed.policy["elderly_hardship_allowance"]
    criterion = next(c for c in policy.criteria if c.id == "age60")
    assert words.Voice(changed, "zh").criterion(policy, criterion) == criterion.zh
    assert words.Voice(changed, "en").then(policy, criterion) == words.Voice(changed, "en").say("ask")


@pytest.mark.parametrize("unit, value, zh, en", [
    ("yuan", 393_850, "3,938.50 元", "3,938.50 yuan"), ("yuan", 100, "1 元", "1 yuan"), ("month", 1, "1 个月", "1 month"),
    ("day", 90, "90 天", "90 days"), ("year", 60, "60 岁", "60 years"), ("area", 1_250, "12.50 平方米", "12.50 m²"),
    ("yuan", -5, "-0.05 元", "-0.05 yuan")])
def test_numbers_have_their_unit(unit, value, zh, en):
    assert (words.Voice(CATALOGUE, "zh").number(value, unit), words.Voice(CATALOGUE, "en").number(value, unit)) == (zh, en)
