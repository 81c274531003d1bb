"""The torch-free core that training and serving share.

Rooms: :mod:`model.taxonomy` (what can be named), :mod:`model.image` (opening a photo safely),
:mod:`model.preprocess` (photo to array), :mod:`model.bundle` (a released model, verified),
:mod:`model.session` (ONNX), :mod:`model.decision` (scores to outcome), :mod:`model.predict` (all of it, in order).
"""
