// The chart types that OneLead draws. Add one here and rebuild.
import Plotly from "plotly.js/lib/core";
import bar from "plotly.js/lib/bar";
import box from "plotly.js/lib/box";
import funnel from "plotly.js/lib/funnel";
import heatmap from "plotly.js/lib/heatmap";
import histogram from "plotly.js/lib/histogram";
import indicator from "plotly.js/lib/indicator";
import pie from "plotly.js/lib/pie";
import sankey from "plotly.js/lib/sankey";
import scatterpolar from "plotly.js/lib/scatterpolar";
import treemap from "plotly.js/lib/treemap";
import waterfall from "plotly.js/lib/waterfall";

// Scatter is part of the core.
Plotly.register([bar, box, funnel, heatmap, histogram, indicator, pie, sankey, scatterpolar, treemap, waterfall]);

window.Plotly = Plotly;
