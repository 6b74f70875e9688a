// Head view: every chosen head of one layer as lines from each token (left) to the tokens that it looks at (right), one colour per head.
function headView(root, { head, arrays }, send, signal) {
  const { tokens, words, heads, colours } = head;
  const n = tokens.length;
  const weights = arrays.weights;
  const shown = new Set(head.heads);
  const state = { side: "left", index: -1, pinned: false };
  const parts = head.parts || [0, n];
  let filter = { left: [0, n], right: [0, n] };

  const ink = (number) => colours[number % colours.length];
  const place = (number) => heads.indexOf(number);
  const active = () => heads.filter((number) => shown.has(number));
  const weight = (number, from, to) => weights[(place(number) * n + from) * n + to] / 255;
  const inside = (range, index) => index >= range[0] && index < range[1];

  const said = make("p", "said", words.hint, { "aria-live": "polite" });
  const tell = (side) => (index, pinned) => {
    if (!pinned && state.pinned) return;
    Object.assign(state, { side, index, pinned: pinned && index >= 0 });
    show();
    if (pinned) document.dispatchEvent(new CustomEvent("fmcommons-attention", { detail: { root, side, index, n } }));
  };
  // Two models side by side show the same token.
  document.addEventListener("fmcommons-attention", ({ detail }) => {
    if (detail.root === root || detail.n !== n) return;
    Object.assign(state, { side: detail.side, index: detail.index, pinned: detail.index >= 0 });
    show();
  }, { signal });
  const left = column("left", tokens, words.from, tell("left"));
  const right = column("right", tokens, words.to, tell("right"));

  function show() {
    left.mark(state.side === "left" ? state.index : -1);
    right.mark(state.side === "right" ? state.index : -1);
    const list = active();
    for (const [side, one] of [["left", left], ["right", right]]) {
      const lit = state.index >= 0 && side !== state.side;
      one.options.forEach((option, index) => {
        option.hidden = !inside(filter[side], index);
        const values = lit ? list.map((number) => (state.side === "left" ? weight(number, state.index, index) : weight(number, index, state.index))) : [];
        const mean = values.length ? values.reduce((all, value) => all + value, 0) / values.length : 0;
        option.style.backgroundImage = mean > 0 ? stripes(list, values) : "";
        if (mean >= 0.005) option.dataset.weight = mean.toFixed(2);
        else delete option.dataset.weight;
      });
    }
    const [own, other] = state.side === "left" ? [words.looks, "right"] : [words.seen, "left"];
    const means = tokens.map((_, index) =>
      inside(filter[other], index)
        ? list.reduce((all, number) => all + (state.side === "left" ? weight(number, state.index, index) : weight(number, index, state.index)), 0) / (list.length || 1)
        : 0,
    );
    said.textContent = state.index < 0 ? words.hint : most(tokens, means, own, tokens[state.index]);
    drawn.redraw();
  }

  function stripes(list, values) {
    const wide = 100 / list.length;
    const stops = list.map((number, at) => {
      const colour = `color-mix(in srgb, ${ink(number)} ${Math.round(values[at] * 100)}%, transparent)`;
      return `${colour} ${at * wide}% ${(at + 1) * wide}%`;
    });
    return `linear-gradient(to right, ${stops.join(", ")})`;
  }

  function paint(pen, width, height, top) {
    const list = active();
    const one = state.index >= 0;
    const share = one ? 1 : Math.sqrt(Math.max(1, list.length)); // many heads lie over each other; few stay visible
    const least = Math.max(1, Math.ceil(share / 2)); // fainter than half a step of the screen's 255 is not seen
    const y = (index, side) => (index - filter[side][0] + 0.5) * ROW - top;
    pen.lineWidth = 2;
    for (const number of list) {
      const levels = new Map();
      const base = place(number) * n * n;
      const [firstLeft, lastLeft] = one && state.side === "left" ? [state.index, state.index + 1] : filter.left;
      const [firstRight, lastRight] = one && state.side === "right" ? [state.index, state.index + 1] : filter.right;
      for (let from = firstLeft; from < lastLeft; from++) {
        const start = y(from, "left");
        for (let to = firstRight; to < lastRight; to++) {
          const level = weights[base + from * n + to];
          if (level < least) continue;
          const end = y(to, "right");
          if ((start < 0 && end < 0) || (start > height && end > height)) continue;
          if (!levels.has(level)) levels.set(level, []);
          levels.get(level).push(start, end);
        }
      }
      pen.strokeStyle = ink(number);
      for (const [level, ends] of levels) {
        pen.globalAlpha = level / 255 / share;
        pen.beginPath();
        for (let at = 0; at < ends.length; at += 2) {
          pen.moveTo(0, ends[at]);
          pen.lineTo(width, ends[at + 1]);
        }
        pen.stroke();
      }
    }
  }

  function chips() {
    const bar = make("div", "bar", undefined, { role: "group", "aria-label": words.heads });
    bar.append(make("span", "label", words.heads));
    for (let number = 0; number < head.n_heads; number++) {
      const chip = make("button", "chip", String(number), { type: "button", "aria-pressed": String(shown.has(number)), title: words.only });
      chip.style.setProperty("--ink", ink(number));
      chip.addEventListener("click", (event) => toggle(number, event.shiftKey || event.detail === 2));
      bar.append(chip);
    }
    const all = make("button", "all", words.all, { type: "button" });
    all.addEventListener("click", () => set([...Array(head.n_heads).keys()]));
    bar.append(all);
    return bar;
  }

  function toggle(number, only) {
    if (only) return set([number]);
    const next = new Set(shown);
    if (!next.delete(number)) next.add(number);
    if (next.size) set([...next].sort((a, b) => a - b));
  }

  function set(next) {
    shown.clear();
    next.forEach((number) => shown.add(number));
    bar.querySelectorAll(".chip").forEach((chip, number) => chip.setAttribute("aria-pressed", String(shown.has(number))));
    show();
    send("heads", next);
  }

  function sentences() {
    const menu = make("select", "filter", undefined, { "aria-label": words.sentences });
    const ranges = { a: [0, parts[1]], b: [parts[1], n], all: [0, n] };
    for (const [id, text] of words.pairs) menu.append(make("option", "", text, { value: id }));
    menu.addEventListener("change", () => {
      const [from, to] = menu.value.split("-");
      filter = { left: ranges[from], right: ranges[to] };
      Object.assign(state, { index: -1, pinned: false });
      show();
    });
    return menu;
  }

  const bar = chips();
  bar.hidden = head.n_heads === 1;
  if (parts.length > 2) bar.append(sentences());
  root.append(bar);
  const drawn = stage(root, left, right, paint, signal);
  root.append(said);
  show();
}
