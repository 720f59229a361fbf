import type { ActionName } from './look.ts'
import { look } from './look.ts'
import type { Model } from './protocol.ts'
import { startSession } from './session.ts'
import { after } from './timer.ts'
import { createView } from './view.ts'

/**
 * The widget's anywidget module. Nothing happens when it is loaded: saved notebooks load it too,
 * also untrusted ones. Each view lives as long as its AbortController.
 */
export default { render }

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const life = new AbortController()
  const { signal } = life
  let stopTick = () => {}

  const draw = () => {
    if (signal.aborted) return
    const now = look(session.state, session.view, Date.now())
    view.show(now)
    stopTick()
    if (now.expiry?.next != null) stopTick = after(now.expiry.next, signal, draw)
  }
  const view = createView((action: ActionName, text?: string) => session.act(action, text))
  const session = startSession(model, signal, draw)

  draw()
  el.append(view.root)
  // Timers sleep in a hidden tab and in a closed laptop.
  document.addEventListener('visibilitychange', draw, { signal })

  return () => {
    life.abort()
    view.root.remove()
  }
}
