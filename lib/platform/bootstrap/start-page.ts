import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type TlsFilePaths, createWebServer } from '../tls.ts'
import type { StartupStepStatus } from './progress.ts'

/**
 * Script of the start page. It shows the steps of the start, and loads the product as soon as the product answers. If
 * the steps cannot be fetched, the page keeps showing the last ones.
 */
const SCRIPT = `
const list = document.querySelector('ol'), foot = document.querySelector('p')
let missed = 0
const draw = (steps) => list.replaceChildren(...steps.map(({ state, text }) => {
  const line = document.createElement('li')
  line.className = state
  line.textContent = text
  return line
}))
const ask = async () => {
  try {
    const response = await fetch('/api/health/live', { headers: { accept: 'application/json' }, cache: 'no-store' })
    if (response.ok) return location.reload()
    draw((await response.json()).steps)
    missed = 0
  } catch {
    missed += 1
    if (missed > 20) foot.textContent = 'Peerwatch does not answer any more: what npm start printed says why.'
  }
  setTimeout(ask, 1000)
}
setTimeout(ask, 1000)`

const STYLE = `
:root { color-scheme: light dark; font: 14px/1.6 system-ui, sans-serif }
body { max-width: 36rem; margin: 12vh auto 0; padding: 0 1.5rem }
h1 { font-size: 28px; font-weight: 600; letter-spacing: -0.02em; margin: 0 0 1rem }
ol { list-style: none; margin: 0; padding: 0; font-variant-numeric: tabular-nums }
ol li { padding: 0.35rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent) }
li.done { opacity: 0.6 }
li.running { font-weight: 600 }
li.failed { color: #b3261e; font-weight: 600 }`

const policy = (source: string) => `'sha256-${createHash('sha256').update(source).digest('base64')}'`

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; connect-src 'self'; script-src ${policy(SCRIPT)}; style-src ${policy(STYLE)}`,
  'retry-after': '2',
  'x-content-type-options': 'nosniff',
  connection: 'close',
}

/**
 * Serves a page at the product's address until the web process is ready. Every request gets the status 503 with the
 * steps of the start: as JSON if the client requests it, otherwise as a page that loads the product when it is ready.
 * Only the name, state, duration and percentage of each step are shown, because visitors are not signed in.
 * @param steps returns the steps that have started
 * @returns close: stops the server, so that the web process can use the address
 * @throws errors of `listen`
 */
export async function openStartPage(
  { host, port, tls = null, demo }: { host: string; port: number; tls?: TlsFilePaths | null; demo: boolean },
  steps: () => readonly StartupStepStatus[],
): Promise<{ close: () => Promise<void> }> {
  const server = createWebServer(tls, (request, response) =>
    answer(request, response, steps().map(asLine), demo ? DEMO_TRIES : OWN_TRIES),
  )
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const asLine = ({ name, state, seconds, percent }: StartupStepStatus) => ({
  state,
  text: [name, state === 'failed' && 'failed', `${Math.round(seconds)} s`, state === 'running' && percent]
    .filter(Boolean)
    .join(', '),
})

function answer(
  { headers, method, url }: IncomingMessage,
  response: ServerResponse,
  steps: ReturnType<typeof asLine>[],
  tries: readonly string[],
) {
  const isPage = !url?.startsWith('/api/') && !headers.accept?.includes('json')
  const type = isPage ? 'text/html; charset=utf-8' : 'application/problem+json'
  response.writeHead(503, { ...HEADERS, 'content-type': type })
  if (method === 'HEAD') return response.end()
  response.end(
    isPage
      ? page(steps, tries)
      : JSON.stringify({ type: 'about:blank', title: 'Peerwatch is starting', status: 503, steps }),
  )
}

/** Suggestions of things to try in the demo. The product's home page has a link for each of them. */
const DEMO_TRIES = [
  'Which path did 10.10.4.7 take at 03:12? Press / and type: 10.10.4.7 at 03:12',
  'Simulate the failure of a circuit: Resilience, Simulate',
  'Cut a path: Simulated estate, in the top bar',
]
/** Suggestions of first steps for users who monitor their own Azure subscriptions. */
const OWN_TRIES = [
  'Add a channel that receives incidents: Settings, Alerting',
  'Declare your sites: Settings, Inventory',
  'Look up an address: press / and type it',
]

/**
 * Returns the HTML of the start page. It does not escape the names of steps and the things to try, because they are
 * constants of the code.
 */
const page = (steps: ReturnType<typeof asLine>[], tries: readonly string[]) => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Peerwatch is starting</title>
<noscript><meta http-equiv="refresh" content="3"></noscript><style>${STYLE}</style>
<main><h1>Peerwatch is starting</h1><ol aria-live="polite">${steps.map(({ state, text }) => `<li class="${state}">${text}</li>`).join('')}</ol>
<p>This page turns into the product by itself. Then try:</p>
<ul>${tries.map((text) => `<li>${text}</li>`).join('')}</ul></main><script type="module">${SCRIPT}</script></html>
`
