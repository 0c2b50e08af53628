/**
 * Loaded before a process of the product (`--import`): its wall clock is set or runs off, and names are no longer resolved, as the file says
 * that PEERWATCH_DISTURBANCE names for its program (`worker.json`, `web.json`: `{ "stepMs": 0, "drift": 0, "since": 0, "noDns": false }`;
 * drift = milliseconds ahead for each since that moment). Monotonic time and timers go on, as they do when somebody sets a clock.
 */
import dns from 'node:dns'
import { readFileSync } from 'node:fs'
import path from 'node:path'

const program = path.parse(process.argv[1] ?? '').name
const folder = process.env.PEERWATCH_DISTURBANCE
const READ_EVERY_MS = 50

if (folder && ['worker', 'web'].includes(program)) disturb(path.join(folder, `${program}.json`))

/** @param {string} file */
function disturb(file) {
  let state = { stepMs: 0, drift: 0, since: 0, noDns: false }
  const read = () => {
    try {
      state = JSON.parse(readFileSync(file, 'utf8'))
    } catch {
      // nothing is disturbed yet
    }
  }
  read()
  setInterval(read, READ_EVERY_MS).unref()

  const RealDate = Date
  const now = RealDate.now.bind(RealDate)
  const present = () => Math.floor(now() + state.stepMs + state.drift * Math.max(0, now() - state.since))
  RealDate.now = present
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given, asked) => Reflect.construct(target, given.length === 0 ? [present()] : given, asked),
    apply: () => new RealDate(present()).toString(),
  })

  const { lookup } = dns
  // @ts-expect-error its forms for other callers are not needed here
  dns.lookup = (hostname, options, callback) => {
    const done = typeof options === 'function' ? options : callback
    if (!state.noDns) return lookup(hostname, options, callback)
    const error = Object.assign(new Error(`getaddrinfo EAI_AGAIN ${hostname}`), {
      code: 'EAI_AGAIN',
      syscall: 'getaddrinfo',
      hostname,
    })
    process.nextTick(() => done(error))
  }
}
