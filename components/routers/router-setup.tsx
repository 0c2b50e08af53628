import { useState } from 'react'
import type { Circuit } from '#lib/circuits/api/index.ts'
import { useEndpoint } from '../data/index.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { Panel } from '../ui/panel.tsx'
import { configurationOf, routerSoftware, type SoftwareKey, softwareKeys } from './router-configuration.ts'

/** Where Peerwatch listens for routers, as it is configured. */
export interface StationPlaces {
  /** the address that routers use; null = the configuration names none that other machines know */
  host: string | null
  /** null = it does not listen */
  bmpPort: number | null
  syslogPort: number | null
}

type Protocol = 'bmp' | 'syslog'
const protocols: readonly { value: Protocol; label: string }[] = [
  { value: 'bmp', label: 'BMP' },
  { value: 'syslog', label: 'Syslog' },
]
const USUAL_PORT: Record<Protocol, number> = { bmp: 11_019, syslog: 5_514 }

/** How to let a router report: its configuration with the addresses of a circuit's paths, and what it sends. */
export function RouterSetup({ station }: { station: StationPlaces }) {
  const circuits = useEndpoint('circuits').data?.data ?? []
  const [software, setSoftware] = useState<SoftwareKey>('frr')
  const [by, setBy] = useState<Protocol>('bmp')
  const [circuitId, setCircuitId] = useState('')
  const [host, setHost] = useState(station.host ?? '')
  const [typedPort, setPort] = useState<string | null>(null)
  const listens = by === 'bmp' ? station.bmpPort : station.syslogPort
  const port = typedPort ?? String(listens ?? USUAL_PORT[by])
  const circuit = circuits.find(({ id }) => id === circuitId) ?? circuits[0]
  const text = configurationOf(software, by, {
    host: host.trim() || 'STATION',
    port: port.trim() || String(USUAL_PORT[by]),
    asn: asnOf(circuit) ?? 'ASN',
    neighbors: neighborsOf(circuit),
  })
  return (
    <Panel title="Connect a router" note="by BMP, RFC 7854, or by its log, RFC 5424">
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
        <div className="flex flex-wrap items-end gap-3">
          <SoftwareField value={software} onChange={setSoftware} />
          <SelectField
            label="By"
            className="w-28"
            value={by}
            onChange={({ target }) => {
              setBy(target.value === 'syslog' ? 'syslog' : 'bmp')
              setPort(null)
            }}
            options={[...protocols]}
          />
          <SelectField
            label="Circuit"
            className="w-44"
            value={circuit?.id ?? ''}
            onChange={({ target }) => setCircuitId(target.value)}
            options={circuits.map(({ id, name }) => ({ value: id, label: name }))}
          />
          <TextField
            label="Collector address"
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
        {listens === null && (
          <p className="max-w-[80ch] text-xs text-ink-2">
            Peerwatch does not listen for this yet: set {by === 'bmp' ? 'BMP_LISTEN' : 'SYSLOG_LISTEN'} and
            ROUTERS_ALLOW.
          </p>
        )}
        {text !== '' && (
          <div className="relative">
            <pre className="overflow-x-auto rounded-md border bg-hover p-3 text-xs">{text}</pre>
            <CopyButton text={text} label="Copy the configuration" className="absolute top-2 right-2" />
          </div>
        )}
        <p className="max-w-[80ch] text-xs text-ink-2">
          {by === 'bmp' ? routerSoftware[software].sends : routerSoftware[software].logs}
        </p>
        <p className="max-w-[80ch] text-xs text-ink-2">
          {by === 'bmp'
            ? 'BMP is clear text and holds routing tables; none of these routers encrypts it.'
            : 'A log says what changed, and nothing of a session before its first line; lines by UDP may be lost or forged. Where a router has BMP, its log adds the reasons that BMP leaves out.'}{' '}
          Let routers connect over the management network or a VPN. BMP_LISTEN and SYSLOG_LISTEN say where Peerwatch
          listens, ROUTERS_ALLOW which addresses may send.
        </p>
      </div>
    </Panel>
  )
}

/** Which software a router runs, of those whose configuration is written. */
export const SoftwareField = ({
  value,
  onChange,
}: {
  value: SoftwareKey
  onChange: (software: SoftwareKey) => void
}) => (
  <SelectField
    label="Software"
    className="w-32"
    value={value}
    onChange={({ target }) => onChange(softwareKeys.find((key) => key === target.value) ?? value)}
    options={softwareKeys.map((key) => ({ value: key, label: routerSoftware[key].name }))}
  />
)

const asnOf = (circuit: Circuit | undefined): string | null => {
  const asn = circuit?.peerings.find(({ peerAsn }) => peerAsn !== null)?.peerAsn
  return asn === undefined || asn === null ? null : String(asn)
}

/** The edge routers of all paths. */
const neighborsOf = (circuit: Circuit | undefined): string[] =>
  (circuit?.peerings ?? []).flatMap(({ paths }) => paths.flatMap(({ microsoftAddress }) => microsoftAddress ?? []))
