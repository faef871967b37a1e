// Elements without markup strings: all data goes in as text.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes (`onclick` and the like are listeners; null and false are left out) and children. */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same in SVG. */
export function s(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Parts of a view, each rebuilt only when its data changed, so that focus, selection and half-done presses stay. */
export class Sections {
  #known = new Map();

  /** Shows `build(data)` in `place`; `build` gives nodes, or null to show nothing. */
  put(place, data, build) {
    const text = JSON.stringify(data);
    if (this.#known.get(place) === text) return;
    this.#known.set(place, text);
    const built = [build(data)].flat().filter(Boolean);
    const at = document.activeElement;
    // A pressed button is disabled, and so has lost the focus to the body.
    const held = (at === document.body ? place.querySelector("[data-pressed]") : place.contains(at) ? at : null)?.dataset.action;
    place.replaceChildren(...built);
    place.hidden = built.length === 0;
    if (held) refocus(place, held);
  }
}

/** Keeps who goes by keyboard where they were, also when the button that they pressed is gone. */
function refocus(place, action) {
  const again = place.querySelector(`[data-action="${action}"]:enabled`) ?? place;
  if (again === place) place.tabIndex = -1;
  again.focus({ preventScroll: true });
}

/** A heading and what is below it, as one labelled region. */
export function region(title, ...children) {
  return [h("h2", {}, title), ...children.flat().filter(Boolean)];
}
