import { useState } from 'react'
import type { Circuit } from '#lib/circuits/api/index.ts'
import { useEndpointQuery } from '../data/index.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { Panel } from '../ui/panel.tsx'
import {
  areReasonsOnlyInLog,
  buildRouterConfiguration,
  type ReportProtocol,
  routerSoftware,
  type SoftwareKey,
  routerSoftwareKeys,
} from './router-configuration.ts'

/** Addresses and ports on which Peerwatch listens for routers, from its configuration. */
export interface RouterReportAddresses {
  /** address to which routers connect; null = the configuration contains no address that other machines can reach */
  host: string | null
  /**
   * port for BMP; null = Peerwatch does not listen for BMP. The next two fields have the same meaning for syslog and
   * BGP
   */
  bmpPort: number | null
  syslogPort: number | null
  bgpPort: number | null
  bgpAsn: number | null
}

const protocols: readonly { value: ReportProtocol; label: string }[] = [
  { value: 'bmp', label: 'BMP' },
  { value: 'bgp', label: 'BGP' },
  { value: 'syslog', label: 'Syslog' },
]
const USUAL_PORT: Record<ReportProtocol, number> = { bmp: 11_019, bgp: 179, syslog: 5_514 }
const VARIABLES: Record<ReportProtocol, string> = {
  bmp: 'BMP_LISTEN',
  bgp: 'BGP_LISTEN, BGP_ASN',
  syslog: 'SYSLOG_LISTEN',
}
/** Warning about the security of each protocol. */
const CAUTION: Record<ReportProtocol, string> = {
  bmp: 'BMP is clear text and holds routing tables; none of these routers encrypts it.',
  bgp: 'BGP is clear text here, without TCP MD5. AZURE-OUT stands for the policy that your MSEEs have: what it lets through is what Peerwatch takes to be announced to Azure. Peerwatch announces nothing. FRR and GoBGP alone take another port than 179.',
  syslog:
    'A log says what changed, and nothing of a session before its first line; lines by UDP may be lost or forged. Where a router has BMP, its log adds the reasons that BMP leaves out.',
}

/**
 * Panel that explains how to make a router report to Peerwatch. It contains a router configuration with the addresses
 * of a circuit's paths, and describes the data that the router sends.
 */
export function RouterSetup({ station }: { station: RouterReportAddresses }) {
  const circuits = useEndpointQuery('circuits').data?.data ?? []
  const [software, setSoftware] = useState<SoftwareKey>('frr')
  const [by, setBy] = useState<ReportProtocol>('bmp')
  const [circuitId, setCircuitId] = useState('')
  const [host, setHost] = useState(station.host ?? '')
  const [typedPort, setPort] = useState<string | null>(null)
  const listens = { bmp: station.bmpPort, bgp: station.bgpPort, syslog: station.syslogPort }[by]
  const port = typedPort ?? String(listens ?? USUAL_PORT[by])
  const circuit = circuits.find(({ id }) => id === circuitId) ?? circuits[0]
  const configurationFor = (protocol: ReportProtocol, itsPort: string) =>
    buildRouterConfiguration(software, protocol, {
      host: host.trim() || 'STATION',
      port: itsPort,
      asn: asnOf(circuit) ?? 'ASN',
      neighbors: neighborsOf(circuit),
      collectorAsn: String(station.bgpAsn ?? 'BGP_ASN'),
    })
  const text = configurationFor(by, port.trim() || String(USUAL_PORT[by]))
  return (
    <Panel title="Connect a router" note="by BMP, RFC 7854, as its BGP neighbor, or by its log, RFC 5424">
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
        <div className="flex flex-wrap items-end gap-3">
          <RouterSoftwareField value={software} onChange={setSoftware} />
          <SelectField
            label="By"
            className="w-28"
            value={by}
            onChange={({ target }) => {
              setBy(protocols.find(({ value }) => value === target.value)?.value ?? 'bmp')
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
            Peerwatch does not listen for this yet: set {VARIABLES[by]} and ROUTERS_ALLOW.
          </p>
        )}
        {text !== '' && <ConfigurationText text={text} label="Copy the configuration" />}
        {by !== 'bgp' && (
          <p className="max-w-[80ch] text-xs text-ink-2">{routerSoftware[software][by === 'bmp' ? 'sends' : 'logs']}</p>
        )}
        {by === 'bmp' && areReasonsOnlyInLog(software) && (
          <>
            <p className="max-w-[80ch] text-xs text-ink-2">
              The log of {routerSoftware[software].name} contains the reasons that its BMP omits. Send the log, too
              {station.syslogPort === null && ', and set SYSLOG_LISTEN'}:
            </p>
            <ConfigurationText
              text={configurationFor('syslog', String(station.syslogPort ?? USUAL_PORT.syslog))}
              label="Copy the configuration of the log"
            />
          </>
        )}
        <p className="max-w-[80ch] text-xs text-ink-2">
          {CAUTION[by]} Let routers connect over the management network or a VPN. {VARIABLES[by]} and ROUTERS_ALLOW say
          where Peerwatch listens, and which addresses may connect.
        </p>
      </div>
    </Panel>
  )
}

const ConfigurationText = ({ text, label }: { text: string; label: string }) => (
  <div className="relative">
    <pre className="overflow-x-auto rounded-md border bg-hover p-3 text-xs">{text}</pre>
    <CopyButton text={text} label={label} className="absolute top-2 right-2" />
  </div>
)

/** Select field for a router software whose configuration Peerwatch knows. */
export const RouterSoftwareField = ({
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
    onChange={({ target }) => onChange(routerSoftwareKeys.find((key) => key === target.value) ?? value)}
    options={routerSoftwareKeys.map((key) => ({ value: key, label: routerSoftware[key].name }))}
  />
)

const asnOf = (circuit: Circuit | undefined): string | null => {
  const asn = circuit?.peerings.find(({ peerAsn }) => peerAsn !== null)?.peerAsn
  return asn === undefined || asn === null ? null : String(asn)
}

/** Returns the addresses of Microsoft's edge routers on all paths of a circuit. */
const neighborsOf = (circuit: Circuit | undefined): string[] =>
  (circuit?.peerings ?? []).flatMap(({ paths }) => paths.flatMap(({ microsoftAddress }) => microsoftAddress ?? []))
