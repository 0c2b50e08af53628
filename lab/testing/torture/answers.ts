import { allApiEndpoints } from '#lib/api/index.ts'
import { fetchList } from '../../product/list.ts'

/** An answer of the API. */
export interface FetchedApiAnswer {
  /** path with its query */
  url: string
  status: number
  body: ApiAnswerBody
}
export interface ApiAnswerBody {
  data?: unknown
  /** for a past time, whether no later poll can change the answer */
  settled?: boolean
  freshness?: { state: string; oldestPollAt: string | null }
  [name: string]: unknown
}

/** Resources that the queries of an estate are about. */
export interface QueriedResources {
  circuit: { id: string; name: string }
  gateway: { id: string }
  session: { scope: string; localAddress: string; neighbor: string }
}

export async function findQueriedResources(url: string, circuitName: string): Promise<QueriedResources> {
  const circuits = await fetchList<QueriedResources['circuit']>(url, 'circuits')
  const circuit = circuits.find(({ name }) => name === circuitName)
  const [gateway] = await fetchList<QueriedResources['gateway']>(url, 'gateways')
  const sessions = await fetchList<QueriedResources['session']>(url, 'sessions')
  const session = sessions.find(({ scope }) => scope === circuit?.id)
  if (!circuit || !gateway || !session) throw new Error(`nothing is known of ${circuitName} yet`)
  return { circuit, gateway, session }
}

/**
 * Returns every GET of the contract whose parameters are known for an estate. Paths with an ID use the circuit or the
 * gateway.
 */
export function listApiGetRequests({ circuit, gateway, session }: QueriedResources): string[] {
  const day = 86_400_000
  const known: Record<string, string> = {
    scope: session.scope,
    localAddress: session.localAddress,
    neighbor: session.neighbor,
    circuit: circuit.id,
    gateway: gateway.id,
    prefix: '10.0.0.0/16',
    address: '10.0.0.1',
    from: new Date(Date.now() - day).toISOString(),
    to: new Date().toISOString(),
  }
  return Object.values(allApiEndpoints).flatMap(({ path, parameters }) => {
    const about = path.startsWith('/circuits') ? circuit.id : path.startsWith('/gateways') ? gateway.id : null
    if (path.includes('{') && about === null) return []
    const query: Record<string, string> = {}
    for (let parsed = parameters.safeParse(query); !parsed.success; parsed = parameters.safeParse(query)) {
      const missing = String(parsed.error.issues[0]?.path[0] ?? '')
      const value = known[missing]
      if (value === undefined || missing in query) return []
      query[missing] = value
    }
    const search = new URLSearchParams(query).toString()
    return [`${path.replace('{id}', about ?? '')}${search && `?${search}`}`]
  })
}

export async function fetchApiAnswers(origin: string, questions: readonly string[]): Promise<FetchedApiAnswer[]> {
  const asked: FetchedApiAnswer[] = []
  for (const url of questions) {
    const response = await fetch(`${origin}/api/v1${url}`, { signal: AbortSignal.timeout(20_000) })
    asked.push({ url, status: response.status, body: (await response.json().catch(() => ({}))) as ApiAnswerBody })
  }
  return asked
}
