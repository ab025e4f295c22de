from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.prose import stated

MARKDOWN = """\
---
title: Houses
---
# Quiet houses

Pebble finds its way
**back** [1]. It needs no `map`. [2, 3]

- Lantern keeps [no index](http://127.0.0.1/x).
- It is *small*
> Mole digs. [^4]

| a | b |
|---|---|
| It is a table. | x |

```python
It is code.
```
A line that is a heading
------------------------
<b>Last.</b> The rate lies in [0, 1].

## References

[1] Brook. Pebble. 2024.
"""


def test_sentences_come_without_signs_and_with_their_lines():
    assert [(one.line, one.text) for one in stated(MARKDOWN)] == [
        (6, "Pebble finds its way back."),
        (7, "It needs no map."),
        (9, "Lantern keeps no index."),
        (10, "It is small"),
        (11, "Mole digs."),
        (22, "Last."),
        (22, "The rate lies in (0, 1)."),
    ]


def test_sentences_of_one_paragraph_belong_together():
    paragraphs = [one.paragraph for one in stated("One is. Two is.\n\nThree is.")]
    assert paragraphs[0] == paragraphs[1] != paragraphs[2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("\n\n# Heading\n", []),
        ("Fast [1][2]. Small.", ["Fast.", "Small."]),
        ("它很快。它很小。", ["它很快。", "它很小。"]),
        ("Она быстрая. Она маленькая.", ["Она быстрая.", "Она маленькая."]),
        ("A\x00b \x07c.", ["A b c."]),
        ("## It is small.", ["It is small."]),
        ("```\nnever closed", []),
        ("It scores 3 * 4 and a_b_c.", ["It scores 3 * 4 and a_b_c."]),
        ("- - -", []),
        ("Sources\nA book.\n# Next\nIt is small.", ["It is small."]),
        ("---\nIt is small.", ["It is small."]),
        ("It is small.\n---\nIt is fast.", ["It is small.", "It is fast."]),
    ],
)
def test_any_text_is_read(text: str, expected: list[str]):
    assert [one.text for one in stated(text)] == expected


@given(st.text(alphabet=" \n-#*_`[]()123.aB>|!~<", max_size=80) | st.text(max_size=80))
def test_each_sentence_begins_and_ends_where_its_words_stand(text: str):
    end = 0
    for one in stated(text):
        assert end <= one.span.start
        end = one.span.end
        first, last = one.text[0], one.text[-1]
        begins, ends = one.span.of(text)[0], one.span.of(text)[-1]
        assert first == begins or {first, begins} <= set("([【")
        assert last == ends or {last, ends} <= set(")]】")
        assert one.line == text[: one.span.start].count("\n") + 1


def test_a_thousand_sentences_each_keep_their_line():
    text = "\n".join(f"House {i} is dark." for i in range(1000))
    assert [one.line for one in stated(text)] == list(range(1, 1001))
