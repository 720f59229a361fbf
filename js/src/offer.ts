/**
 * The callback page's last way: the sealed answer as text, for a person to carry to the notebook.
 * Returns what takes it away again.
 */
export function offerText(text: string): () => void {
  const section = document.getElementById('offer')
  const field = section?.querySelector<HTMLTextAreaElement>('[data-field="answer"]')
  const button = section?.querySelector<HTMLButtonElement>('[data-action="copy"]')
  const note = document.getElementById('copied')
  if (!section || !field || !button || !note) return () => {}

  const life = new AbortController()
  const onCopy = async () => {
    const copied = await copy(field)
    note.textContent = copied ? COPIED : SELECTED
  }
  button.addEventListener('click', () => void onCopy(), { signal: life.signal })
  field.addEventListener('focus', () => field.select(), { signal: life.signal })
  field.value = text
  section.hidden = false
  button.focus()

  return () => {
    life.abort()
    field.value = ''
    note.textContent = ''
    section.hidden = true
  }
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
