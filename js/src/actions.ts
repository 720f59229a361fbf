import { hasFocus, make, setAttribute, setText } from './dom.ts'
import type { Action, ActionName } from './look.ts'

/** The row of buttons. Only the buttons of the present look exist. */
export interface Actions {
  readonly element: HTMLElement
  show(actions: Action[]): void
}

/** `home` takes the focus when the focused button goes and no other is left. */
export function createActions(home: HTMLElement, onAction: (name: ActionName) => void): Actions {
  const element = make('div', 'actions')
  const made = new Map<string, HTMLElement>()

  const elementFor = (action: Action): HTMLElement => {
    const known = made.get(action.name)
    if (known) return known
    const button: HTMLElement = action.href === undefined ? makeButton() : makeLink()
    button.dataset.action = action.name
    button.addEventListener('click', (event) => {
      // The second click of a double click would hit what took the first one's place, as Cancel
      // does for Sign in.
      if (event.detail > 1) event.preventDefault()
      else onAction(action.name)
    })
    made.set(action.name, button)
    return button
  }

  return {
    element,
    show(actions) {
      const wanted = actions.map(elementFor)
      const focused = hasFocus(element)
      for (const [at, action] of actions.entries()) update(wanted[at] as HTMLElement, action)
      for (const [name, button] of made) {
        if (wanted.includes(button)) continue
        made.delete(name)
        button.remove()
      }
      // Moving an element drops its focus, so those that stay in order are left where they are.
      for (const [at, button] of wanted.entries()) {
        if (element.children[at] !== button) element.insertBefore(button, element.children[at] ?? null)
      }
      if (focused && !hasFocus(element)) {
        const next = wanted.find((button) => !(button instanceof HTMLButtonElement && button.disabled))
        ;(next ?? home).focus({ preventScroll: true })
      }
    },
  }
}

function makeButton(): HTMLButtonElement {
  const button = make('button', 'button')
  button.type = 'button'
  return button
}

/** A way to the provider where the browser lets no window open by itself. */
function makeLink(): HTMLAnchorElement {
  const link = make('a', 'button')
  link.target = '_blank'
  // Browsers cut the opener of _blank unless asked not to; the answer's fastest way needs it.
  link.rel = 'opener'
  return link
}

function update(element: HTMLElement, action: Action): void {
  setText(element, action.label)
  element.classList.toggle('ipyauth-primary', action.primary === true)
  element.classList.toggle('ipyauth-plain', action.quiet === true)
  const expanded = action.expanded === undefined ? null : String(action.expanded)
  setAttribute(element, 'aria-expanded', expanded)
  if (element instanceof HTMLButtonElement) element.disabled = action.disabled === true
  else setAttribute(element, 'href', action.href ?? null)
}
