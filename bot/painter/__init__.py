"""Makes Discord show what the rows say: draws every card that is newer than the screen, and each ping once."""

from bot.painter.brush import Brush
from bot.painter.loop import Painter
from bot.painter.mentions import mentions
from bot.painter.posts import Posts

__all__ = ["Brush", "Painter", "Posts", "mentions"]
