// Plotly with the kinds of traces that the charts are made of, and no other. Its core brings
// lines and points (scatter); a test holds the list against what all lessons draw.

const Plotly = require("plotly.js/lib/core");

Plotly.register([
  require("plotly.js/lib/bar"),
  require("plotly.js/lib/contour"),
  require("plotly.js/lib/heatmap"),
]);

module.exports = Plotly;
