from bot.chat.keys import MOST, Keys


def test_what_is_sent_again_has_the_same_id_until_it_arrived() -> None:
    keys = Keys()
    first = keys.of("a", b"one")
    assert keys.of("a", b"one") == first
    keys.arrived("a")
    assert keys.of("a", b"one") != first


def test_only_the_last_message_of_a_thread_can_be_a_repetition() -> None:
    """An old state that comes back is news: a receiver must not take it for the message that it saw before."""
    keys = Keys()
    first, other = keys.of("a", b"one"), keys.of("b", b"one")
    assert len({first, other, keys.of("a", b"two"), keys.of("a", b"one")}) == 4
    assert keys.of("b", b"one") == other


def test_the_oldest_are_forgotten() -> None:
    keys = Keys()
    first, second = keys.of("first", b""), keys.of("second", b"")
    for number in range(MOST - 1):
        keys.of(str(number), b"")
    assert keys.of("second", b"") == second
    assert keys.of("first", b"") != first
