"""Names stay English everywhere; descriptions of commands and options follow the reader's client language."""

from __future__ import annotations

from discord import Locale, app_commands

from bot import wording
from bot.model import Language

LOCALES: dict[Locale, Language] = {Locale.korean: "ko"}


def said(key: str) -> app_commands.locale_str:
    """The English text of ``key``, which ``Names`` finds again in another language."""
    return app_commands.locale_str(wording.text("en", key), key=key)


class Names(app_commands.Translator):
    async def translate(
        self, string: app_commands.locale_str, locale: Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        key, language = string.extras.get("key"), LOCALES.get(locale)
        return wording.text(language, key) if key and language else None
