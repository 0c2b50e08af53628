import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { writeAtomically } from '#lib/platform/bootstrap/pid-files.ts'

interface State {
  stepMs: number
  /** milliseconds by which the clock gains for each millisecond since `since`; 0 = no drift */
  drift: number
  since: number
  noDns: boolean
}
type Program = 'worker' | 'web'

/** Sets the clocks and the name resolution of running processes, in which `disturbed.mjs` reads these settings. */
export class ProcessClockAndDnsFaults {
  readonly #folder: string
  readonly #states: Record<Program, State> = { worker: { ...AT_REST }, web: { ...AT_REST } }

  /**
   * Creates settings without disturbances.
   * @param folder folder for the settings; created if missing
   */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true })
    this.#folder = folder
    for (const name of ['worker', 'web'] as const) this.set(name, {})
  }

  /** Returns the environment variables that the processes need for this. */
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
