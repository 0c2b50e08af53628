/** One server-sent event, or a comment (`event` null): the server's heartbeat. */
export interface StreamMessage {
  id: string | null
  event: string | null
  data: string
}

/**
 * Splits text of an event stream into messages (HTML Living Standard, "Interpreting an event stream").
 * Comments come through as messages, because a heartbeat is one, and the browser's EventSource hides them.
 */
export class StreamParser {
  private rest = ''
  private message: { id: string | null; event: string; data: string[] } = { id: null, event: 'message', data: [] }

  push(chunk: string): StreamMessage[] {
    const lines = (this.rest + chunk).split(/\r\n|\n|\r(?!$)/)
    this.rest = lines.pop() ?? ''
    const messages: StreamMessage[] = []
    for (const line of lines) {
      if (line === '') this.dispatch(messages)
      else if (line.startsWith(':')) messages.push({ id: null, event: null, data: line.slice(1).trim() })
      else this.field(line)
    }
    return messages
  }

  private dispatch(messages: StreamMessage[]): void {
    const { id, event, data } = this.message
    if (data.length > 0) messages.push({ id, event, data: data.join('\n') })
    this.message = { id, event: 'message', data: [] }
  }

  private field(line: string): void {
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (name === 'data') this.message.data.push(value)
    else if (name === 'event') this.message.event = value
    else if (name === 'id') this.message.id = value
  }
}

export interface StreamHandlers {
  onOpen: () => void
  onMessage: (message: StreamMessage) => void
}

/**
 * Reads an event stream until the server ends it or the signal aborts.
 * @throws when the server refuses, is not there, or breaks off
 */
export async function readEventStream(
  url: string,
  options: { signal: AbortSignal; lastEventId: string | null },
  handlers: StreamHandlers,
): Promise<void> {
  const headers: Record<string, string> = { accept: 'text/event-stream' }
  if (options.lastEventId) headers['last-event-id'] = options.lastEventId
  const response = await fetch(url, { signal: options.signal, headers, cache: 'no-store' })
  if (!response.ok || !response.body) throw new Error(`the stream answered ${response.status}`)
  handlers.onOpen()
  const parser = new StreamParser()
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    for (const message of parser.push(value)) handlers.onMessage(message)
  }
}
