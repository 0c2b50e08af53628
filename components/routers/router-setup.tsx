'use client'

import { useState } from 'react'
import type { Circuit } from '#lib/contract/index.ts'
import { useEndpoint } from '../data/index.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { Panel } from '../ui/panel.tsx'
import { configurationOf, routerSoftware, type SoftwareKey, softwareKeys } from './router-configuration.ts'

/** How to let a router report: its configuration with the addresses of a circuit's paths, and what it sends. */
export function RouterSetup() {
  const circuits = useEndpoint('circuits').data?.data ?? []
  const [software, setSoftware] = useState<SoftwareKey>('frr')
  const [circuitId, setCircuitId] = useState('')
  const [host, setHost] = useState('')
  const [port, setPort] = useState('11019')
  const circuit = circuits.find(({ id }) => id === circuitId) ?? circuits[0]
  const text = configurationOf(software, {
    host: host.trim() || 'STATION',
    port: port.trim() || '11019',
    asn: asnOf(circuit) ?? 'ASN',
    neighbors: neighborsOf(circuit),
  })
  return (
    <Panel title="Let a router report" note="by BMP, RFC 7854">
      <div className="grid gap-3">
        <div className="flex flex-wrap items-end gap-3">
          <SelectField
            label="Software"
            className="w-32"
            value={software}
            onChange={({ target }) => setSoftware(softwareKeys.find((key) => key === target.value) ?? software)}
            options={softwareKeys.map((key) => ({ value: key, label: routerSoftware[key].name }))}
          />
          <SelectField
            label="Circuit"
            className="w-44"
            value={circuit?.id ?? ''}
            onChange={({ target }) => setCircuitId(target.value)}
            options={circuits.map(({ id, name }) => ({ value: id, label: name }))}
          />
          <TextField
            label="Address of the station"
            className="w-44"
            value={host}
            placeholder="10.20.254.5"
            onChange={({ target }) => setHost(target.value)}
          />
          <TextField
            label="Port"
            className="w-24"
            value={port}
            inputMode="numeric"
            onChange={({ target }) => setPort(target.value)}
          />
        </div>
        <div className="relative">
          <pre className="overflow-x-auto rounded-md border bg-hover p-3 text-xs">{text}</pre>
          <CopyButton text={text} label="Copy the configuration" className="absolute top-2 right-2" />
        </div>
        <p className="max-w-[80ch] text-xs text-ink-2">{routerSoftware[software].sends}</p>
        <p className="max-w-[80ch] text-xs text-ink-2">
          BMP is clear text and holds routing tables; none of these routers encrypts it. Let them connect over the
          management network or a VPN. BMP_LISTEN says where Peerwatch listens, ROUTERS_ALLOW which addresses may
          connect.
        </p>
      </div>
    </Panel>
  )
}

const asnOf = (circuit: Circuit | undefined): string | null => {
  const asn = circuit?.peerings.find(({ peerAsn }) => peerAsn !== null)?.peerAsn
  return asn === undefined || asn === null ? null : String(asn)
}

/** The edge routers of all paths. */
const neighborsOf = (circuit: Circuit | undefined): string[] =>
  (circuit?.peerings ?? []).flatMap(({ paths }) => paths.flatMap(({ microsoftAddress }) => microsoftAddress ?? []))
