"""Who is on call: pure rules over rotation, calendar and overrides, the clock passed in."""

from bot.oncall.names import Names
from bot.oncall.oncall import Duty, OnCall, Shift, Source, Told, WhoIsOnCall
from bot.oncall.rotation import Rotation, moment, zoned

__all__ = ["Duty", "Names", "OnCall", "Rotation", "Shift", "Source", "Told", "WhoIsOnCall", "moment", "zoned"]
