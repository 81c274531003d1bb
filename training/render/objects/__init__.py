"""Every kind of object that can be rendered, by leaf."""

from training.render.objects import bones, claws, fabrics, goods, natural, skins, teeth
from training.render.objects.common import Generator

_FAMILIES = (skins, fabrics, claws, teeth, bones, natural, goods)

#: Generators by leaf, of all families; an exhibit of a leaf with several draws one by weight.
GENERATORS: dict[str, tuple[Generator, ...]] = {
    leaf: tuple(one for family in _FAMILIES for one in family.GENERATORS.get(leaf, ()))
    for leaf in sorted({leaf for family in _FAMILIES for leaf in family.GENERATORS})
}

#: The same by their own name.
BY_NAME: dict[str, Generator] = {one.name: one for several in GENERATORS.values() for one in several}
