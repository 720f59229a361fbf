/** What the callback page says: what happened, why, and one thing to do. */
export interface Words {
  /** The window's title. */
  title: string
  what: string
  why: string
  next: string
}

export const WORDS = {
  working: {
    title: 'Finishing sign-in…',
    what: 'Finishing sign-in…',
    why: "Handing the provider's answer to the notebook.",
    next: '',
  },
  done: {
    title: 'Sign-in: you can close this window',
    what: 'You can close this window',
    why: "The notebook has the provider's answer.",
    next: 'If it does not show you as signed in, click Sign in again there.',
  },
  direct: {
    title: 'Sign-in: nothing to do here',
    what: 'Nothing to do here',
    why: "This page passes a provider's answer on to a notebook, and it was opened without one.",
    next: 'To sign in, go to the notebook and click Sign in.',
  },
  unknown: {
    title: 'Sign-in did not finish',
    what: 'This answer belongs to no sign-in',
    why: 'The address does not hold the reference that the notebook gave to the provider.',
    next: 'Go back to the notebook and click Sign in again.',
  },
  tooLong: {
    title: 'Sign-in did not finish',
    what: "The provider's answer is too long",
    why: 'It has more than 64 kB, far more than a sign-in needs, so it was not read.',
    next: 'Go back to the notebook and click Sign in again.',
  },
  insecure: {
    title: 'Sign-in did not finish',
    what: "The token can't be handed over safely",
    why: 'This page was loaded over plain http, where the browser offers no encryption.',
    next: 'Open the notebook over https, or as http://localhost, and sign in again.',
  },
  paste: {
    title: 'Sign-in: one more step',
    what: 'One more step',
    why: "This window can't reach the notebook: the provider's page or the browser cut the link between the two.",
    next: 'Copy the text, go back to the notebook and click “Paste the answer”. If there is no such button, click Sign in again.',
  },
  unsealed: {
    title: 'Sign-in did not finish',
    what: 'The notebook did not answer',
    why: "This page was loaded over plain http, so the answer isn't sealed, and an unsealed one is not put on a screen.",
    next: 'Open the notebook over https, or as http://localhost, and sign in again.',
  },
  refused: {
    title: 'Sign-in did not finish',
    what: 'The notebook did not take this answer',
    why: 'Its sign-in is over or was canceled, or its kernel was restarted.',
    next: 'Go back to the notebook and click Sign in again.',
  },
  tooLate: {
    title: 'Sign-in did not finish',
    what: 'The notebook did not take this answer in time',
    why: 'A sign-in is good for ten minutes.',
    next: 'Go back to the notebook and click Sign in again.',
  },
} satisfies Record<string, Words>
