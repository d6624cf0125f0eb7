"""Links inside a container: where a name ends up once every link on its way is followed."""

HOPS = 40
"""Links followed for one name, as Linux does; more count as leading out."""

PARTS = 256
"""Steps of one name; a deeper one counts as leading out."""


class Links:
    """The symbolic links of one container, by the name they lie at."""

    def __init__(self) -> None:
        """Know no link yet."""
        self._targets: dict[str, str] = {}

    def __bool__(self) -> bool:
        """Say whether there is any link."""
        return bool(self._targets)

    def add(self, name: str, target: str) -> None:
        """Remember a link; of two at one name the later counts, as it does on disk."""
        self._targets["/".join(_parts(name))] = target

    def escape(self, name: str) -> str | None:
        """Follow a name's folders; return the target of the first link that leads out, None where none does.

        A link at the name itself is not followed: unpacking replaces it.
        """
        return self._walk(_parts(name)[:-1], "")

    def leads_out(self, name: str, target: str) -> bool:
        """Say whether the link at `name` ends outside, other links on its way followed."""
        if _rooted(target):
            return True
        return self._walk([*_parts(name)[:-1], *_parts(target)], target) is not None

    def _walk(self, parts: list[str], target: str) -> str | None:
        place: list[str] = []
        steps = parts[::-1]
        hops = 0
        while steps:
            step = steps.pop()
            if step == "..":
                if not place:
                    return target
                place.pop()
                continue
            place.append(step)
            link = self._targets.get("/".join(place))
            if link is not None:
                target = link
                hops += 1
                if hops > HOPS or _rooted(link):
                    return target
                place.pop()
                steps.extend(reversed(_parts(link)))
            if len(place) + len(steps) > PARTS:
                return target
        return None


def _rooted(target: str) -> bool:
    return target[:1] in ("/", "\\") or target[1:2] == ":"


def _parts(name: str) -> list[str]:
    return [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
