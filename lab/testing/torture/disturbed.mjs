/**
 * Preloaded into the product's processes (`--import`). Sets the wall clock, lets it drift, and disables name
 * resolution, according to the file of the program (`worker.json`, `web.json`) in the folder PEERWATCH_DISTURBANCE: `{
 * "stepMs": 0, "drift": 0, "since": 0, "noDns": false }`. `drift` is the number of milliseconds that the clock gains
 * for each millisecond since `since`. Monotonic time and timers are unaffected, like when an administrator sets a
 * clock.
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
      // no disturbance yet
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
