// Draws every [data-chart] element with the options in the JSON script that it names.
"use strict";

document.querySelectorAll("[data-chart]").forEach((element) => {
  const options = JSON.parse(document.getElementById(element.dataset.chart).textContent);
  const ink = getComputedStyle(element).color;
  const chart = echarts.init(element, null, { renderer: "canvas" });
  chart.setOption({ textStyle: { color: ink, fontFamily: "inherit" }, animation: false, ...options });
  if (options.legend) chart.setOption({ legend: { textStyle: { color: ink } } });
  window.addEventListener("resize", () => chart.resize());
});
