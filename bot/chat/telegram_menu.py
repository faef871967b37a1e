"""The commands in Telegram's menu: one table of words, and where they are shown in which language."""

from collections.abc import Mapping

from telegram import BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat
from telegram.ext import ExtBot

_TABLE = {
    "status": ("What is going on now", "Was gerade los ist"),
    "incidents": ("The newest incidents", "Die neuesten Vorfälle"),
    "show": ("One incident: show ID", "Ein Vorfall: show ID"),
    "why": ("The evidence behind a cause: why ID", "Was für eine Ursache spricht: why ID"),
    "ask": ("Ask about an incident: ask ID QUESTION", "Eine Frage zu einem Vorfall: ask ID FRAGE"),
    "ack": ("I look after it: ack ID", "Ich kümmere mich darum: ack ID"),
    "resolve": ("End an incident by hand: resolve ID", "Einen Vorfall von Hand beenden: resolve ID"),
    "harmless": ("Not a problem: harmless ID", "Kein Problem: harmless ID"),
    "helpful": ("This was helpful: helpful ID", "Das hat geholfen: helpful ID"),
    "wrong": ("The cause is wrong: wrong ID", "Die Ursache stimmt nicht: wrong ID"),
    "silence": ("Be quiet for a while: silence SERVICE 2h WHY", "Eine Weile Ruhe: silence DIENST 2h GRUND"),
    "adjust": ("Scale to another number: adjust ID 5", "Auf eine andere Anzahl skalieren: adjust ID 5"),
    "unsilence": ("End a silence: unsilence SERVICE", "Die Ruhe beenden: unsilence DIENST"),
    "silences": ("What is silenced", "Was gerade still ist"),
    "deploys": ("Which versions run: deploys SERVICE", "Welche Versionen laufen: deploys DIENST"),
    "tuning": ("The thresholds that people moved", "Die Schwellen, die Menschen verschoben haben"),
    "standing": ("What is approved in advance", "Was im Voraus genehmigt ist"),
    "stop": ("Stop all actions: stop REASON", "Alle Aktionen anhalten: stop GRUND"),
    "go": ("Let actions run again", "Aktionen wieder laufen lassen"),
    "digest": ("Today's digest", "Der Überblick von heute"),
    "help": ("What I understand", "Was ich verstehe"),
}
"""Each word with its meaning in English and German."""

COMMANDS: Mapping[str, str] = {word: english for word, (english, _) in _TABLE.items()}
"""The words, with their meaning in English."""

LANGUAGES: Mapping[str, Mapping[str, str]] = {
    "": COMMANDS,
    "de": {word: german for word, (_, german) in _TABLE.items()},
}
"""The table by language code; the empty one is for everybody else."""


async def register(bot: ExtBot[int], chat: int) -> None:
    """Shows the commands where they are answered: in the configured chat, and in private.

    Raises:
        TelegramError: Telegram refuses.
    """
    for scope in (BotCommandScopeChat(chat), BotCommandScopeAllPrivateChats()):
        for language, words in LANGUAGES.items():
            commands = [BotCommand(word, about) for word, about in words.items()]
            await bot.set_my_commands(commands, scope, language or None)
