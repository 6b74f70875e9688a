// Model view: every head of every layer as a small picture of lines; a click opens one.
function modelView(root, { head, arrays }, send) {
  const { words, n_layers: layers, n_heads: count, size, colours } = head;
  const grid = make("div", "thumbs", undefined, { role: "grid", "aria-label": words.grid });
  grid.style.setProperty("--columns", String(count));
  const numbers = make("div", "line", undefined, { role: "row" });
  numbers.append(make("span", "corner", words.corner, { role: "columnheader" }));
  for (let number = 0; number < count; number++) numbers.append(make("span", "number", String(number), { role: "columnheader" }));
  grid.append(numbers);
  const buttons = [];
  for (let layer = 0; layer < layers; layer++) {
    const line = make("div", "line", undefined, { role: "row" });
    line.append(make("span", "number", String(layer), { role: "rowheader" }));
    for (let number = 0; number < count; number++) {
      const name = words.name.replace("{layer}", String(layer)).replace("{head}", String(number));
      const open = layer === head.layer && head.heads.length === 1 && head.heads[0] === number;
      const button = make("button", "thumb", undefined, { type: "button", "aria-label": name, title: name, tabindex: buttons.length ? "-1" : "0" });
      button.setAttribute("aria-pressed", String(open));
      const canvas = make("canvas", "", undefined, { "aria-hidden": "true" });
      button.append(canvas);
      button.addEventListener("click", () => {
        buttons.forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
        send("open", [layer, number]);
      });
      const cell = make("span", "cell", undefined, { role: "gridcell" });
      cell.append(button);
      line.append(cell);
      buttons.push(button);
      thumb(canvas, arrays.weights.subarray((layer * count + number) * size * size, (layer * count + number + 1) * size * size), size, colours[layer % colours.length]);
    }
    grid.append(line);
  }
  grid.addEventListener("keydown", (event) => {
    const now = buttons.indexOf(event.target.closest(".thumb"));
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: count, ArrowUp: -count }[event.key];
    const next = buttons[now + step];
    if (now < 0 || !next) return;
    event.preventDefault();
    buttons[now].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
  root.append(make("p", "said", words.hint), grid);
  root.dataset.drawn = "true";
}

function thumb(canvas, weights, size, colour) {
  const side = 96;
  canvas.width = side;
  canvas.height = side;
  const pen = canvas.getContext("2d");
  pen.strokeStyle = colour;
  pen.lineWidth = Math.max(1.5, Math.min(4, side / size / 2));
  const step = (side - 8) / size;
  for (let from = 0; from < size; from++) {
    for (let to = 0; to < size; to++) {
      const weight = weights[from * size + to];
      if (weight < 5) continue;
      pen.globalAlpha = weight / 255;
      pen.beginPath();
      pen.moveTo(4, 4 + (from + 0.5) * step);
      pen.lineTo(side - 4, 4 + (to + 0.5) * step);
      pen.stroke();
    }
  }
}
