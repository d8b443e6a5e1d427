// Draws every [data-chart] element with the options in the JSON script that it names, in the ink of the theme.
"use strict";

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
    chart.setOption({ ...options, xAxis, yAxis, legend, animation: false, textStyle: ink });
  };
  draw();
  window.addEventListener("themechange", draw);
  window.addEventListener("resize", () => chart.resize());
});
