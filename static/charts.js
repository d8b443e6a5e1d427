// Draws every [data-chart] element with the options in the JSON script that it names, in the ink of the theme.
"use strict";

document.querySelectorAll("[data-chart]").forEach((element) => {
  const options = JSON.parse(document.getElementById(element.dataset.chart).textContent);
  const chart = echarts.init(element);
  const draw = () => {
    const ink = { color: getComputedStyle(element).color };
    chart.setOption({ ...options, animation: false, textStyle: ink, legend: { ...options.legend, textStyle: ink } });
  };
  draw();
  window.addEventListener("themechange", draw);
  window.addEventListener("resize", () => chart.resize());
});
