"""Layer 5: the screens. A page is one file of ``pages`` that declares what it shows; one renderer shows them all."""
