"""How formulas and pictures are shown: the lesson frame, the live figure, links, theme."""
