import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { writeAtomically } from '#lib/platform/bootstrap/pid-files.ts'

interface State {
  stepMs: number
  /** milliseconds that it is ahead for each that passes since the moment; 0 = it keeps time */
  drift: number
  since: number
  noDns: boolean
}
type Program = 'worker' | 'web'

/** Clocks and names of running processes, which `disturbed.mjs` in each of them reads. */
export class Disturbance {
  readonly #folder: string
  readonly #states: Record<Program, State> = { worker: { ...AT_REST }, web: { ...AT_REST } }

  /** @param folder of its own; made if there is none */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true })
    this.#folder = folder
    for (const name of ['worker', 'web'] as const) this.set(name, {})
  }

  /** What the processes' environment needs for it. */
  environment(): Record<string, string> {
    const preload = `--import=${pathToFileURL(path.join(import.meta.dirname, 'disturbed.mjs')).href}`
    return {
      NODE_OPTIONS: [process.env.NODE_OPTIONS, preload].filter(Boolean).join(' '),
      PEERWATCH_DISTURBANCE: this.#folder,
    }
  }

  set(program: Program, change: Partial<State>): void {
    Object.assign(this.#states[program], change)
    writeAtomically(path.join(this.#folder, `${program}.json`), JSON.stringify(this.#states[program]))
  }

  rest(): void {
    for (const name of ['worker', 'web'] as const) this.set(name, AT_REST)
  }
}

const AT_REST: State = { stepMs: 0, drift: 0, since: 0, noDns: false }
