"""Comments as they come: markup, invisible characters, logs, emoji, languages, and what is meant to break a reader."""

import pytest

from toolkit.stats.text.cleaning import READ, language_of, own_words, plain_text, words


@pytest.mark.parametrize(
    ("comment", "plain"),
    [
        ("<p>Good&nbsp;<b>ser</b>vice</p><p>Slow &amp; late</p>", "Good service\nSlow & late"),
        ("<style>p {color: red}</style><script>alert('x')</script>", "alert('x')"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "alert(1)"),
        ("a < b and List<String> stays", "a < b and List<String> stays"),
        ("\u202eevil\u202c \u200bzero\u200d width\ufeff", "evil zero width"),
        ("ｆｕｌｌ ｗｉｄｔｈ ﬁne", "full width fine"),
        ("bell\x07 null\x00\r\nnext\tline", "bell null\nnext line"),
        ("שלום עולם", "שלום עולם"),
        ("  many   blanks \n\n\n lines ", "many blanks\nlines"),
        (None, ""),
        (float("nan"), ""),
    ],
)
def test_plain_text(comment, plain):
    assert plain_text(comment) == plain


@pytest.mark.parametrize(
    ("comment", "own"),
    [
        ("Slow.\n```\nraise ValueError('terrible')\n```\nSorry", "Slow.\nSorry"),
        ("{code}terrible(){code} It fails", "It fails"),
        ("See https://example.org/terrible?x=1 please", "See please"),
        ("> terrible service\nI do not think so", "I do not think so"),
        ("On Mon, Anna Smith wrote:\n> awful\nNo.", "No."),
        ("2026-01-02 10:00:01 ERROR terrible\nIt hangs", "It hangs"),
        ("java.lang.NullPointerException: x\n  at a.b.C.d(C.java:12)\nIt hangs", "It hangs"),
        ("Great :-) 👍🏽 🚀", "Great emoji_glad emoji_glad emoji_rocket"),
        ("> only a quotation", "> only a quotation"),
    ],
)
def test_own_words(comment, own):
    assert own_words(comment) == own


def test_words_make_numbers_and_runs_of_marks_alike():
    assert words("It's 3.5 times slower!!! [name] asked: why?") == [
        "it's",
        "0",
        "times",
        "slower",
        "!!",
        "[name]",
        "asked",
        "why",
        "?",
    ]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The people are helpful and they know our systems", "en"),
        ("Die Leute sind nett, aber es dauert sehr lange", "de"),
        ("Les gens sont aimables mais c'est trop lent pour nous", "fr"),
        ("El servicio es muy lento y no contestan nunca", "es"),
        ("Il servizio è molto lento e non rispondono mai", "it"),
        ("O serviço é muito lento e nunca respondem, não está bom", "pt"),
        ("Het is heel traag en wij krijgen nooit antwoord van de helpdesk", "nl"),
        ("To jest bardzo wolne i nigdy nie ma odpowiedzi", "pl"),
        ("Det är mycket långsamt och vi får aldrig svar", "sv"),
        ("Det er meget langsomt, og vi får aldrig svar fra dem", "da"),
        ("Excellent support", "unknown"),
        ("サービスは遅い", "unknown"),
        ("", "unknown"),
    ],
)
def test_language_of(text, language):
    assert language_of(text) == language


@pytest.mark.parametrize("piece", ["<", "&lt;", "<!--", "<script>", "> ", "{code}", "a.", "\n", "🚀", "ﷺ", ":("])
def test_a_hostile_comment_of_a_hundred_thousand_characters_is_cut(piece):
    text = own_words(piece * (100_000 // len(piece)))
    assert len(text) <= 20 * READ


def test_reading_stops_at_ten_thousand_characters():
    assert plain_text("a" * 100_000) == "a" * READ
