"""A Bot API server on this machine, so that demo and tests go through the same bot code over real HTTP."""

from bot.local.fault_injection import FaultInjection, InjectedFault
from bot.local.server import LocalServer

__all__ = ["FaultInjection", "InjectedFault", "LocalServer"]
