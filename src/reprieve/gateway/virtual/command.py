"""`reprieve virtual-patient`: plays a bedside monitor to a listener, or as an SDC device."""

import argparse
import asyncio
import sys

from reprieve.core.problems import Problem, UnusableInput
from reprieve.gateway.virtual.physiology import INVENTED, SCENARIOS, VirtualPatient

FASTEST = 600.0


def arguments(parser: argparse.ArgumentParser) -> None:
    said = "; ".join(f"{name}: {what}" for name, what in SCENARIOS.items())
    parser.description = f"{INVENTED}. Scenarios: {said}."
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--mllp", metavar="HOST:PORT", help="send HL7 v2 to this listener")
    where.add_argument(
        "--sdc", action="store_true", help="be an SDC device on 127.0.0.1; its address is printed"
    )
    parser.add_argument("--scenario", choices=SCENARIOS, default="steady")
    parser.add_argument("--speed", type=float, default=1.0, help="simulated minutes a minute")
    parser.add_argument("--minutes", type=float, default=60.0, help="simulated minutes to play")
    parser.add_argument("--name", default="VIRTUAL-1", help="how the monitor names itself")
    parser.add_argument("--weight-kg", type=float, default=70.0)
    parser.add_argument("--amount-mg", type=float, default=35.0, help="of ketamine base")
    parser.add_argument("--duration-min", type=float, default=40.0, help="of the infusion")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quiet", action="store_true", help="only what goes wrong")


def run(args: argparse.Namespace) -> int:
    """Plays until the minutes are over or it is stopped. Exit 0."""
    host, port = _check(args)
    patient = VirtualPatient(
        scenario=args.scenario,
        weight_kg=args.weight_kg,
        amount_mg=args.amount_mg,
        duration_min=args.duration_min,
        seed=args.seed,
    )

    def say(line: str) -> None:
        if not (args.quiet and ": minute " in line):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()

    say(f"{INVENTED}: {args.scenario}, {SCENARIOS[args.scenario]}")
    try:
        if args.sdc:
            from reprieve.gateway.virtual.sdc_monitor import play

            play(patient, name=args.name, speed=args.speed, minutes=args.minutes, say=say)
        else:
            from reprieve.gateway.virtual.hl7_monitor import HL7Monitor

            monitor = HL7Monitor(patient, name=args.name, speed=args.speed, say=say)
            asyncio.run(monitor.play(host, port, minutes=args.minutes))
            say(f"{INVENTED}: {monitor.taken} messages taken, {monitor.refused} refused")
    except KeyboardInterrupt:
        say(f"{INVENTED}: stopped")
    return 0


def _check(args: argparse.Namespace) -> tuple[str, int]:
    problems = []
    host, _colon, port = (args.mllp or "127.0.0.1:1").rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        problems.append(Problem("mllp", "write host:port, for example 127.0.0.1:2575"))
    ranges = {
        "speed": (0.1, FASTEST),
        "minutes": (0.01, 360.0),
        "weight_kg": (30.0, 250.0),
        "amount_mg": (0.1, 1000.0),
        "duration_min": (1.0, 360.0),
    }
    for name, (low, high) in ranges.items():
        value = getattr(args, name)
        if not low <= value <= high:
            problems.append(Problem(name, f"is outside {low:g} to {high:g}"))
    if any(c in args.name for c in "|^~\\&\r\n") or not args.name.isascii() or not args.name:
        problems.append(Problem("name", "holds a mark that HL7 uses"))
    if problems:
        raise UnusableInput(problems)
    return host, int(port)
