import { formatUtcSecond } from '#lib/contract/time/dates.ts'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { SelectField } from '../ui/field.tsx'

/** Parts of the simulator's state that the panel shows. */
interface SimulatorState {
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

type Happening =
  | { op: 'cut-path'; circuit: string; path: 'primary' | 'secondary'; seconds: number }
  | { op: 'api-fault'; fault: '429'; seconds: number; retryAfter: number }

const ask = async <Body,>(url: string, init?: RequestInit): Promise<Body> => {
  const response = await fetch(url, { ...init, headers: { 'content-type': 'application/json' } })
  const body = (await response.json()) as Body & { faults?: string[] }
  if (!response.ok) throw new Error(body.faults?.join('; ') ?? `the simulator answered ${response.status}`)
  return body
}

const readSimulatorState = (url: string, signal?: AbortSignal) =>
  ask<SimulatorState>(`${url}/state`, { signal: signal ?? null })

const happen = (url: string, happening: Happening) =>
  ask<unknown>(`${url}/happenings`, { method: 'POST', body: JSON.stringify(happening) })

const restore = (url: string) => ask<unknown>(`${url}/restore`, { method: 'POST', body: '{}' })

const CUT_SECONDS = 180
const FAULT_SECONDS = 60

/** Panel with the current faults of the simulated estate, and buttons to cause a fault. */
export function SimulatorPanel({ url, open }: { url: string; open: boolean }) {
  const state = useQuery({
    queryKey: ['simulator', url],
    queryFn: ({ signal }) => readSimulatorState(url, signal),
    refetchInterval: open ? 2000 : false,
    retry: false,
  })
  return (
    <>
      {state.data && <Controls url={url} state={state.data} onDone={() => void state.refetch()} />}
      {state.isError && <p className="text-xs text-ink-2">The simulator does not respond on its port.</p>}
    </>
  )
}

function Controls({ url, state, onDone }: { url: string; state: SimulatorState; onDone: () => void }) {
  const paths = state.targets.paths.filter(({ peering }) => peering === 'AzurePrivatePeering')
  // Permanent faults of the scenario have no end time. They are left out.
  const passing = state.active.filter(({ times }) => times[0]?.until)
  const london = paths.find(({ peeringLocation }) => peeringLocation?.includes('London')) ?? paths[0]
  const [chosen, setChosen] = useState<string | null>(null)
  const path = paths.find((candidate) => keyOf(candidate) === chosen) ?? london
  const action = useMutation({
    mutationFn: (happening: Happening | 'restore') => (happening === 'restore' ? restore(url) : happen(url, happening)),
    onSettled: onDone,
  })
  return (
    <div className="grid gap-2.5">
      <p className="text-xs text-ink-2">
        This estate is simulated: it has faults of its own now and then, and you can cause one here.
      </p>
      {path && (
        <>
          <SelectField
            label="Path"
            value={keyOf(path)}
            onChange={(event) => setChosen(event.target.value)}
            options={paths.map((candidate) => ({
              value: keyOf(candidate),
              label: `${candidate.circuit} ${candidate.path}`,
            }))}
          />
          <Button
            onClick={() =>
              action.mutate({ op: 'cut-path', circuit: path.circuit, path: path.path, seconds: CUT_SECONDS })
            }
            disabled={action.isPending}
          >
            Cut {path === london && path.peeringLocation?.includes('London') ? 'a London path' : 'this path'}
          </Button>
        </>
      )}
      <div className="grid grid-cols-[1fr_auto] gap-2">
        <Button
          onClick={() => action.mutate({ op: 'api-fault', fault: '429', seconds: FAULT_SECONDS, retryAfter: 5 })}
          disabled={action.isPending}
        >
          Throttle Azure (429)
        </Button>
        <Button onClick={() => action.mutate('restore')} disabled={action.isPending}>
          Restore
        </Button>
      </div>
      <p role="status" className="text-xs text-ink-2">
        {action.isError
          ? `Refused: ${action.error.message}`
          : passing.length > 0
            ? `Now: ${passing.map(formatHappening).join('; ')}.`
            : 'Nothing is cut or throttled now.'}
      </p>
    </div>
  )
}

const keyOf = ({ circuit, path }: SimulatorState['targets']['paths'][number]) => `${circuit}/${path}`

const formatHappening = ({ op, note, times }: SimulatorState['active'][number]) => {
  const until = times[0]?.until
  return `${note?.replace(/\.$/, '') ?? op.replaceAll('-', ' ')}${until ? `, until ${formatUtcSecond(until).slice(11)}` : ''}`
}
