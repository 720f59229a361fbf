import { make, rebuilder, setAttribute, setShown } from './dom.ts'
import { SCOPES_SHOWN } from './look.ts'

/** The granted scopes as quiet chips: folded behind a count in narrow cells and when many. */
export interface Scopes {
  readonly element: HTMLElement
  show(scopes: string[], open: boolean): void
}

export function createScopes(onToggle: () => void): Scopes {
  const element = make('div', 'scopes')
  const list = make('ul', 'chips')
  list.dataset.field = 'scopes'
  list.setAttribute('aria-label', 'Scopes')
  const toggle = make('button', 'more')
  toggle.type = 'button'
  toggle.dataset.action = 'scopes'
  toggle.addEventListener('click', onToggle)
  element.append(list, toggle)

  const buildChips = rebuilder(list, (scopes: string[]) => scopes.flatMap(chip))
  const buildToggle = rebuilder(toggle, (label: { wide: string; narrow: string }) => [
    make('span', 'when-wide', label.wide),
    make('span', 'when-narrow', label.narrow),
  ])

  return {
    element,
    show(scopes, open) {
      setShown(element, scopes.length > 0)
      if (scopes.length === 0) return
      buildChips(scopes)
      const folded = scopes.length - SCOPES_SHOWN
      const count = scopes.length === 1 ? '1 scope' : `${scopes.length} scopes`
      buildToggle({ wide: open ? 'fewer' : `+${folded}`, narrow: count })
      setAttribute(toggle, 'aria-expanded', String(open))
      setAttribute(toggle, 'aria-label', open ? 'Hide scopes' : `Show all ${count}`)
      setAttribute(element, 'data-open', open ? '' : null)
      setAttribute(element, 'data-folds', folded > 0 ? '' : null)
      setAttribute(list, 'title', scopes.join(' '))
    },
  }
}

/** With a space behind it, so that copied text has the scopes apart. */
function chip(scope: string, at: number): (Node | string)[] {
  const item = make('li', 'chip')
  item.append(make('bdi', 'scope', scope))
  if (at >= SCOPES_SHOWN) item.classList.add('ipyauth-folded')
  return [item, ' ']
}
