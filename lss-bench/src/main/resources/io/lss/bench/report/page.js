"use strict";
// Draws what is in the element "charts"; the fields are those of Chart.java.
(() => {
  const specs = JSON.parse(document.getElementById("charts").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  // Told apart also by those who do not see red and green; each name has the same one in all charts.
  const LIGHT = ["#0072b2", "#d55e00", "#009e73", "#a5468c", "#8a6d00", "#4b9fd5", "#7a4a21", "#5b5fc7", "#c0392b", "#607d3b", "#455a64", "#ad1457"];
  const DARK = ["#5db3f0", "#ff9a52", "#3fd0a4", "#e08cc8", "#e3c14d", "#9ad1f5", "#c9976b", "#a3a6ff", "#ff8a80", "#b2cf86", "#b0bec5", "#f48fb1"];
  const POINTS = ["circle", "rect", "triangle", "rectRot", "star", "crossRot"];
  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const figure = value => value >= 100 ? Math.round(value).toLocaleString("en") : value.toLocaleString("en", { maximumSignificantDigits: 3 });

  // From the least to the greatest round of every point.
  const whiskers = {
    id: "whiskers",
    afterDatasetsDraw(chart) {
      const context = chart.ctx;
      context.save();
      chart.data.datasets.forEach((set, number) => {
        const meta = chart.getDatasetMeta(number);
        if (meta.hidden || !chart.isDatasetVisible(number)) return;
        context.strokeStyle = set.borderColor;
        context.globalAlpha = 0.55;
        context.lineWidth = 1.5;
        meta.data.forEach((point, at) => {
          if (set.data[at] === null || set.least[at] === null) return;
          const y = chart.scales.y, clamp = value => Math.min(y.bottom, Math.max(y.top, value));
          context.beginPath();
          context.moveTo(point.x, clamp(y.getPixelForValue(set.least[at])));
          context.lineTo(point.x, clamp(y.getPixelForValue(set.greatest[at])));
          context.stroke();
        });
      });
      context.restore();
    },
  };

  function config(spec) {
    const palette = dark.matches ? DARK : LIGHT;
    const ink = css("--ink"), line = css("--line");
    const datasets = spec.series.map(series => {
      const colour = palette[series.number % palette.length];
      return {
        label: series.name, data: series.medians, least: series.least, greatest: series.greatest,
        borderColor: colour, backgroundColor: spec.isLine ? colour : colour + "b0",
        borderWidth: spec.isLine ? (series.role === "ours" ? 3 : 1.75) : 1, borderDash: spec.isLine && series.role === "limit" ? [6, 4] : [],
        pointStyle: POINTS[(series.number + Math.floor(series.number / palette.length)) % POINTS.length], pointRadius: 4,
        spanGaps: true, skipNull: true, minBarLength: 2,
      };
    });
    const known = spec.series.flatMap(series => [...series.least, ...series.greatest]).filter(value => value !== null && value > 0);
    const scale = title => ({
      title: { display: title !== "", text: title, color: ink }, ticks: { color: ink }, grid: { color: line }, border: { color: line },
    });
    const y = scale(spec.y);
    if (spec.isLogarithmic && known.length > 0) {
      y.type = "logarithmic";
      y.min = 10 ** Math.floor(Math.log10(Math.min(...known) * 0.999));
      const top = Math.max(...known), decade = 10 ** Math.floor(Math.log10(top));
      y.max = decade * ([1, 2, 5, 10].find(step => step * decade >= top * 0.999));
      // Of each decade its beginning has a line and a name; of few decades 2 and 5, too.
      const decades = Math.log10(top / y.min);
      const first = value => Math.round(value / 10 ** Math.floor(Math.log10(value) + 1e-9) * 10) / 10;
      y.afterBuildTicks = axis => { axis.ticks = axis.ticks.filter(tick => (decades < 2.5 ? [1, 2, 5] : [1]).includes(first(tick.value))); };
      y.ticks.callback = value => figure(value);
      y.ticks.autoSkip = false;
    } else {
      y.beginAtZero = true;
      y.suggestedMax = Math.max(0, ...known);
      y.ticks.callback = value => figure(value);
    }
    return {
      type: spec.isLine ? "line" : "bar",
      data: { labels: spec.labels, datasets },
      plugins: [whiskers],
      options: {
        animation: false, responsive: true, maintainAspectRatio: false, interaction: { mode: "index", intersect: false },
        scales: { x: { ...scale(spec.x), offset: true }, y },
        plugins: {
          legend: { position: "bottom", labels: { color: ink, usePointStyle: true, boxHeight: 7, boxWidth: 12, padding: 14 } },
          tooltip: {
            itemSort: (a, b) => b.parsed.y - a.parsed.y,
            callbacks: {
              label: item => {
                const spread = `${figure(item.dataset.least[item.dataIndex])} - ${figure(item.dataset.greatest[item.dataIndex])}`;
                return `${item.dataset.label}: ${figure(item.parsed.y)} (${spread})`;
              },
            },
          },
        },
      },
    };
  }

  let drawn = [];
  function draw() {
    drawn.forEach(chart => chart.destroy());
    drawn = [...document.querySelectorAll("canvas[data-chart]")].map(canvas => new Chart(canvas, config(specs[Number(canvas.dataset.chart)])));
  }
  draw();
  dark.addEventListener("change", draw);

  // A link to a comparison opens it.
  function open() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") {
      target.open = true;
      target.scrollIntoView();
    }
  }
  addEventListener("hashchange", open);
  open();
})();
