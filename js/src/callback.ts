import { makeEnvelope, readAnswer } from './answer.ts'
import { formatAnswer } from './answer-text.ts'
import { deliver, sweepStorage, type Twin } from './deliver.ts'
import type { Envelope } from './envelope.ts'
import { offerText } from './offer.ts'
import { WORDS, type Words } from './words.ts'

/**
 * The page at {base_url}callback/, where the provider sends the browser back to. It passes the
 * answer to the kernel, sealed, and closes itself. It decides nothing: the kernel does.
 */
if (window.top === window.self) void main()

async function main(): Promise<void> {
  const { pathname, search, hash } = location
  // First of all: the answer must not stay in the address bar, the history or a Referer.
  history.replaceState(null, '', pathname)
  say(WORDS.working)
  sweepStorage()
  say(await passOn({ query: search.slice(1), fragment: hash.slice(1) }, pathname))
}

async function passOn(answer: { query: string; fragment: string }, path: string): Promise<Words> {
  const reading = readAnswer(answer)
  if ('words' in reading) return reading.words
  const made = await makeEnvelope(answer, reading.state)
  if ('words' in made) return made.words
  const { envelope } = made
  let withdraw = () => {}
  const late = (twins: Twin[]) => {
    withdraw = offer(envelope, twins)
  }
  const reception = await deliver({ envelope, state: reading.state, path, late })
  withdraw()
  if (reception === 'taken') window.close()
  return OUTCOMES[reception]
}

const OUTCOMES = { taken: WORDS.done, refused: WORDS.refused, unreachable: WORDS.tooLate }

/** No way worked so far: a person can carry a sealed answer over. */
function offer(envelope: Envelope, twins: Twin[]): () => void {
  const text = formatAnswer(envelope)
  say(text === null ? WORDS.unsealed : WORDS.paste)
  return text === null ? () => {} : offerText(text, twins)
}

function say(words: Words): void {
  document.title = words.title
  for (const part of ['what', 'why', 'next'] as const) {
    const element = document.getElementById(part)
    if (element) element.textContent = words[part]
  }
}
