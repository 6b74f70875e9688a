// Neuron view: for the token chosen on the left, its query against every key, number by number: q × k, q·k/√d, softmax.
function neuronView(root, { head, arrays }, send, signal) {
  const { tokens, words, width: d, scale, causal } = head;
  const n = tokens.length;
  const { queries, keys, weights } = arrays;
  root.classList.add("neurons");
  const state = { index: 0, pinned: false };
  const positive = "#0072B2";
  const negative = "#D55E00";
  const largest = (list) => list.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  const top = { q: largest(queries), k: largest(keys) };
  let layout = [];

  const said = make("p", "said", "", { "aria-live": "polite" });
  const tell = (index, pinned) => {
    if (index < 0 || (!pinned && state.pinned)) return;
    Object.assign(state, { index, pinned: pinned || state.pinned });
    show();
  };
  const left = column("left", tokens, words.from, tell);
  const right = column("right", tokens, words.to, () => {});
  const weight = (to) => weights[state.index * n + to] / 255;
  const dot = (to) => {
    let sum = 0;
    for (let at = 0; at < d; at++) sum += queries[state.index * d + at] * keys[to * d + at];
    return sum * scale;
  };

  const names = make("div", "names");
  const titles = [["q"], ["k"], ["q × k", "q×k"], ["q·k/√d", "·"], ["softmax", "σ"]].map(([long, short]) => {
    const title = make("span", "", undefined, { title: long });
    title.append(make("span", "long", long), make("span", "short", short || long));
    return title;
  });
  names.append(...titles);

  function show() {
    left.mark(state.index);
    right.options.forEach((option, to) => {
      option.style.backgroundImage = `linear-gradient(color-mix(in srgb, ${positive} ${Math.round(weight(to) * 70)}%, transparent) 0 0)`;
      option.dataset.weight = weight(to) >= 0.005 ? weight(to).toFixed(2) : "";
    });
    said.textContent = most(tokens, tokens.map((_, to) => weight(to)), words.looks, tokens[state.index]);
    drawn.redraw();
  }

  function strip(pen, x, y, wide, value, from) {
    const step = wide / d;
    for (let at = 0; at < d; at++) {
      const number = value(at);
      pen.globalAlpha = Math.min(1, Math.abs(number) / from);
      pen.fillStyle = number >= 0 ? positive : negative;
      pen.fillRect(x + at * step, y + 3, Math.max(1, step), ROW - 6);
    }
  }

  function paint(pen, wide, height, scrolled) {
    const shares = [0.24, 0.24, 0.24, 0.1, 0.18];
    let x = 0;
    layout = shares.map((share) => {
      const place = { x: x + 3, wide: share * wide - 6 };
      x += share * wide;
      return place;
    });
    const start = drawn.middle.getBoundingClientRect().left - names.getBoundingClientRect().left;
    titles.forEach((title, at) => {
      title.style.left = `${start + layout[at].x}px`;
      title.style.width = `${layout[at].wide}px`;
    });
    const first = Math.max(0, Math.floor(scrolled / ROW));
    const last = Math.min(n, Math.ceil((scrolled + height) / ROW));
    for (let row = first; row < last; row++) {
      const y = row * ROW - scrolled;
      const dimmed = causal && row > state.index;
      strip(pen, layout[0].x, y, layout[0].wide, (at) => queries[row * d + at] * (row === state.index ? 1 : 0.25), top.q);
      strip(pen, layout[1].x, y, layout[1].wide, (at) => keys[row * d + at] * (dimmed ? 0.25 : 1), top.k);
      if (dimmed) continue;
      strip(pen, layout[2].x, y, layout[2].wide, (at) => queries[state.index * d + at] * keys[row * d + at], (top.q * top.k) / 4);
      const value = dot(row);
      pen.fillStyle = value >= 0 ? positive : negative;
      pen.globalAlpha = Math.max(0.08, Math.tanh(Math.abs(value) / 4));
      pen.fillRect(layout[3].x, y + 3, Math.min(layout[3].wide, ROW), ROW - 6);
      pen.globalAlpha = 1;
      pen.fillStyle = positive;
      pen.fillRect(layout[4].x, y + 6, Math.max(1, weight(row) * layout[4].wide), ROW - 12);
    }
    pen.globalAlpha = 1;
    pen.strokeStyle = getComputedStyle(root).color;
    pen.strokeRect(layout[0].x - 1, state.index * ROW - scrolled + 2, layout[0].wide + 2, ROW - 4);
  }

  root.append(names);
  const drawn = stage(root, left, right, paint, signal);
  drawn.canvas.addEventListener("pointermove", (event) => {
    const box = drawn.canvas.getBoundingClientRect();
    const row = Math.floor((event.clientY - box.top + drawn.scroll.scrollTop) / ROW);
    const x = event.clientX - box.left;
    const part = layout.findIndex((one) => x >= one.x && x < one.x + one.wide);
    if (part < 0 || row >= n) return;
    const at = Math.min(d - 1, Math.floor(((x - layout[part].x) / layout[part].wide) * d));
    const q = queries[state.index * d + at];
    const k = keys[row * d + at];
    said.textContent = [
      () => `q[${at}] · ${tokens[row]} = ${queries[row * d + at].toFixed(3)}`,
      () => `k[${at}] · ${tokens[row]} = ${k.toFixed(3)}`,
      () => `q[${at}] × k[${at}] = ${q.toFixed(3)} × ${k.toFixed(3)} = ${(q * k).toFixed(3)} · ${tokens[row]}`,
      () => `q·k/√d = ${dot(row).toFixed(3)} · ${tokens[row]}`,
      () => `softmax = ${weight(row).toFixed(3)} · ${tokens[row]}`,
    ][part]();
  }, { signal });
  root.append(said);
  show();
}
