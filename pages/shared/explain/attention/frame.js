// What the views share: unpacking, columns of tokens that are only ever text, a canvas between them that follows the scroll.
// Nothing here is fetched, and no string of a person or a model is ever read as HTML: everything goes through textContent.
const ROW = 24;

async function unpack(data) {
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const packed = new Blob([bytes.subarray(4 + length)]).stream().pipeThrough(new DecompressionStream("deflate"));
  const raw = await new Response(packed).arrayBuffer();
  const kinds = { uint8: Uint8Array, float32: Float32Array };
  const arrays = {};
  for (const [name, kind, shape, start] of head.arrays) {
    arrays[name] = new kinds[kind](raw, start, shape.reduce((all, one) => all * one, 1));
  }
  return { head, arrays };
}

function make(tag, name, text, attributes = {}) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// A column of tokens to choose one from: by pointer, by finger, or with the arrow keys. `tell(index, pinned)` hears the choice; -1 is none.
function column(side, tokens, label, tell) {
  const box = make("div", `tokens ${side}`, undefined, { role: "listbox", tabindex: "0", "aria-label": label });
  const options = tokens.map((token, index) => {
    const option = make("div", "token", undefined, { role: "option", id: `${side}-${index}`, "aria-selected": "false", dir: "auto" });
    option.append(make("span", "word", token));
    option.title = token;
    box.append(option);
    return option;
  });
  const at = (event) => options.indexOf(event.target.closest(".token"));
  let active = -1;
  const choose = (index, pinned) => {
    active = index;
    tell(index, pinned);
  };
  box.addEventListener("pointerover", (event) => event.pointerType === "mouse" && at(event) >= 0 && tell(at(event), false));
  box.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && tell(-1, false));
  box.addEventListener("click", (event) => at(event) >= 0 && choose(at(event) === active ? -1 : at(event), true));
  box.addEventListener("keydown", (event) => {
    const last = options.length - 1;
    const places = { ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: last, PageDown: active + 10, PageUp: active - 10, Escape: -1 };
    if (!(event.key in places)) return;
    event.preventDefault();
    choose(event.key === "Escape" ? -1 : Math.min(last, Math.max(0, places[event.key])), true);
    if (active >= 0) options[active].scrollIntoView({ block: "nearest" });
  });
  const mark = (index) => {
    if (index < 0) active = -1;
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === index)));
    if (index >= 0) box.setAttribute("aria-activedescendant", `${side}-${index}`);
    else box.removeAttribute("aria-activedescendant");
  };
  return { box, options, mark };
}

// Left tokens, a canvas, right tokens, in a box that scrolls; the canvas has the size of the box's window, not of all the rows.
function stage(root, left, right, paint, signal) {
  const scroll = make("div", "scroll");
  const inner = make("div", "inner");
  const middle = make("div", "middle");
  const canvas = make("canvas", "", undefined, { "aria-hidden": "true" });
  middle.append(canvas);
  inner.append(left.box, middle, right.box);
  scroll.append(inner);
  root.append(scroll);
  let asked = 0;
  const draw = () => {
    asked = 0;
    const width = middle.clientWidth;
    const height = Math.min(scroll.clientHeight, inner.clientHeight);
    const ratio = window.devicePixelRatio || 1;
    if (!width || !height) return;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.height = `${height}px`;
    const pen = canvas.getContext("2d");
    pen.scale(ratio, ratio);
    paint(pen, width, height, scroll.scrollTop);
    root.dataset.drawn = "true";
  };
  const redraw = () => {
    asked = asked || requestAnimationFrame(draw);
  };
  scroll.addEventListener("scroll", redraw, { signal, passive: true });
  const watcher = new ResizeObserver(redraw);
  watcher.observe(scroll);
  signal.addEventListener("abort", () => watcher.disconnect());
  return { redraw, canvas, scroll, middle };
}

// The tokens that get the most, in words: for screen readers, for fingers, and for everybody who wants the numbers.
function most(tokens, weights, template, from, signs = 5) {
  const order = weights.map((weight, index) => [weight, index]).sort((a, b) => b[0] - a[0]).slice(0, signs);
  const list = order.filter(([weight]) => weight > 0).map(([weight, index]) => `${tokens[index]} ${weight.toFixed(2)}`);
  return template.replace("{token}", () => from).replace("{list}", () => list.join(" · ") || "–");
}
