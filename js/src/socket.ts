import type { Envelope } from './envelope.ts'
import type { ToKernel } from './protocol.ts'
import { randomId } from './random-id.ts'
import type { FlowState } from './state-param.ts'

/**
 * Gives the envelope to the kernel through the Jupyter server's own WebSocket, as a front end
 * does: a comm_msg on shell. True when the kernel went idle on it, which is when it has handled
 * it; false when the server does not let us in. The page's cookie is what lets it in.
 */
export function sendOverSocket(
  envelope: Envelope,
  { kernel, comm }: FlowState,
  baseUrl: string,
  signal: AbortSignal,
): Promise<boolean> {
  const protocol = location.protocol === 'https:' ? 'wss:' : 'ws:'
  const url = `${protocol}//${location.host}${baseUrl}api/kernels/${kernel}/channels`
  const message = commMessage(comm, { type: 'callback', via: 'websocket', envelope })
  return new Promise((resolve) => {
    const socket = new WebSocket(url)
    signal.addEventListener('abort', () => socket.close(), { once: true })
    socket.addEventListener('open', () => socket.send(JSON.stringify(message)))
    socket.addEventListener('close', () => resolve(false))
    socket.addEventListener('message', ({ data }) => {
      if (!isIdle(data, message.header.msg_id)) return
      resolve(true)
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
  // Most of what the kernel says is not for us: look closer only where our own id is in it.
  if (typeof data !== 'string' || !data.includes(parent)) return false
  try {
    const { header, parent_header, content } = JSON.parse(data)
    return header?.msg_type === 'status' && content?.execution_state === 'idle' && parent_header?.msg_id === parent
  } catch {
    return false
  }
}
