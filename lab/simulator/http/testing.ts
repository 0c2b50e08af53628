/** A simulator on a port whose time a test controls, and requests to it as from a client. */
import { createClock } from '../clock.ts'
import { startSimulator } from './server.ts'
import { type Profile, type ProfileName } from '../profile/profile.ts'
import { parseScenario } from '../scenario.ts'
import type { ScenarioInput } from '../schema.ts'
import { ORIGIN, type Loose } from '../testing.ts'
import { tokenFor } from '../wire/auth.ts'

export interface Given {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: Loose
}

export interface Served extends AsyncDisposable {
  readonly url: string
  /** Advances virtual time by milliseconds. */
  readonly pass: (ms: number) => void
  /**
   * Sends a request.
   * @param target path and query on the simulator, or an absolute address
   */
  readonly send: (
    method: 'GET' | 'POST',
    target: string,
    options?: { principal?: string; body?: string },
  ) => Promise<Given>
}

/** Starts a simulator whose clock only advances when the test advances it. */
export async function serve(
  scenario: ScenarioInput,
  profile: ProfileName | Profile,
  { speed = 1 }: { speed?: number } = {},
): Promise<Served> {
  let elapsed = 0
  const clock = createClock(ORIGIN, speed, () => elapsed)
  const simulator = await startSimulator({ scenario: parseScenario(scenario), profile, clock })
  return {
    url: simulator.url,
    pass: (ms) => {
      elapsed += ms / speed
    },
    send: async (method, target, { principal, body } = {}) => {
      const given = await fetch(target.startsWith('http') ? target : `${simulator.url}${target}`, {
        method,
        headers: { authorization: `Bearer ${tokenFor(9_000_000_000, principal)}` },
        ...(body === undefined ? {} : { body }),
      })
      const text = await given.text()
      return { status: given.status, headers: given.headers, text, json: looseJson(text) }
    },
    [Symbol.asyncDispose]: () => simulator.close(),
  }
}

function looseJson(text: string): Loose {
  try {
    return (JSON.parse(text) ?? {}) as Loose
  } catch {
    return {}
  }
}

/** Code, message and inner errors of a refused request. */
export interface Refusal {
  readonly code: string
  readonly message: string
  readonly details?: readonly { readonly code: string; readonly message: string }[]
}
export const refusalOf = ({ json }: Given): Refusal => json.error as unknown as Refusal
