/** A simulator on a port whose time a test controls, and requests to it as from a client. */
import { createClock } from '../clock.ts'
import { startSimulator } from './server.ts'
import { type SimulatorProfile, type ProfileName } from '../profile/profile.ts'
import { parseSimulatorScenario } from '../scenario.ts'
import type { ScenarioInput } from '../schema.ts'
import { TEST_TIMELINE_ORIGIN, type UntypedJsonObject } from '../testing.ts'
import { createSimulatedBearerToken } from '../wire/auth.ts'

export interface SimulatorTestResponse {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: UntypedJsonObject
}

export interface TestSimulator extends AsyncDisposable {
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
  ) => Promise<SimulatorTestResponse>
}

/** Starts a simulator whose clock only advances when the test advances it. */
export async function startTestSimulator(
  scenario: ScenarioInput,
  profile: ProfileName | SimulatorProfile,
  { speed = 1 }: { speed?: number } = {},
): Promise<TestSimulator> {
  let elapsed = 0
  const clock = createClock(TEST_TIMELINE_ORIGIN, speed, () => elapsed)
  const simulator = await startSimulator({ scenario: parseSimulatorScenario(scenario), profile, clock })
  return {
    url: simulator.url,
    pass: (ms) => {
      elapsed += ms / speed
    },
    send: async (method, target, { principal, body } = {}) => {
      const given = await fetch(target.startsWith('http') ? target : `${simulator.url}${target}`, {
        method,
        headers: { authorization: `Bearer ${createSimulatedBearerToken(9_000_000_000, principal)}` },
        ...(body === undefined ? {} : { body }),
      })
      const text = await given.text()
      return { status: given.status, headers: given.headers, text, json: looseJson(text) }
    },
    [Symbol.asyncDispose]: () => simulator.close(),
  }
}

function looseJson(text: string): UntypedJsonObject {
  try {
    return (JSON.parse(text) ?? {}) as UntypedJsonObject
  } catch {
    return {}
  }
}

/** Code, message and inner errors of a refused request. */
export interface ReceivedArmError {
  readonly code: string
  readonly message: string
  readonly details?: readonly { readonly code: string; readonly message: string }[]
}
export const getArmErrorOfResponse = ({ json }: SimulatorTestResponse): ReceivedArmError =>
  json.error as unknown as ReceivedArmError
