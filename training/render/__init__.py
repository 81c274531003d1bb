"""Pictures of seized parts, imitations and other things, made with Blender (``bpy``), because no photo set exists."""
