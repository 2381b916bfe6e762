"""On call as it is lived: overrides by command, handovers, the calendar. The rules lie in ``bot.oncall``."""

from bot.duty.calendar import Calendar
from bot.duty.handover import Handover
from bot.duty.orders import Duties
from bot.duty.rota import Rota

__all__ = ["Calendar", "Duties", "Handover", "Rota"]
