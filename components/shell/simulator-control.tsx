import { useMutation, useQuery } from '@tanstack/react-query'
import ChevronDownIcon from 'lucide-react/icons/chevron-down'
import ChevronUpIcon from 'lucide-react/icons/chevron-up'
import { useState } from 'react'
import { Button } from '#components/ui/button.tsx'
import { SelectField } from '#components/ui/field.tsx'
import { Glyph } from '#components/ui/drawing/glyph.tsx'

/** State of the simulated estate, as far as the panel shows it. */
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

/** Injects faults into the simulated estate through the simulator's own port, never through Peerwatch. */
export function SimulatorControl({ url }: { url: string }) {
  const [open, setOpen] = useState(false)
  const [wasOpen, setWasOpen] = useState(false)
  const state = useQuery({
    queryKey: ['simulator', url],
    queryFn: ({ signal }) => readSimulatorState(url, signal),
    enabled: wasOpen,
    refetchInterval: open ? 2000 : false,
    retry: false,
  })
  return (
    <section aria-label="Simulated estate" className="sm:relative sm:mr-1.5">
      <button
        type="button"
        aria-expanded={open}
        title="Demo: a simulated Azure, with faults of its own. Open it to cause one."
        aria-controls="simulator-control"
        onClick={() => {
          setOpen(!open)
          setWasOpen(true)
        }}
        className="flex h-7 items-center gap-1.5 rounded-md px-1.5 text-xs whitespace-nowrap hover:bg-hover sm:border sm:px-2"
      >
        <Glyph tone="notice" />
        <span className="font-semibold max-md:sr-only">Simulated estate</span>
        {open ? (
          <ChevronUpIcon aria-hidden className="size-3.5 max-sm:hidden" />
        ) : (
          <ChevronDownIcon aria-hidden className="size-3.5 max-sm:hidden" />
        )}
      </button>
      <div
        id="simulator-control"
        hidden={!open}
        className="absolute inset-x-3 top-full z-20 mt-1.5 rounded-lg border border-line-strong bg-surface p-3 shadow-lg sm:right-0 sm:left-auto sm:w-76"
      >
        {wasOpen && state.data && <Controls url={url} state={state.data} onDone={() => void state.refetch()} />}
        {state.isError && <p className="text-xs text-ink-2">The simulator does not respond on its port.</p>}
      </div>
    </section>
  )
}

function Controls({ url, state, onDone }: { url: string; state: SimulatorState; onDone: () => void }) {
  const paths = state.targets.paths.filter(({ peering }) => peering === 'AzurePrivatePeering')
  // those of the background have no end, and nothing to wait for
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
            ? `Now: ${passing.map(happeningWords).join('; ')}.`
            : 'Nothing is cut or throttled now.'}
      </p>
    </div>
  )
}

const keyOf = ({ circuit, path }: SimulatorState['targets']['paths'][number]) => `${circuit}/${path}`

const happeningWords = ({ op, note, times }: SimulatorState['active'][number]) => {
  const until = times[0]?.until
  return `${note?.replace(/\.$/, '') ?? op.replaceAll('-', ' ')}${until ? `, until ${until.slice(11, 19)} UTC` : ''}`
}
