"""Everything that needs Blender. Only the render process imports this."""
