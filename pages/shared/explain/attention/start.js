// The newest packet wins: each call ends what the one before it left listening.
const VIEWS = { heads: headView, model: modelView, neurons: neuronView };
const running = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".attention");
  running.get(root)?.abort();
  const life = new AbortController();
  running.set(root, life);
  if (data) {
    unpack(data).then((packet) => {
      if (life.signal.aborted) return;
      const scrolled = root.querySelector(".scroll")?.scrollTop ?? 0;
      root.replaceChildren();
      root.className = "attention";
      delete root.dataset.drawn;
      VIEWS[packet.head.view](root, packet, (name, value) => life.signal.aborted || setTriggerValue(name, value), life.signal);
      const scroll = root.querySelector(".scroll");
      if (scroll) scroll.scrollTop = scrolled;
    });
  }
  return () => life.abort();
}
