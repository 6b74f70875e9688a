// Draws the page's figures from the data blocks beside them: light or dark as the reader's system is, fixed and light on paper.
(() => {
  "use strict";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const PAPER = 660; // pixels: the width of the text on A4 and on letter, within their margins
  const places = [...document.querySelectorAll(".figure")];
  const blocks = new Map(places.map((place) => [place, JSON.parse(document.getElementById(`${place.id}-data`).textContent)]));
  let printing = false;

  function theme(isDark) {
    const ink = isDark ? "#E4ECEB" : "#1B2A30";
    const grid = isDark ? "#2E3F44" : "#E3E9E8";
    const axis = { gridcolor: grid, linecolor: grid, zerolinecolor: grid, tickcolor: grid, automargin: true, title: { standoff: 12, font: { size: 13 } } };
    const font = { family: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif", size: 13, color: ink };
    return { layout: { font, xaxis: axis, yaxis: axis, hoverlabel: { bgcolor: isDark ? "#18252A" : "#FFFFFF", bordercolor: grid, font } } };
  }

  function draw(place) {
    const isDark = dark.matches && !printing;
    const block = blocks.get(place);
    const { data, layout } = structuredClone((isDark && block.dark) || block.light);
    const width = printing ? PAPER : place.clientWidth;
    Plotly.react(place, data, { ...layout, template: theme(isDark), width, autosize: false }, { displayModeBar: false });
  }

  const drawAll = () => places.forEach(draw);
  const widths = new Map();
  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (!printing && widths.get(target) !== target.clientWidth) {
        widths.set(target, target.clientWidth);
        draw(target);
      }
    }
  });
  places.forEach((place) => watch.observe(place)); // also draws each for the first time
  dark.addEventListener("change", drawAll);

  const folded = [...document.querySelectorAll("details")];
  const wereOpen = new Map();
  addEventListener("beforeprint", () => {
    printing = true;
    folded.forEach((one) => { wereOpen.set(one, one.open); one.open = true; });
    drawAll();
  });
  addEventListener("afterprint", () => {
    printing = false;
    folded.forEach((one) => { one.open = wereOpen.get(one); });
    drawAll();
  });
})();
