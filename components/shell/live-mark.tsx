'use client'

import { clsx } from 'clsx'
import { useLive } from '../data/index.ts'

const words = { connecting: 'Connecting', live: 'Live', slow: '10 s', offline: 'Offline' }
const meanings = {
  connecting: 'Opening the live stream.',
  live: 'Changes appear as they are recorded.',
  slow: 'The live stream was refused: changes appear with the next refresh.',
  offline: 'Peerwatch does not respond.',
}

/** The state of the live stream. */
export function LiveMark() {
  const { status } = useLive()
  return (
    // on a phone the longer word would break the line of the bar until the stream is open: the room of "Live" is kept there
    <span title={meanings[status]} className="inline-flex items-center gap-1.5 text-xs text-ink-2 max-sm:min-w-10">
      <span
        aria-hidden
        className={clsx(
          'size-2 rounded-full',
          status === 'live' ? 'bg-up-mark' : status === 'slow' ? 'bg-degraded-mark' : 'hatch border border-ink-3',
        )}
      />
      <span className={status === 'connecting' ? 'max-sm:sr-only' : 'whitespace-nowrap'}>
        {status === 'slow' && <span className="max-sm:sr-only">Every </span>}
        {words[status]}
      </span>
    </span>
  )
}
