/** State of the simulated estate, as far as the panel shows it. */
export interface SimulatorState {
  scenario: string
  now: string
  active: {
    id: string
    op: string
    note: string | null
    source: string
    times: { from: string; until: string | null }[]
  }[]
  targets: {
    paths: { circuit: string; peering: string; path: 'primary' | 'secondary'; peeringLocation: string | null }[]
  }
}

export type Happening =
  | { op: 'cut-path'; circuit: string; path: 'primary' | 'secondary'; seconds: number }
  | { op: 'api-fault'; fault: '429'; seconds: number; retryAfter: number }

const ask = async <Body>(url: string, init?: RequestInit): Promise<Body> => {
  const response = await fetch(url, { ...init, headers: { 'content-type': 'application/json' } })
  const body = (await response.json()) as Body & { faults?: string[] }
  if (!response.ok) throw new Error(body.faults?.join('; ') ?? `the simulator answered ${response.status}`)
  return body
}

export const readSimulatorState = (url: string, signal?: AbortSignal) =>
  ask<SimulatorState>(`${url}/state`, { signal: signal ?? null })
export const happen = (url: string, happening: Happening) =>
  ask<unknown>(`${url}/happenings`, { method: 'POST', body: JSON.stringify(happening) })
export const restore = (url: string) => ask<unknown>(`${url}/restore`, { method: 'POST', body: '{}' })
