import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Circuit } from '#lib/circuits/api/index.ts'
import type {
  ConfigurationComparison,
  ConfigurationDifference,
  ApiRouterConfiguration,
} from '#lib/routers/api/index.ts'
import { formatPeeringName } from './peering-name.ts'
import { DisableControlsWithoutRight } from '../access/require-right.tsx'
import { buildApiUrl, sendJson, useEndpointQuery } from '../data/index.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { QueryStateView, ProblemNotice } from '../ui/answer-view.tsx'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { fieldBoxClass, LabelledControl, TextField } from '../ui/field.tsx'
import { MomentText } from '../ui/times/time.tsx'
import type { SoftwareKey } from '../routers/router-configuration.ts'
import { RouterSoftwareField } from '../routers/router-setup.tsx'

type Place = ConfigurationComparison['compared'][number]

const placeName = ({ peering, path }: Place): string =>
  `${formatPeeringName({ peeringType: peering, name: peering })}, ${path} path`

/**
 * Panel with a configuration for the customer's routers that matches the settings of the circuit in Azure. The user can
 * paste the present configuration to compare it.
 */
export default function MatchingConfiguration({ circuit: { id, connectivity } }: { circuit: Circuit }) {
  const [software, setSoftware] = useState<SoftwareKey>('iosXe')
  const [port, setPort] = useState('')
  const query = useEndpointQuery('circuits/{id}/router-configuration', { id, software, port: port.trim() })
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <div className="flex flex-wrap items-end gap-3">
        <RouterSoftwareField value={software} onChange={setSoftware} />
        {software !== 'gobgp' && (
          <TextField
            label="Port"
            className="w-44"
            value={port}
            placeholder="the router’s own name"
            maxLength={40}
            onChange={({ target }) => setPort(target.value.replaceAll(/^[^A-Za-z]+|[^\w./:-]/g, ''))}
          />
        )}
        {connectivity === 'telco' && (
          <p className="text-xs text-ink-2">The provider’s routers run BGP on this circuit.</p>
        )}
      </div>
      <QueryStateView query={query} skeleton={<div className="skeleton h-80" />}>
        {({ data }) => (
          <>
            <Reported reported={data.reported} />
            <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
              {data.paths.map((path) => (
                <PathText key={`${path.peering}/${path.path}`} {...path} />
              ))}
            </div>
            {data.paths.length === 0 && <p className="text-ink-2">No peering of this circuit has link subnets.</p>}
          </>
        )}
      </QueryStateView>
      <Compare id={id} />
    </div>
  )
}

function PathText({ text, unknown, learnedAt, ...place }: ApiRouterConfiguration['paths'][number]) {
  return (
    <section className="min-w-0">
      <h3 className="mb-1 font-medium">{placeName(place)}</h3>
      <div className="relative">
        <pre
          tabIndex={0}
          aria-label={`Configuration of the ${placeName(place)}`}
          className="max-h-96 overflow-auto rounded-md border bg-hover p-3 text-xs"
        >
          {text}
        </pre>
        <CopyButton
          text={text}
          label={`Copy the configuration of the ${placeName(place)}`}
          className="absolute top-2 right-2"
        />
      </div>
      <p className="mt-1 text-xs text-ink-3">
        {unknown.length > 0 && `Azure does not say ${unknown.join(', ')}. `}
        {learnedAt !== null && (
          <>
            Filter and prepends as Azure learned them, read <MomentText at={learnedAt} />.
          </>
        )}
      </p>
    </section>
  )
}

/**
 * List of the differences between the sessions that routers report and the expected configuration; renders nothing if
 * there are none.
 */
function Reported({ reported }: Pick<ApiRouterConfiguration, 'reported'>) {
  const unlike = reported.filter(({ differences }) => differences.length > 0)
  if (unlike.length === 0) return null
  return (
    <div role="status" className="rounded-md border border-line-strong bg-sunken px-3 py-2.5">
      {unlike.map(({ routerName, differences, ...place }) => (
        <div key={placeName(place)}>
          <p className="font-medium">
            {routerName ?? 'A router'} reports another configuration, {placeName(place)}
          </p>
          <Differences differences={differences} />
        </div>
      ))}
    </div>
  )
}

const Differences = ({ differences }: { differences: readonly ConfigurationDifference[] }) => (
  <ul className="list-disc pl-5">
    {differences.map(({ kind, neighbor, wanted, found, words }) => (
      <li key={`${kind} ${neighbor} ${wanted} ${found}`}>{words}</li>
    ))}
  </ul>
)

function Compare({ id }: { id: string }) {
  const [text, setText] = useState('')
  const compare = useMutation({
    mutationFn: (pasted: string) =>
      sendJson<{ data: ConfigurationComparison }>(
        'POST',
        buildApiUrl(`circuits/${encodeURIComponent(id)}/router-configuration`),
        {
          text: pasted,
        },
      ),
  })
  return (
    <form
      className="grid gap-2"
      aria-label="Compare a configuration"
      onSubmit={(event) => {
        event.preventDefault()
        compare.mutate(text)
      }}
    >
      <LabelledControl label="Your router’s configuration" hint="It is compared, and not kept. Remove keys first.">
        {(described) => (
          <textarea
            className={`${fieldBoxClass} h-40 py-1.5 font-mono`}
            spellCheck={false}
            value={text}
            onChange={({ target }) => setText(target.value)}
            {...described}
          />
        )}
      </LabelledControl>
      <DisableControlsWithoutRight right="read">
        <Button type="submit" disabled={text.trim() === '' || compare.isPending}>
          {compare.isPending ? 'Comparing' : 'Compare'}
        </Button>
      </DisableControlsWithoutRight>
      {compare.error && <ProblemNotice error={compare.error} />}
      {compare.data && <Result {...compare.data.data} />}
    </form>
  )
}

function Result({ differences, compared, elsewhere }: ConfigurationComparison) {
  return (
    <div role="status" className="grid gap-2">
      {compared.length === 0 && (
        <p>It configures none of this circuit’s paths: neither their addresses nor their neighbors.</p>
      )}
      {compared.map((place) => {
        const own = differences.filter(({ peering, path }) => peering === place.peering && path === place.path)
        return (
          <div key={placeName(place)}>
            <p className="font-medium">
              {placeName(place)}:{' '}
              {own.length === 0 ? 'nothing differs' : formatCountWithPlural(own.length, 'difference')}
            </p>
            <Differences differences={own} />
          </div>
        )
      })}
      {compared.length > 0 && elsewhere.length > 0 && (
        <p className="text-ink-2">Not in it, perhaps on another router: {elsewhere.map(placeName).join('; ')}.</p>
      )}
    </div>
  )
}
