import { createActions } from './actions.ts'
import { make, rebuilder, setAttribute, setShown, setText } from './dom.ts'
import type { ActionName, Look } from './look.ts'
import { createPanel } from './panel.ts'
import { createPaste } from './paste.ts'
import type { Problem } from './protocol.ts'
import { createScopes } from './scopes.ts'

/** The widget's elements. `show` brings them to a look and touches only what differs. */
export interface WidgetView {
  readonly root: HTMLElement
  show(look: Look): void
}

/** Builds the elements; `onAction` is called inside the click of a button, `text` is what was typed for it. */
export function createView(onAction: (action: ActionName, text?: string) => void): WidgetView {
  const root = make('div', 'root')
  root.className = 'ipyauth'
  root.setAttribute('role', 'group')
  // Focus falls back to the widget itself when a pressed button leaves no other behind.
  root.tabIndex = -1

  const mark = make('span', 'mark')
  mark.setAttribute('aria-hidden', 'true')
  const status = createStatus()
  const scopes = createScopes(() => onAction('scopes'))
  const expires = make('time', 'expires')
  expires.dataset.field = 'expires'
  const actions = createActions(root, (name) => {
    onAction(name)
    if (name === 'paste') paste.focus()
  })
  const hint = make('div', 'hint')
  hint.dataset.field = 'hint'
  const paste = createPaste(root, (text) => onAction('use-answer', text))
  const warning = createWarning()
  const panel = createPanel()

  const body = make('div', 'body')
  body.append(warning.element, status.element, scopes.element, expires, actions.element, paste.element, hint)
  const row = make('div', 'row')
  row.append(mark, body)
  const card = make('div', 'card')
  card.append(row, panel.element)
  root.append(card)

  return {
    root,
    show(look) {
      setAttribute(root, 'data-status', look.status)
      setAttribute(root, 'data-link', look.link)
      setAttribute(root, 'aria-label', `Sign-in: ${look.provider.name}`)
      setText(mark, look.provider.letter)
      setAttribute(mark, 'title', look.provider.name)
      status.show(look)
      scopes.show(look.scopes, look.scopesOpen)
      setShown(expires, look.expiry !== null)
      setText(expires, look.expiry?.text ?? '')
      setAttribute(expires, 'title', look.expiry?.exact || null)
      setAttribute(expires, 'datetime', look.expiry?.iso || null)
      warning.show(look.warning)
      setShown(hint, look.hint !== '')
      setText(hint, look.hint)
      panel.show(look.panel, look.unverified)
      paste.show(look.pasting)
      actions.show(look.actions)
    },
  }
}

/** What a screen reader announces when the status changes, and nothing that ticks. */
function createStatus() {
  const element = make('div', 'status')
  element.setAttribute('role', 'status')
  element.setAttribute('aria-live', 'polite')
  const show = rebuilder(element, buildStatus)
  return {
    element,
    show({ text, spoken, user, unverified, problem, provider }: Look) {
      show({ text, spoken, user, unverified, problem, provider: provider.name })
      element.classList.toggle('ipyauth-spoken', spoken && user === null && problem === null)
    },
  }
}

/** Stands there before anybody clicks; it is part of no status, so that it is not said again with each. */
function createWarning() {
  const element = make('p', 'warning')
  element.dataset.field = 'warning'
  element.setAttribute('role', 'note')
  const build = rebuilder(element, (warning: Look['warning']) => (warning ? sentences(warning) : []))
  return {
    element,
    show(warning: Look['warning']) {
      setShown(element, warning !== null)
      setAttribute(element, 'data-code', warning?.code || null)
      build(warning)
    },
  }
}

/** What happened, and what to do. */
function sentences({ message, next }: Problem): (Node | string)[] {
  return [make('strong', 'message', message), ' ', make('span', 'next', next)]
}

type StatusLine = Pick<Look, 'text' | 'spoken' | 'user' | 'unverified' | 'problem'> & {
  provider: string
}

function buildStatus(line: StatusLine): (Node | string)[] {
  const nodes: (Node | string)[] = []
  const { user, problem } = line
  if (line.text && user !== '') {
    nodes.push(make('span', line.spoken ? 'spoken' : 'text', line.text), ' ')
  }
  if (user !== null) {
    const name = make('bdi', 'user', user || line.text)
    name.dataset.field = 'user'
    nodes.push(make('span', 'spoken', user && 'as '), name)
    nodes.push(make('span', 'spoken', ' at '), make('span', 'provider', line.provider))
  }
  if (user !== null && line.unverified) {
    const badge = make('span', 'unverified', 'not verified')
    badge.title = line.unverified
    nodes.push(' ', badge)
  }
  if (problem) {
    const error = make('span', 'problem')
    error.dataset.field = 'error'
    if (problem.code) error.dataset.code = problem.code
    error.append(...sentences(problem))
    nodes.push(' ', error)
  }
  return nodes
}
