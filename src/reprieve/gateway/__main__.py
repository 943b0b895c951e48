"""One feed as a process: `python -m reprieve.gateway mllp`, or `sdc ADDRESS`. The supervisor starts it."""

import asyncio
import os
import signal
import sys


def main(words: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reprieve.clinic.config.settings.serve")
    import django

    django.setup()
    from django.conf import settings

    from reprieve.gateway.clinic import WhichClinic, clinic_of_feed

    try:
        clinic = clinic_of_feed(settings.FEED_CLINIC)
    except WhichClinic as unclear:
        sys.stderr.write(f"{unclear}\n")
        return 2
    if words == ["mllp"]:
        from reprieve.gateway.feed import Feed
        from reprieve.gateway.mllp import listen

        host, _colon, port = settings.MLLP_ADDRESS.rpartition(":")
        feed = Feed(clinic)
        return _until_told(listen(feed, host=host, port=int(port), peers=settings.MLLP_PEERS))
    if words[:1] == ["sdc"] and len(words) == 2:
        from reprieve.gateway.feed import Feed
        from reprieve.gateway.sdc import follow

        return _until_told(follow(Feed(clinic), words[1]))
    sys.stderr.write("mllp, or sdc ADDRESS\n")
    return 2


def _until_told(work: object) -> int:
    """Run until SIGTERM or SIGINT; the batch in hand is finished."""

    async def run() -> None:
        task = asyncio.ensure_future(work)  # type: ignore[arg-type]
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, task.cancel)
        try:
            await task
        except asyncio.CancelledError:
            return

    asyncio.run(run())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
