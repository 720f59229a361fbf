import type { Envelope } from './envelope.ts'
import type { ToKernel } from './protocol.ts'
import { randomId } from './random-id.ts'
import type { FlowState } from './state-param.ts'

/** What became of an envelope; 'unreachable': nobody there took or refused it. */
export type Reception = 'taken' | 'refused' | 'unreachable'

/**
 * Gives the envelope to the kernel through the Jupyter server's own WebSocket, as a front end
 * does: a comm_msg on shell. The page's cookie is what lets it in. When the kernel goes idle on it,
 * it has handled it; it says `received` before, unless it knows of no such sign-in (any more).
 */
export function sendOverSocket(
  envelope: Envelope,
  { kernel, comm }: FlowState,
  baseUrl: string,
  signal: AbortSignal,
): Promise<Reception> {
  const protocol = location.protocol === 'https:' ? 'wss:' : 'ws:'
  const url = `${protocol}//${location.host}${baseUrl}api/kernels/${kernel}/channels`
  const message = commMessage(comm, { type: 'callback', via: 'websocket', envelope })
  let received = false
  return new Promise((resolve) => {
    const socket = new WebSocket(url)
    signal.addEventListener('abort', () => socket.close(), { once: true })
    socket.addEventListener('open', () => socket.send(JSON.stringify(message)))
    socket.addEventListener('close', () => resolve('unreachable'))
    socket.addEventListener('message', ({ data }) => {
      received ||= isReceived(data, envelope.id)
      if (!isIdle(data, message.header.msg_id)) return
      resolve(received ? 'taken' : 'refused')
      socket.close()
    })
  })
}

/** A message of the Jupyter protocol (jupyter_client, "Messaging": General Message Format). */
function commMessage(comm: string, content: ToKernel) {
  return {
    channel: 'shell',
    header: {
      msg_id: randomId(),
      msg_type: 'comm_msg',
      username: '',
      session: randomId(),
      date: new Date().toISOString(),
      version: '5.4',
    },
    parent_header: {},
    metadata: {},
    content: { comm_id: comm, data: { method: 'custom', content } },
    buffers: [],
  }
}

function isIdle(data: unknown, parent: string): boolean {
  const message = parseMessage(data, parent)
  return (
    message?.header?.msg_type === 'status' &&
    message.content?.execution_state === 'idle' &&
    message.parent_header?.msg_id === parent
  )
}

function isReceived(data: unknown, flow: string): boolean {
  const message = parseMessage(data, flow)
  const said = message?.header?.msg_type === 'comm_msg' ? message.content?.data?.content : null
  return said?.type === 'received' && said.id === flow
}

interface KernelMessage {
  header?: { msg_type?: unknown }
  parent_header?: { msg_id?: unknown }
  content?: { execution_state?: unknown; data?: { content?: { type?: unknown; id?: unknown } | null } }
}

/** Most of what the kernel says is not for us: only messages that have `mark` in them are looked at. */
function parseMessage(data: unknown, mark: string): KernelMessage | null {
  if (typeof data !== 'string' || !data.includes(mark)) return null
  try {
    return JSON.parse(data)
  } catch {
    return null
  }
}
