import vectors from '../testdata/seal.json'

/** A state parameter as the kernel makes it, and its parts. */
const first = vectors[0]
if (!first) throw new Error('no vectors')
export const STATE = first.state
export const [ID = '', , POINT = '', KERNEL = '', COMM = ''] = STATE.split('.')

/** The same state without a Jupyter server behind it. */
export const STATE_ALONE = STATE.replace(`.${KERNEL}.${COMM}`, '..')
