import type { Twin } from './deliver.ts'

/**
 * The callback page's last way: the sealed answer as text, for a person to carry to the notebook,
 * or to hand over to the window that opened this one, if it is at another name of this machine.
 * Returns what takes it away again.
 */
export function offerText(text: string, twins: Twin[]): () => void {
  const section = document.getElementById('offer')
  const field = section?.querySelector<HTMLTextAreaElement>('[data-field="answer"]')
  const button = section?.querySelector<HTMLButtonElement>('[data-action="copy"]')
  const note = document.getElementById('copied')
  const near = document.getElementById('near')
  if (!section || !field || !button || !note || !near) return () => {}

  const life = new AbortController()
  const onCopy = async () => {
    const copied = await copy(field)
    note.textContent = copied ? COPIED : SELECTED
  }
  button.addEventListener('click', () => void onCopy(), { signal: life.signal })
  field.addEventListener('focus', () => field.select(), { signal: life.signal })
  field.value = text
  const gives = twins.map(giveButton)
  near.hidden = gives.length === 0
  near.append(...gives)
  section.hidden = false
  button.focus()

  return () => {
    life.abort()
    field.value = ''
    note.textContent = ''
    for (const give of gives) give.remove()
    section.hidden = true
  }
}

function giveButton({ origin, give }: Twin): HTMLButtonElement {
  const button = document.createElement('button')
  button.type = 'button'
  button.dataset.action = 'give'
  button.textContent = origin
  button.addEventListener('click', give)
  return button
}

const COPIED = 'Copied. Now go back to the notebook and paste it there.'
const SELECTED = 'The text is selected: press Ctrl+C, or ⌘C on a Mac, to copy it.'

/** False where the browser lets no script copy; then the text is selected for the person to do it. */
async function copy(field: HTMLTextAreaElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(field.value)
    return true
  } catch {
    // No clipboard for this page (no secure context, or not allowed).
  }
  field.focus()
  field.select()
  try {
    return document.execCommand('copy')
  } catch {
    return false
  }
}
