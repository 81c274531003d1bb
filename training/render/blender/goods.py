"""Man-made things that are neither a part nor an imitation."""

from __future__ import annotations

from training.render.blender import (
    goods_adornments,
    goods_hardware,
    goods_household,
    goods_personal,
    goods_tools,
    goods_toys,
)

BUILDERS = {
    **goods_tools.BUILDERS,
    **goods_hardware.BUILDERS,
    **goods_household.BUILDERS,
    **goods_personal.BUILDERS,
    **goods_adornments.BUILDERS,
    **goods_toys.BUILDERS,
}
