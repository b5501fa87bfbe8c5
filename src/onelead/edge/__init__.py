"""Layer 5: what stands between the network and the screens and API: request ids, logs, measures, guards, limits, static files.

Everything here is plain ASGI (a class with ``app`` inside), because each request passes all of it.
"""
