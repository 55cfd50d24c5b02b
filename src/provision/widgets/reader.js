// Names sliders after the label above them, lets the keyboard into what scrolls, says when the signs of life stop.
const SILENCE = 6000; // milliseconds without a sign of life after which the desk counts as lost

function name(root, pictures, resized) {
  for (const [chart, alt] of Object.entries(pictures)) {
    for (const image of root.querySelectorAll(`img.provision-picture-${chart}:not([alt])`)) image.setAttribute('alt', alt);
  }
  for (const handle of root.querySelectorAll('.noUi-handle:not([aria-label])')) {
    const entry = handle.closest('.provision-entry');
    const label = entry && entry.querySelector('label');
    if (label) handle.setAttribute('aria-label', label.textContent);
  }
  for (const button of root.querySelectorAll('.widget-toggle-button, .widget-toggle-buttons button')) {
    const pressed = String(button.classList.contains('mod-active'));
    if (button.getAttribute('aria-pressed') !== pressed) button.setAttribute('aria-pressed', pressed);
  }
  for (const box of root.querySelectorAll('.widget-html-content, .provision-parts')) {
    const scrolls = box.scrollWidth > box.clientWidth || (box.scrollHeight > box.clientHeight && !box.matches('.widget-html-content'));
    if (scrolls) box.setAttribute('tabindex', '0');
    else box.removeAttribute('tabindex');
    // a view that is turned to, made narrower later than the desk, or filled by fonts and pictures changes nothing else
    for (const sized of [box, ...box.children]) resized.observe(sized);
  }
}

function render({ model, el }) {
  const banner = document.createElement('p');
  banner.className = 'provision-lost';
  banner.setAttribute('role', 'alert');
  banner.hidden = true;
  el.append(banner);
  let last = Date.now();
  let begun = model.get('beat') > 0;
  const lives = () => {
    begun = true;
    last = Date.now();
    banner.hidden = true;
    banner.textContent = '';
  };
  model.on('change:beat', lives);
  const watch = setInterval(() => {
    if (begun && banner.hidden && Date.now() - last > SILENCE) {
      banner.textContent = model.get('lost');
      banner.hidden = false;
    }
  }, 1000);
  const root = () => el.closest('.provision-desk') || document;
  let asked = 0;
  const again = () => {
    cancelAnimationFrame(asked); // many changes at once are one
    asked = requestAnimationFrame(() => name(root(), model.get('pictures'), resized));
  };
  const observer = new MutationObserver(again);
  const resized = new ResizeObserver(again);
  const started = setTimeout(() => {
    name(root(), model.get('pictures'), resized);
    resized.observe(root());
    observer.observe(root(), { childList: true, subtree: true, attributes: true, attributeFilter: ['class'] });
  }, 0);
  return () => {
    clearInterval(watch);
    clearTimeout(started);
    cancelAnimationFrame(asked);
    observer.disconnect();
    resized.disconnect();
    model.off('change:beat', lives);
  };
}

export default { render };
