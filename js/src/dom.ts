/** Makes an element with a class of ours and, if given, a text. Text only: nothing here is markup. */
export function make<K extends keyof HTMLElementTagNameMap>(tag: K, part: string, text = ''): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  element.className = `ipyauth-${part}`
  if (text) element.textContent = text
  return element
}

/** Sets a text only when it differs, so that nothing is redrawn or announced twice. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

/** Sets an attribute only when it differs; null takes it away. */
export function setAttribute(element: HTMLElement, name: string, value: string | null): void {
  if (element.getAttribute(name) === value) return
  if (value === null) element.removeAttribute(name)
  else element.setAttribute(name, value)
}

/** Shows or hides an element. */
export function setShown(element: HTMLElement, shown: boolean): void {
  if (element.hidden === shown) element.hidden = !shown
}

/** Tells whether the focus is in an element, also inside a shadow root. */
export function hasFocus(element: HTMLElement): boolean {
  const root = element.getRootNode() as Document | ShadowRoot
  return root.activeElement !== null && element.contains(root.activeElement)
}

/**
 * Returns a function that builds an element's content again when, and only when, the data it is
 * made of has changed.
 */
export function rebuilder<T>(element: HTMLElement, build: (data: T) => (Node | string)[]): (data: T) => void {
  let drawn = ''
  return (data) => {
    const text = JSON.stringify(data)
    if (text === drawn) return
    drawn = text
    element.replaceChildren(...build(data))
  }
}
