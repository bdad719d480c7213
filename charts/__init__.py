"""Pictures: arrays and labels in, plain Plotly figures out."""

from charts.backup import Move, backup_diagram
from charts.bands import band
from charts.bars import Bars, bars
from charts.base import (
    Axis,
    Figure,
    figure,
    fitting,
    largest,
    named_or,
    rounded,
    rounded_span,
    rounded_up,
    rows_when_wide,
    span,
    tall,
    texts_when_wide,
    thinned,
    with_terms,
)
from charts.curves import Curve, Mark, curves
from charts.graph import Link, Vertex, graph
from charts.grid_map import Jump, grid_map
from charts.heatmap import cell_text, heatmap
from charts.histogram import Histogram, density, histogram
from charts.histograms import histograms
from charts.icons import Group, icons
from charts.landscape import Trail, landscape, padded
from charts.maps import maps
from charts.mosaic import mosaic
from charts.network import Strand, Unit, network
from charts.plane import Arrow, Field, Outline, Points, Squares, plane
from charts.scene import Scene
from charts.stems import Stems, stems
from charts.touch import Handle, answering, choosing, draggable, reshaping

__all__ = [
    "Arrow",
    "Axis",
    "Bars",
    "Curve",
    "Field",
    "Figure",
    "Group",
    "Handle",
    "Histogram",
    "Jump",
    "Link",
    "Mark",
    "Move",
    "Outline",
    "Points",
    "Scene",
    "Squares",
    "Stems",
    "Strand",
    "Trail",
    "Unit",
    "Vertex",
    "answering",
    "backup_diagram",
    "band",
    "bars",
    "cell_text",
    "choosing",
    "curves",
    "density",
    "draggable",
    "figure",
    "fitting",
    "graph",
    "grid_map",
    "heatmap",
    "histogram",
    "histograms",
    "icons",
    "landscape",
    "largest",
    "maps",
    "mosaic",
    "named_or",
    "network",
    "padded",
    "plane",
    "reshaping",
    "rounded",
    "rounded_span",
    "rounded_up",
    "rows_when_wide",
    "span",
    "stems",
    "tall",
    "texts_when_wide",
    "thinned",
    "with_terms",
]
