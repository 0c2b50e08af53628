import { canonicalizeAddress } from '#lib/bgp/index.ts'
import {
  parseAsn,
  type ConfiguredNeighbor,
  type ConfiguredRouter,
  combineNeighborWithGroup,
  type RouterConfigurationLines,
} from './configured-router.ts'
import { readCommands } from './read-commands.ts'
import { parseJunosStatements, readJunos } from './read-junos.ts'

/**
 * Reads the configuration of a router: IOS XE, IOS XR, EOS, FRR, Junos (with braces or `set`) or GoBGP (TOML). Other
 * lines are ignored. VRFs are not distinguished.
 */
export function parseRouterConfiguration(text: string): ConfiguredRouter {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  if (lines.some((line) => line.startsWith('[[neighbors]]'))) return readGobgp(lines)
  const reading: RouterConfigurationLines = {
    asn: null,
    interfaces: new Map(),
    neighbors: new Map(),
    groups: new Map(),
    lists: new Map(),
    policies: new Map(),
    startsActive: true,
  }
  const junos = parseJunosStatements(text)
  if (junos) for (const words of junos) readJunos(reading, words)
  else readCommands(reading, lines)
  return {
    asn: reading.asn,
    interfaces: [...reading.interfaces.values()],
    neighbors: [...reading.neighbors].map(([address, draft]) => combineNeighborWithGroup(reading, address, draft)),
  }
}

/**
 * Returns the configuration of a neighbor if only its address and ASN are known. All other settings have values that
 * are not reported as a difference.
 */
export const createReportedNeighbor = (address: string, remoteAsn: number | null): ConfiguredNeighbor => ({
  address,
  remoteAsn,
  localAsn: null,
  isShut: false,
  password: true,
  bfd: true,
  families: new Set([4, 6]),
  out: null,
})

/** Reads the configuration of GoBGP, which has a section for each neighbor. The policies of neighbors are not read. */
function readGobgp(lines: readonly string[]): ConfiguredRouter {
  const router: ConfiguredRouter = { asn: null, interfaces: null, neighbors: [] }
  let section = ''
  for (const line of lines) {
    if (line.startsWith('[')) section = line
    const [, key, quoted, bare] = /^([\w-]+)\s*=\s*(?:"([^"]*)"|(\S+))/.exec(line) ?? []
    const value = quoted ?? bare
    if (section === '[global.config]' && key === 'as') router.asn = parseAsn(value)
    if (line === '[[neighbors]]') router.neighbors.push({ ...createReportedNeighbor('', null), password: false })
    const neighbor = router.neighbors.at(-1)
    if (!neighbor || !section.startsWith('[neighbors.config')) continue
    if (key === 'neighbor-address') neighbor.address = canonicalizeAddress(value ?? '') ?? ''
    if (key === 'peer-as') neighbor.remoteAsn = parseAsn(value)
    if (key === 'local-as') neighbor.localAsn = parseAsn(value)
    if (key === 'auth-password') neighbor.password = true
  }
  return router
}
