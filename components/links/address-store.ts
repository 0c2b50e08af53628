import { type History, queryText } from './parsers.ts'
import type { QueryStore } from './query-states.ts'

/** Browsers refuse more changes of an address than some in a second: Safari 100 in 30 s. */
const WRITE_EVERY_MS = 250

const listeners = new Set<() => void>()
export function announceAddress(): void {
  for (const changed of listeners) changed()
}

/** What is not in the address yet, of the page whose path this is. */
let waiting: { path: string; updates: Map<string, string | null>; history: History } | null = null
let wroteAt = 0
let parameters: { of: string; search: string; read: URLSearchParams } | null = null

function listen(changed: () => void): () => void {
  listeners.add(changed)
  window.addEventListener('popstate', changed)
  return () => {
    listeners.delete(changed)
    window.removeEventListener('popstate', changed)
  }
}

function merged(updates: ReadonlyMap<string, string | null>): URLSearchParams {
  const search = new URLSearchParams(location.search)
  for (const [name, text] of updates)
    if (text === null) search.delete(name)
    else search.set(name, text)
  return search
}

/** The parameters of the address, with those that wait. */
function now(): URLSearchParams {
  const updates = waiting?.path === location.pathname ? waiting.updates : null
  const of = updates ? JSON.stringify([...updates]) : ''
  if (parameters?.search !== location.search || parameters.of !== of)
    parameters = { of, search: location.search, read: merged(updates ?? new Map()) }
  return parameters.read
}

/** Changes parameters of the address: for whoever reads them at once, in the address soon. What is set together is one step of the history. */
function write(updates: Readonly<Record<string, string | null>>, history: History): void {
  const path = location.pathname
  const isFirst = waiting === null
  if (waiting?.path !== path) waiting = { path, updates: new Map(), history }
  for (const [name, text] of Object.entries(updates)) waiting.updates.set(name, text)
  if (history === 'push') waiting.history = 'push'
  announceAddress()
  if (history === 'push') return queueMicrotask(flush)
  if (!isFirst) return
  const rest = wroteAt + WRITE_EVERY_MS - performance.now()
  if (rest > 0) setTimeout(flush, rest)
  else queueMicrotask(flush)
}

function flush(): void {
  const due = waiting
  if (due === null) return
  waiting = null
  if (due.path === location.pathname) {
    const url = location.origin + location.pathname + queryText(merged(due.updates)) + location.hash
    wroteAt = performance.now()
    if (due.history === 'push') history.pushState(null, '', url)
    else history.replaceState(null, '', url)
  }
  announceAddress()
}

/** The address of a page, by its path. @param rendered its parameters as the server drew it */
export function addressStore(pathname: string, rendered: string): QueryStore {
  const drawn = new URLSearchParams(rendered)
  let last = drawn
  return {
    listen,
    // while another page is still to be rendered, the address says nothing about this one
    now: () => {
      if (location.pathname === pathname) last = now()
      return last
    },
    drawn: () => drawn,
    write,
  }
}
