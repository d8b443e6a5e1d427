// Draws every [data-chart] element with the options in the JSON script that it names, in the ink of the theme.
"use strict";

// As many as a district has towns, told apart in both themes.
const COLOURS = ["#3f78c2", "#2e9aa8", "#c9952f", "#8a76c4", "#c8553d", "#4f9a5b"];
COLOURS.push("#a8688a", "#7f8c99", "#86a33a", "#d07aa4", "#5aa7d6", "#9a7b55");

document.querySelectorAll("[data-chart]").forEach((element) => {
  const options = JSON.parse(document.getElementById(element.dataset.chart).textContent);
  const chart = echarts.init(element);
  const draw = () => {
    const ink = { color: getComputedStyle(element).color };
    const inked = (axis) => ({
      ...axis,
      nameTextStyle: ink,
      axisLabel: { ...axis.axisLabel, ...ink },
      splitLine: { lineStyle: { ...ink, opacity: 0.15 } },
    });
    const [xAxis, yAxis] = [inked(options.xAxis), inked(options.yAxis)];
    const legend = { ...options.legend, textStyle: ink };
    chart.setOption({ color: COLOURS, ...options, xAxis, yAxis, legend, animation: false, textStyle: ink });
  };
  draw();
  window.addEventListener("themechange", draw);
  window.addEventListener("resize", () => chart.resize());
});
