/** One event of a stream. */
export interface StreamEvent {
  /** absent = the stream names none */
  id?: string
  event?: string
  data: string
}

interface Listeners {
  onEvent: (event: StreamEvent) => void
  onComment?: (text: string) => void
  /** how long to wait before the stream is asked for again, milliseconds */
  onRetry?: (ms: number) => void
}

/**
 * Reads an event stream piece by piece, wherever it is cut.
 * @source WHATWG HTML 9.2.6, "Interpreting an event stream"
 */
export function createStreamParser({ onEvent, onComment, onRetry }: Listeners): { feed: (text: string) => void } {
  let rest = ''
  let isFirst = true
  let data: string[] = []
  let named: Omit<StreamEvent, 'data'> = {}
  const take = (line: string) => {
    if (line === '') {
      if (data.length > 0) onEvent({ ...named, data: data.join('\n') })
      data = []
      named = {}
      return
    }
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? []
    if (field === '') onComment?.(value)
    else if (field === 'data') data.push(value)
    else if (field === 'event' || (field === 'id' && !value.includes('\0'))) named[field] = value
    else if (field === 'retry' && /^\d+$/.test(value)) onRetry?.(Number(value))
  }
  return {
    feed: (text) => {
      if (text === '') return
      const all = rest + (isFirst ? text.replace(/^\uFEFF/, '') : text)
      isFirst = false
      // what a line ends with may be half there
      const lines = all.split(/\r\n|\n|\r(?!$)/)
      rest = lines.pop() ?? ''
      for (const line of lines) take(line)
    },
  }
}
