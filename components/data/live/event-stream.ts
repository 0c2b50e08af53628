import { createParser, type EventSourceMessage } from 'eventsource-parser'

interface StreamHandlers {
  onOpen: () => void
  /** a comment, which is what the server sends while nothing changes; the browser's own EventSource hides them */
  onHeartbeat: () => void
  onMessage: (message: EventSourceMessage) => void
}

/**
 * Reads an event stream until the server ends it or the signal aborts.
 * @throws when the server refuses, is not there, or breaks off
 */
export async function readEventStream(
  url: string,
  options: { signal: AbortSignal; lastEventId: string | null },
  { onOpen, onHeartbeat, onMessage }: StreamHandlers,
): Promise<void> {
  const headers: Record<string, string> = { accept: 'text/event-stream' }
  if (options.lastEventId) headers['last-event-id'] = options.lastEventId
  const response = await fetch(url, { signal: options.signal, headers, cache: 'no-store' })
  if (!response.ok || !response.body) throw new Error(`the stream answered ${response.status}`)
  onOpen()
  const parser = createParser({ onEvent: onMessage, onComment: onHeartbeat })
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    parser.feed(value)
  }
}
