import { make, rebuilder, setShown } from './dom.ts'
import type { Look } from './look.ts'
import type { Section } from './protocol.ts'

/** The Inspect panel: claims, what was verified, scopes asked and granted. */
export interface Panel {
  readonly element: HTMLElement
  /** `note` stands above the sections; "" for none. */
  show(panel: Look['panel'], note: string): void
}

export function createPanel(): Panel {
  const element = make('div', 'panel')
  element.setAttribute('role', 'region')
  element.setAttribute('aria-label', 'Sign-in details')
  // A keyboard can scroll what is longer than the panel; JupyterLab would take its arrow keys to go
  // from cell to cell.
  element.tabIndex = 0
  element.dataset.lmSuppressShortcuts = 'true'
  const build = rebuilder(element, buildPanel)
  return {
    element,
    show(panel, note) {
      setShown(element, panel !== null)
      // Closed, it holds nothing: what it showed may be personal.
      build(panel === null ? null : { ...panel, note })
    },
  }
}

type Content = { waiting: boolean; sections: Section[]; note: string }

function buildPanel(content: Content | null): Node[] {
  if (content === null) return []
  if (content.waiting) return [make('p', 'note', 'Asking the kernel…')]
  const nodes: Node[] = content.note ? [make('p', 'note', content.note)] : []
  for (const section of content.sections) {
    nodes.push(make('p', 'section', section.title), buildRows(section.rows))
  }
  return nodes
}

function buildRows(rows: Section['rows']): Node {
  const list = make('dl', 'rows')
  for (const [name, value] of rows) {
    const term = make('dt', 'name')
    term.append(make('bdi', 'claim', name))
    const text = make('dd', 'value')
    text.append(make('bdi', 'claim', value))
    list.append(term, text)
  }
  return list
}
