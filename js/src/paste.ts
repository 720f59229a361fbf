import { hasFocus, make, setShown } from './dom.ts'

/** The field for an answer that a person carries over from the callback page. */
export interface Paste {
  readonly element: HTMLElement
  show(open: boolean): void
  /** Not every browser gives the focus to a button that is clicked: the field takes it all the same. */
  focus(): void
}

/** `home` takes the focus when the field goes; `onUse` gets what was pasted, once. */
export function createPaste(home: HTMLElement, onUse: (text: string) => void): Paste {
  const element = make('div', 'paste')
  // Enter is for this field, not for the notebook's cell.
  element.dataset.lmSuppressShortcuts = 'true'
  const input = makeInput()
  const button = make('button', 'button', 'Use it')
  button.type = 'button'
  button.dataset.action = 'use-answer'
  element.append(input, button)

  const use = () => {
    const text = input.value
    // Whatever comes of it, it is not shown again.
    input.value = ''
    if (text.trim() === '') input.focus()
    else onUse(text)
  }
  button.addEventListener('click', use)
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return
    event.preventDefault()
    event.stopPropagation()
    use()
  })

  const focus = () => input.focus({ preventScroll: true })

  return {
    element,
    focus,
    show(open) {
      if (element.hidden === !open) return
      const before = hasFocus(home)
      setShown(element, open)
      input.value = ''
      // Only from within: nobody's typing elsewhere is disturbed by an answer of the kernel.
      if (before && open) focus()
      else if (before) home.focus({ preventScroll: true })
    },
  }
}

/** One line, as browsers take the line breaks out of what is pasted into one. */
function makeInput(): HTMLInputElement {
  const input = make('input', 'input')
  input.type = 'text'
  input.dataset.field = 'answer'
  input.autocomplete = 'off'
  input.autocapitalize = 'none'
  input.spellcheck = false
  input.placeholder = 'ipyauth1.…'
  input.setAttribute('aria-label', 'The answer, copied from the sign-in window')
  return input
}
