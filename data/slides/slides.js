// Starts reveal.js; what is too tall for a slide is drawn smaller, down to a half, then scrolls.
const WIDTH = 1280;
const HEIGHT = 720;
const SMALLEST = 0.5;
const MARGIN = 16; // pixels

function sizes(content) {
  const scale = Reveal.getScale();
  const wide = [...content.querySelectorAll("table, img, svg")].map((one) => one.getBoundingClientRect().width);
  return [content.getBoundingClientRect().height / scale, Math.max(0, ...wide) / scale];
}

function fit(slide) {
  if (!slide || slide.dataset.fitted) return;
  const content = slide.querySelector(".fitting");
  let zoom = 1;
  for (; zoom > SMALLEST; zoom -= 0.03) { // step by step, as lines break elsewhere
    content.style.zoom = zoom;
    const [height, width] = sizes(content);
    if (height <= HEIGHT - MARGIN && width <= WIDTH) break;
  }
  slide.classList.toggle("scrolls", zoom <= SMALLEST);
  slide.dataset.fitted = zoom;
}

function wrap(slide) {
  const content = document.createElement("div");
  content.className = "fitting";
  content.append(...slide.childNodes);
  slide.append(content);
}

async function draw(place, number) {
  const { svg } = await mermaid.render(`diagram-${number}`, place.textContent.trim());
  place.innerHTML = svg;
  place.parentElement.classList.add("drawn");
}

document.querySelectorAll(".slides > section > section").forEach(wrap);
mermaid.initialize({ startOnLoad: false });
Promise.all([...document.querySelectorAll("pre.mermaid")].map(draw))
  .then(() => Reveal.initialize({
    width: WIDTH,
    height: HEIGHT,
    margin: 0.03,
    center: false,
    hash: true,
    slideNumber: "c/t",
    transition: "none",
  }))
  .then(() => {
    Reveal.on("slidechanged", (event) => fit(event.currentSlide));
    fit(Reveal.getCurrentSlide());
    document.body.dataset.ready = "yes";
  });
